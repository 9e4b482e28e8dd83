// What a file may be called: one rule for all doors that files come in by.
#include <string>

#include "base/text.h"
#include "importer/importer.h"

namespace tradewind::importer {

namespace {

// Longer ones than any file system allows are a mistake.
constexpr std::size_t identity_bytes_max = 4096;

// Those of ASCII, and U+0080 to U+009F: they end lines of logs and steer terminals.
bool holds_control_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        if (byte != 0xc2 || i + 1 == text.size()) continue;
        const auto next = static_cast<unsigned char>(text[i + 1]);
        if (next >= 0x80 && next <= 0x9f) return true;
    }
    return false;
}

// Empty: nothing.
std::string what_is_wrong(std::string_view identity) {
    if (identity.empty()) return "It is empty.";
    if (identity.size() > identity_bytes_max) return "It is too long.";
    if (!valid_utf8(identity)) return "It is not UTF-8.";
    if (holds_control_character(identity)) return "It holds a control character.";
    const std::string quoted = "\"" + std::string(identity) + "\" ";
    if (identity.starts_with('/')) return quoted + "is absolute.";
    for (const std::string& part : split(identity, '/')) {
        if (part == ".." || part == ".") return quoted + "holds \"" + part + "\".";
        if (part.empty()) return quoted + "has an empty part.";
    }
    return {};
}

}  // namespace

Result<void> check_identity(std::string_view identity) {
    std::string wrong = what_is_wrong(identity);
    if (wrong.empty()) return {};
    return Error(ErrorCode::InvalidArgument, "a file's name must be a path below landing")
        .with_detail(std::move(wrong))
        .with_hint("Names with '/' between them, such as online_retail/2010/day.csv, will do.");
}

}  // namespace tradewind::importer

#include "lake/paths.h"

#include <cstdio>

#include "base/hash.h"
#include "base/text.h"
#include "lake/lake.h"

namespace tradewind::lake {

namespace {

constexpr std::string_view delta_ending = ".json";
constexpr std::string_view whole_ending = ".whole.json";
constexpr std::size_t number_digits = 12;

Error bad_path(std::string_view what, std::string_view path, const std::string& why) {
    // The path may hold anything: show a bounded, printable form of it.
    std::string shown;
    json::append_string(shown, path.substr(0, 200));
    return Error(ErrorCode::InvalidArgument, std::string(what) + " " + shown + " " + why);
}

// C0 and C1 control characters and DEL: nobody means them, and logs would print them.
bool holds_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0)
            return true;
    }
    return false;
}

std::string part_fault(std::string_view part) {
    if (part.empty()) return "has an empty part";
    if (part.front() == '.') return "has a part that begins with '.'";
    if (part == versions_folder || part == scratch_folder)
        return "uses the reserved name " + std::string(part);
    if (part.size() > path_part_bytes_max) return "has a part of more than 255 bytes";
    return "";
}

}  // namespace

Result<void> check_path(std::string_view path, std::string_view what) {
    if (path.empty()) return bad_path(what, path, "is empty");
    if (path.size() > path_bytes_max) return bad_path(what, path, "is longer than 1024 bytes");
    if (path.front() == '/') return bad_path(what, path, "is not relative");
    if (!valid_utf8(path) || holds_control(path))
        return bad_path(what, path, "is not printable UTF-8");
    if (path.find('\\') != std::string_view::npos) return bad_path(what, path, "has a backslash");
    for (const std::string& part : split(path, '/')) {
        if (const std::string fault = part_fault(part); !fault.empty())
            return bad_path(what, path, fault);
    }
    return {};
}

bool valid_path(std::string_view path) {
    return check_path(path, "path").ok();
}

Result<void> check_suffix(std::string_view suffix) {
    constexpr std::size_t suffix_bytes_max = 64;
    bool good = suffix.size() <= suffix_bytes_max;
    for (const char c : suffix) {
        good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-');
    }
    if (good) return {};
    return bad_path(
        "scratch file suffix", suffix, "is not up to 64 letters, digits, '.', '_' and '-'"
    );
}

std::string file_name(VersionName name) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%012lld", static_cast<long long>(name.number));
    return std::string(digits) +
           std::string(name.kind == VersionKind::Whole ? whole_ending : delta_ending);
}

std::optional<VersionName> parse_file_name(std::string_view name) {
    const auto number = parse_integer(name.substr(0, number_digits));
    if (!number || *number <= 0) return std::nullopt;
    for (const VersionKind kind : {VersionKind::Delta, VersionKind::Whole}) {
        const VersionName parsed{*number, kind};
        // Written back it must be the same: no signs, no spaces, no other ending.
        if (file_name(parsed) == name) return parsed;
    }
    return std::nullopt;
}

std::string hive_value(std::string_view value) {
    if (value.empty()) return "__HIVE_DEFAULT_PARTITION__";
    std::string encoded = url_encode(value);
    if (encoded.size() <= hive_value_bytes_max) return encoded;
    constexpr std::size_t ending_bytes = 1 + 16;
    std::size_t cut = hive_value_bytes_max - ending_bytes;
    // Not inside an escape.
    for (std::size_t back = 1; back <= 2; ++back) {
        if (encoded[cut - back] == '%') {
            cut -= back;
            break;
        }
    }
    char ending[ending_bytes + 1];
    std::snprintf(
        ending, sizeof ending, "~%016llx", static_cast<unsigned long long>(hash64(value))
    );
    return encoded.substr(0, cut) + ending;
}

}  // namespace tradewind::lake

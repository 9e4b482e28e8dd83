#include "app/setting_value.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "os/web_client.h"

namespace tradewind::app {

namespace {

Error not_a(std::string_view text, const std::string& what, const std::string& example) {
    return Error(ErrorCode::InvalidArgument, "\"" + std::string(text) + "\" is not " + what)
        .with_hint("Write it like " + example + ".");
}

std::string at_least(const std::string& what, std::int64_t min, const std::string& text) {
    return min > 0 ? what + " of at least " + text : what;
}

}  // namespace

Result<std::int64_t> read_bytes(std::string_view text, std::int64_t min) {
    const auto value = parse_bytes(text);
    if (value.ok() && *value >= min) return *value;
    return not_a(text, at_least("a size", min, format_bytes(min)), "512MiB");
}

Result<std::int64_t> read_duration_us(std::string_view text, std::int64_t min_us) {
    const auto value = parse_duration_us(text);
    if (value.ok() && *value >= min_us) return *value;
    return not_a(
        text, at_least("a duration", min_us, format_duration_us(min_us)), "90s, 15m or 24h"
    );
}

Result<std::int64_t> read_count(std::string_view text, std::int64_t min, std::int64_t max) {
    const auto value = parse_integer(text);
    if (value && *value >= min && *value <= max) return *value;
    return not_a(
        text,
        "a whole number from " + std::to_string(min) + " to " + std::to_string(max),
        std::to_string(min)
    );
}

Result<void> read_listen(Settings& settings, std::string_view text) {
    constexpr std::int64_t port_max = 65'535;
    const std::size_t colon = text.rfind(':');
    const auto port =
        colon == std::string_view::npos ? std::nullopt : parse_integer(text.substr(colon + 1));
    if (!port || *port < 0 || *port > port_max || colon == 0)
        return not_a(text, "an address with a port", "127.0.0.1:8080");
    settings.listen = text;
    settings.server.address = text.substr(0, colon);
    settings.server.port = static_cast<int>(*port);
    return {};
}

Result<std::string> read_text(std::string_view text) {
    const bool control =
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    if (!control && !trim(text).empty()) return std::string(text);
    return Error(ErrorCode::InvalidArgument, "this must be a text on one line");
}

Result<std::string> read_web_address(std::string_view text) {
    TRY(read_text(text));
    TRY(os::web_origin(text));
    return std::string(text);
}

Setter words(Choices choices) {
    return
        [choices = std::move(choices)](Settings& settings, std::string_view text) -> Result<void> {
            std::string list;
            for (const auto& [word, apply] : choices) {
                if (word == text) {
                    apply(settings);
                    return {};
                }
                list += (list.empty() ? "" : ", ") + std::string(word);
            }
            return not_a(text, "one of: " + list, std::string(choices.front().first));
        };
}

}  // namespace tradewind::app

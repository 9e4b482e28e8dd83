// How a setting's text becomes its value: one maker of setters for each kind of value. A setter
// answers InvalidArgument with an example of how to write it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/settings.h"
#include "base/result.h"

namespace tradewind::app {

using Setter = std::function<Result<void>(Settings&, std::string_view)>;

// What "auto" stores in the settings that know it; `parse_settings` puts the machine's figure
// there.
constexpr int auto_value = 0;

Result<std::int64_t> read_bytes(std::string_view text, std::int64_t min);
Result<std::int64_t> read_duration_us(std::string_view text, std::int64_t min_us);
Result<std::int64_t> read_count(std::string_view text, std::int64_t min, std::int64_t max);
Result<void> read_listen(Settings& settings, std::string_view text);

template <typename T>
void assign(T& member, std::int64_t value) {
    member = static_cast<T>(value);
}

// Setters of the member that `member(settings)` gives.
template <typename F>
Setter bytes(F member, std::int64_t min) {
    return [member, min](Settings& settings, std::string_view text) -> Result<void> {
        assign(member(settings), TRY(read_bytes(text, min)));
        return {};
    };
}

template <typename F>
Setter duration(F member, std::int64_t min_us) {
    return [member, min_us](Settings& settings, std::string_view text) -> Result<void> {
        assign(member(settings), TRY(read_duration_us(text, min_us)));
        return {};
    };
}

template <typename F>
Setter count(F member, std::int64_t min, std::int64_t max) {
    return [member, min, max](Settings& settings, std::string_view text) -> Result<void> {
        assign(member(settings), TRY(read_count(text, min, max)));
        return {};
    };
}

// "auto", or what `otherwise` reads.
template <typename F>
Setter or_auto(F member, Setter otherwise) {
    return [member, otherwise = std::move(otherwise)](
               Settings& settings, std::string_view text
           ) -> Result<void> {
        if (text != "auto") return otherwise(settings, text);
        assign(member(settings), auto_value);
        return {};
    };
}

Result<std::string> read_text(std::string_view text);
Result<std::string> read_web_address(std::string_view text);

// A text that `read` accepts, or "none": an empty one.
template <typename F>
Setter or_none(F member, Result<std::string> (*read)(std::string_view)) {
    return [member, read](Settings& settings, std::string_view text) -> Result<void> {
        member(settings) = text == "none" ? std::string() : TRY(read(text));
        return {};
    };
}

// One of a few words.
using Choices = std::vector<std::pair<std::string_view, std::function<void(Settings&)>>>;
Setter words(Choices choices);

}  // namespace tradewind::app

// Where a JSON value ends, without building it: only quotes and brackets count.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tradewind::engine {

struct ScannedValue {
    std::size_t size = 0;
    std::size_t newline_count = 0;  // inside it
};

// The value at the front of `text`, which does not begin with a blank. Nothing: it may go on beyond
// the text (`complete`: it is cut off). A value without brackets or quotes ends before a blank,
// comma or closing bracket, at the latest where a complete text does.
std::optional<ScannedValue> scan_json_value(std::string_view text, bool complete);

}  // namespace tradewind::engine

// Regular expressions and time formats, checked and written for both engines.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/yaml.h"

namespace tradewind::recipe {

// InvalidArgument when it is no RE2 expression. `groups`: how many it captures.
struct Pattern {
    std::string text;
    int groups = 0;
};
Result<Pattern> parse_pattern(const yaml::Node& node, const std::string& subject);
// A text as a regular expression of Java that matches just it.
std::string java_quote(std::string_view text);
// "\1-\2" → "$1-$2", other $ and \ escaped. InvalidArgument: a group that there is not.
Result<std::string> java_replacement(
    const yaml::Node& node, const Pattern& pattern, const std::string& subject
);

// "%Y-%m-%d" → "yyyy-M-d" to read (single letters take one digit or two), "yyyy-MM-dd" to write.
// InvalidArgument names what is not known.
Result<std::string> java_time_format(
    const yaml::Node& node, bool to_read, const std::string& subject
);

}  // namespace tradewind::recipe

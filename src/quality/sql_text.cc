#include "quality/sql_text.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tradewind::quality {

namespace {

// In small letters without blanks, one word for each type.
std::string plain_type(std::string_view type) {
    std::string out;
    for (const char c : to_lower_ascii(type)) {
        if (c != ' ') out += c;
    }
    constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"varchar", "string"},
        {"text", "string"},
        {"int", "integer"},
        {"int4", "integer"},
        {"int8", "bigint"},
        {"long", "bigint"},
        {"bool", "boolean"},
        {"float8", "double"},
        {"timestamp_ntz", "timestamp"},
        {"timestampwithouttimezone", "timestamp"},
        {"timestamptz", "timestampwithtimezone"},
    };
    for (const auto& [word, meaning] : words) {
        if (out == word) return std::string(meaning);
    }
    if (out.starts_with("numeric")) return "decimal" + out.substr(7);
    return out;
}

}  // namespace

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) out += separator;
        out += part;
    }
    return out;
}

std::string quote_names(const std::vector<std::string>& names) {
    std::vector<std::string> quoted_names;
    for (const std::string& name : names) quoted_names.push_back(quote_name(name));
    return join(quoted_names, ", ");
}

std::string quote_table(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

std::string number_of(double value) {
    std::string text;
    json::Writer(text).number(value);
    return text;
}

std::string user_condition(const std::string& sql) {
    return "(" + sql + "\n)";
}

bool is_text_type(std::string_view type) {
    return plain_type(type) == "string";
}

bool is_number_type(std::string_view type) {
    constexpr std::string_view names[] = {
        "tinyint",
        "smallint",
        "integer",
        "bigint",
        "hugeint",
        "utinyint",
        "usmallint",
        "uinteger",
        "ubigint",
        "uhugeint",
        "float",
        "real",
        "double"
    };
    const std::string plain = plain_type(type);
    return plain.starts_with("decimal") ||
           std::find(std::begin(names), std::end(names), plain) != std::end(names);
}

bool is_time_type(std::string_view type) {
    const std::string plain = plain_type(type);
    return plain == "date" || plain.starts_with("timestamp");
}

bool is_nested_type(std::string_view type) {
    const std::string plain = plain_type(type);
    return plain.ends_with("]") || plain.starts_with("struct") || plain.starts_with("map") ||
           plain.starts_with("array") || plain.starts_with("union");
}

bool same_type(std::string_view a, std::string_view b) {
    return plain_type(a) == plain_type(b);
}

bool is_type_name(std::string_view type) {
    const auto open = type.find('(');
    const std::string_view word = trim(type.substr(0, open));
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ' || c == '_';
    };
    if (word.empty() || word.size() > 32 || !std::all_of(word.begin(), word.end(), letter))
        return false;
    const std::string plain = plain_type(word);
    const bool known = is_number_type(plain) || is_text_type(plain) || is_time_type(plain) ||
                       plain == "boolean" || plain == "time" || plain == "blob" || plain == "uuid";
    if (!known || open == std::string_view::npos) return known;
    const std::string_view numbers = type.substr(open);
    return plain == "decimal" && numbers.ends_with(')') && numbers.size() <= 10 &&
           std::all_of(numbers.begin() + 1, numbers.end() - 1, [](char c) {
               return (c >= '0' && c <= '9') || c == ',' || c == ' ';
           });
}

namespace {

// What a text of the type looks like; empty: whatever the engine's cast takes.
std::string look_of(std::string_view type) {
    const std::string plain = plain_type(type);
    const std::string blanks = R"(\s*)";
    if (plain.ends_with("int") || plain.ends_with("integer"))
        return blanks + R"([+-]?\d+)" + blanks;
    if (!plain.starts_with("decimal")) return {};
    const auto comma = plain.find(',');
    std::string scale = plain.find('(') == std::string::npos ? "3" : "0";
    if (comma != std::string::npos) scale = plain.substr(comma + 1, plain.size() - comma - 2);
    // Zeros beyond the scale change nothing.
    return blanks + R"([+-]?(\d+\.?|\d*\.\d{0,)" + scale + R"(}0*))" + blanks;
}

std::string day_look() {
    return R"(\s*\d{4,6}-\d{1,2}-\d{1,2}\s*)";
}

}  // namespace

std::string reads_as(const std::string& value, std::string_view own, std::string_view type) {
    const auto cast_to = [&](std::string_view other) {
        return "TRY_CAST(" + value + " AS " + std::string(other) + ")";
    };
    const std::string reads = "(" + cast_to(type) + " IS NOT NULL";
    const std::string look = look_of(type);
    if (is_number_type(own) && !look.empty())
        return reads + " AND " + cast_to(type) + " = " + value + ")";
    if (!is_text_type(own)) return reads + ")";
    const auto looks = [&](const std::string& pattern) {
        return "regexp_full_match(" + value + ", " + quote_literal(pattern) + ")";
    };
    if (plain_type(type) == "date")
        return reads + " AND (" + looks(day_look()) + " OR " + cast_to("TIMESTAMP") +
               " IS NOT NULL))";
    return look.empty() ? reads + ")" : reads + " AND " + looks(look) + ")";
}

std::string literal(const Literal& value, std::string_view column_type) {
    return value.number && !is_text_type(column_type) ? value.text : quote_literal(value.text);
}

}  // namespace tradewind::quality

#include "engine/sql_growth.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace tradewind::engine {

namespace {

using namespace std::string_view_literals;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t growth_max = std::size_t{1} << 40;

// As many times as their second argument says.
constexpr std::array repeating{
    "repeat"sv, "lpad"sv, "rpad"sv, "list_resize"sv, "array_resize"sv, "bitstring"sv
};
constexpr std::array counting{"range"sv, "generate_series"sv, "sequence"sv};
constexpr std::array measuring{
    "json_array_length"sv, "len"sv, "length"sv, "array_length"sv, "list_length"sv
};
constexpr std::int64_t number_bytes = 8;
constexpr std::array formatting{"printf"sv, "format"sv};
// A character may become as many as the third argument has, or as its escape.
constexpr std::array replacing{"replace"sv, "regexp_replace"sv};
constexpr std::array escaping{
    "hex"sv,
    "to_hex"sv,
    "bin"sv,
    "to_binary"sv,
    "url_encode"sv,
    "to_base64"sv,
    "base64"sv,
    "regexp_escape"sv,
    "to_json"sv,
    "json_quote"sv,
    "row_to_json"sv,
    "array_to_json"sv
};
constexpr std::size_t escape_bytes = 8;
// An item of a list takes 16 bytes for one of text.
constexpr std::array splitting{
    "string_split"sv,
    "str_split"sv,
    "string_to_array"sv,
    "split"sv,
    "regexp_extract_all"sv,
    "regexp_split_to_array"sv,
    "str_split_regex"sv,
    "string_split_regex"sv
};
constexpr std::size_t item_bytes = 16;
constexpr std::array joining{
    "||"sv,
    "concat"sv,
    "concat_ws"sv,
    "list_concat"sv,
    "list_cat"sv,
    "array_concat"sv,
    "array_cat"sv,
    "list_append"sv,
    "array_append"sv,
    "array_push_back"sv,
    "list_prepend"sv,
    "array_prepend"sv,
    "array_push_front"sv,
    "list_value"sv,
    "list_pack"sv,
    "array_value"sv,
    "struct_pack"sv,
    "row"sv,
    "json_array"sv,
    "json_object"sv,
    "json_merge_patch"sv,
    "struct_insert"sv,
    "+"sv,  // of lists
};
constexpr std::array reducing{"list_reduce"sv, "array_reduce"sv, "reduce"sv};

template <typename List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::optional<element> literal(object call, std::size_t argument) {
    array arguments;
    object node;
    element value;
    if (call["children"].get(arguments) != simdjson::SUCCESS ||
        arguments.at(argument).get(node) != simdjson::SUCCESS)
        return std::nullopt;
    std::string_view kind;
    if (node["class"].get(kind) != simdjson::SUCCESS || kind != "CONSTANT") return std::nullopt;
    if (node["value"]["value"].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

std::optional<std::int64_t> number(object call, std::size_t argument) {
    const auto value = literal(call, argument);
    std::int64_t whole = 0;
    if (!value || value->get(whole) != simdjson::SUCCESS) return std::nullopt;
    return whole;
}

std::optional<std::string_view> text(object call, std::size_t argument) {
    const auto value = literal(call, argument);
    std::string_view whole;
    if (!value || value->get(whole) != simdjson::SUCCESS) return std::nullopt;
    return whole;
}

std::size_t at_least_one(std::int64_t count) {
    return static_cast<std::size_t>(std::max<std::int64_t>(count, 1));
}

// A length of something, or that minus a number: at most as much as the something has bytes.
bool is_length(object node) {
    std::string_view name;
    array arguments;
    object inner;
    if (node["class"].get(name) == simdjson::SUCCESS && name == "CAST")
        return node["child"].get(inner) == simdjson::SUCCESS && is_length(inner);
    if (node["function_name"].get(name) != simdjson::SUCCESS) return false;
    if (contains(measuring, name)) return true;
    object less;
    if (name != "-" || node["children"].get(arguments) != simdjson::SUCCESS ||
        arguments.at(0).get(less) != simdjson::SUCCESS)
        return false;
    const auto by = number(node, 1);
    return by && *by >= 0 && is_length(less);
}

bool is_length(object call, std::size_t argument) {
    array arguments;
    object node;
    return call["children"].get(arguments) == simdjson::SUCCESS &&
           arguments.at(argument).get(node) == simdjson::SUCCESS && is_length(node);
}

std::optional<Growth> counted(object call) {
    array arguments;
    if (call["children"].get(arguments) != simdjson::SUCCESS) return std::nullopt;
    std::int64_t most = number_bytes;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (is_length(call, i)) continue;
        const auto bound = number(call, i);
        if (!bound || *bound < INT32_MIN || *bound > INT64_MAX / 2) return std::nullopt;
        most = std::max(most, *bound < 0 ? -*bound : *bound);
    }
    return Growth{grown(2, at_least_one(most))};
}

// The widths in a format are its longest run of digits; one taken from an argument cannot be told.
std::optional<Growth> formatted(object call) {
    const auto form = text(call, 0);
    if (!form || form->find('*') != std::string_view::npos ||
        form->find(":{") != std::string_view::npos)
        return std::nullopt;
    std::size_t most = 1;
    std::size_t width = 0;
    for (const char c : *form) {
        width = c >= '0' && c <= '9' ? grown(width, 10) + static_cast<std::size_t>(c - '0') : 0;
        most = std::max(most, width);
    }
    return Growth{most};
}

}  // namespace

std::size_t grown(std::size_t size, std::size_t factor) {
    std::size_t product = 0;
    if (__builtin_mul_overflow(size, factor, &product)) return growth_max;
    return std::min(product, growth_max);
}

bool may_make_lists(std::string_view sql) {
    constexpr std::array signs{
        "["sv,
        "list"sv,
        "array"sv,
        "split"sv,
        "range"sv,
        "sequence"sv,
        "series"sv,
        "extract_all"sv,
        "map"sv,
        "top_k"sv,
        "json"sv,
        "histogram"sv,
        "quantile"sv,
        "struct"sv
    };
    const std::string text = to_lower_ascii(sql);
    return std::any_of(signs.begin(), signs.end(), [&](std::string_view sign) {
        return text.find(sign) != std::string::npos;
    });
}

bool makes_numbers(std::string_view name) {
    return contains(counting, name);
}

std::optional<Growth> growth_of(std::string_view name, object call) {
    if (contains(repeating, name)) {
        const auto count = number(call, 1);
        return count ? std::optional(Growth{at_least_one(*count)}) : std::nullopt;
    }
    if (contains(counting, name)) return counted(call);
    if (contains(formatting, name)) return formatted(call);
    if (contains(replacing, name)) {
        const auto by = text(call, 2);
        return Growth{by ? std::max<std::size_t>(by->size(), 1) : 64, true};
    }
    if (contains(escaping, name)) return Growth{escape_bytes};
    if (contains(splitting, name)) return Growth{item_bytes};
    if (contains(reducing, name)) return Growth{.reduces = true};
    return Growth{1, contains(joining, name)};
}

}  // namespace tradewind::engine

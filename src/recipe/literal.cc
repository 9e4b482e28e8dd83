// Values and types as YAML writes them, as SQL.
#include <array>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "recipe/arguments.h"

namespace tradewind::recipe {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> type_names = {{
    {"STRING", "STRING"},
    {"TEXT", "STRING"},
    {"VARCHAR", "STRING"},
    {"BOOLEAN", "BOOLEAN"},
    {"BOOL", "BOOLEAN"},
    {"TINYINT", "TINYINT"},
    {"SMALLINT", "SMALLINT"},
    {"INTEGER", "INTEGER"},
    {"INT", "INTEGER"},
    {"BIGINT", "BIGINT"},
    {"LONG", "BIGINT"},
    {"FLOAT", "FLOAT"},
    {"REAL", "FLOAT"},
    {"DOUBLE", "DOUBLE"},
    {"DATE", "DATE"},
    {"TIMESTAMP", "TIMESTAMP"},
    {"DATETIME", "TIMESTAMP"},
}};

std::string upper(std::string_view text) {
    std::string out(trim(text));
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

// "DECIMAL(12, 4)" → "DECIMAL(12,4)"; empty: it is none.
std::string decimal_type(std::string_view type) {
    std::size_t begin = type.starts_with("DECIMAL(") ? 8 : type.starts_with("NUMERIC(") ? 8 : 0;
    if (begin == 0 || !type.ends_with(")")) return {};
    const auto parts = split(type.substr(begin, type.size() - begin - 1), ',');
    if (parts.empty() || parts.size() > 2) return {};
    const auto precision = parse_integer(trim(parts[0]));
    const auto scale = parts.size() == 2 ? parse_integer(trim(parts[1])) : 0;
    if (!precision || !scale || *precision < 1 || *precision > 38) return {};
    if (*scale < 0 || *scale > *precision) return {};
    return "DECIMAL(" + std::to_string(*precision) + "," + std::to_string(*scale) + ")";
}

bool is_true_or_false(const yaml::Node& node) {
    return node.plain() && node.boolean().ok();
}

std::optional<std::string> number_literal(const std::string& digits, const std::string& type) {
    if (!json::is_number(digits)) return std::nullopt;
    const bool whole = parse_integer(digits).has_value();
    if (is_double_type(type)) return "CAST(" + digits + " AS " + type + ")";
    if (is_integer_type(type) && !whole) return std::nullopt;
    if (type == "BIGINT" || type == "INTEGER") return digits;
    if (digits.find_first_of("eE") != std::string::npos) return std::nullopt;
    return "CAST(" + digits + " AS " + type + ")";
}

std::optional<std::string> time_literal(const std::string& text, const std::string& type) {
    const auto at = parse_iso(text);
    if (!at.ok()) return std::nullopt;
    const std::string iso = format_sql(*at);
    if (type == "TIMESTAMP") return "TIMESTAMP '" + iso + "'";
    if (!iso.ends_with("00:00:00")) return std::nullopt;
    return "DATE '" + iso.substr(0, 10) + "'";
}

}  // namespace

Result<std::string> parse_type(const yaml::Node& node) {
    const std::string type = upper(TRY(node.text()));
    for (const auto& [name, portable] : type_names) {
        if (type == name) return std::string(portable);
    }
    const std::string decimal = decimal_type(type);
    if (!decimal.empty()) return decimal;
    return node.error("'" + node.scalar().substr(0, 64) + "' is no type")
        .with_hint(
            "There are STRING, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, "
            "DECIMAL(p,s), DATE and TIMESTAMP."
        );
}

std::optional<std::string> literal_of(const std::string& text, const std::string& type) {
    switch (class_of(type)) {
        case TypeClass::Number:
            return number_literal(text, type);
        case TypeClass::Time:
            return time_literal(text, type);
        case TypeClass::Boolean:
            if (text != "true" && text != "false") return std::nullopt;
            return text == "true" ? "TRUE" : "FALSE";
        case TypeClass::Text:
            return quote_literal(text);
        case TypeClass::Other:
            break;
    }
    return std::nullopt;
}

Result<std::string> literal(
    const yaml::Node& node, const std::string& type, const std::string& subject
) {
    if (node.kind() != yaml::Kind::Scalar)
        return node.error(subject + ": a value must be a text, a number, true or false");
    const auto text = literal_of(node.scalar(), type);
    if (text) return *text;
    Error error = node.error(
        subject + " is " + type + "; '" + node.scalar().substr(0, 64) + "' is no such value"
    );
    if (class_of(type) == TypeClass::Number && json::is_number(node.scalar()))
        return std::move(error).with_hint("Cast the column to DOUBLE or DECIMAL in a step before.");
    if (class_of(type) != TypeClass::Time) return error;
    return std::move(error).with_hint("Write 2024-01-31, or 2024-01-31 08:30:00 for a timestamp.");
}

std::string plain_type(const yaml::Node& node) {
    if (!node.plain()) return "STRING";
    if (is_true_or_false(node)) return "BOOLEAN";
    if (!json::is_number(node.scalar())) return "STRING";
    return parse_integer(node.scalar()) ? "BIGINT" : "DOUBLE";
}

std::string plain_literal(const yaml::Node& node) {
    const std::string type = plain_type(node);
    if (type == "STRING") return quote_literal(node.scalar());
    if (type == "BOOLEAN") return MUST(node.boolean()) ? "TRUE" : "FALSE";
    if (type == "DOUBLE") return "CAST(" + node.scalar() + " AS DOUBLE)";
    return node.scalar();
}

}  // namespace tradewind::recipe

// Fields of a contract, from YAML.
#include <algorithm>
#include <charconv>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/text.h"
#include "contract/convert.h"
#include "contract/exact_number.h"
#include "contract/field.h"

namespace tradewind::contract {

namespace {

constexpr std::pair<std::string_view, ColumnType> plain_types[] = {
    {"text", ColumnType::Text},
    {"integer", ColumnType::Integer},
    {"bigint", ColumnType::BigInt},
    {"double", ColumnType::Double},
    {"boolean", ColumnType::Boolean},
    {"date", ColumnType::Date},
    {"timestamp", ColumnType::Timestamp},
};

bool is_time(const Field& field) {
    return field.column.type == ColumnType::Date || field.column.type == ColumnType::Timestamp;
}

// The two numbers of "decimal(12,4)".
bool parse_decimal_type(std::string_view text, ColumnSpec& column) {
    if (!text.starts_with("decimal(") || !text.ends_with(")")) return false;
    const auto parts = split(text.substr(8, text.size() - 9), ',');
    if (parts.size() != 2) return false;
    const auto precision = parse_integer(trim(parts[0]));
    const auto scale = parse_integer(trim(parts[1]));
    if (!precision || !scale || *precision < 1 || *precision > decimal_precision_max ||
        *scale < 0 || *scale > *precision) {
        return false;
    }
    column.type = ColumnType::Decimal;
    column.precision = static_cast<int>(*precision);
    column.scale = static_cast<int>(*scale);
    return true;
}

// Reads field after field option; each function looks at one kind of demand.
class FieldParser {
public:
    FieldParser(Field& field, const yaml::Node& node) : field_(field), node_(node) {}

    Result<void> parse() {
        field_.required = TRY(node_["required"].boolean_or(false));
        field_.integral = TRY(node_["integral"].boolean_or(false));
        if (field_.integral) TRY(only_for("integral", field_.column.type == ColumnType::Text));
        TRY(parse_aliases());
        TRY(parse_formats());
        TRY(parse_length());
        TRY(parse_pattern());
        TRY(parse_bound("min", field_.minimum_text));
        TRY(parse_bound("max", field_.maximum_text));
        TRY(parse_accepted());
        return parse_items();
    }

private:
    Result<void> only_for(std::string_view option, bool fits) const;
    Result<void> parse_aliases();
    Result<void> parse_formats();
    Result<void> parse_length();
    Result<void> parse_pattern();
    Result<void> parse_bound(std::string_view option, std::string& text);
    Result<void> parse_accepted();
    Result<void> parse_items();
    Result<Field> parse_item(const std::string& name, const yaml::Node& node) const;
    // A value of the field's own type, as a contract writes it.
    Result<Column> read_value(const std::string& text, const yaml::Node& node) const;

    Field& field_;
    const yaml::Node& node_;
};

Result<void> FieldParser::only_for(std::string_view option, bool fits) const {
    if (fits && !field_.json) return {};
    return Error(
               ErrorCode::InvalidArgument,
               std::string(option) + " does not go with the type " +
                   (field_.json ? "json" : to_sql(field_.column))
    )
        .at(node_.where_key(option));
}

Result<void> FieldParser::parse_aliases() {
    const yaml::Node aliases = node_["aliases"];
    if (!aliases.present()) return {};
    for (std::string& alias : TRY(aliases.texts())) {
        if (alias.empty() || alias.size() > limits::field_name_bytes_max) {
            return aliases.error(
                "an alias has 1 to " + std::to_string(limits::field_name_bytes_max) + " bytes"
            );
        }
        field_.aliases.push_back(std::move(alias));
    }
    return {};
}

Result<void> FieldParser::parse_formats() {
    const yaml::Node formats = node_["formats"];
    if (formats.present()) TRY(only_for("formats", is_time(field_)));
    if (!formats.present()) {
        if (is_time(field_)) field_.formats.push_back(TRY(TimeFormat::compile("iso")));
        return {};
    }
    for (const std::string& text : TRY(formats.texts())) {
        auto format = TimeFormat::compile(text);
        if (!format.ok()) return std::move(format).error().at(formats.where());
        field_.formats.push_back(std::move(format).take());
    }
    if (field_.formats.empty()) return formats.error("formats lists at least one format");
    return {};
}

Result<void> FieldParser::parse_length() {
    const yaml::Node length = node_["max_length"];
    if (!length.present()) return {};
    TRY(only_for("max_length", field_.column.type == ColumnType::Text));
    const std::int64_t value = TRY(length.integer());
    if (value < 1) return length.error("max_length is at least 1");
    field_.length_max = static_cast<std::size_t>(value);
    field_.constrained = true;
    return {};
}

Result<void> FieldParser::parse_pattern() {
    const yaml::Node pattern = node_["pattern"];
    if (!pattern.present()) return {};
    TRY(only_for("pattern", field_.column.type == ColumnType::Text));
    auto compiled = Pattern::compile(TRY(pattern.text()));
    if (!compiled.ok()) return std::move(compiled).error().at(pattern.where());
    field_.pattern = std::move(compiled).take();
    field_.constrained = true;
    return {};
}

Result<Column> FieldParser::read_value(const std::string& text, const yaml::Node& node) const {
    Column column(field_.column.type);
    Field plain = field_;
    plain.constrained = false;
    plain.empty_is_null = false;
    if (convert(plain, {text, Form::Cell}, column) == Outcome::Stored) return column;
    return node.error("'" + text + "' is not " + type_name(field_));
}

Result<void> FieldParser::parse_bound(std::string_view option, std::string& text) {
    const yaml::Node bound = node_[option];
    if (!bound.present()) return {};
    const ColumnType type = field_.column.type;
    TRY(only_for(option, type != ColumnType::Text && type != ColumnType::Boolean));
    text = TRY(bound.text());
    const Column column = TRY(read_value(text, bound));
    const bool minimum = option == "min";
    if (type == ColumnType::Double) {
        (minimum ? field_.bounds.real_min : field_.bounds.real_max) = column.real(0);
    } else {
        (minimum ? field_.bounds.integer_min : field_.bounds.integer_max) = column.integer(0);
    }
    field_.constrained = true;
    return {};
}

Result<void> FieldParser::parse_accepted() {
    const yaml::Node accepted = node_["accepted_values"];
    if (!accepted.present()) return {};
    const ColumnType type = field_.column.type;
    TRY(only_for("accepted_values", type != ColumnType::Double && type != ColumnType::Boolean));
    const auto values = TRY(accepted.texts());
    if (values.empty() || values.size() > limits::accepted_values_max) {
        return accepted.error(
            "accepted_values has 1 to " + std::to_string(limits::accepted_values_max) + " members"
        );
    }
    for (const std::string& value : values) {
        const Column column = TRY(read_value(value, accepted));
        if (type == ColumnType::Text) {
            field_.accepted_texts.emplace_back(column.text(0));
        } else {
            field_.accepted_integers.push_back(column.integer(0));
        }
    }
    std::sort(field_.accepted_texts.begin(), field_.accepted_texts.end());
    std::sort(field_.accepted_integers.begin(), field_.accepted_integers.end());
    field_.constrained = true;
    return {};
}

// Members are read by SQL under the very names that the sender gave them: no aliases, and letters'
// case counts.
Result<Field> FieldParser::parse_item(const std::string& name, const yaml::Node& node) const {
    if (name.empty() || name.size() > limits::field_name_bytes_max)
        return node.error(
            "a member's name has 1 to " + std::to_string(limits::field_name_bytes_max) + " bytes"
        );
    if (node["aliases"].present()) {
        return Error(ErrorCode::InvalidArgument, "members of items have no aliases")
            .at(node.where_key("aliases"));
    }
    return parse_field(name, node, field_.empty_is_null);
}

Result<void> FieldParser::parse_items() {
    const yaml::Node items = node_["items"];
    if (!items.present()) return {};
    if (!field_.json) {
        return Error(ErrorCode::InvalidArgument, "items goes with the type json only")
            .at(node_.where_key("items"));
    }
    if (items.kind() != yaml::Kind::Mapping || items.members().empty())
        return items.error("items has fields, each with its type");
    if (items.members().size() > limits::contract_fields_max)
        return items.error("more than " + std::to_string(limits::contract_fields_max) + " fields");
    auto parsed = std::make_shared<JsonItems>();
    for (const auto& [name, node] : items.members()) {
        auto item = parse_item(name, node);
        if (!item.ok()) return std::move(item).error().in("item field " + name);
        parsed->fields.push_back(std::move(item).take());
    }
    field_.items = std::move(parsed);
    return {};
}

}  // namespace

std::string type_name(const Field& field) {
    if (field.items) return "an array of objects";
    if (field.json) return "JSON";
    switch (field.column.type) {
        case ColumnType::Text:
            return field.integral ? "a whole number without sign" : "a text";
        case ColumnType::Integer:
        case ColumnType::BigInt:
            return "an integer";
        case ColumnType::Double:
            return "a number";
        case ColumnType::Decimal:
            return "a decimal number";
        case ColumnType::Boolean:
            return "true or false";
        case ColumnType::Date:
            return "a date";
        case ColumnType::Timestamp:
            return "a timestamp";
    }
    return "a value";
}

Result<ColumnSpec> parse_type(const yaml::Node& node) {
    const std::string text = TRY(node.text());
    ColumnSpec column;
    std::vector<std::string_view> known = {"decimal(12,4)"};
    for (const auto& [name, type] : plain_types) {
        column.type = type;
        if (text == name) return column;
        known.push_back(name);
    }
    if (parse_decimal_type(text, column)) return column;
    if (text.starts_with("decimal")) {
        return std::move(node.error("not a decimal type: '" + text + "'"))
            .with_hint(
                "Write decimal(precision,scale) with 1 to 18 digits, of which scale stand after "
                "the point."
            );
    }
    std::string hint =
        "Known are text, integer, bigint, double, boolean, date, timestamp, decimal(p,s) and, for "
        "fields, json.";
    if (const auto near = nearest(text, known)) hint = "Did you mean '" + *near + "'?";
    return std::move(node.error("unknown type '" + text + "'")).with_hint(hint);
}

Result<void> check_name(const std::string& name, const SourceLocation& where, const char* what) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    bool good = !name.empty() && name.size() <= limits::field_name_bytes_max && lower(name[0]);
    for (const char c : name) good = good && (lower(c) || (c >= '0' && c <= '9') || c == '_');
    if (good) return {};
    return Error(
               ErrorCode::InvalidArgument,
               "not a name for a " + std::string(what) + ": '" + name + "'"
    )
        .with_hint("Names are lower-case letters, digits and underscores, and begin with a letter.")
        .at(where);
}

Result<Field> parse_field(const std::string& name, const yaml::Node& node, bool empty_is_null) {
    if (node.kind() != yaml::Kind::Mapping) {
        return std::move(node.error("field '" + name + "' needs its type"))
            .with_hint("Write " + name + ": {type: text}.");
    }
    TRY(node.allow_keys(
        {"type",
         "required",
         "aliases",
         "integral",
         "formats",
         "max_length",
         "min",
         "max",
         "pattern",
         "accepted_values",
         "items"}
    ));
    Field field;
    field.json = node["type"].scalar() == "json";
    if (!field.json) field.column = TRY(parse_type(node["type"]));
    field.column.name = name;
    field.empty_is_null = empty_is_null;
    TRY(FieldParser(field, node).parse());
    return field;
}

}  // namespace tradewind::contract

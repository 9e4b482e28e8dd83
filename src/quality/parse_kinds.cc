// The parameters of each kind of check.
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "quality/entry_reader.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

using yaml::Node;

Result<Literal> EntryReader::literal(const Node& node) const {
    const std::string text = TRY(node.text());
    return Literal{text, node.plain() && json::is_number(text)};
}

Result<Literal> EntryReader::number(const Node& node) const {
    Literal value = TRY(literal(node));
    if (!value.number) return node.error("'" + value.text + "' is not a number");
    return value;
}

Result<void> EntryReader::read_values(Check& check) const {
    const Node values = get("values");
    if (!values.present()) return missing("values");
    if (values.kind() != yaml::Kind::Sequence) return values.error("values is a list");
    if (values.items().size() > limits::accepted_values_max)
        return values.error("too many values: at most 10,000");
    for (const Node& item : values.items()) check.values.push_back(TRY(literal(item)));
    if (check.values.empty()) return values.error("no value is accepted");
    return {};
}

Result<void> EntryReader::read_bound(Check& check) const {
    const Node value = get("value");
    if (!value.present()) return missing("value");
    check.bound = TRY(literal(value));
    return {};
}

Result<void> EntryReader::read_regex(Check& check) const {
    check.regex = TRY(text_or_empty("regex"));
    if (check.regex.empty()) return missing("regex");
    if (check.regex.size() > limits::pattern_bytes_max)
        return get("regex").error("a pattern has at most 1,024 bytes");
    return {};
}

Result<void> EntryReader::read_other_table(std::string_view key, Check& check) const {
    const Node node = get(key);
    const std::string text = TRY(node.text());
    if (text.find('.') == std::string::npos) {  // of the same schema; resolve() says which
        check.to = catalog::TableName{"", text};
        check.to_where = TRY(text_or_empty("to_where"));
        return {};
    }
    auto name = catalog::parse_table_name(text);
    if (!name.ok()) return std::move(name).error().at(node.where());
    check.to = *name;
    check.to_where = TRY(text_or_empty("to_where"));
    return {};
}

Result<void> EntryReader::read_relationship(Check& check) const {
    if (!get("to").present()) return missing("to");
    TRY(read_other_table("to", check));
    const Node one = get("field");
    const Node many = get("fields");
    if (one.present() && many.present()) return many.error("give field: or fields:, not both");
    if (one.present()) check.fields = { TRY(one.text()) };
    if (many.present()) check.fields = TRY(many.texts());
    if (check.fields.empty()) check.fields = check.columns;
    if (check.fields.size() == check.columns.size()) return {};
    return (many.present() ? many : one)
        .error("as many fields as columns are needed: they are compared one by one");
}

Result<void> EntryReader::read_tolerance(Check& check) const {
    const Node node = get("tolerance");
    if (!node.present()) return {};
    check.tolerance = TRY(number(node));
    if (check.tolerance.text.starts_with('-')) return node.error("a tolerance is not negative");
    return {};
}

Result<void> EntryReader::read_row_count(Check& check) const {
    const Node min = get("min");
    const Node max = get("max");
    const Node equals = get("equals");
    if (min.present()) check.rows_min = TRY(min.integer());
    if (max.present()) check.rows_max = TRY(max.integer());
    TRY(read_tolerance(check));
    if (equals.present()) {
        if (min.present() || max.present())
            return equals.error("give equals:, or min: and max:, not both");
        const auto rows = equals.plain() ? parse_integer(equals.scalar()) : std::nullopt;
        if (!rows) return read_other_table("equals", check);
        check.rows_min = check.rows_max = *rows;
    }
    if (!check.rows_min && !check.rows_max) return missing("min:, max: or equals");
    if (check.rows_min && check.rows_max && *check.rows_min > *check.rows_max)
        return min.error("min is greater than max");
    return {};
}

Result<void> EntryReader::read_type(Check& check) const {
    check.type = TRY(text_or_empty("is"));
    check.casts_to = TRY(text_or_empty("casts_to"));
    if (check.type.empty() && check.casts_to.empty()) return missing("is: or casts_to");
    if (!check.type.empty() && !check.casts_to.empty())
        return get("casts_to").error("give is: or casts_to:, not both");
    const std::string& type = check.type.empty() ? check.casts_to : check.type;
    if (is_type_name(type)) return {};
    return std::move(get(check.type.empty() ? "casts_to" : "is").error("no type: '" + type + "'"))
        .with_hint("Types are INTEGER, BIGINT, DOUBLE, DECIMAL(12,4), STRING, DATE, TIMESTAMP, …");
}

Result<void> EntryReader::read_age(Check& check) const {
    const Node age = get("max_age");
    if (!age.present()) return missing("max_age");
    const auto micros = parse_duration_us(TRY(age.text()));
    if (!micros.ok() || *micros <= 0) {
        return std::move(age.error("'" + age.scalar() + "' is not a duration"))
            .with_hint("Write it as 90m, 24h or 7d.");
    }
    check.max_age_us = *micros;
    return {};
}

Result<void> EntryReader::read_sum(Check& check) const {
    check.expression = TRY(text_or_empty("expression"));
    if (check.columns.empty() == check.expression.empty()) return missing("column: or expression");
    TRY(read_tolerance(check));
    const Node value = get("value");
    const Node to = get("to");
    if (value.present() == to.present()) return missing("value: or to");
    if (value.present()) {
        check.sum = TRY(number(value));
        return {};
    }
    TRY(read_other_table("to", check));
    const std::string field = TRY(text_or_empty("field"));
    check.to_expression = TRY(text_or_empty("to_expression"));
    if (!field.empty()) check.fields = {field};
    if (!field.empty() && !check.to_expression.empty())
        return get("field").error("give field: or to_expression:, not both");
    if (check.fields.empty() && check.to_expression.empty()) {
        if (check.columns.empty()) return missing("field: or to_expression");
        check.fields = check.columns;
    }
    return {};
}

// What a model learnt from is a table that its training writes (docs/MODELS.md).
Result<void> EntryReader::read_model(Check& check) const {
    const Node node = get("model");
    if (get("to").present()) return node.error("say to: or model:, not both");
    check.model = TRY(node.text());
    const std::string table = check.model + "_learnt";
    if (table.find('.') == std::string::npos) {
        check.to = catalog::TableName{"", table};
        return {};
    }
    auto name = catalog::parse_table_name(table);
    if (!name.ok()) return node.error("'" + check.model + "' is no model's name");
    check.to = *std::move(name);
    return {};
}

Result<void> EntryReader::read_drift(Check& check) const {
    constexpr std::int64_t bins_max = 100;
    check.to_where = TRY(text_or_empty("to_where"));
    if (get("model").present()) TRY(read_model(check));
    if (!get("to").present() && !check.to && check.to_where.empty())
        return missing("to:, model: or to_where");
    if (get("to").present()) TRY(read_other_table("to", check));
    check.newer_by = TRY(text_or_empty("newer_by"));
    if (!check.newer_by.empty() && !check.to)
        return get("newer_by").error("newer_by: needs another table, to: or model:");
    const std::string field = TRY(text_or_empty("field"));
    if (!field.empty() && check.columns.size() > 1)
        return get("field").error("field: is of one column; write a check for each");
    if (!field.empty()) check.fields = {field};
    const Node most = get("max_psi");
    if (most.present()) check.psi_max = TRY(most.real());
    if (!(check.psi_max > 0))
        return most.error("max_psi is greater than 0; 0.1 is little, 0.25 much");
    const Node bins = get("bins");
    if (!bins.present()) return {};
    const std::int64_t count = TRY(bins.integer());
    if (count < 2 || count > bins_max) return bins.error("bins is between 2 and 100");
    check.bins = static_cast<int>(count);
    return {};
}

Result<void> EntryReader::read_kind(Check& check) const {
    switch (check.kind) {
        case Kind::AcceptedValues:
            return read_values(check);
        case Kind::Relationships:
            return read_relationship(check);
        case Kind::Min:
        case Kind::Max:
            return read_bound(check);
        case Kind::Pattern:
            return read_regex(check);
        case Kind::RowCount:
            return read_row_count(check);
        case Kind::Type:
            return read_type(check);
        case Kind::Freshness:
            return read_age(check);
        case Kind::SumEquals:
            return read_sum(check);
        case Kind::Drift:
            return read_drift(check);
        case Kind::Expression:
            check.expression = TRY(text_or_empty("condition"));
            return check.expression.empty() ? Result<void>(missing("condition")) : Result<void>();
        case Kind::Sql:
            check.sql = TRY(text_or_empty("sql"));
            return check.sql.empty() ? Result<void>(missing("sql")) : Result<void>();
        case Kind::NotNull:
        case Kind::Unique:
        case Kind::Encoding:
            break;
    }
    return {};
}

}  // namespace tradewind::quality

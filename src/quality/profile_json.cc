// Profiles as JSON.
#include <iterator>
#include <utility>

#include "base/text.h"
#include "quality/quality.h"
#include "quality/report_json.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

using json::Value;

Value real(const std::optional<double>& value) {
    return value ? Value::number_text(number_of(*value)) : Value();
}

Value text(const std::optional<std::string>& value) {
    return value ? Value::string(*value) : Value();
}

Value integer(const std::optional<std::int64_t>& value) {
    return value ? Value::number(*value) : Value();
}

Value values_json(const std::vector<TopValue>& values, const char* name) {
    Value array = Value::array();
    for (const TopValue& value : values) {
        Value& one = array.add(Value::object());
        one.set(name, text(value.value));
        one.set("rows", value.rows);
    }
    return array;
}

// "0.05" → its value, by name.
Value quantiles_json(const ColumnProfile& column) {
    Value object = Value::object();
    for (std::size_t i = 0; i < column.quantiles.size() && i < std::size(profile_quantiles); ++i)
        object.set(number_of(profile_quantiles[i]), text(column.quantiles[i]));
    return object;
}

Value column_json(const ColumnProfile& column) {
    Value value = Value::object();
    value.set("name", column.name);
    value.set("type", column.type);
    value.set("nulls", column.nulls);
    value.set("empty", column.empty);
    value.set("distinct", column.distinct);
    value.set("distinct_exact", column.distinct_exact);
    value.set("min", text(column.min));
    value.set("max", text(column.max));
    value.set("mean", real(column.mean));
    value.set("deviation", real(column.deviation));
    value.set("quantiles", quantiles_json(column));
    value.set("length_min", integer(column.length_min));
    value.set("length_max", integer(column.length_max));
    value.set("length_mean", real(column.length_mean));
    value.set("top", values_json(column.top, "value"));
    value.set("top_exact", column.top_exact);
    Value& histogram = value.set("histogram", Value::array());
    for (const Bucket& bucket : column.histogram) {
        Value& one = histogram.add(Value::object());
        one.set("from", real(bucket.from));
        one.set("to", real(bucket.to));
        one.set("rows", bucket.rows);
    }
    value.set("patterns", values_json(column.patterns, "pattern"));
    return value;
}

}  // namespace

Value to_json(const Profile& profile) {
    Value value = Value::object();
    value.set("table", profile.table.text());
    value.set("version", profile.version);
    value.set("row_count", profile.row_count);
    value.set("profiled_at", time_text(profile.profiled_at));
    value.set("duration_us", profile.duration_us);
    value.set("quantiles_exact", profile.quantiles_exact);
    Value& columns = value.set("columns", Value::array());
    for (const ColumnProfile& column : profile.columns) columns.add(column_json(column));
    Value& correlations = value.set("correlations", Value::array());
    for (const Correlation& pair : profile.correlations) {
        Value& one = correlations.add(Value::object());
        one.set("a", pair.a);
        one.set("b", pair.b);
        one.set("pearson", real(pair.pearson));
    }
    return value;
}

}  // namespace tradewind::quality

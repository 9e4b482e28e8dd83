// What a reader sends as the values of filters.
#include <utility>

#include "base/text.h"
#include "dashboard/dates.h"
#include "dashboard/words.h"

namespace tradewind::dashboard {

namespace {

constexpr std::size_t values_max = 1000;
constexpr std::size_t value_bytes_max = 1024;

Error refuse(const Filter& filter, const std::string& what, std::string hint) {
    return Error(ErrorCode::InvalidArgument, "filter " + filter.name + ": " + what)
        .with_hint(std::move(hint));
}

std::string shape_of(const Filter& filter) {
    if (filter.kind == FilterKind::DateRange)
        return R"(Send {"from": "2011-01-01", "to": "2011-01-31"}, {"preset": "last_month"} or null.)";
    return filter.multiple ? "Send a list of values, or null." : "Send one value, or null.";
}

Result<std::string> read_day(const Filter& filter, const json::Value& range, const char* end) {
    const json::Value* value = range.find(end);
    if (value == nullptr || value->is_null()) return std::string();
    if (value->kind() != json::Kind::String)
        return refuse(filter, std::string(end) + " is no day", shape_of(filter));
    const auto day = parse_day(value->text());
    if (!day.ok()) return refuse(filter, day.error().message(), day.error().hint());
    return value->text();
}

Result<FilterValue> read_preset(const Filter& filter, const json::Value& preset) {
    if (preset.kind() != json::Kind::String)
        return refuse(filter, "a preset is a name", shape_of(filter));
    if (!contains(preset_names(), preset.text())) {
        return unknown(ErrorCode::InvalidArgument, "preset", preset.text(), preset_names())
            .in("filter " + filter.name);
    }
    FilterValue value;
    value.preset = preset.text();
    return value;
}

Result<FilterValue> read_range(const Filter& filter, const json::Value& sent) {
    if (sent.kind() != json::Kind::Object)
        return refuse(filter, "this is no range of days", shape_of(filter));
    for (const auto& [name, value] : sent.members()) {
        if (name != "from" && name != "to" && name != "preset")
            return refuse(filter, "unknown member '" + name + "'", shape_of(filter));
    }
    if (const json::Value* preset = sent.find("preset"); preset != nullptr && !preset->is_null())
        return read_preset(filter, *preset);
    FilterValue value;
    value.range.from = TRY(read_day(filter, sent, "from"));
    value.range.to = TRY(read_day(filter, sent, "to"));
    const bool whole = !value.range.from.empty() && !value.range.to.empty();
    if (whole && value.range.to < value.range.from)
        return refuse(filter, "it ends before it begins", "Swap from and to.");
    return value;
}

Result<std::optional<std::string>> read_one(const Filter& filter, const json::Value& sent) {
    if (sent.is_null()) return std::optional<std::string>();
    if (sent.kind() != json::Kind::String && sent.kind() != json::Kind::Number)
        return refuse(filter, "a value is a text or a number", shape_of(filter));
    if (sent.text().size() > value_bytes_max)
        return refuse(filter, "a value has more than 1,024 bytes", "Choose from its values.");
    return std::optional<std::string>(sent.text());
}

Result<FilterValue> read_values(const Filter& filter, const json::Value& sent) {
    FilterValue value;
    if (sent.kind() != json::Kind::Array) {
        value.values.push_back(TRY(read_one(filter, sent)));
        return value;
    }
    if (sent.items().size() > values_max)
        return refuse(filter, "more than 1,000 values are chosen", "Choose fewer, or none: all.");
    for (const json::Value& item : sent.items())
        value.values.push_back(TRY(read_one(filter, item)));
    if (filter.multiple || value.values.size() <= 1) return value;
    return refuse(filter, "one value is chosen here, not several", shape_of(filter));
}

FilterValue default_of(const Filter& filter) {
    FilterValue value;
    if (filter.default_preset != "all") value.preset = filter.default_preset;
    for (const std::string& chosen : filter.default_values) value.values.emplace_back(chosen);
    return value;
}

bool is_set(const FilterValue& value) {
    const bool preset = !value.preset.empty() && value.preset != "all";
    return preset || value.range != DateRange() || !value.values.empty();
}

}  // namespace

Result<FilterValues> read_filter_values(const Definition& definition, const json::Value* filters) {
    FilterValues values;
    for (const Filter& filter : definition.filters) values[filter.name] = default_of(filter);
    static const json::Value nothing = json::Value::object();
    const json::Value& sent = filters == nullptr || filters->is_null() ? nothing : *filters;
    if (sent.kind() != json::Kind::Object) {
        return Error(ErrorCode::InvalidArgument, "filters must map filters to what is chosen")
            .with_hint(R"(For example {"country": ["france"]}.)");
    }
    std::vector<std::string_view> known;
    for (const Filter& filter : definition.filters) known.push_back(filter.name);
    for (const auto& [name, value] : sent.members()) {
        const Filter* filter = definition.find_filter(name);
        if (filter == nullptr) return unknown(ErrorCode::InvalidArgument, "filter", name, known);
        if (value.is_null()) {
            values[name] = {};
        } else if (filter->kind == FilterKind::DateRange) {
            values[name] = TRY(read_range(*filter, value));
        } else {
            values[name] = TRY(read_values(*filter, value));
        }
    }
    std::erase_if(values, [](const auto& entry) { return !is_set(entry.second); });
    return values;
}

}  // namespace tradewind::dashboard

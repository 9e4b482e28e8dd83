// How a profile is kept: what later crawls put together with what they find.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "crawl/column_profile.h"

namespace tradewind::crawl {

namespace {

std::int64_t number_or(const json::Value& value, std::int64_t fallback) {
    const auto number = value.as_integer();
    return number.ok() ? *number : fallback;
}

}  // namespace

// A number, or a list of it and those of each text for null.
json::Value ColumnProfile::nulls_to_json() const {
    const bool texts = std::ranges::any_of(null_text_counts_, [](auto count) { return count > 0; });
    if (!texts) return null_count_ > 0 ? json::Value::number(null_count_) : json::Value();
    json::Value list = json::Value::array();
    list.add(json::Value::number(null_count_));
    for (const std::int64_t count : null_text_counts_) list.add(json::Value::number(count));
    return list;
}

void ColumnProfile::remove_nulls(const json::Value& nulls) {
    const auto take = [](std::int64_t& from, const json::Value& count) {
        from = std::max<std::int64_t>(0, from - number_or(count, 0));
    };
    if (nulls.kind() != json::Kind::Array) return take(null_count_, nulls);
    for (std::size_t i = 0; i < nulls.items().size() && i <= null_text_counts_.size(); ++i)
        take(i == 0 ? null_count_ : null_text_counts_.at(i - 1), nulls.items()[i]);
}

json::Value ColumnProfile::to_json() const {
    json::Value object = json::Value::object();
    object.set("values", value_count_);
    object.set("nulls", null_count_);
    object.set("seen", static_cast<std::int64_t>(seen_));
    if (null_texts_ != no_null_text) {
        json::Value& counts = object.set("null_texts", json::Value::array());
        counts.add(json::Value::number(null_texts_));
        for (const std::int64_t count : null_text_counts_) counts.add(json::Value::number(count));
    }
    if (rounds_) object.set("rounds", true);
    object.set("digits", static_cast<std::int64_t>(integer_digits_));
    object.set("scale", static_cast<std::int64_t>(scale_));
    object.set("temporal_any", static_cast<std::int64_t>(temporal_any_));
    object.set("temporal_all", static_cast<std::int64_t>(temporal_all_));
    json::Value instants = json::Value::array();
    for (const Span& span : instants_) {
        instants.add(json::Value::number(span.least));
        instants.add(json::Value::number(span.most));
    }
    if (temporal_any_ != 0 && !instants_unknown_) object.set("instants", std::move(instants));
    object.set("min", text_min_);
    object.set("max", text_max_);
    object.set("number_min", number_min_text_);
    object.set("number_max", number_max_text_);
    object.set("distinct", distinct_.encode());
    if (distinct_told_ > 0) object.set("distinct_told", distinct_told_);
    return object;
}

void ColumnProfile::read_null_texts(const json::Value& value) {
    if (value.kind() != json::Kind::Array) {
        // Of before they were counted: they are among the nulls, and NULL may have been null.
        null_texts_ = static_cast<NullTexts>(number_or(value, 0));
        if ((null_texts_ & null_upper) != 0) null_texts_ |= null_lower;
        return;
    }
    const auto number = [&](std::size_t at) {
        return at < value.items().size() ? number_or(value.items()[at], 0) : 0;
    };
    null_texts_ = static_cast<NullTexts>(number(0));
    for (std::size_t i = 0; i < null_text_counts_.size(); ++i)
        null_text_counts_.at(i) = number(i + 1);
}

void ColumnProfile::read_instants(const json::Value* value) {
    instants_unknown_ = temporal_any_ != 0 && value == nullptr;
    if (value == nullptr || value->items().size() != 2 * instants_.size()) return;
    for (std::size_t i = 0; i < instants_.size(); ++i) {
        Span& span = instants_.at(i);
        span.least = number_or(value->items()[2 * i], span.least);
        span.most = number_or(value->items()[2 * i + 1], span.most);
    }
}

ColumnProfile ColumnProfile::from_json(const json::Value& value) {
    ColumnProfile profile;
    profile.value_count_ = value.integer_or("values", 0);
    profile.null_count_ = value.integer_or("nulls", 0);
    profile.seen_ = static_cast<std::uint8_t>(value.integer_or("seen", 0));
    if (const json::Value* texts = value.find("null_texts")) profile.read_null_texts(*texts);
    profile.rounds_ = value.boolean_or("rounds", false);
    profile.integer_digits_ = static_cast<int>(value.integer_or("digits", 0));
    profile.scale_ = static_cast<int>(value.integer_or("scale", 0));
    profile.temporal_any_ = static_cast<TemporalMask>(value.integer_or("temporal_any", 0));
    profile.temporal_all_ = static_cast<TemporalMask>(value.integer_or("temporal_all", 0));
    profile.read_instants(value.find("instants"));
    profile.text_min_ = value.text_or("min", "");
    profile.text_max_ = value.text_or("max", "");
    for (const char* name : {"number_min", "number_max"}) {
        const std::string text = value.text_or(name, "");
        if (!text.empty()) {
            profile.take_number_extremes(text, std::strtold(text.c_str(), nullptr));
        }
    }
    profile.distinct_told_ = value.integer_or("distinct_told", 0);
    profile.distinct_ = Sketch::decode(value.text_or("distinct", ""));
    return profile;
}

}  // namespace tradewind::crawl

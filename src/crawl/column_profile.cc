#include "crawl/column_profile.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "base/hash.h"
#include "base/text.h"

namespace tradewind::crawl {

namespace {

// Longer extremes are cut: they are to be looked at.
constexpr std::size_t extreme_bytes_max = 64;
// A DECIMAL of more digits is not exact in 64 bits, and prices do not have more places than that.
constexpr int decimal_digits_max = 18;
constexpr int decimal_scale_max = 6;

constexpr TemporalMask iso_mask = iso_date | iso_timestamp | iso_zoned;

// Cut where a character ends.
std::string shortened(std::string_view text) {
    if (text.size() <= extreme_bytes_max) return std::string(text);
    std::size_t size = extreme_bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return std::string(text.substr(0, size));
}

bool is_number(const std::string& type) {
    return type.ends_with("INT") || type == "INTEGER" || type == "FLOAT" || type == "DOUBLE" ||
           type.starts_with("DECIMAL");
}

NullText null_text_of(std::string_view text) {
    if (text == "NULL" || text == "null") return null_word;
    return text == "\\N" ? null_backslash : no_null_text;
}

ColumnType of(std::string type, std::string format = "") {
    return {std::move(type), std::move(format), true, false};
}

}  // namespace

const char* text_of(NullText text) {
    return text == null_word ? "NULL" : text == null_backslash ? "\\N" : "";
}

void ColumnProfile::take_text_extremes(std::string_view text) {
    const std::string_view front = text.substr(0, extreme_bytes_max);
    if (value_count_ == 0 || front < text_min_) text_min_ = shortened(text);
    if (value_count_ == 0 || front > text_max_) text_max_ = shortened(text);
}

void ColumnProfile::take_number_extremes(std::string_view text, long double number) {
    if (!has_number_ || number < number_min_) {
        number_min_ = number;
        number_min_text_ = text;
    }
    if (!has_number_ || number > number_max_) {
        number_max_ = number;
        number_max_text_ = text;
    }
    has_number_ = true;
}

void ColumnProfile::take_cell(const Cell& cell) {
    seen_ |= bit(cell.kind);
    integer_digits_ = std::max(integer_digits_, cell.integer_digits);
    scale_ = std::max(scale_, cell.scale);
    if (cell.kind != CellKind::Temporal) return;
    temporal_any_ |= cell.temporal;
    temporal_all_ &= cell.temporal;
}

void ColumnProfile::add_value(std::string_view text, const Cell& cell) {
    take_cell(cell);
    take_text_extremes(text);
    const bool number = cell.kind <= CellKind::Double;
    if (number) take_number_extremes(text, cell.number);
    distinct_.add(hash64(text));
    ++value_count_;
}

void ColumnProfile::add(std::string_view text) {
    if (text.empty()) return add_null();
    if (text == last_ && value_count_ > 0) {
        ++value_count_;
        return;
    }
    if (const NullText null = null_text_of(text); null != no_null_text) {
        null_texts_ |= null;
        return add_null();
    }
    // Numbers stand with blanks around them in fixed-width exports; SQL reads them all the same.
    Cell cell = read_cell(text);
    if (cell.kind == CellKind::Text && (text.front() == ' ' || text.back() == ' ')) {
        const std::string_view inner = trim(text);
        if (inner.empty()) return add_value(text, Cell());
        const Cell trimmed = read_cell(inner);
        if (trimmed.kind <= CellKind::Double) cell = trimmed;
    }
    add_value(text, cell);
    last_ = text.size() <= extreme_bytes_max ? std::string(text) : "";
}

void ColumnProfile::add_json_string(std::string_view text) {
    Cell cell = text.empty() ? Cell() : read_cell(text);
    if (cell.kind != CellKind::Temporal || (cell.temporal & iso_mask) == 0) cell = Cell();
    add_value(text, cell);
}

void ColumnProfile::add_json_number(std::string_view digits) {
    Cell cell = read_cell(digits);
    if (cell.kind > CellKind::Double) {
        cell = Cell();
        cell.kind = CellKind::Double;
        cell.number = std::strtold(std::string(digits).c_str(), nullptr);
    }
    add_value(digits, cell);
}

void ColumnProfile::add_json_boolean(bool value) {
    Cell cell;
    cell.kind = CellKind::Boolean;
    add_value(value ? "true" : "false", cell);
}

void ColumnProfile::add_json_nested(std::string_view json) {
    add_value(json, Cell());
}

void ColumnProfile::merge(const ColumnProfile& other) {
    if (other.value_count_ > 0) {
        if (value_count_ == 0 || other.text_min_ < text_min_) text_min_ = other.text_min_;
        if (value_count_ == 0 || other.text_max_ > text_max_) text_max_ = other.text_max_;
    }
    if (other.has_number_) {
        take_number_extremes(other.number_min_text_, other.number_min_);
        take_number_extremes(other.number_max_text_, other.number_max_);
    }
    value_count_ += other.value_count_;
    null_count_ += other.null_count_;
    seen_ |= other.seen_;
    null_texts_ |= other.null_texts_;
    integer_digits_ = std::max(integer_digits_, other.integer_digits_);
    scale_ = std::max(scale_, other.scale_);
    temporal_any_ |= other.temporal_any_;
    temporal_all_ &= other.temporal_all_;
    distinct_.merge(other.distinct_);
    distinct_told_ = std::max(distinct_told_, other.distinct_told_);
    last_.clear();
}

void ColumnProfile::remove_nulls(std::int64_t count) {
    null_count_ = std::max<std::int64_t>(0, null_count_ - count);
}

ColumnType ColumnProfile::number_type() const {
    if (saw(CellKind::Double) || saw(CellKind::Special)) return of("DOUBLE");
    if (!saw(CellKind::Decimal)) return of("BIGINT");
    if (scale_ > decimal_scale_max || integer_digits_ + scale_ > decimal_digits_max) {
        return of("DOUBLE");
    }
    return of("DECIMAL(" + std::to_string(decimal_digits_max) + "," + std::to_string(scale_) + ")");
}

ColumnType ColumnProfile::temporal_type() const {
    if ((temporal_any_ & ~iso_date) == 0) return of("DATE");
    if ((temporal_any_ & ~(iso_date | iso_timestamp)) == 0) return of("TIMESTAMP");
    if (temporal_any_ == iso_zoned) return of("TIMESTAMP WITH TIME ZONE");
    const TemporalMask fits = temporal_all_ & temporal_any_;
    if (std::popcount(fits) != 1) {
        ColumnType text = of("STRING");
        text.ambiguous = fits != 0;
        return text;
    }
    const int form = std::countr_zero(fits);
    return of(temporal_has_time(form) ? "TIMESTAMP" : "DATE", temporal_format(form));
}

ColumnType ColumnProfile::type(NullText null_text) const {
    if ((null_texts_ & ~null_text) != 0) return of("STRING");
    if (value_count_ == 0) return {"STRING", "", false, false};
    if (saw(CellKind::Text)) return of("STRING");
    const bool numbers = saw(CellKind::Integer) || saw(CellKind::Decimal) || saw(CellKind::Double);
    const int classes =
        (numbers ? 1 : 0) + (saw(CellKind::Boolean) ? 1 : 0) + (saw(CellKind::Temporal) ? 1 : 0);
    if (classes != 1 || (saw(CellKind::Special) && !numbers)) return of("STRING");
    if (numbers) return number_type();
    return saw(CellKind::Boolean) ? of("BOOLEAN") : temporal_type();
}

NullText ColumnProfile::wanted_null_text() const {
    if (std::popcount(null_texts_) != 1 || value_count_ == 0) return no_null_text;
    const auto wanted = static_cast<NullText>(null_texts_);
    return type(wanted).type == "STRING" ? no_null_text : wanted;
}

std::int64_t ColumnProfile::distinct_approx() const {
    return std::max(distinct_.estimate(), distinct_told_);
}

void ColumnProfile::add_statistics(const Statistics& statistics) {
    if (statistics.value_count > 0 && !statistics.min.empty()) {
        take_text_extremes(statistics.min);
        value_count_ += statistics.value_count;
        take_text_extremes(statistics.max);
        for (const std::string& text : {statistics.min, statistics.max}) {
            const Cell cell = read_cell(text);
            if (cell.kind <= CellKind::Double) take_number_extremes(text, cell.number);
        }
    } else {
        value_count_ += statistics.value_count;
    }
    null_count_ += statistics.null_count;
    distinct_told_ = std::max(distinct_told_, statistics.distinct_approx);
}

std::string ColumnProfile::min(const std::string& type, const std::string& format) const {
    if (is_number(type)) return number_min_text_;
    return format.empty() ? text_min_ : "";
}

std::string ColumnProfile::max(const std::string& type, const std::string& format) const {
    if (is_number(type)) return number_max_text_;
    return format.empty() ? text_max_ : "";
}

json::Value ColumnProfile::to_json() const {
    json::Value object = json::Value::object();
    object.set("values", value_count_);
    object.set("nulls", null_count_);
    object.set("seen", static_cast<std::int64_t>(seen_));
    object.set("null_texts", static_cast<std::int64_t>(null_texts_));
    object.set("digits", static_cast<std::int64_t>(integer_digits_));
    object.set("scale", static_cast<std::int64_t>(scale_));
    object.set("temporal_any", static_cast<std::int64_t>(temporal_any_));
    object.set("temporal_all", static_cast<std::int64_t>(temporal_all_));
    object.set("min", text_min_);
    object.set("max", text_max_);
    object.set("number_min", number_min_text_);
    object.set("number_max", number_max_text_);
    object.set("distinct", distinct_.encode());
    if (distinct_told_ > 0) object.set("distinct_told", distinct_told_);
    return object;
}

ColumnProfile ColumnProfile::from_json(const json::Value& value) {
    ColumnProfile profile;
    profile.value_count_ = value.integer_or("values", 0);
    profile.null_count_ = value.integer_or("nulls", 0);
    profile.seen_ = static_cast<std::uint8_t>(value.integer_or("seen", 0));
    profile.null_texts_ = static_cast<std::uint8_t>(value.integer_or("null_texts", 0));
    profile.integer_digits_ = static_cast<int>(value.integer_or("digits", 0));
    profile.scale_ = static_cast<int>(value.integer_or("scale", 0));
    profile.temporal_any_ = static_cast<TemporalMask>(value.integer_or("temporal_any", 0));
    profile.temporal_all_ = static_cast<TemporalMask>(value.integer_or("temporal_all", 0));
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

#include "crawl/column_profile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"

namespace tradewind::crawl {

namespace {

// Longer extremes are cut: they are to be looked at.
constexpr std::size_t extreme_bytes_max = 64;
constexpr const char* cut_mark = "…";
// A DECIMAL of more digits is not exact in 64 bits, and prices do not have more places than that.
constexpr int decimal_digits_max = 18;
constexpr int decimal_scale_max = 6;

constexpr TemporalMask iso_mask = iso_date | iso_timestamp | iso_zoned | iso_utc;
// Doubles hold fifteen digits as they are, whatever they are.
constexpr long double double_digits_max = 1e15L;

constexpr std::array<const char*, null_text_count> null_words = {"NULL", "\\N", "null"};

// Cut where a character ends, and marked. The mark sorts as what is cut off may, or before: what
// comes later with the same beginning changes nothing.
std::string shortened(std::string_view text) {
    if (text.size() <= extreme_bytes_max) return std::string(text);
    std::size_t size = extreme_bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return std::string(text.substr(0, size)) + cut_mark;
}

bool is_number(const std::string& type) {
    return type.ends_with("INT") || type == "INTEGER" || type == "FLOAT" || type == "DOUBLE" ||
           type.starts_with("DECIMAL");
}

bool is_temporal(const std::string& type) {
    return type == "DATE" || type.starts_with("TIMESTAMP");
}

// Its place among the words for null; -1: it is none.
int null_word_of(std::string_view text) {
    if (text.size() > 4 || (text.front() != 'N' && text.front() != 'n' && text.front() != '\\')) {
        return -1;
    }
    const auto found = std::ranges::find(null_words, text);
    return found == null_words.end() ? -1 : static_cast<int>(found - null_words.begin());
}

NullTexts null_bit(int word) {
    return static_cast<NullTexts>(1u << static_cast<unsigned>(word));
}

std::string instant_text(const std::string& type, std::int64_t micros) {
    if (type == "DATE") return format_date(to_days(Timestamp{micros}));
    return format_sql(Timestamp{micros}) + (type == "TIMESTAMP" ? "" : "+00");
}

ColumnType of(std::string type, std::string format = "") {
    return {std::move(type), std::move(format), true, false};
}

}  // namespace

std::vector<std::string> texts_of(NullTexts texts) {
    std::vector<std::string> words;
    for (int word = 0; word < null_text_count; ++word) {
        if ((texts & null_bit(word)) != 0)
            words.emplace_back(null_words.at(static_cast<std::size_t>(word)));
    }
    return words;
}

void ColumnProfile::Span::take(std::int64_t value) {
    least = std::min(least, value);
    most = std::max(most, value);
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
    rounds_ = rounds_ || cell.rounds;
    integer_digits_ = std::max(integer_digits_, cell.integer_digits);
    scale_ = std::max(scale_, cell.scale);
    if (cell.kind != CellKind::Temporal) return;
    temporal_any_ |= cell.temporal;
    temporal_all_ &= cell.temporal;
    take_instants(cell);
}

void ColumnProfile::take_instants(const Cell& cell) {
    std::size_t fitting = 0;
    for (TemporalMask left = cell.temporal; left != 0; left &= left - 1) {
        const auto order = static_cast<std::size_t>(temporal_order(std::countr_zero(left)));
        instants_.at(order).take(cell.instants.at(fitting++));
    }
}

bool ColumnProfile::add_null_text(std::string_view text) {
    const int word = null_word_of(text);
    if (word < 0) return false;
    null_texts_ |= null_bit(word);
    ++null_text_counts_.at(static_cast<std::size_t>(word));
    return true;
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
    if (add_null_text(text)) return;
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
    // More digits than a BIGINT has are text, as elsewhere.
    const bool whole = digits.find_first_not_of("-0123456789") == std::string_view::npos;
    if (cell.kind > CellKind::Double && !whole) {
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
    rounds_ = rounds_ || other.rounds_;
    null_texts_ |= other.null_texts_;
    for (std::size_t i = 0; i < null_text_counts_.size(); ++i)
        null_text_counts_.at(i) += other.null_text_counts_.at(i);
    for (std::size_t i = 0; i < instants_.size(); ++i) {
        if (other.instants_.at(i).empty()) continue;
        instants_.at(i).take(other.instants_.at(i).least);
        instants_.at(i).take(other.instants_.at(i).most);
    }
    integer_digits_ = std::max(integer_digits_, other.integer_digits_);
    scale_ = std::max(scale_, other.scale_);
    temporal_any_ |= other.temporal_any_;
    temporal_all_ &= other.temporal_all_;
    distinct_.merge(other.distinct_);
    instants_unknown_ = instants_unknown_ || other.instants_unknown_;
    distinct_told_ = std::max(distinct_told_, other.distinct_told_);
    last_.clear();
}

// Whole numbers that would come out as others are ids, and text.
ColumnType ColumnProfile::double_type() const {
    return of(rounds_ ? "STRING" : "DOUBLE");
}

ColumnType ColumnProfile::number_type() const {
    if (saw(CellKind::Double) || saw(CellKind::Special)) return double_type();
    if (!saw(CellKind::Decimal)) return of("BIGINT");
    if (scale_ > decimal_scale_max || integer_digits_ + scale_ > decimal_digits_max) {
        return double_type();
    }
    return of("DECIMAL(" + std::to_string(decimal_digits_max) + "," + std::to_string(scale_) + ")");
}

ColumnType ColumnProfile::temporal_type() const {
    if ((temporal_any_ & ~iso_date) == 0) return of("DATE");
    if ((temporal_any_ & ~(iso_date | iso_timestamp | iso_utc)) == 0) return of("TIMESTAMP");
    if ((temporal_any_ & ~(iso_zoned | iso_utc)) == 0) return of("TIMESTAMP WITH TIME ZONE");
    const TemporalMask fits = temporal_all_ & temporal_any_;
    if (std::popcount(fits) != 1) {
        ColumnType text = of("STRING");
        text.ambiguous = fits != 0;
        return text;
    }
    const int form = std::countr_zero(fits);
    return of(temporal_has_time(form) ? "TIMESTAMP" : "DATE", temporal_format(form));
}

ColumnType ColumnProfile::type(NullTexts null_texts) const {
    if ((null_texts_ & ~null_texts) != 0) return of("STRING");
    if (value_count_ == 0) return {"STRING", "", false, false};
    if (saw(CellKind::Text)) return of("STRING");
    const bool numbers = saw(CellKind::Integer) || saw(CellKind::Decimal) || saw(CellKind::Double);
    const int classes =
        (numbers ? 1 : 0) + (saw(CellKind::Boolean) ? 1 : 0) + (saw(CellKind::Temporal) ? 1 : 0);
    if (classes != 1 || (saw(CellKind::Special) && !numbers)) return of("STRING");
    if (numbers) return number_type();
    return saw(CellKind::Boolean) ? of("BOOLEAN") : temporal_type();
}

NullTexts ColumnProfile::wanted_null_texts() const {
    if (null_texts_ == no_null_text || value_count_ == 0) return no_null_text;
    return type(null_texts_).type == "STRING" ? no_null_text : null_texts_;
}

std::int64_t ColumnProfile::null_count(NullTexts null_texts) const {
    std::int64_t count = null_count_;
    for (int word = 0; word < null_text_count; ++word) {
        if ((null_texts & null_bit(word)) != 0)
            count += null_text_counts_.at(static_cast<std::size_t>(word));
    }
    return count;
}

std::vector<std::string> ColumnProfile::null_texts_as_texts(NullTexts taken) const {
    return texts_of(static_cast<NullTexts>(null_texts_ & ~taken));
}

std::int64_t ColumnProfile::distinct_approx(NullTexts null_texts) const {
    const auto texts = static_cast<std::int64_t>(null_texts_as_texts(null_texts).size());
    return std::max(distinct_.estimate() + texts, distinct_told_);
}

bool ColumnProfile::all_are(std::string_view text) const {
    if (value_count_ == 0 || null_count_ > 0 || null_texts_ != no_null_text) return false;
    if (text_min_ != text_max_) return false;
    if (text_min_ == shortened(text)) return true;
    const auto number = parse_integer(text);  // 01 and 1 are one month
    return number && number == parse_integer(text_min_);
}

bool ColumnProfile::fits_double(int places) const {
    const long double most =
        has_number_ ? std::max(std::abs(number_min_), std::abs(number_max_)) : 0.0L;
    if (value_count_ > 0 && !has_number_) return false;
    return most * std::pow(10.0L, places) <= double_digits_max;
}

void ColumnProfile::add_statistics(const Statistics& statistics) {
    if (statistics.value_count > 0 && !statistics.min.empty()) {
        take_text_extremes(statistics.min);
        value_count_ += statistics.value_count;
        take_text_extremes(statistics.max);
        for (const std::string& text : {statistics.min, statistics.max}) {
            const Cell cell = read_cell(text);
            if (cell.kind <= CellKind::Double) {
                take_number_extremes(text, cell.number);
            } else if (text.find_first_not_of("-0123456789") == std::string::npos) {
                take_number_extremes(text, std::strtold(text.c_str(), nullptr));
            }
        }
    } else {
        value_count_ += statistics.value_count;
    }
    null_count_ += statistics.null_count;
    distinct_told_ = std::max(distinct_told_, statistics.distinct_approx);
}

// Of statistics that were told there are only texts, which stand in one form and one zone.
ColumnProfile::Span ColumnProfile::span_of(const ColumnType& type) const {
    if (!is_temporal(type.type) || instants_unknown_) return {};
    if (type.format.empty()) return instants_.front();
    for (int bit = 0; bit < temporal_bit_count; ++bit) {
        if (type.format == temporal_format(bit))
            return instants_.at(static_cast<std::size_t>(temporal_order(bit)));
    }
    return {};
}

std::string ColumnProfile::min(const ColumnType& type, NullTexts null_texts) const {
    if (is_number(type.type)) return number_min_text_;
    const Span span = span_of(type);
    if (!span.empty()) return instant_text(type.type, span.least);
    std::string least = text_min_;
    for (const std::string& text : null_texts_as_texts(null_texts))
        least = value_count_ == 0 && least.empty() ? text : std::min(least, text);
    return type.format.empty() ? least : "";
}

std::string ColumnProfile::max(const ColumnType& type, NullTexts null_texts) const {
    if (is_number(type.type)) return number_max_text_;
    const Span span = span_of(type);
    if (!span.empty()) return instant_text(type.type, span.most);
    std::string most = text_max_;
    for (const std::string& text : null_texts_as_texts(null_texts)) most = std::max(most, text);
    return type.format.empty() ? most : "";
}

}  // namespace tradewind::crawl

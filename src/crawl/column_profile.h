// What all values of one column, of one file or of many, say together: its type and statistics. Two
// profiles can be put together, so that a file is read once and never again.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "crawl/cell.h"
#include "crawl/sketch.h"

namespace tradewind::crawl {

struct ColumnType {
    std::string type;        // portable; STRING also where there are no values at all
    std::string format;      // strptime form of dates and times; empty: ISO
    bool known = false;      // false: there were no values
    bool ambiguous = false;  // dates that may be read in two ways, hence STRING
};

// Texts that databases write for null, as bits; nothing else can be meant by them in a column of
// numbers.
using NullTexts = std::uint8_t;
constexpr NullTexts no_null_text = 0;
constexpr NullTexts null_upper = 1;      // NULL
constexpr NullTexts null_backslash = 2;  // \N
constexpr NullTexts null_lower = 4;      // null
constexpr int null_text_count = 3;
std::vector<std::string> texts_of(NullTexts texts);

class ColumnProfile {
public:
    // A cell of a text file; empty is null.
    void add(std::string_view text);
    void add_null() { ++null_count_; }
    // JSON's values know what they are.
    void add_json_string(std::string_view text);
    void add_json_number(std::string_view digits);
    void add_json_boolean(bool value);
    void add_json_nested(std::string_view json);
    void add_nulls(std::int64_t count) { null_count_ += count; }

    // Of a file that is not read value by value.
    struct Statistics {
        std::int64_t value_count = 0;
        std::int64_t null_count = 0;
        std::string min;
        std::string max;
        std::int64_t distinct_approx = 0;
    };
    void add_statistics(const Statistics& statistics);

    void merge(const ColumnProfile& other);
    // How many rows are null, or may be; null: none. So that they can be taken off when the file
    // goes; the rest can only be undone by reading all files again.
    json::Value nulls_to_json() const;
    void remove_nulls(const json::Value& nulls);

    // All the following: with these texts taken for null.
    ColumnType type(NullTexts null_texts) const;
    std::int64_t null_count(NullTexts null_texts) const;
    std::int64_t distinct_approx(NullTexts null_texts) const;
    // Which texts would have to mean null for this column to be more than text.
    NullTexts wanted_null_texts() const;

    std::int64_t value_count() const { return value_count_; }
    // Of a column that is of such a type. Empty: none, or not known. Times are in SQL's form.
    std::string min(const ColumnType& type, NullTexts null_texts) const;
    std::string max(const ColumnType& type, NullTexts null_texts) const;
    // Is there a value in every row, and that one? Of a long one its beginning counts.
    bool all_are(std::string_view text) const;
    // Can a DOUBLE hold all numbers of this column, which have so many places, as they are?
    bool fits_double(int places) const;

    json::Value to_json() const;
    static ColumnProfile from_json(const json::Value& value);

private:
    struct Span {
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::int64_t most = std::numeric_limits<std::int64_t>::min();
        bool empty() const { return least > most; }
        void take(std::int64_t value);
    };

    void add_value(std::string_view text, const Cell& cell);
    bool add_null_text(std::string_view text);
    void take_instants(const Cell& cell);
    Span span_of(const ColumnType& type) const;
    // The texts for null that stand in the column as texts.
    std::vector<std::string> null_texts_as_texts(NullTexts taken) const;
    void read_null_texts(const json::Value& value);
    void read_instants(const json::Value* value);
    void take_cell(const Cell& cell);
    void take_text_extremes(std::string_view text);
    void take_number_extremes(std::string_view text, long double number);
    bool saw(CellKind kind) const { return (seen_ & bit(kind)) != 0; }
    static std::uint8_t bit(CellKind kind) {
        return static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
    }
    ColumnType number_type() const;
    ColumnType double_type() const;
    ColumnType temporal_type() const;

    std::int64_t value_count_ = 0;
    std::int64_t null_count_ = 0;
    std::uint8_t seen_ = 0;                // kinds of values
    NullTexts null_texts_ = no_null_text;  // kept apart from them
    std::array<std::int64_t, null_text_count> null_text_counts_{};
    bool rounds_ = false;  // some whole number would, as a DOUBLE
    int integer_digits_ = 0;
    int scale_ = 0;
    TemporalMask temporal_any_ = 0;
    TemporalMask temporal_all_ = ~TemporalMask{0};  // of the forms that are not ISO
    std::array<Span, temporal_order_count> instants_{};
    bool instants_unknown_ = false;  // it was kept before they were
    std::string text_min_;
    std::string text_max_;
    bool has_number_ = false;
    long double number_min_ = 0;
    long double number_max_ = 0;
    std::string number_min_text_;
    std::string number_max_text_;
    Sketch distinct_;
    std::int64_t distinct_told_ = 0;  // by statistics; at least so many
    std::string last_;                // the value before, which often comes again
};

}  // namespace tradewind::crawl

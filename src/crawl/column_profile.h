// What all values of one column, of one file or of many, say together: its type and statistics. Two
// profiles can be put together, so that a file is read once and never again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

// Texts that databases write for null; nothing else can be meant by them in a column of numbers.
enum NullText : std::uint8_t { no_null_text = 0, null_word = 1, null_backslash = 2 };
const char* text_of(NullText text);  // "", "NULL", "\N"

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
    // Rows that are no longer there; the rest can only be undone by reading all files again.
    void remove_nulls(std::int64_t count);

    // With these texts (bits) taken for null.
    ColumnType type(NullText null_text) const;
    // Which text would have to mean null for this column to be more than text; no_null_text: none.
    NullText wanted_null_text() const;

    std::int64_t value_count() const { return value_count_; }
    std::int64_t null_count() const { return null_count_; }
    std::int64_t distinct_approx() const;
    // Empty: none, or not known.
    std::string min(const std::string& type, const std::string& format) const;
    std::string max(const std::string& type, const std::string& format) const;

    json::Value to_json() const;
    static ColumnProfile from_json(const json::Value& value);

private:
    void add_value(std::string_view text, const Cell& cell);
    void take_cell(const Cell& cell);
    void take_text_extremes(std::string_view text);
    void take_number_extremes(std::string_view text, long double number);
    bool saw(CellKind kind) const { return (seen_ & bit(kind)) != 0; }
    static std::uint8_t bit(CellKind kind) {
        return static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
    }
    ColumnType number_type() const;
    ColumnType temporal_type() const;

    std::int64_t value_count_ = 0;
    std::int64_t null_count_ = 0;
    std::uint8_t seen_ = 0;        // kinds of values
    std::uint8_t null_texts_ = 0;  // kept apart from them
    int integer_digits_ = 0;
    int scale_ = 0;
    TemporalMask temporal_any_ = 0;
    TemporalMask temporal_all_ = ~TemporalMask{0};  // of the forms that are not ISO
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

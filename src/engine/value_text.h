// Values as text: numbers, decimals, dates and times as results and files carry them, appended to a
// string without any allocation of their own. Independent of the engine library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.h"

namespace tradewind::engine {

void append_integer(std::string& out, std::int64_t value);
void append_unsigned(std::string& out, std::uint64_t value);
// The same, to a place with room for 20 digits and a sign; gives what is behind them.
char* put_unsigned(char* to, std::uint64_t value);
char* put_integer(char* to, std::int64_t value);
void append_wide(std::string& out, Int128 value);
// All digits of the scale: (139120, 3) → "139.120".
void append_decimal(std::string& out, Int128 unscaled, int scale);
// Shortest text that reads back as the same number, always recognisable as floating point: "1.0",
// "1e+16", "0.1". Not finite: "nan", "inf", "-inf".
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);

// Between date and time stands a blank in CSV and a T in JSON.
enum class TimeStyle : char { Csv = ' ', Json = 'T' };

// Proleptic Gregorian; years outside 0000–9999 get a sign or more digits, as in ISO 8601.
void append_date(std::string& out, std::int64_t days);
// Fraction digits (6 for microseconds, 9 for nanoseconds) only when it is not zero.
void append_time_micros(std::string& out, std::int64_t micros_of_day);
void append_time_nanos(std::string& out, std::int64_t nanos_of_day);
void append_timestamp_micros(std::string& out, std::int64_t micros, TimeStyle style);
void append_timestamp_nanos(std::string& out, std::int64_t nanos, TimeStyle style);
// "+02:00"; minutes and seconds only when not zero.
void append_zone_offset(std::string& out, int seconds);
// "1 year 2 months 3 days 04:05:06.5": as PostgreSQL writes it.
void append_interval(std::string& out, int months, int days, std::int64_t micros);

// RFC 4180: in quotes when it holds a comma, quote, line end, or is empty (an empty field is null).
void append_csv_text(std::string& out, std::string_view text);
// A JSON string with quotes. `text` must be UTF-8.
void append_json_text(std::string& out, std::string_view text);

}  // namespace tradewind::engine

#include "extract/csv_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tradewind::extract {

namespace {

std::string text(std::string_view value) {
    std::string line;
    append_csv_text(line, value);
    return line;
}
std::string number(double value) {
    std::string line;
    append_csv_number(line, value);
    return line;
}

// Proves that each text which could be read as something else is quoted, and that an empty text is
// not null.
TEST(CsvText, Quoting) {
    const std::pair<const char*, const char*> cases[] = {
        {"plain", "plain"},
        {"", "\"\""},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"\"", "\"\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"\r", "\"\r\""},
        {" blank", "\" blank\""},
        {"blank ", "\"blank \""},
        {"\\.", "\"\\.\""},
        {"é;ü", "é;ü"},
    };
    for (const auto& [value, written] : cases) EXPECT_EQ(text(value), written);
}

// Proves that numbers keep their value, and that bytes are written as PostgreSQL does.
TEST(CsvText, NumbersAndBytes) {
    EXPECT_EQ(number(0.1), "0.1");
    EXPECT_EQ(number(-1e300), "-1e+300");
    EXPECT_EQ(number(5e-324), "5e-324");
    EXPECT_EQ(number(std::nan("")), "NaN");
    EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "-Infinity");
    std::string line;
    append_csv_number(line, std::numeric_limits<std::int64_t>::min());
    append_csv_bytes(line, std::string_view("\0\xff", 2));
    append_csv_bytes(line, "");
    EXPECT_EQ(line, "-9223372036854775808\\x00ff\\x");
}

}  // namespace

}  // namespace tradewind::extract

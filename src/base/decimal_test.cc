#include "base/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace tradewind {
namespace {

// Texts that are no number, or do not fit, are refused; with the reason in the message.
TEST(ParseDecimal, Refuses) {
    struct Case {
        const char* text;
        const char* reason;
    };
    const Case cases[] = {
        {"", "not a number"},
        {" ", "not a number"},
        {"-", "not a number"},
        {".", "not a number"},
        {"-.", "not a number"},
        {"e5", "not a number"},
        {"1e", "not a number"},
        {"1e+", "not a number"},
        {"1e5.5", "not a number"},
        {"1.2.3", "not a number"},
        {"--1", "not a number"},
        {"+-1", "not a number"},
        {"1,5", "not a number"},
        {" 1", "not a number"},
        {"1 ", "not a number"},
        {"NaN", "not a number"},
        {"inf", "not a number"},
        {"0x10", "not a number"},
        {"1_000", "not a number"},
        {"\xd9\xa1", "not a number"},
        {"2.55001", "too many digits"},
        {"1e-5", "too many digits"},
        {"100000000", "number too large"},
        {"1e8", "number too large"},
        {"1e999999999999999999999", "number too large"},
        {"-99999999.99991", "too many digits"},
    };
    for (const Case& c : cases) {
        const auto value = parse_decimal(c.text, 12, 4, ExcessDigits::Refuse);
        ASSERT_FALSE(value.ok()) << c.text;
        EXPECT_EQ(value.error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(value.error().message().rfind(c.reason, 0), 0u)
            << c.text << ": " << value.error().message();
    }
    EXPECT_FALSE(parse_decimal(std::string_view("1\0", 2), 12, 4, ExcessDigits::Refuse).ok());
}

// Every way to write a number gives its exact unscaled value.
TEST(ParseDecimal, Reads) {
    struct Case {
        const char* text;
        std::int64_t unscaled;
    };
    const Case cases[] = {
        {"2.55", 25500},
        {"-11062.06", -110620600},
        {"0", 0},
        {"-0", 0},
        {"-0.0000", 0},
        {"0e999999999999", 0},
        {"+.5", 5000},
        {"1.", 10000},
        {"00012.5", 125000},
        {"1e3", 10000000},
        {"1E-4", 1},
        {"12500e-3", 125000},
        {"0.00010000000000", 1},
        {"99999999.9999", 999999999999},
        {"-99999999.9999", -999999999999},
        {"0.0000000000000000000000000000000001e34", 10000},
        {"10000000000000000000000000000000000e-34", 10000},
    };
    for (const Case& c : cases) {
        const auto value = parse_decimal(c.text, 12, 4, ExcessDigits::Refuse);
        ASSERT_TRUE(value.ok()) << c.text << ": " << value.error().message();
        EXPECT_EQ(*value, c.unscaled) << c.text;
    }
}

// Sheet numbers are rounded half away from zero, and the carry is checked against the precision.
TEST(ParseDecimal, Rounds) {
    const auto round = [](const char* text, int precision, int scale) {
        return parse_decimal(text, precision, scale, ExcessDigits::Round);
    };
    EXPECT_EQ(MUST(round("9.949999999999999", 12, 4)), 99500);
    EXPECT_EQ(MUST(round("0.00005", 12, 4)), 1);
    EXPECT_EQ(MUST(round("-0.00005", 12, 4)), -1);
    EXPECT_EQ(MUST(round("0.000049999999999999999999", 12, 4)), 0);
    EXPECT_EQ(MUST(round("0.0000049", 12, 4)), 0);
    EXPECT_EQ(MUST(round("9e-5", 12, 4)), 1);
    EXPECT_EQ(MUST(round("9e-999999999999", 12, 4)), 0);
    EXPECT_EQ(MUST(round("0.5", 1, 0)), 1);
    EXPECT_EQ(MUST(round("2.5", 1, 0)), 3);
    EXPECT_FALSE(round("9.5", 1, 0).ok());
    EXPECT_FALSE(round("99999999.99995", 12, 4).ok());
    EXPECT_EQ(MUST(round("-99999999.99994", 12, 4)), -999999999999);
}

// The widest decimals fit exactly, and a digit more does not.
TEST(ParseDecimal, WidestValues) {
    EXPECT_EQ(
        MUST(parse_decimal("999999999999999999", 18, 0, ExcessDigits::Refuse)), 999999999999999999
    );
    EXPECT_EQ(
        MUST(parse_decimal("-0.999999999999999999", 18, 18, ExcessDigits::Refuse)),
        -999999999999999999
    );
    EXPECT_FALSE(parse_decimal("1000000000000000000", 18, 0, ExcessDigits::Refuse).ok());
    EXPECT_FALSE(parse_decimal("1", 18, 18, ExcessDigits::Refuse).ok());
    EXPECT_FALSE(parse_decimal(std::string(1'000'000, '9'), 18, 0, ExcessDigits::Refuse).ok());
    EXPECT_EQ(
        MUST(parse_decimal(
            "1" + std::string(1'000'000, '0') + "e-1000000", 18, 0, ExcessDigits::Refuse
        )),
        1
    );
}

// Values print in full and short, down to the least of 128 bits.
TEST(FormatDecimal, Prints) {
    EXPECT_EQ(format_decimal(139120, 3), "139.120");
    EXPECT_EQ(format_decimal(-5, 4), "-0.0005");
    EXPECT_EQ(format_decimal(0, 2), "0.00");
    EXPECT_EQ(format_decimal(0, 0), "0");
    EXPECT_EQ(format_decimal(-1200, 0), "-1200");
    EXPECT_EQ(format_decimal_short(139120, 3), "139.12");
    EXPECT_EQ(format_decimal_short(139000, 3), "139");
    EXPECT_EQ(format_decimal_short(-100, 0), "-100");
    EXPECT_EQ(format_decimal_short(0, 4), "0");
    const Int128 least = static_cast<Int128>(static_cast<Int128>(1) << 126) * -2;
    EXPECT_EQ(format_decimal(least, 4), "-17014118346046923173168730371588410.5728");
}

// What is printed reads back as the same value.
TEST(FormatDecimal, RoundTrips) {
    for (std::int64_t value = -1'000'003; value < 1'000'003; value += 101) {
        EXPECT_EQ(
            MUST(parse_decimal(format_decimal(value, 4), 12, 4, ExcessDigits::Refuse)), value
        );
        EXPECT_EQ(
            MUST(parse_decimal(format_decimal_short(value, 4), 12, 4, ExcessDigits::Refuse)), value
        );
    }
}

}  // namespace
}  // namespace tradewind

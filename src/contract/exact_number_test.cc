// Numbers as written.
#include "contract/exact_number.h"

#include <gtest/gtest.h>

#include <random>

#include "base/decimal.h"
#include "base/text.h"

namespace tradewind::contract {
namespace {

// Texts that only look like numbers.
TEST(ExactNumber, Refuses) {
    for (const char* text : {"",    "-",   "+",   ".",  "-.", "e5",  "1e",  "1e+", "1e5x", "1.2.3",
                             "--1", "+-1", "0x1", "1 ", " 1", "1,0", "NaN", "inf", "1_0",  "١"}) {
        EXPECT_FALSE(scan_number(text)) << text;
    }
}

// A value's digits and power, however it is written.
TEST(ExactNumber, Scans) {
    struct Case {
        const char* text;
        std::uint64_t digits;
        std::int64_t power;
    };
    const Case cases[] = {
        {"0", 0, 0},
        {"-0.000e99", 0, 0},
        {"120", 12, 1},
        {"0012.3400", 1234, -2},
        {".5", 5, -1},
        {"5.", 5, 0},
        {"1e3", 1, 3},
        {"1.5E-3", 15, -4},
        {"100e-2", 1, 0},
        {"1e+2", 1, 2},
        {"9999999999999999999", 9999999999999999999u, 0},
    };
    for (const Case& c : cases) {
        const auto number = scan_number(c.text);
        ASSERT_TRUE(number) << c.text;
        EXPECT_EQ(number->digits, c.digits) << c.text;
        EXPECT_EQ(number->power, c.power) << c.text;
    }
}

// More digits than a number holds are counted, so that they are found to be too many.
TEST(ExactNumber, CountsLongNumbers) {
    const std::string nines(40, '9');
    std::int64_t out = 0;
    EXPECT_EQ(to_integer(*scan_number(nines), out), Fit::TooLarge);
    EXPECT_EQ(to_decimal(*scan_number("0." + nines), 18, 18, out), Fit::TooManyDigits);
    EXPECT_EQ(to_integer(*scan_number("1" + std::string(40, '0') + "e-40"), out), Fit::Ok);
    EXPECT_EQ(out, 1);
    EXPECT_EQ(to_integer(*scan_number("1e999999999999999999999"), out), Fit::TooLarge);
    EXPECT_EQ(to_integer(*scan_number("1e-999999999999999999999"), out), Fit::TooManyDigits);
}

// Seeded: agrees with the decimals of base on what fits and on every value.
TEST(ExactNumber, AgreesWithBase) {
    std::mt19937_64 engine(20261121);
    const std::string alphabet = "0123456789000.-+eE5";
    int good = 0;
    for (int round = 0; round < 50'000; ++round) {
        std::string text;
        for (std::uint64_t left = 1 + engine() % 14; left > 0; --left)
            text += alphabet[engine() % alphabet.size()];
        const int precision = 1 + static_cast<int>(engine() % 18);
        const int scale = static_cast<int>(engine() % (static_cast<unsigned>(precision) + 1));
        const auto expected = parse_decimal(text, precision, scale, ExcessDigits::Refuse);
        const auto number = scan_number(text);
        std::int64_t value = 0;
        const bool fits = number && to_decimal(*number, precision, scale, value) == Fit::Ok;
        ASSERT_EQ(fits, expected.ok()) << text << " " << precision << " " << scale;
        if (fits) {
            ASSERT_EQ(value, *expected) << text;
        }
        good += fits ? 1 : 0;
    }
    EXPECT_GT(good, 5'000);
}

}  // namespace
}  // namespace tradewind::contract

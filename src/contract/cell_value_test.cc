// Values as cells of CSV files and sheets hold them.
#include <gtest/gtest.h>

#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

// Cells mean what the same texts mean in JSON.
TEST(Cell, Texts) {
    EXPECT_EQ(decoded_cell("type: integer", "6"), "6");
    EXPECT_EQ(decoded_cell("type: integer", "six"), "wrong_type: f: \"six\" is not an integer");
    EXPECT_EQ(decoded_cell("type: text", "536365.0"), "536365.0");
    EXPECT_EQ(decoded_cell("type: text, integral: true", "17850.0"), "17850");
    EXPECT_EQ(
        decoded_cell("type: \"decimal(12,4)\"", "9.949999999999999"),
        "out_of_range: f: \"9.949999999999999\" has more than 4 digits after the point"
    );
    EXPECT_EQ(decoded_cell("type: text", std::nullopt), "null");
    EXPECT_EQ(decoded_cell("type: text", ""), "null");
    EXPECT_EQ(
        decoded_cell("type: text, required: true", ""), "missing_field: f: is required and is empty"
    );
    EXPECT_EQ(
        decoded_cell("type: text, required: true", std::nullopt),
        "missing_field: f: is required and is null"
    );
}

// Bytes of another encoding are found, in texts and in numbers, and do not get into the message.
TEST(Cell, InvalidUtf8) {
    EXPECT_EQ(
        decoded_cell(
            "type: text",
            "\xa3"
            "5"
        ),
        "invalid_utf8: f: \"\xef\xbf\xbd"
        "5\" is not valid UTF-8"
    );
    EXPECT_EQ(
        decoded_cell("type: integer", "5\xff"),
        "invalid_utf8: f: \"5\xef\xbf\xbd\" is not valid UTF-8"
    );
    EXPECT_EQ(
        decoded_cell("type: timestamp", "\xc0\x80"),
        "invalid_utf8: f: \"\xef\xbf\xbd\xef\xbf\xbd\" is not valid UTF-8"
    );
}

// Numbers of a sheet carry the error of binary fractions: they are rounded to the field's scale,
// and codes lose the fraction that a sheet gives every number.
TEST(Cell, BinaryNumbers) {
    const char* const money = "type: \"decimal(12,4)\"";
    EXPECT_EQ(decoded_cell(money, "9.949999999999999", true), "9.9500");
    EXPECT_EQ(decoded_cell(money, "2.5499999999999998", true), "2.5500");
    EXPECT_EQ(decoded_cell(money, "-0.00005", true), "-0.0001");
    EXPECT_EQ(decoded_cell(money, "1.0E-10", true), "0.0000");
    EXPECT_EQ(
        decoded_cell(money, "1.0E10", true),
        "out_of_range: f: \"1.0E10\" has more than 8 digits before the point"
    );
    EXPECT_EQ(
        decoded_cell(money, "99999999.99999", true),
        "out_of_range: f: \"99999999.99999\" has more than 8 digits before the point"
    );
    EXPECT_EQ(decoded_cell(money, "nan", true), "null");
    EXPECT_EQ(decoded_cell(money, "inf", true), "wrong_type: f: \"inf\" is not a decimal number");
    EXPECT_EQ(decoded_cell("type: integer", "6.0", true), "6");
    EXPECT_EQ(decoded_cell("type: integer", "5.999999999999999", true), "6");
    EXPECT_EQ(
        decoded_cell("type: integer", "5.9", true), "wrong_type: f: \"5.9\" is not an integer"
    );
    EXPECT_EQ(decoded_cell("type: text", "536365.0", true), "536365");
    EXPECT_EQ(decoded_cell("type: text", "536365", true), "536365");
    EXPECT_EQ(decoded_cell("type: text", "-536365.00", true), "-536365");
    EXPECT_EQ(decoded_cell("type: text", "C536379", true), "C536379");
    EXPECT_EQ(decoded_cell("type: text", "85123A", true), "85123A");
    EXPECT_EQ(decoded_cell("type: text", "1.5", true), "1.5");
    EXPECT_EQ(decoded_cell("type: text", "C.0", true), "C.0");
    EXPECT_EQ(decoded_cell("type: text", "-.0", true), "-.0");
    EXPECT_EQ(decoded_cell("type: text", "84029E2", true), "84029E2");
    EXPECT_EQ(decoded_cell("type: text, integral: true", "17850.0", true), "17850");
    EXPECT_EQ(decoded_cell("type: text, integral: true", "1.785E4", true), "17850");
    EXPECT_EQ(decoded_cell("type: text, integral: true", "NaN", true), "null");
    EXPECT_EQ(
        decoded_cell("type: timestamp, formats: [excel_serial]", "40513.351388888892", true),
        "2010-12-01 08:26:00"
    );
}

}  // namespace
}  // namespace tradewind::contract

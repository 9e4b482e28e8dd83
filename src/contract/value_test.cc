// Values of every type, written in every way that senders use.
#include <gtest/gtest.h>

#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

struct Case {
    const char* field;
    const char* written;
    const char* expected;
};

// What is no integer is refused with the value in the message; what is one may be written freely.
TEST(Value, Integers) {
    const Case cases[] = {
        {"type: integer", "\"six\"", "wrong_type: f: \"six\" is not an integer"},
        {"type: integer", "1.5", "wrong_type: f: 1.5 is not an integer"},
        {"type: integer", "\"1.5\"", "wrong_type: f: \"1.5\" is not an integer"},
        {"type: integer", "true", "wrong_type: f: true is not an integer"},
        {"type: integer", "\"true\"", "wrong_type: f: \"true\" is not an integer"},
        {"type: integer", "{}", "wrong_type: f: an object is not an integer"},
        {"type: integer", "[1]", "wrong_type: f: an array is not an integer"},
        {"type: integer", "\"0x10\"", "wrong_type: f: \"0x10\" is not an integer"},
        {"type: integer", "\"1,000\"", "wrong_type: f: \"1,000\" is not an integer"},
        {"type: integer", "\"NaN\"", "wrong_type: f: \"NaN\" is not an integer"},
        {"type: integer", "\"6 7\"", "wrong_type: f: \"6 7\" is not an integer"},
        {"type: integer", "\"--6\"", "wrong_type: f: \"--6\" is not an integer"},
        {"type: integer", "\"-\"", "wrong_type: f: \"-\" is not an integer"},
        {"type: integer", "1e-400", "wrong_type: f: 1e-400 is not an integer"},
        {"type: integer",
         "2147483648",
         "out_of_range: f: 2147483648 does not fit an integer (-2147483648 to 2147483647)"},
        {"type: integer",
         "-2147483649",
         "out_of_range: f: -2147483649 does not fit an integer (-2147483648 to 2147483647)"},
        {"type: integer",
         "1e400",
         "out_of_range: f: 1e400 does not fit an integer (-2147483648 to 2147483647)"},
        {"type: bigint",
         "9223372036854775808",
         "out_of_range: f: 9223372036854775808 does not fit a bigint (64 bits)"},
        {"type: bigint",
         "-9223372036854775809",
         "out_of_range: f: -9223372036854775809 does not fit a bigint (64 bits)"},
        {"type: bigint", "9223372036854775807", "9223372036854775807"},
        {"type: bigint", "-9223372036854775808", "-9223372036854775808"},
        {"type: bigint", "9223372036854775807.000", "9223372036854775807"},
        {"type: bigint", "9.223372036854775807e18", "9223372036854775807"},
        {"type: bigint", "0e999999999999999999999", "0"},
        {"type: integer", "2147483647", "2147483647"},
        {"type: integer", "-2147483648", "-2147483648"},
        {"type: integer", "6", "6"},
        {"type: integer", "-0", "0"},
        {"type: integer", "6.0", "6"},
        {"type: integer", "1e2", "100"},
        {"type: integer", "1.25e2", "125"},
        {"type: integer", "120E-1", "12"},
        {"type: integer", "\"6\"", "6"},
        {"type: integer", "\" 6 \"", "6"},
        {"type: integer", "\"+6\"", "6"},
        {"type: integer", "\"007\"", "7"},
        {"type: integer", "\"6.\"", "6"},
        {"type: integer", "\"\"", "null"},
        {"type: integer", "\"  \"", "null"},
        {"type: integer", "null", "null"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// Decimals keep every digit: what does not fit is refused, never rounded.
TEST(Value, Decimals) {
    const char* const money = "type: \"decimal(12,4)\"";
    const Case cases[] = {
        {money,
         "\"2,55\"",
         "wrong_type: f: \"2,55\" is not a decimal number; write it with a decimal point, not a "
         "comma: 2.55"},
        {money, "\"inf\"", "wrong_type: f: \"inf\" is not a decimal number"},
        {money, "false", "wrong_type: f: false is not a decimal number"},
        {money,
         "9.949999999999999",
         "out_of_range: f: 9.949999999999999 has more than 4 digits after the point"},
        {money, "0.00001", "out_of_range: f: 0.00001 has more than 4 digits after the point"},
        {money, "1e-5", "out_of_range: f: 1e-5 has more than 4 digits after the point"},
        {money, "123456789", "out_of_range: f: 123456789 has more than 8 digits before the point"},
        {money, "1e8", "out_of_range: f: 1e8 has more than 8 digits before the point"},
        {money, "1e400", "out_of_range: f: 1e400 has more than 8 digits before the point"},
        {money, "99999999.9999", "99999999.9999"},
        {money, "-99999999.9999", "-99999999.9999"},
        {money, "2.55", "2.5500"},
        {money, "2.550000000000000000000000000", "2.5500"},
        {money, "-11062.06", "-11062.0600"},
        {money, "0", "0.0000"},
        {money, "-0.0", "0.0000"},
        {money, "1e3", "1000.0000"},
        {money, "255e-2", "2.5500"},
        {money, "\"2.55\"", "2.5500"},
        {money, "\".5\"", "0.5000"},
        {money, "\"\"", "null"},
        {"type: \"decimal(18,18)\"", "0.999999999999999999", "0.999999999999999999"},
        {"type: \"decimal(18,18)\"",
         "1",
         "out_of_range: f: 1 has more than 0 digits before the point"},
        {"type: \"decimal(18,0)\"", "999999999999999999", "999999999999999999"},
        {"type: \"decimal(18,0)\"",
         "1000000000000000000",
         "out_of_range: f: 1000000000000000000 has more than 18 digits before the point"},
        {"type: \"decimal(1,0)\"", "9", "9"},
        {"type: \"decimal(1,0)\"",
         "10",
         "out_of_range: f: 10 has more than 1 digits before the point"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// Doubles are finite; the smallest become zero.
TEST(Value, Doubles) {
    const Case cases[] = {
        {"type: double", "1e400", "out_of_range: f: 1e400 does not fit a double"},
        {"type: double", "-1e309", "out_of_range: f: -1e309 does not fit a double"},
        {"type: double", "\"nan\"", "wrong_type: f: \"nan\" is not a number"},
        {"type: double", "\"Infinity\"", "wrong_type: f: \"Infinity\" is not a number"},
        {"type: double", "true", "wrong_type: f: true is not a number"},
        {"type: double", "1e-400", "0.000000"},
        {"type: double", "1e-350", "0.000000"},
        {"type: double", "-2.5", "-2.500000"},
        {"type: double", "\"+2.5\"", "2.500000"},
        {"type: double", "2", "2.000000"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// Booleans are true, false, 1 and 0, in JSON and in cells.
TEST(Value, Booleans) {
    const Case cases[] = {
        {"type: boolean", "2", "wrong_type: f: 2 is not true or false"},
        {"type: boolean", "\"yes\"", "wrong_type: f: \"yes\" is not true or false"},
        {"type: boolean", "1.0", "wrong_type: f: 1.0 is not true or false"},
        {"type: boolean", "true", "1"},
        {"type: boolean", "false", "0"},
        {"type: boolean", "1", "1"},
        {"type: boolean", "0", "0"},
        {"type: boolean", "\"TRUE\"", "1"},
        {"type: boolean", "\"False\"", "0"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// Texts are kept byte for byte; numbers given for them keep their digits as written, but for the
// fraction of zeros that programs write behind whole ones.
TEST(Value, Texts) {
    const Case cases[] = {
        {"type: text", "true", "wrong_type: f: true is not a text"},
        {"type: text", "{\"a\":1}", "wrong_type: f: an object is not a text"},
        {"type: text", "536365", "536365"},
        {"type: text", "536365.0", "536365"},
        {"type: text", "-5.00", "-5"},
        {"type: text", "85.10", "85.10"},
        {"type: text", "\"536365.0\"", "536365.0"},
        {"type: text", "1e2", "1e2"},
        {"type: text", "\" SET OF 2 \"", " SET OF 2 "},
        {"type: text", "\"\"", "null"},
        {"type: text", "\"NaN\"", "NaN"},
        {"type: text", "\"£5\"", "£5"},
        {"type: text", "\"a\\\"b\\\\c\\n\\u00a3\\ud83d\\ude00\"", "a\"b\\c\n£😀"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// A comma where our numbers have a point is named, whatever kind of number was wanted; what is no
// number either way is not.
TEST(Value, DecimalCommaIsNamed) {
    const auto hinted = [](const char* type, const std::string& written) {
        const std::string answer = decoded_cell(type, written);
        const std::size_t at = answer.find("; write it with a decimal point, not a comma: ");
        return at == std::string::npos ? "" : answer.substr(answer.rfind(' ') + 1);
    };
    const char* const money = "type: \"decimal(12,4)\"";
    EXPECT_EQ(hinted(money, "2,55"), "2.55");
    EXPECT_EQ(hinted(money, " -1.234,50 "), "-1234.50");
    EXPECT_EQ(hinted(money, "1.234,500"), "1234.500");
    EXPECT_EQ(hinted(money, "1,0000"), "1.0000");
    EXPECT_EQ(hinted(money, "1,234"), "") << "is it a thousand, or one and a bit?";
    EXPECT_EQ(hinted("type: text, integral: true", "17,850"), "");
    EXPECT_EQ(hinted("type: double", "0,5"), "0.5");
    EXPECT_EQ(hinted("type: integer", "6,0"), "6.0");
    EXPECT_EQ(hinted("type: text, integral: true", "17850,0"), "17850.0");
    for (const char* other : {"a,5", ",5", "5,", "1,2,3", "1,2.5", "six", ","})
        EXPECT_EQ(hinted(money, other), "") << other;
    EXPECT_EQ(hinted("type: date", "2,55"), "");
}

// A NUL in a text is a character like others.
TEST(Value, TextsHoldNul) {
    EXPECT_EQ(decoded_value("type: text", "\"a\\u0000b\""), std::string("a\0b", 3));
}

// The ways in which the exports of one shop write one customer are one key; codes are none.
TEST(Value, IntegralTexts) {
    const char* const id = "type: text, integral: true";
    const Case cases[] = {
        {id, "\"C12\"", "wrong_type: f: \"C12\" is not a whole number without sign"},
        {id, "\"1e2\"", "wrong_type: f: \"1e2\" is not a whole number without sign"},
        {id, "17850.5", "wrong_type: f: 17850.5 is not a whole number without sign"},
        {id, "-5", "wrong_type: f: -5 is not a whole number without sign"},
        {id, "\"+5\"", "wrong_type: f: \"+5\" is not a whole number without sign"},
        {id, "true", "wrong_type: f: true is not a whole number without sign"},
        {id, "1e19", "out_of_range: f: 1e19 is too large a number (64 bits)"},
        {id, "17850", "17850"},
        {id, "\"17850\"", "17850"},
        {id, "17850.0", "17850"},
        {id, "\"17850.0\"", "17850"},
        {id, "\" 17850 \"", "17850"},
        {id, "\"0017850\"", "17850"},
        {id, "1.785e4", "17850"},
        {id, "0", "0"},
        {id, "\"NaN\"", "null"},
        {id, "\"nan\"", "null"},
        {id, "\"\"", "null"},
        {id, "null", "null"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// NaN and Infinity are no JSON, whatever the field.
TEST(Value, NotANumberIsNotJson) {
    for (const char* word : {"NaN", "Infinity", "-Infinity", "nan", "undefined", "None", "True"}) {
        for (const char* type : {"type: double", "type: text, integral: true", "type: integer"}) {
            EXPECT_EQ(
                decoded_value(type, word),
                "invalid_json: not valid JSON: a value is expected at byte 5"
            );
        }
    }
}

// Formats are tried in the order of the contract; what none reads is refused with all their names.
TEST(Value, Timestamps) {
    const char* const retail = "type: timestamp, formats: [\"%m/%d/%Y %H:%M\", iso, excel_serial]";
    const char* const in_none =
        " is not a timestamp as written in %m/%d/%Y %H:%M, iso, excel_serial";
    const char* const bad[] = {
        "\"yesterday\"",
        "\"2/30/2011 8:26\"",
        "\"13/1/2010 8:26\"",
        "\"12/1/2010\"",
        "\"12/1/2010 8:26:30\"",
        "\"12/1/10 8:26\"",
        "\"2010-12-01 25:00:00\"",
        "\"2010-02-29\"",
        "\"0000-01-01\"",
        "0",
        "-1",
        "1e300",
        "60",
        "20101201",
    };
    for (const char* text : bad) {
        EXPECT_EQ(decoded_value(retail, text), "wrong_type: f: " + std::string(text) + in_none);
    }
    const Case good[] = {
        {retail, "\"12/1/2010 8:26\"", "2010-12-01 08:26:00"},
        {retail, "\"12/01/2010 08:26\"", "2010-12-01 08:26:00"},
        {retail, "\" 12/1/2010  8:26 \"", "2010-12-01 08:26:00"},
        {retail, "\"2010-12-01 08:26:00\"", "2010-12-01 08:26:00"},
        {retail, "\"2010-12-01T08:26:00\"", "2010-12-01 08:26:00"},
        {retail, "\"2010-12-01T08:26:00Z\"", "2010-12-01 08:26:00"},
        {retail, "\"2010-12-01T08:26:00.25+02:00\"", "2010-12-01 06:26:00.250000"},
        {retail, "\"2010-12-01 08:26\"", "2010-12-01 08:26:00"},
        {retail, "\"2010-12-01\"", "2010-12-01 00:00:00"},
        {retail, "40513.351388888892", "2010-12-01 08:26:00"},
        {retail, "\"40513.351388888892\"", "2010-12-01 08:26:00"},
        {retail, "40513", "2010-12-01 00:00:00"},
        {retail, "\"\"", "null"},
        {"type: timestamp", "\"2010-12-01 08:26:00\"", "2010-12-01 08:26:00"},
        {"type: timestamp", "40513", "wrong_type: f: 40513 is not a timestamp as written in iso"},
        {"type: timestamp, formats: \"%d %b %Y %I:%M %p\"",
         "\"1 Dec 2010 8:26 PM\"",
         "2010-12-01 20:26:00"},
        {"type: timestamp, formats: \"%Y%m%d\"", "20101201", "2010-12-01 00:00:00"},
    };
    for (const Case& c : good) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.written;
    }
}

// A date that comes with an hour is refused, because cutting the hour off would lose it.
TEST(Value, Dates) {
    EXPECT_EQ(decoded_value("type: date", "\"2010-12-01\""), "2010-12-01");
    EXPECT_EQ(decoded_value("type: date", "\"2010-12-01 00:00:00\""), "2010-12-01");
    EXPECT_EQ(decoded_value("type: date", "\"1969-12-31\""), "1969-12-31");
    EXPECT_EQ(decoded_value("type: date, formats: [excel_serial]", "40513"), "2010-12-01");
    EXPECT_EQ(
        decoded_value("type: date", "\"2010-12-01 08:26:00\""),
        "wrong_type: f: \"2010-12-01 08:26:00\" is not a date as written in iso"
    );
}

// What a field demands beyond its type, with the demand in the message.
TEST(Value, Constraints) {
    const Case cases[] = {
        {"type: integer, min: 1, max: 5", "0", "out_of_range: f: 0 is below the minimum 1"},
        {"type: integer, min: 1, max: 5", "6", "out_of_range: f: 6 is above the maximum 5"},
        {"type: integer, min: 1, max: 5", "1", "1"},
        {"type: integer, min: 1, max: 5", "5", "5"},
        {"type: \"decimal(9,2)\", min: 0.5",
         "0.49",
         "out_of_range: f: 0.49 is below the minimum 0.5"},
        {"type: double, max: 0.5", "0.51", "out_of_range: f: 0.51 is above the maximum 0.5"},
        {"type: date, min: 2010-01-01",
         "\"2009-12-31\"",
         "out_of_range: f: \"2009-12-31\" is below the minimum 2010-01-01"},
        {"type: integer, accepted_values: [0, 1]",
         "2",
         "not_accepted: f: 2 is not one of the accepted values"},
        {"type: integer, accepted_values: [0, 1]", "1.0", "1"},
        {"type: text, accepted_values: [prior, train]",
         "\"test\"",
         "not_accepted: f: \"test\" is not one of the accepted values"},
        {"type: text, accepted_values: [prior, train]", "\"train\"", "train"},
        {"type: text, pattern: \"^[A-Za-z].*\"",
         "\"1st\"",
         "pattern_mismatch: f: \"1st\" does not match the pattern ^[A-Za-z].*"},
        {"type: text, pattern: \"^[A-Za-z].*\"", "\"France\"", "France"},
        {"type: text, max_length: 3",
         "\"abcd\"",
         "out_of_range: f: \"abcd\" is longer than 3 characters"},
        {"type: text, max_length: 3", "\"£££\"", "£££"},
        {"type: text, max_length: 3, required: true",
         "\"\"",
         "missing_field: f: is required and is empty"},
        {"type: text, required: true", "null", "missing_field: f: is required and is null"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(decoded_value(c.field, c.written), c.expected) << c.field << " " << c.written;
    }
}

// A pattern that makes backtracking engines run for years is answered at once.
TEST(Value, PatternsAreLinear) {
    const std::string many(100'000, 'a');
    const std::string answer =
        decoded_value("type: text, pattern: \"^(a+)+$\"", "\"" + many + "!\"");
    EXPECT_TRUE(answer.starts_with("pattern_mismatch")) << answer.substr(0, 100);
}

// Long values are shortened in messages, and what is not printable is escaped.
TEST(Value, MessagesAreShortAndClean) {
    const std::string shortened = std::string(80, 'x') + "…";
    EXPECT_EQ(
        decoded_value("type: integer", "\"" + std::string(5000, 'x') + "\""),
        "wrong_type: f: \"" + shortened + "\" is not an integer"
    );
    std::string pounds;
    for (int i = 0; i < 80; ++i) pounds += "£";
    EXPECT_EQ(
        decoded_value("type: integer", "\"" + pounds + "£\""),
        "wrong_type: f: \"" + pounds + "…\" is not an integer"
    );
    EXPECT_EQ(
        decoded_value("type: integer", "\"a\\nb\\u0000\""),
        "wrong_type: f: \"a\\nb\\u0000\" is not an integer"
    );
}

// With empty_is_null off an empty text is a text, and no number.
TEST(Value, EmptyMayBeAText) {
    const auto contract = with_fields(
        {"a: {type: text, required: true}", "b: {type: integer}"}, "empty_is_null: false\n"
    );
    EXPECT_EQ(decoded(contract, R"({"a":"","b":null})"), "|null");
    EXPECT_EQ(decoded(contract, R"({"a":"x","b":""})"), "wrong_type: b: \"\" is not an integer");
}

}  // namespace
}  // namespace tradewind::contract

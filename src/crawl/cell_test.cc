#include "crawl/cell.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tradewind::crawl {

namespace {

CellKind kind(std::string_view text) {
    return read_cell(text).kind;
}

TEST(ReadCell, WhatOnlyLooksLikeANumberIsText) {
    // Proves that ids keep their zeros, signs and letters.
    for (const char* text :
         {"00123",
          "007",
          "C536379",
          "+49",
          "1e5",
          "10E5",
          "1,234",
          "12%",
          "0x1F",
          "1.2.3",
          ".",
          "-",
          "--1",
          "1-2",
          "5.",
          "9223372036854775808",
          "123456789012345678901234",
          "12 34",
          "1.",
          "e5",
          "01.5",
          "abc",
          "\xA3"
          "5",
          "NaNa",
          "truely"}) {
        EXPECT_EQ(kind(text), CellKind::Text) << text;
    }
}

TEST(ReadCell, Numbers) {
    // Proves that numbers are what they are, with their digits.
    for (const char* text : {"0", "-1", "9223372036854775807", "-9223372036854775808", "12"}) {
        EXPECT_EQ(kind(text), CellKind::Integer) << text;
    }
    for (const char* text : {"0.5", ".5", "-12.250", "9.949999999999999"}) {
        EXPECT_EQ(kind(text), CellKind::Decimal) << text;
    }
    for (const char* text : {"1.5e10", "1e-05", "2E+3"}) {
        EXPECT_EQ(kind(text), CellKind::Double) << text;
    }
    for (const char* text : {"nan", "NaN", "-inf", "Infinity"}) {
        EXPECT_EQ(kind(text), CellKind::Special) << text;
    }
    EXPECT_EQ(read_cell("-12.250").scale, 3);
    EXPECT_EQ(read_cell("-12.250").integer_digits, 2);
}

TEST(ReadCell, DatesThatDoNotExistAreText) {
    // Proves that the calendar counts.
    for (const char* text :
         {"2023-02-29",
          "2024-13-01",
          "2024-00-10",
          "31/31/2024",
          "2024-1-1",
          "2024-01-01 25:00",
          "2024-01-01T10",
          "1/2/24",
          "2024-01-01 10:00:00.",
          "12:30",
          "0000-01-01",
          "2024-01-01 10:00.5",
          "2024-01-01T10:00Z",
          "2024-01-01T10:00+02:00",
          "2024-01-01T10:00:00+16:00",
          "2024-01-01T10:00:00+02:60",
          "2024-01-01T10:00:00.1234567",
          "2024-01-01T10:00:00.123456789Z",
          "2024-01-01T10:00:00.0000000000",
          "2024-01-01 10:00:00 PM"}) {
        EXPECT_EQ(kind(text), CellKind::Text) << text;
    }
}

TEST(ReadCell, DatesAndTimesInTheirForms) {
    // Proves that each form is told, and all of them where a text fits more than one.
    EXPECT_EQ(read_cell("2024-02-29").temporal, iso_date);
    EXPECT_EQ(read_cell("2024-02-29 08:26").temporal, iso_timestamp);
    EXPECT_EQ(read_cell("2024-02-29T08:26:00.123456000").temporal, iso_timestamp);
    EXPECT_EQ(read_cell("2024-02-29T08:26:00.5Z").temporal, iso_utc);
    EXPECT_EQ(read_cell("2024-02-29T08:26:00+0000").temporal, iso_utc);
    EXPECT_EQ(read_cell("2024-02-29T08:26:00+02:00").temporal, iso_zoned);
    EXPECT_EQ(
        read_cell("2024-02-29T08:26:00.25+02:00").instants[0],
        MUST(parse_iso("2024-02-29T06:26:00.25")).micros
    );
    EXPECT_EQ(
        read_cell("2024-02-29T08:26:00-0530").instants[0],
        MUST(parse_iso("2024-02-29T13:56:00")).micros
    );
    EXPECT_EQ(read_cell("2/1/1970").instants[0], 31 * 86'400'000'000);
    EXPECT_EQ(read_cell("2/1/1970").instants[1], 86'400'000'000);
    const auto forms = [](const char* text) {
        std::vector<std::string> found;
        const TemporalMask mask = read_cell(text).temporal;
        for (int bit = 0; bit < temporal_bit_count; ++bit) {
            if ((mask >> bit & 1u) != 0) found.emplace_back(temporal_format(bit));
        }
        return found;
    };
    EXPECT_EQ(
        forms("12/1/2010 8:26"), (std::vector<std::string>{"%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"})
    );
    EXPECT_EQ(forms("12/31/2010"), std::vector<std::string>{"%m/%d/%Y"});
    EXPECT_EQ(forms("31.12.2010 23:59:59"), std::vector<std::string>{"%d.%m.%Y %H:%M:%S"});
    EXPECT_EQ(forms("2010/12/31"), std::vector<std::string>{"%Y/%m/%d"});
}

}  // namespace

}  // namespace tradewind::crawl

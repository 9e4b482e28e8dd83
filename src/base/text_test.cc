#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace tradewind {
namespace {

// Overlong forms, surrogates, cut-off sequences and numbers beyond U+10FFFF are not UTF-8.
TEST(Utf8, Validity) {
    for (const char* good :
         {"",
          "abc",
          "\u00a3",
          "\u20ac",
          "\U0001f600",
          "\xf4\x8f\xbf\xbf",
          "\xed\x9f\xbf",
          "\xee\x80\x80"}) {
        EXPECT_TRUE(valid_utf8(good)) << good;
    }
    for (const char* bad :
         {"\x80",
          "\xa3",
          "\xc0\xaf",
          "\xc1\xbf",
          "\xc3",
          "\xe0\x80\x80",
          "\xe0\x9f\xbf",
          "\xed\xa0\x80",
          "\xe2\x82",
          "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80",
          "\xff",
          "a\xfe",
          "\xf0\x9f\x98"}) {
        EXPECT_FALSE(valid_utf8(bad)) << bad;
    }
}

// The scalar check agrees with the vectorised one on every two bytes and on many triples.
TEST(Utf8, TwoImplementationsAgree) {
    const auto scalar = [](std::string_view text) {
        while (const std::size_t size = utf8_sequence(text)) text.remove_prefix(size);
        return text.empty();
    };
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            for (const int c : {0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xf4}) {
                std::string text = {
                    static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)
                };
                EXPECT_EQ(scalar(text), valid_utf8(text));
                text.push_back('\x80');
                EXPECT_EQ(scalar(text), valid_utf8(text));
            }
        }
    }
}

// All 256 bytes of ISO-8859-1 become the code points of the same number.
TEST(Latin1, Converts) {
    EXPECT_EQ(latin1_to_utf8("POSTAGE \xa3"), "POSTAGE \u00a3");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    const std::string converted = latin1_to_utf8(all);
    EXPECT_EQ(converted.size(), 128u + 2 * 128u);
    EXPECT_TRUE(valid_utf8(converted));
}

// The test vectors of RFC 4648, and texts that only resemble base64.
TEST(Base64, EncodesAndDecodes) {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(MUST(base64_decode(text)), bytes);
    }
    EXPECT_EQ(base64_encode("\xfb\xff"), "+/8=");
    EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
    EXPECT_EQ(MUST(base64url_decode("-_8")), "\xfb\xff");
    for (const char* bad :
         {"Zg", "Zg=", "Zg===", "Z", "Zm9v=", "Zm 9v", "Zm9v\n", "-_8=", "Zh==", "\xff\xff\xff\xff"
         }) {
        EXPECT_FALSE(base64_decode(bad).ok()) << bad;
    }
    for (const char* bad : {"+/8", "-_8=", "A", "-_9"})
        EXPECT_FALSE(base64url_decode(bad).ok()) << bad;
}

// Percent-encoding: what is no escape stays as it is.
TEST(UrlEncoding, EncodesAndDecodes) {
    EXPECT_EQ(url_encode("a b/c~d_é"), "a%20b%2Fc~d_%C3%A9");
    EXPECT_EQ(url_decode("a%20b%2fc+d", false), "a b/c+d");
    EXPECT_EQ(url_decode("a+b", true), "a b");
    EXPECT_EQ(url_decode("100%", true), "100%");
    EXPECT_EQ(url_decode("%zz%4%", true), "%zz%4%");
    EXPECT_EQ(url_decode("%00", true), std::string("\0", 1));
    EXPECT_EQ(url_decode("%2525", true), "%25");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    EXPECT_EQ(url_decode(url_encode(all), true), all);
    EXPECT_EQ(hex_encode(std::string("\0\xff\x10", 3)), "00ff10");
}

// Trimming, splitting and comparing at their edges.
TEST(Text, Basics) {
    EXPECT_EQ(trim(" \t\r\n a b \f\v"), "a b");
    EXPECT_EQ(trim("  "), "");
    EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
    EXPECT_EQ(split("", ','), std::vector<std::string>{""});
    EXPECT_TRUE(equal_ignore_case("Content-TYPE", "content-type"));
    EXPECT_FALSE(equal_ignore_case("a", "ab"));
    EXPECT_FALSE(equal_ignore_case("[", "{"));
    EXPECT_EQ(to_lower_ascii("ÄB[@Z"), "Äb[@z");
}

// Shell patterns, also those written to take exponential time.
TEST(Glob, Matches) {
    struct Case {
        const char* text;
        const char* pattern;
        bool matches;
    };
    const Case cases[] = {
        {"sales_2010.csv", "sales_*.csv", true},
        {"sales_2010.csv.gz", "sales_*.csv", false},
        {"", "*", true},
        {"", "", true},
        {"", "?", false},
        {"a", "?", true},
        {"abc", "a?c", true},
        {"abc", "a[a-c]c", true},
        {"abc", "a[!b]c", false},
        {"a-c", "a[-x]c", true},
        {"a]c", "a[]]c", true},
        {"a[c", "a[c", true},
        {"b", "[^a]", true},
        {"aXbXc", "*X*X*", true},
        {"aXb", "*X*X*", false},
        {"abc", "***", true},
        {"a/b", "*", true},
        {"ab", "a", false},
        {"a", "ab", false},
        {"day-9", "day-[0-9]", true},
        {"day-x", "day-[0-9]", false},
    };
    for (const Case& c : cases)
        EXPECT_EQ(matches_glob(c.text, c.pattern), c.matches) << c.text << " | " << c.pattern;
    EXPECT_FALSE(matches_glob(std::string(5000, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*b"));
}

// Numbers must be the whole text; overflow is no number.
TEST(ParseNumbers, WholeText) {
    EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(parse_integer("+7"), 7);
    for (const char* bad : {"", "+", "-", "+-1", "1 ", " 1", "1.0", "0x1", "9223372036854775808"})
        EXPECT_FALSE(parse_integer(bad)) << bad;
    EXPECT_EQ(parse_double("-1.5e3"), -1500.0);
    EXPECT_EQ(parse_double("+.5"), 0.5);
    for (const char* bad : {"", "+", "+-1", "1,5", "1e", "1e999", "abc", "1 "})
        EXPECT_FALSE(parse_double(bad)) << bad;
}

// Sizes and durations as people write them; nothing is guessed.
TEST(Quantities, Parse) {
    EXPECT_EQ(MUST(parse_bytes("512MiB")), 512ll << 20);
    EXPECT_EQ(MUST(parse_bytes("4 GB")), 4'000'000'000);
    EXPECT_EQ(MUST(parse_bytes("10000")), 10000);
    EXPECT_EQ(MUST(parse_bytes("1.5k")), 1536);
    EXPECT_EQ(MUST(parse_bytes("0")), 0);
    EXPECT_EQ(MUST(parse_duration_us("500ms")), 500'000);
    EXPECT_EQ(MUST(parse_duration_us("60s")), 60'000'000);
    EXPECT_EQ(MUST(parse_duration_us("5m")), 300'000'000);
    EXPECT_EQ(MUST(parse_duration_us(" 24 h ")), 86'400'000'000);
    EXPECT_EQ(MUST(parse_duration_us("7d")), 604'800'000'000);
    for (const char* bad :
         {"", "MiB", "-1k", "1x", "1e9", "nan", "inf", "1 2", "9999999999TiB", "0x10"}) {
        EXPECT_FALSE(parse_bytes(bad).ok()) << bad;
    }
    for (const char* bad :
         {"", "5", "s", "-5s", "5 parsecs", "1e400s", "99999999999999w", "nan s"}) {
        EXPECT_FALSE(parse_duration_us(bad).ok()) << bad;
    }
}

// Quantities print short and never as "1024.0 KiB" or "60.0 s".
TEST(Quantities, Format) {
    EXPECT_EQ(format_count(541909), "541,909");
    EXPECT_EQ(format_count(-1000), "-1,000");
    EXPECT_EQ(format_count(999), "999");
    EXPECT_EQ(format_count(-999), "-999");
    EXPECT_EQ(format_count(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
    EXPECT_EQ(format_bytes(1023), "1023 B");
    EXPECT_EQ(format_bytes(45'600'000), "43.5 MiB");
    EXPECT_EQ(format_bytes(1024 * 1024 - 1), "1.0 MiB");
    EXPECT_EQ(format_bytes(std::numeric_limits<std::int64_t>::max()), "8.0 EiB");
    EXPECT_EQ(format_duration_us(999), "999 µs");
    EXPECT_EQ(format_duration_us(1'800'000), "1.8 s");
    EXPECT_EQ(format_duration_us(999'999), "1.0 s");
    EXPECT_EQ(format_duration_us(59'999'999), "1 min");
    EXPECT_EQ(format_duration_us(125'000'000), "2 min 5 s");
    EXPECT_EQ(format_duration_us(3'660'000'000), "1 h 1 min");
    EXPECT_EQ(format_duration_us(90'000'000'000), "1 d 1 h");
    EXPECT_EQ(format_duration_us(-1500), "-1.5 ms");
    EXPECT_FALSE(format_duration_us(std::numeric_limits<std::int64_t>::min()).empty());
}

// A slip of the finger finds its name; anything farther finds none.
TEST(Nearest, Finds) {
    const std::vector<std::string_view> known = {"partitions", "retention", "name", "key", "id"};
    EXPECT_EQ(nearest("paritions", known), "partitions");
    EXPECT_EQ(nearest("Retention", known), "retention");
    EXPECT_EQ(nearest("nmae", known), "name");
    EXPECT_EQ(nearest("keys", known), "key");
    EXPECT_EQ(nearest("zebra", known), std::nullopt);
    EXPECT_EQ(nearest("xy", known), std::nullopt);
    EXPECT_EQ(nearest("", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(1'000'000, 'x'), known), std::nullopt);
}

}  // namespace
}  // namespace tradewind

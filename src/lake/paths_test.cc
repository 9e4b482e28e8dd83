#include "lake/paths.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "lake/lake.h"

namespace tradewind::lake {

namespace {

TEST(Paths, RefusesWhatCouldLeaveTheLakeOrHideInIt) {
    // Proves that no path escapes the root, hides, collides with our own folders or breaks a log
    // line.
    const std::string hostile[] = {
        "",
        "/",
        "/etc/passwd",
        "..",
        "../x",
        "a/../b",
        "a/..",
        ".",
        "a/./b",
        "a//b",
        "a/",
        "/a",
        ".hidden",
        "a/.hidden/b",
        "_versions",
        "raw/x/_versions/000000000001.json",
        "_scratch/1",
        "a/_scratch",
        "a\\b",
        "..\\x",
        "a\nb",
        "a\tb",
        std::string("a\0b", 3),
        "a\x7f"
        "b",
        "a\xc2\x85"
        "b",
        "a\xff"
        "b",
        "\xc0\xae\xc0\xae/x",
        "a\xed\xa0\x80",
        std::string(256, 'x'),
        "a/" + std::string(256, 'x') + "/b",
        std::string(200, 'x') + "/" + std::string(200, 'x') + "/" + std::string(200, 'x') + "/" +
            std::string(200, 'x') + "/" + std::string(221, 'x'),
    };
    for (const std::string& path : hostile) {
        const auto checked = check_path(path, "data file path");
        ASSERT_FALSE(checked.ok()) << path;
        EXPECT_EQ(checked.error().code(), ErrorCode::InvalidArgument);
        EXPECT_TRUE(valid_utf8(checked.error().message()));
        EXPECT_EQ(checked.error().message().find('\n'), std::string::npos);
        EXPECT_LT(checked.error().message().size(), 1500u);
    }
}

TEST(Paths, TakesWhatPeopleUse) {
    // Proves that real names pass: hive folders, escapes, spaces, umlauts, the longest allowed
    // part.
    const std::string good[] = {
        "raw/online_retail/stream/year=2026/month=11/day=21/hour=09/p0-0-999.ndjson.zst",
        "mart/daily/country=united%20kingdom/1.parquet",
        "raw/x/batch/year=2026/Online Retail (2).xlsx",
        "raw/käse/größe=½/日本.csv",
        "a",
        "a..b/c...d",
        "_x/y_versions",
        std::string(255, 'x'),
    };
    for (const std::string& path : good)
        EXPECT_TRUE(check_path(path, "data file path").ok()) << path;
}

TEST(Paths, ScratchSuffixHasNoFolders) {
    // Proves that a suffix cannot lead out of the scratch folder.
    for (const char* bad : {"/../x", "a/b", "a b", "\n", "a\\b", "ä"})
        EXPECT_FALSE(check_suffix(bad).ok()) << bad;
    EXPECT_FALSE(check_suffix(std::string(65, 'x')).ok());
    for (const char* good : {"", ".parquet", "-p1.ndjson.zst"})
        EXPECT_TRUE(check_suffix(good).ok()) << good;
}

TEST(Paths, VersionNamesReadBackAndNothingElseIsOne) {
    // Proves that only names that we write are taken for version files.
    EXPECT_EQ(file_name({12, VersionKind::Delta}), "000000000012.json");
    EXPECT_EQ(file_name({12, VersionKind::Whole}), "000000000012.whole.json");
    for (const std::int64_t number :
         {std::int64_t{1}, std::int64_t{999}, std::int64_t{999'999'999'999}}) {
        for (const VersionKind kind : {VersionKind::Delta, VersionKind::Whole}) {
            const VersionName name{number, kind};
            EXPECT_EQ(parse_file_name(file_name(name)), name);
        }
    }
    for (const char* other :
         {"",
          "1.json",
          "000000000000.json",
          "000000000012.json.tmp",
          "000000000012.whole",
          "-00000000012.json",
          "+00000000012.json",
          " 00000000012.json",
          "000000000012.jsonx",
          "0000000000120.json",
          "abc.json"}) {
        EXPECT_FALSE(parse_file_name(other)) << other;
    }
}

TEST(Paths, HiveValuesAreOneShortPart) {
    // Proves that any value makes a valid path part, that readable ones decode to themselves, and
    // that long ones stay distinct.
    EXPECT_EQ(hive_value("united kingdom"), "united%20kingdom");
    EXPECT_EQ(hive_value(""), "__HIVE_DEFAULT_PARTITION__");
    EXPECT_EQ(hive_value("../../etc"), "..%2F..%2Fetc");
    EXPECT_EQ(hive_value("a=b%c"), "a%3Db%25c");
    for (const std::string& value :
         {std::string("\xff\x00\n", 3),
          std::string(5000, '/'),
          std::string("é") + std::string(300, 'x'),
          std::string(".."),
          std::string("/")}) {
        const std::string encoded = hive_value(value);
        EXPECT_LE(encoded.size(), hive_value_bytes_max);
        EXPECT_TRUE(check_path("t/key=" + encoded + "/1.parquet", "data file path").ok())
            << encoded;
        EXPECT_TRUE(encoded.find('~') != std::string::npos || url_decode(encoded, false) == value);
    }
    EXPECT_NE(hive_value(std::string(400, 'x') + "1"), hive_value(std::string(400, 'x') + "2"));
    // Cut between escapes, never inside one.
    for (std::size_t lead = 0; lead < 3; ++lead) {
        const std::string cut = hive_value(std::string(lead, 'x') + std::string(200, ' '));
        EXPECT_EQ(cut.substr(0, cut.find('~')).size() % 3, lead % 3) << cut;
    }
}

}  // namespace

}  // namespace tradewind::lake

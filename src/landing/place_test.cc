#include <gtest/gtest.h>

#include "landing/test_kit.h"

namespace tradewind::landing {
namespace {

Place place(std::string_view name) {
    static const testing_support::TwoSources two;
    return place_of(name, two.sources());
}

// What is on its way, hidden, or a marker is passed by, wherever it lies.
TEST(Place, PassesByWhatIsNoData) {
    for (const char* name :
         {"shop/.day.csv.Xy12",
          "shop/.hidden/day.csv",
          "shop/day.csv.part",
          "shop/day.csv.tmp",
          "shop/day.csv.crdownload",
          "shop/2010/_SUCCESS",
          "shop/_temporary/0/day.csv",
          ".DS_Store"}) {
        EXPECT_EQ(place(name).standing, Standing::Passed) << name;
    }
}

// The first folder names the source, however deep the file lies; packing and case do not matter.
TEST(Place, TheFirstFolderNamesTheSource) {
    for (const char* name :
         {"shop/day.csv", "shop/2010/12/DAY.CSV", "shop/day.csv.gz", "shop/day 1+2.csv.zst"}) {
        EXPECT_EQ(place(name).standing, Standing::Fits) << name;
        EXPECT_EQ(place(name).source, "shop") << name;
    }
    EXPECT_EQ(place("store/anything.at.all").source, "store");
}

// What is nobody's says why, and names the source that was likely meant.
TEST(Place, StraysSayWhy) {
    EXPECT_NE(place("day.csv").why.find("no source's folder"), std::string::npos);
    EXPECT_NE(place("shopp/day.csv").why.find("did you mean \"shop\""), std::string::npos);
    EXPECT_NE(place("shop/readme.md").why.find("no file pattern"), std::string::npos);
    for (const char* name : {"day.csv", "shopp/day.csv", "shop/readme.md", "", "/", "shop/"})
        EXPECT_EQ(place(name).standing, Standing::Stray) << name;
}

}  // namespace
}  // namespace tradewind::landing

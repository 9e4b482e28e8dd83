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

// A package's folder takes the files of all its sources, told apart by their names; a source of the
// package's own name has the folder for itself.
TEST(Place, APackagesFolder) {
    const testing_support::TwoSources two;
    const testing_support::TwoSources others;
    Sources sources = two.sources();
    add_to_package(sources, "chain", *sources.at("shop").front());
    add_to_package(sources, "chain", *sources.at("store").front());
    add_to_package(sources, "shop", *sources.at("store").front());
    const Place fits = place_of("chain/2010/day.csv", sources);
    EXPECT_EQ(fits.standing, Standing::Fits);
    EXPECT_EQ(fits.source, "shop");
    // A source without patterns takes what is in its own folder only.
    const Place stray = place_of("chain/notes.txt", sources);
    EXPECT_EQ(stray.standing, Standing::Stray);
    EXPECT_NE(stray.why.find("no file pattern of package"), std::string::npos);
    EXPECT_EQ(place_of("shop/notes.txt", sources).standing, Standing::Stray);
    add_to_package(sources, "chain", *others.sources().at("shop").front());
    const Place either = place_of("chain/day.csv", sources);
    EXPECT_EQ(either.standing, Standing::Stray);
    EXPECT_NE(either.why.find("fits the sources"), std::string::npos);
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

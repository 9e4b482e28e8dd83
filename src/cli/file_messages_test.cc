#include "cli/file_messages.h"

#include <gtest/gtest.h>

namespace tradewind::cli {

namespace {

TEST(FileMessages, WhatIsTheSameForAllIsSaidOnce) {
    // Proves that a thousand refused files do not repeat a package's patterns a thousand times, and
    // that what is one file's alone stays with it.
    const std::string rest = "Its sources take files by name: orders: *.csv. Name the source.";
    EXPECT_EQ(
        tell_of_files(
            {{"a.txt", "a.txt fits no source. " + rest},
             {"b.csv", "it is empty"},
             {"c.txt", "c.txt fits no source. " + rest},
             {"d.csv", "it was imported as e.csv. Use --again."},
             {"f.csv", "it is empty"}}
        ),
        "a.txt: a.txt fits no source\nb.csv: it is empty\nc.txt: c.txt fits no source\n"
        "d.csv: it was imported as e.csv. Use --again.\nf.csv: it is empty\n" +
            rest + "\n"
    );
    EXPECT_EQ(tell_of_files({}), "");
    EXPECT_EQ(tell_of_files({{"a", ""}, {"b", ". "}, {"c", ". "}}), "a: \nb: . \nc: . \n");
}

}  // namespace

}  // namespace tradewind::cli

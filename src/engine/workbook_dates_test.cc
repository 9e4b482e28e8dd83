// Which numbers of a sheet are days.
#include "engine/workbook_dates.h"

#include <gtest/gtest.h>

namespace tradewind::engine {
namespace {

// A format shows a day when it names one, outside of quotes, brackets and escapes.
TEST(WorkbookDates, Formats) {
    for (const char* code : {"yyyy\\-mm\\-dd", "d", "[$-409]mmmm", "DD.MM.YY hh:mm", "\"at \"mmm"})
        EXPECT_TRUE(shows_a_day(code)) << code;
    for (const char* code :
         {"General",
          "#,##0.00",
          "h:mm",
          "mm:ss",
          "[h]:mm",
          "0\" days\"",
          "\\d0",
          "[Red]0",
          "",
          "\"d"})
        EXPECT_FALSE(shows_a_day(code)) << code;
}

// Places as sheets name them, and what is none.
TEST(WorkbookDates, Places) {
    EXPECT_EQ(place_of("A1").column, 1);
    EXPECT_EQ(place_of("AB12").column, 28);
    EXPECT_EQ(place_of("AB12").row, 12);
    EXPECT_EQ(place_of("").column, 0);
    EXPECT_EQ(place_of("$A$1").row, 0);
}

// Runs of rows, gaps between them, and cells in no order, which are told.
TEST(WorkbookDates, Cells) {
    DateCells cells;
    for (const int row : {2, 3, 4, 7}) EXPECT_TRUE(cells.add(row, 3));
    for (const int row : {2, 4, 7}) EXPECT_TRUE(cells.contains(row, 3));
    for (const int row : {1, 5, 8}) EXPECT_FALSE(cells.contains(row, 3));
    EXPECT_FALSE(cells.contains(2, 2));
    EXPECT_FALSE(cells.contains(2, 9));
    EXPECT_FALSE(cells.add(6, 3));
    EXPECT_FALSE(cells.add(8, 0));
    EXPECT_FALSE(cells.add(8, 100'000));
}

}  // namespace
}  // namespace tradewind::engine

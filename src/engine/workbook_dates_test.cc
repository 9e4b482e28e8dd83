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

}  // namespace
}  // namespace tradewind::engine

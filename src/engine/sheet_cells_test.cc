// Which cells of a sheet are not what their text says.
#include "engine/sheet_cells.h"

#include <gtest/gtest.h>

namespace tradewind::engine {
namespace {

// Places as sheets name them, and what is none.
TEST(SheetCells, Places) {
    EXPECT_EQ(place_of("A1").column, 1);
    EXPECT_EQ(place_of("AB12").column, 28);
    EXPECT_EQ(place_of("AB12").row, 12);
    EXPECT_EQ(place_of("").column, 0);
    EXPECT_EQ(place_of("$A$1").row, 0);
}

// Runs of rows, gaps between them, and cells in no order, which are told.
TEST(SheetCells, Sets) {
    CellSet cells;
    for (const int row : {2, 3, 4, 7}) EXPECT_TRUE(cells.add(row, 3));
    for (const int row : {2, 4, 7}) EXPECT_TRUE(cells.contains(row, 3));
    for (const int row : {1, 5, 8}) EXPECT_FALSE(cells.contains(row, 3));
    EXPECT_FALSE(cells.contains(2, 2));
    EXPECT_FALSE(cells.contains(2, 9));
    EXPECT_FALSE(cells.add(6, 3));
    EXPECT_FALSE(cells.add(8, 0));
    EXPECT_FALSE(cells.add(8, 100'000));
}

// The quick look at a sheet's bytes misses none, wherever the bytes are cut into pieces; what real
// sheets are full of does not make it read them twice.
TEST(SheetCells, TheQuickLook) {
    const std::string around(100, 'x');
    for (const char* unusual :
         {"<c r=\"A1\" t=\"b\"><v>1</v>",
          "<c t='b'>",
          "<v>1234567890123456</v>",
          "<v>-123456789012345678</v>",
          "<v>1E+15</v>",
          "<v>1.2345678901234568E+16</v>",
          "<v>1e15</v>"}) {
        const std::string text = around + unusual + around;
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            UnusualLook look;
            look.take(std::string_view(text).substr(0, cut));
            look.take(std::string_view(text).substr(cut));
            EXPECT_TRUE(look.found()) << unusual << " cut at " << cut;
        }
        UnusualLook by_bytes;
        for (const char c : text) by_bytes.take(std::string_view(&c, 1));
        EXPECT_TRUE(by_bytes.found()) << unusual;
    }
    UnusualLook usual;
    usual.take(
        "<row r=\"541910\" spans=\"1:8\"><c r=\"E541910\" s=\"1\"><v>40513.351388888892</v></c>"
        "<c r=\"F541910\"><v>2.5499999999999998</v></c><c r=\"A541910\" t=\"s\"><v>123456789012345"
        "</v></c><v>1.0E-10</v></row>"
    );
    EXPECT_FALSE(usual.found());
}

}  // namespace
}  // namespace tradewind::engine

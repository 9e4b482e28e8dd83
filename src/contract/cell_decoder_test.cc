// Rows of cells.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/number_rows.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

std::shared_ptr<const Contract> orders(const std::string& more = "") {
    return with_fields(
        {
            "no: {type: text, required: true, aliases: [InvoiceNo, Invoice]}",
            "quantity: {type: integer, required: true}",
            "note: {type: text}",
        },
        "partition_by: no\n" + more
    );
}

std::string bound(
    const std::shared_ptr<const Contract>& contract, std::vector<std::string> header
) {
    const auto rejection = make_decoder(contract)->bind_header(header, {});
    return rejection ? rejection->type + ": " + rejection->reason : "bound";
}

// Headers that cannot be read without guessing are refused.
TEST(CellDecoder, RefusesHeaders) {
    EXPECT_EQ(bound(orders(), {}), "missing_field: no: is required and has no column");
    EXPECT_EQ(
        bound(orders(), {"no", "note"}), "missing_field: quantity: is required and has no column"
    );
    EXPECT_EQ(
        bound(orders(), {"no", "quantity", "Invoice"}),
        "duplicate_field: no: is given more than once"
    );
    EXPECT_EQ(
        bound(orders(), std::vector<std::string>(1'000'000, "x")),
        "too_large: the header has 1000000 columns; at most 4096 are accepted"
    );
    EXPECT_EQ(
        bound(orders("unknown_fields: reject\n"), {"no", "quantity", "notes"}),
        "unknown_field: unknown field \"notes\"; did you mean \"note\"?"
    );
    EXPECT_EQ(
        bound(orders("unknown_fields: reject\n"), {"no", "quantity", "\xff"}),
        "unknown_field: unknown field \"\xef\xbf\xbd\""
    );
}

// Columns are found by any name in any order; blanks around names do not count.
TEST(CellDecoder, BindsHeaders) {
    EXPECT_EQ(bound(orders(), {"QUANTITY", " InvoiceNo ", "colour"}), "bound");
    const auto contract = orders();
    const auto decoder = make_decoder(contract);
    ASSERT_FALSE(decoder->bind_header({"QUANTITY", " InvoiceNo ", "colour"}, {}));
    RowBatch rows(contract->columns());
    ASSERT_FALSE(decoder->decode_cells({"6", "536365", "red"}, rows));
    rows.commit_row({});
    EXPECT_EQ(shown_row(rows, 0), "536365|6|null");
    EXPECT_EQ(decoder->partition_key(), "536365");
}

// A row of another width is refused, and leaves nothing behind.
TEST(CellDecoder, RefusesRows) {
    const auto contract = orders("record_bytes_max: 100\n");
    const auto decoder = make_decoder(contract);
    ASSERT_FALSE(decoder->bind_header({"no", "quantity", "note"}, {}));
    RowBatch rows(contract->columns());
    const std::string large(200, 'x');
    const std::pair<std::vector<std::optional<std::string_view>>, const char*> cases[] = {
        {{}, "the row has 0 cells, the header 3"},
        {{"1", "2"}, "the row has 2 cells, the header 3"},
        {{"1", "2", "3", "4"}, "the row has 4 cells, the header 3"},
        {{"1", "2", large}, "the record has 202 bytes; at most 100 are accepted"},
        {{"1", "x", "3"}, "quantity: \"x\" is not an integer"},
        {{"1", std::nullopt, "3"}, "quantity: is required and is null"},
    };
    for (const auto& [cells, reason] : cases) {
        const auto rejection = decoder->decode_cells(cells, rows);
        ASSERT_TRUE(rejection);
        EXPECT_EQ(rejection->reason, reason);
        for (std::size_t i = 0; i < rows.column_count(); ++i) EXPECT_EQ(rows.column(i).size(), 0u);
    }
    ASSERT_FALSE(decoder->decode_cells({"1", "2", std::nullopt}, rows));
}

const NumberTaker& taker_of(const Decoder& decoder) {
    return dynamic_cast<const NumberTaker&>(decoder);
}

// A row of whole numbers may be taken as it is where nothing more is asked of them than their size.
TEST(CellDecoder, TellsWhereNumbersGo) {
    const auto cells = [](const std::vector<std::string>& fields,
                          const std::vector<std::string>& header,
                          const std::string& more = "") {
        const auto decoder = make_decoder(with_fields(fields, more));
        EXPECT_FALSE(decoder->bind_header(header, {}));
        std::string text;
        for (const NumberCell& cell : taker_of(*decoder).number_cells())
            text += std::to_string(cell.column) + ":" + std::to_string(cell.digits_max) + " ";
        return text;
    };
    const std::vector<std::string> plain{
        "id: {type: bigint, required: true}", "n: {type: integer}", "note: {type: text}"
    };
    EXPECT_EQ(cells(plain, {"N", "id"}), "1:9 0:18 ");
    EXPECT_EQ(cells(plain, {"colour", "id"}), "-1:18 0:18 ");
    EXPECT_EQ(cells(plain, {"id", "note"}), "");
    EXPECT_EQ(cells(plain, {"id", "n"}, "record_bytes_max: 37\n"), "");
    EXPECT_EQ(cells(plain, {"id", "n"}, "record_bytes_max: 38\n"), "0:18 1:9 ");
    for (const char* type :
         {"integer, min: 1",
          "bigint, accepted_values: [1, 2]",
          "\"decimal(9,2)\"",
          "double",
          "boolean",
          "text, integral: true",
          "date",
          "timestamp"})
        EXPECT_EQ(cells({"f: {type: " + std::string(type) + "}"}, {"f"}), "") << type;
    EXPECT_TRUE(taker_of(*make_decoder(with_fields(plain))).number_cells().empty());
}

}  // namespace
}  // namespace tradewind::contract

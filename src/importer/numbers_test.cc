// Files of whole numbers are read a column at a time. What comes out is what comes out of reading
// them cell by cell, whatever else stands between the plain rows.
#include <gtest/gtest.h>

#include <random>

#include "importer/file_rows.h"
#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

// Cell by cell.
class WithoutNumbers : public engine::FileReader {
public:
    explicit WithoutNumbers(std::unique_ptr<engine::FileReader> reader)
        : reader_(std::move(reader)) {}
    const engine::FileFormat& format() const override { return reader_->format(); }
    const std::vector<std::string>& header() const override { return reader_->header(); }
    const std::vector<bool>& doubles() const override { return reader_->doubles(); }
    Result<bool> next(engine::RowChunk& chunk) override { return reader_->next(chunk); }
    std::uint64_t bytes_read() const override { return reader_->bytes_read(); }
    std::uint64_t bytes_total() const override { return reader_->bytes_total(); }
    std::string original_as_json(const engine::RowChunk& chunk, const engine::FileRow& row)
        const override {
        return reader_->original_as_json(chunk, row);
    }

private:
    std::unique_ptr<engine::FileReader> reader_;
};

std::shared_ptr<const contract::Contract> lines_contract() {
    const std::string text = R"(
source: lines
kind: files
fields:
  order_id: {type: bigint, required: true}
  product_id: {type: integer, required: true}
  place: {type: integer}
  absent: {type: text}
)";
    return MUST(contract::parse_contract(MUST(yaml::parse(text, "lines.yml"))));
}

class NumbersTest : public testing_support::ImporterTest {
protected:
    NumbersTest() : delivery_(lines_contract(), targets_, *files_) {}

    // All that came out, batch by batch, as text.
    std::vector<std::string> read(const std::string& path, bool numbers, BatchLimits limits) {
        engine::FileOptions options;
        options.chunk_rows = 5;
        auto reader = MUST(engine::open_file(path, options));
        if (!numbers) reader = std::make_unique<WithoutNumbers>(std::move(reader));
        FileRows rows(delivery_, std::move(reader), limits, Timestamp{7});
        MUST(rows.bind_header());
        std::vector<std::string> batches;
        for (;;) {
            const FileBatch batch = MUST(rows.next());
            if (batch.empty()) return batches;
            batches.push_back(shown(batch));
        }
    }

    void expect_same(const std::string& text) {
        const std::string path = write("lines.csv", text);
        for (const BatchLimits limits : {BatchLimits{3, 1u << 20}, {1000, 25}, {70'000, 1u << 30}})
            EXPECT_EQ(read(path, true, limits), read(path, false, limits)) << text.substr(0, 500);
    }

private:
    static std::string shown(const FileBatch& batch) {
        std::string text;
        for (std::size_t row = 0; row < batch.rows.row_count(); ++row) {
            const Provenance& from = batch.rows.provenance(row);
            text += std::to_string(from.sequence) + "@" + std::to_string(batch.lines[row]) + "/" +
                    std::to_string(from.received_at.micros);
            for (std::size_t i = 0; i < batch.rows.column_count(); ++i) {
                const Column& column = batch.rows.column(i);
                text += column.null(row) ? " null"
                        : column.type() == ColumnType::Text
                            ? " " + std::string(column.text(row))
                            : " " + std::to_string(column.integer(row));
            }
            text += "\n";
        }
        for (const deliver::RejectedRow& row : batch.rejected)
            text += "rejected " + std::to_string(row.row) + "@" + std::to_string(row.line) + " " +
                    row.original + " " + row.record + ": " + row.rejection.reason + "\n";
        return text;
    }

    testing_support::FakeDelivery delivery_;
};

// Every way in which a row is not plain, alone and between plain ones.
TEST_F(NumbersTest, RowsOfOtherKindsComeOutAsElse) {
    const std::string header = "order_id,product_id,colour,place\n";
    for (const char* row :
         {"",
          "1,2,3,4\r\n",
          "-1,-2,-3,-4\n",
          "1,2,3,\n",
          ",2,3,4\n",
          "1,2,3\n",
          "1,2,3,4,5\n",
          "\n",
          "\r\n",
          " 1,2 ,3,4\n",
          "\"1\",2,3,4\n",
          "1,2,red,4\n",
          "1,2,\"two\nlines\",4\n",
          "1,2,3,4.0\n",
          "1,2,3,4e0\n",
          "1,2,3,+4\n",
          "1,2,3,-\n",
          "1,2,3,--4\n",
          "1,2,3,x\n",
          "0001,0000000000002,3,4\n",
          "999999999999999999,999999999,3,4\n",
          "1000000000000000000,2,3,4\n",
          "9223372036854775808,2,3,4\n",
          "-9223372036854775808,2,3,4\n",
          "1,2147483647,3,4\n",
          "1,2147483648,3,4\n",
          "1,2,123456789012345678901234567890,4\n",
          "1,2,3,4\r",
          "1,2,3,\xc3\xa4\n",
          "1,2,3,\"open\n"}) {
        expect_same(header + row);
        expect_same(
            header + "5,6,7,8\n9,10,11,12\n" + row + "13,14,15,16\n17,18,19,20\n21,22,23,24"
        );
    }
    expect_same("order_id;place;product_id\n1;2;3\n4;5;6\n");
    expect_same("product_id,order_id\n1,2\n3,4\n");
}

// Longer than the reader's window, with another row here and there.
TEST_F(NumbersTest, LongFilesComeOutAsElse) {
    std::mt19937_64 random(3);
    std::string text = "order_id,product_id,place\n";
    for (int i = 0; i < 150'000; ++i) {
        const bool other = random() % 20'000 == 0;
        text += std::to_string(random() % 10'000'000'000) + "," +
                std::to_string(random() % 50'000) +
                (other ? ",\n" : "," + std::to_string(random() % 100) + "\n");
    }
    const std::string path = write("long.csv", text);
    const BatchLimits limits{70'000, 1u << 30};
    EXPECT_TRUE(read(path, true, limits) == read(path, false, limits));
}

}  // namespace
}  // namespace tradewind::importer

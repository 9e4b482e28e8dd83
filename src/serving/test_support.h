// What the tests of this room share.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "os/filesystem.h"
#include "serving/serving.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// A new folder that goes away with its content.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = ::testing::TempDir() + "/serving_XXXXXX";
        CHECK(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~TemporaryFolder() {
        const auto files = os::make_posix_filesystem();
        EXPECT_TRUE(os::remove_tree(*files, path_).ok());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

inline Result<std::shared_ptr<const TableSpec>> try_table(
    const std::string& text, const std::vector<ColumnSpec>& columns
) {
    return parse_table(TRY(yaml::parse(text, "table.yml")), columns);
}

inline std::shared_ptr<const TableSpec> make_table(
    const std::string& text, const std::vector<ColumnSpec>& columns
) {
    auto table = try_table(text, columns);
    CHECK(table.ok());
    return *table;
}

// The columns of the online_retail contract.
inline std::vector<ColumnSpec> retail_columns() {
    return {
        {"invoice_no", ColumnType::Text, 0, 0},
        {"stock_code", ColumnType::Text, 0, 0},
        {"description", ColumnType::Text, 0, 0},
        {"quantity", ColumnType::Integer, 0, 0},
        {"invoice_date", ColumnType::Timestamp, 0, 0},
        {"unit_price", ColumnType::Decimal, 12, 4},
        {"customer_id", ColumnType::Text, 0, 0},
        {"country", ColumnType::Text, 0, 0},
    };
}

// The tables of a shipped file, with its columns.
inline std::shared_ptr<const TableSpec> shipped_table(const std::string& name) {
    const auto files = os::make_posix_filesystem();
    const std::string path =
        std::string(TRADEWIND_ROOT) + "/packages/online_retail/serving/" + name + ".yml";
    const auto text = os::read_file(*files, path, 1u << 20);
    CHECK(text.ok());
    return make_table(*text, retail_columns());
}

struct Line {
    std::string invoice_no;
    std::string stock_code;
    std::optional<std::string> description = std::nullopt;
    std::int64_t quantity = 1;
    std::string invoice_date = "2010-12-01 08:26:00";
    std::int64_t price = 10000;  // ten-thousandths
    std::optional<std::string> customer_id = std::nullopt;
    std::string country = "United Kingdom";
};

inline void add_text(Column& column, const std::optional<std::string>& text) {
    if (text) {
        column.add_text(*text);
    } else {
        column.add_null();
    }
}

// A batch of retail lines with sequences from `first` on.
inline RowBatch make_lines(
    const std::vector<Line>& lines, OriginId origin = stream_origin, std::int64_t first = 0
) {
    RowBatch rows(retail_columns());
    rows.origin = origin;
    for (const Line& line : lines) {
        rows.column(0).add_text(line.invoice_no);
        rows.column(1).add_text(line.stock_code);
        add_text(rows.column(2), line.description);
        rows.column(3).add_integer(line.quantity);
        rows.column(4).add_integer(parse_iso(line.invoice_date).value().micros);
        rows.column(5).add_integer(line.price);
        add_text(rows.column(6), line.customer_id);
        rows.column(7).add_text(line.country);
        rows.commit_row({PartitionId(0), first++, Timestamp{}});
    }
    return rows;
}

}  // namespace tradewind::serving

// Rows that the platform computes itself, in and out of the engine; and statements that only bring
// a table into an order.
#include <gmock/gmock.h>

#include <bit>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/engine_test_support.h"

namespace tradewind::engine {
namespace {

// Rows begin … end - 1: the number, its half, and the number again where it is no multiple of 3.
class Numbers : public ComputedRows {
public:
    Numbers(std::int64_t begin, std::int64_t end, std::int64_t fails_at = -1)
        : next_(begin), end_(end), fails_at_(fails_at) {}

    Result<std::size_t> next(const std::vector<ComputedValues>& columns, std::size_t rows_max)
        override {
        std::size_t row = 0;
        for (; row < rows_max && next_ < end_; ++row, ++next_) {
            if (next_ == fails_at_) return Error(ErrorCode::Io, "the rows are gone");
            columns[0].integers[row] = next_;
            columns[1].reals[row] = static_cast<double>(next_) / 2;
            columns[2].integers[row] = next_;
            EXPECT_EQ(columns[0].valid, nullptr);
            if (next_ % 3 == 0) columns[2].valid[row / 64] &= ~(std::uint64_t{1} << (row % 64));
        }
        return row;
    }

private:
    std::int64_t next_;
    std::int64_t end_;
    std::int64_t fails_at_;
};

class ComputedTest : public EngineTest {
protected:
    void SetUp() override { work = MUST(engine->open_work({})); }

    static std::vector<ComputedColumn> columns() {
        return {
            {"n", "INTEGER", false, false, std::nullopt},
            {"kind", "STRING", false, false, "it's"},
            {"half", "DOUBLE", true, false, std::nullopt},
            {"part", "BIGINT", false, true, std::nullopt}
        };
    }
    Result<std::vector<WrittenFile>> write(const std::vector<std::int64_t>& bounds, int at_once) {
        std::vector<ComputedFile> files;
        for (std::size_t i = 0; i + 1 < bounds.size(); ++i)
            files.push_back(
                {lake("part-" + std::to_string(i) + ".parquet"),
                 std::make_unique<Numbers>(bounds[i], bounds[i + 1])}
            );
        return work->write_computed(columns(), std::move(files), at_once);
    }
    std::string bytes(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    std::string cell(const std::string& sql) {
        const auto rows = work->rows(sql, 1);
        if (!rows.ok()) return rows.error().describe();
        std::string text;
        for (const auto& one : rows->rows.at(0)) text += one.value_or("-") + " ";
        return text;
    }

    std::unique_ptr<Work> work;
};

// Files of computed rows are tables of the types asked for, nulls, constants and all; several at
// once, and one without rows.
TEST_F(ComputedTest, WritesWhatIsHandedOver) {
    const auto written = write({0, 300'000, 300'000, 500'001}, 2);
    ASSERT_TRUE(written.ok()) << written.error().describe();
    ASSERT_EQ(written->size(), 3u);
    EXPECT_EQ((*written)[0].row_count, 300'000);
    EXPECT_EQ((*written)[1].row_count, 0);
    catalog::TableFiles table;
    table.name = {"shop", "numbers"};
    table.columns = {
        {"n", "INTEGER", ""}, {"kind", "STRING", ""}, {"half", "DOUBLE", ""}, {"part", "BIGINT", ""}
    };
    table.scan.by_field_id = true;
    for (const WrittenFile& file : *written) table.files.push_back(file.path);
    ASSERT_TRUE(work->add_table(table).ok());
    EXPECT_EQ(
        cell("SELECT count(*), min(n), max(n), sum(half), count(part), min(kind), count(DISTINCT "
             "kind) FROM shop.numbers"),
        "500001 0 500000 62500125000.0 333334 it's 1 "
    );
    EXPECT_EQ(cell("SELECT count(*) FROM shop.numbers WHERE part <> n OR half * 2 <> n"), "0 ");
}

// The same rows are the same bytes, however many files are written at once.
TEST_F(ComputedTest, TheSameBytes) {
    ASSERT_TRUE(write({0, 200'000, 400'000, 450'000}, 1).ok());
    std::vector<std::string> before;
    for (const char* name : {"part-0.parquet", "part-1.parquet", "part-2.parquet"}) {
        before.push_back(bytes(lake(name)));
        std::filesystem::remove(lake(name));
    }
    ASSERT_TRUE(write({0, 200'000, 400'000, 450'000}, 3).ok());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(bytes(lake("part-" + std::to_string(i) + ".parquet")), before[i]);
}

// Rows that end in an error fail the statement with it.
TEST_F(ComputedTest, ErrorsOfTheRowsAreTold) {
    std::vector<ComputedFile> files;
    files.push_back({lake("a.parquet"), std::make_unique<Numbers>(0, 10)});
    files.push_back({lake("b.parquet"), std::make_unique<Numbers>(0, 100'000, 70'000)});
    const auto written = work->write_computed(columns(), std::move(files), 1);
    ASSERT_FALSE(written.ok());
    EXPECT_THAT(written.error().message(), testing::HasSubstr("the rows are gone"));
}

// A number that its column cannot hold is told; types that only the engine makes of numbers are
// written by it.
TEST_F(ComputedTest, OtherTypes) {
    const auto write_as = [&](const std::string& type, std::int64_t end) {
        std::vector<ComputedColumn> typed = columns();
        typed[0].type = type;
        std::vector<ComputedFile> files;
        files.push_back({lake(type + std::to_string(end)), std::make_unique<Numbers>(end - 3, end)}
        );
        return work->write_computed(typed, std::move(files), 1);
    };
    const auto wide = write_as("INTEGER", 2'147'483'649);
    ASSERT_FALSE(wide.ok());
    EXPECT_EQ(wide.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(wide.error().message(), testing::HasSubstr("column n: 2147483648 does not fit"));
    EXPECT_TRUE(write_as("INTEGER", 2'147'483'648).ok());
    EXPECT_TRUE(write_as("DECIMAL(12,2)", 5).ok());
    EXPECT_EQ(
        cell(
            "SELECT max(n), typeof(max(n)), max(kind) FROM read_parquet('" +
            lake("DECIMAL(12,2)5") + "')"
        ),
        "4.00 DECIMAL(12,2) it's "
    );
}

// Whole numbers come out chunk by chunk, with their nulls; other types are refused.
TEST_F(ComputedTest, ReadsIntegers) {
    const auto reader = work->read_integers(
        "SELECT range AS n, CASE WHEN range % 5 = 0 THEN NULL ELSE range END AS part FROM "
        "range(100000)"
    );
    ASSERT_TRUE(reader.ok()) << reader.error().describe();
    IntegerChunk chunk;
    std::int64_t rows = 0;
    std::int64_t sum = 0;
    while (MUST((*reader)->next(chunk))) {
        for (std::size_t row = 0; row < chunk.rows; ++row, ++rows) {
            EXPECT_EQ(chunk.columns[0].values[row], rows);
            const std::uint64_t* valid = chunk.columns[1].valid;
            const bool there = valid == nullptr || (valid[row / 64] >> (row % 64) & 1) != 0;
            EXPECT_EQ(there, rows % 5 != 0);
            if (there) sum += chunk.columns[1].values[row];
        }
    }
    EXPECT_EQ(rows, 100'000);
    EXPECT_EQ(sum, 4'000'000'000);
    EXPECT_FALSE(work->read_integers("SELECT 'a' AS n").ok());
    EXPECT_FALSE(work->read_integers("SELECT CAST(1 AS INTEGER) AS n").ok());
    const auto doubles = work->read_integers("SELECT CAST(0.5 AS DOUBLE) AS n");
    ASSERT_TRUE(doubles.ok()) << doubles.error().describe();
    ASSERT_TRUE(MUST((*doubles)->next(chunk)));
    EXPECT_EQ(std::bit_cast<double>(chunk.columns[0].values[0]), 0.5);
}

// Which statements only order a table's rows, and which do more.
TEST_F(ComputedTest, TellsOrderedReads) {
    const auto read = work->ordered_read("SELECT b, a FROM shop.t /* all */ ORDER BY a, c ASC");
    ASSERT_TRUE(read.ok() && read->has_value());
    EXPECT_EQ((*read)->table.text(), "shop.t");
    EXPECT_THAT((*read)->columns, testing::ElementsAre("b", "a"));
    EXPECT_THAT((*read)->order_by, testing::ElementsAre("a", "c"));
    for (const char* more :
         {"SELECT a FROM t",
          "SELECT a FROM t ORDER BY a DESC",
          "SELECT a FROM t ORDER BY a + 1",
          "SELECT a FROM t ORDER BY 1",
          "SELECT a FROM t ORDER BY ALL",
          "SELECT a FROM t ORDER BY a LIMIT 3",
          "SELECT DISTINCT a FROM t ORDER BY a",
          "SELECT b AS a FROM t ORDER BY a",
          "SELECT a + 1 FROM t ORDER BY a",
          "SELECT * FROM t ORDER BY a",
          "SELECT count(a) FROM t ORDER BY a",
          "SELECT a FROM t GROUP BY a ORDER BY a",
          "SELECT a FROM t WHERE a > 1 ORDER BY a",
          "SELECT a FROM t, u ORDER BY a",
          "SELECT a FROM t JOIN u USING (a) ORDER BY a",
          "SELECT a FROM (SELECT a FROM t) ORDER BY a",
          "SELECT a FROM t TABLESAMPLE 10% ORDER BY a",
          "SELECT a FROM t AS x(a, b) ORDER BY a",
          "SELECT a FROM t AT (VERSION => 1) ORDER BY a",
          "SELECT a FROM t QUALIFY row_number() OVER () = 1 ORDER BY a",
          "WITH t AS (SELECT 1 AS a) SELECT a FROM t ORDER BY a",
          "SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a"}) {
        const auto other = work->ordered_read(more);
        EXPECT_TRUE(other.ok() && !other->has_value()) << more;
    }
}

}  // namespace
}  // namespace tradewind::engine

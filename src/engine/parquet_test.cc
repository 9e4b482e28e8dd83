// Whatever rows hold comes back out of the Parquet files that they are written to, read by the
// embedded engine: by value, by row group and by the extremes that the footer tells.
#include <gmock/gmock.h>

#include <functional>
#include <limits>
#include <random>

#include "engine/engine_test_support.h"
#include "engine/parquet_row_file.h"

namespace tradewind::engine {
namespace {

using Random = std::mt19937_64;

// A column, and how its values come about; nothing: null.
struct Shape {
    ColumnSpec spec;
    std::function<std::optional<std::int64_t>(std::int64_t row, Random& random)> word;
};

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

std::vector<Shape> shapes() {
    const auto any = [](std::int64_t, Random& random) {
        return std::optional(static_cast<std::int64_t>(random()));
    };
    const auto below = [](std::uint64_t bound) {
        return [bound](std::int64_t, Random& random) {
            return std::optional(static_cast<std::int64_t>(random() % bound));
        };
    };
    const auto narrow = [](std::int64_t, Random& random) {
        return std::optional<std::int64_t>(static_cast<std::int32_t>(random()));
    };
    return {
        {{"row", ColumnType::BigInt}, [](auto row, auto&) { return std::optional(row); }},
        {{"any", ColumnType::BigInt}, any},
        {{"ends", ColumnType::BigInt},
         [](auto row, auto&) { return std::optional(row % 3 == 0 ? least : greatest); }},
        {{"same", ColumnType::BigInt}, [](auto, auto&) { return std::optional(least); }},
        {{"runs", ColumnType::BigInt}, [](auto row, auto&) { return std::optional(row / 11); }},
        {{"many", ColumnType::Integer}, below(50'000)},
        {{"narrow", ColumnType::Integer}, narrow},
        {{"few", ColumnType::Integer}, below(5)},
        {{"long_runs", ColumnType::Integer},
         [](auto row, auto&) { return std::optional(row / 1000 % 7 - 3); }},
        {{"gaps", ColumnType::Integer},
         [](auto row, auto& random) {
             return random() % 3 == 0 ? std::nullopt : std::optional(row % 40'000);
         }},
        {{"none", ColumnType::Integer}, [](auto, auto&) { return std::optional<std::int64_t>(); }},
        {{"first_half", ColumnType::BigInt},
         [](auto row, auto&) { return row > 70'000 ? std::nullopt : std::optional(row * row); }},
        {{"yes", ColumnType::Boolean}, below(2)},
        {{"maybe", ColumnType::Boolean},
         [](auto row, auto&) { return row % 9 == 4 ? std::nullopt : std::optional(row % 2); }},
        {{"day", ColumnType::Date}, below(20'000)},
        {{"at", ColumnType::Timestamp}, below(1'800'000'000'000'000)},
        {{"price", ColumnType::Decimal, 9, 2}, below(999'999'999)},
        {{"total", ColumnType::Decimal, 18, 4}, below(999'999'999'999'999'999)},
        {{"real", ColumnType::Double}, below(1'000'000)},
        {{"real_few", ColumnType::Double}, below(100)},
        {{"text", ColumnType::Text}, below(1'000'000)},
        {{"text_few", ColumnType::Text}, below(20)},
        {{"text_gaps", ColumnType::Text},
         [](auto row, auto&) { return row % 2 == 0 ? std::nullopt : std::optional(row % 3); }},
    };
}

std::string text_of(std::int64_t word) {
    return word == 0
               ? ""
               : std::string(static_cast<std::size_t>(word % 30), 'x') + "ü" + std::to_string(word);
}

double real_of(std::int64_t word) {
    return static_cast<double>(word) / 7 - 3;
}

void add(Column& column, std::optional<std::int64_t> word) {
    if (!word) return column.add_null();
    if (column.type() == ColumnType::Text) return column.add_text(text_of(*word));
    if (column.type() == ColumnType::Double) return column.add_real(real_of(*word));
    column.add_integer(*word);
}

std::vector<ColumnSpec> specs() {
    std::vector<ColumnSpec> all;
    for (const Shape& shape : shapes()) all.push_back(shape.spec);
    return all;
}

class ParquetTest : public EngineTest {
protected:
    // Rows 1 … count, always the same, so many to a batch.
    std::vector<RowBatch> make(std::int64_t count, std::int64_t batch_rows, OriginId origin) {
        Random random(11);
        const auto all = shapes();
        std::vector<RowBatch> batches;
        for (std::int64_t row = 1; row <= count; ++row) {
            if (batches.empty() ||
                static_cast<std::int64_t>(batches.back().row_count()) == batch_rows) {
                batches.emplace_back(specs());
                batches.back().origin = origin;
                batches.back().source_name = "the file";
            }
            for (std::size_t i = 0; i < all.size(); ++i)
                add(batches.back().column(i), all[i].word(row, random));
            batches.back().commit_row({PartitionId(3), row, Timestamp{1'000'000 + row}});
        }
        return batches;
    }
    std::string write(const std::vector<RowBatch>& batches, const std::string& name) {
        auto writer = MUST(engine->create_row_file_writer(specs()));
        std::int64_t rows = 0;
        for (const RowBatch& batch : batches) {
            EXPECT_TRUE(writer->append(batch).ok());
            rows += static_cast<std::int64_t>(batch.row_count());
        }
        EXPECT_EQ(writer->row_count(), rows);
        const auto written = writer->write(lake(name));
        EXPECT_TRUE(written.ok()) << written.error().describe();
        EXPECT_EQ(writer->row_count(), 0);
        return lake(name);
    }
    static void expect_equal(
        const RowBatch& read, std::size_t i, const RowBatch& made, std::size_t k
    ) {
        for (std::size_t column = 0; column < made.column_count(); ++column) {
            const Column& a = read.column(column);
            const Column& b = made.column(column);
            ASSERT_EQ(a.null(i), b.null(k)) << made.specs()[column].name << " " << k;
            if (a.null(i)) continue;
            if (a.type() == ColumnType::Text) {
                ASSERT_EQ(a.text(i), b.text(k));
            } else if (a.type() == ColumnType::Double) {
                ASSERT_EQ(a.real(i), b.real(k));
            } else {
                ASSERT_EQ(a.integer(i), b.integer(k)) << made.specs()[column].name << " " << k;
            }
        }
        ASSERT_EQ(read.provenance(i).sequence, made.provenance(k).sequence);
        ASSERT_EQ(read.provenance(i).received_at.micros, made.provenance(k).received_at.micros);
        if (made.origin == stream_origin) {
            ASSERT_EQ(read.provenance(i).partition.value, 3);
        }
    }
    void expect_back(const std::vector<RowBatch>& made, const std::string& path) {
        auto reader = MUST(engine->read_row_file(path, specs(), made.front().origin, 10'000));
        RowBatch read(specs());
        std::size_t batch = 0;
        std::size_t row = 0;
        while (MUST(reader->next(read))) {
            EXPECT_EQ(read.source_name, "the file");
            for (std::size_t i = 0; i < read.row_count(); ++i) {
                if (row == made[batch].row_count()) {
                    ++batch;
                    row = 0;
                }
                expect_equal(read, i, made[batch], row++);
                if (HasFatalFailure()) return;
            }
        }
        EXPECT_EQ(batch + 1, made.size());
        EXPECT_EQ(row, made[batch].row_count());
    }
};

TEST_F(ParquetTest, EveryTypeComesBack) {
    for (const std::int64_t count :
         {1, 2, 7, 8, 9, 257, 2'049, 122'879, 122'880, 122'881, 250'003}) {
        const auto made = make(count, 7'001, OriginId(5));
        expect_back(made, write(made, "rows-" + std::to_string(count) + ".parquet"));
        if (HasFatalFailure()) FAIL() << count << " rows";
    }
    const auto streamed = make(5'000, 5'000, stream_origin);
    expect_back(streamed, write(streamed, "streamed.parquet"));
}

// The extremes of the footer never hide a row, and row groups are as large as they should be.
TEST_F(ParquetTest, RowsAreFound) {
    const auto made = make(250'003, 100'000, OriginId(5));
    const std::string path = write(made, "rows.parquet");
    const auto work = MUST(engine->open_work({}));
    const auto cells = [&](const std::string& sql) {
        const auto answer = work->rows(sql, 1);
        if (!answer.ok()) return answer.error().describe();
        std::string text;
        for (const auto& cell : answer->rows.at(0)) text += cell.value_or("-") + " ";
        return text;
    };
    const std::string file = "read_parquet('" + path + "')";
    for (const ColumnSpec& spec : specs()) {
        const std::string name = "\"" + spec.name + "\"";
        // What is computed of each row has no extremes in the footer.
        const std::string all = "(SELECT CAST(CAST(" + name + " AS VARCHAR) AS " + to_sql(spec) +
                                ") AS v FROM " + file + ")";
        EXPECT_EQ(
            cells("SELECT min(" + name + "), max(" + name + "), count(" + name + ") FROM " + file),
            cells("SELECT min(v), max(v), count(v) FROM " + all)
        ) << name;
        const std::string wanted = "(SELECT " + name + " FROM " + file + " WHERE \"row\" = 200003)";
        EXPECT_EQ(
            cells("SELECT count(*) FROM " + file + " WHERE " + name + " = " + wanted),
            cells("SELECT count(*) FROM " + all + " WHERE v = " + wanted)
        ) << name;
    }
    EXPECT_EQ(
        cells(
            "SELECT count(DISTINCT row_group_id), max(row_group_num_rows) FROM parquet_metadata('" +
            path + "')"
        ),
        "3 122880 "
    );
}

// The same rows are the same bytes, however they come, and a text that is none is refused.
TEST_F(ParquetTest, TheSameBytes) {
    const auto text_at = [](const std::string& path) {
        return MUST(
            MUST(os::make_posix_filesystem()->open(path, os::OpenMode::Read))->read_at(0, 1u << 30)
        );
    };
    const auto first = write(make(130'000, 4'096, OriginId(5)), "first.parquet");
    const auto second = write(make(130'000, 130'000, OriginId(5)), "second.parquet");
    EXPECT_EQ(text_at(first), text_at(second));
    // Neither does it matter that they do not fit the memory.
    auto spilling = MUST(ParquetRowFile::create(specs(), folder.path("temp"), 1'000));
    for (const RowBatch& batch : make(130'000, 4'096, OriginId(5)))
        EXPECT_TRUE(spilling->append(batch).ok());
    EXPECT_TRUE(spilling->write(lake("third.parquet")).ok());
    EXPECT_EQ(text_at(first), text_at(lake("third.parquet")));

    auto writer = MUST(engine->create_row_file_writer({{"name", ColumnType::Text}}));
    EXPECT_EQ(writer->write(lake("none")).error().code(), ErrorCode::InvalidArgument);
    RowBatch rows({{"name", ColumnType::Text}});
    rows.column(0).add_text("caf\xe9");
    rows.commit_row({PartitionId(0), 1, Timestamp{1}});
    const auto refused = writer->append(rows);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().describe(), testing::HasSubstr("column name"));
}

}  // namespace
}  // namespace tradewind::engine

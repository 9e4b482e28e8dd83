// Results as Arrow's IPC stream, read again by Arrow's own reader.
#include <gmock/gmock.h>
#include <nanoarrow/nanoarrow.h>
#include <nanoarrow/nanoarrow_ipc.h>

#include "engine/engine_test_support.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;

// What a reader finds: each column's name and Arrow's format of its type, and the rows' number.
struct Found {
    std::string columns;
    std::int64_t row_count = 0;
    std::int64_t sum = 0;    // of the first column, where it holds integers
    std::int64_t nulls = 0;  // in it
    int batch_count = 0;
};

void add_batch(const ArrowSchema& schema, ArrowArray& array, Found& found) {
    ArrowArrayView view;
    CHECK(ArrowArrayViewInitFromSchema(&view, &schema, nullptr) == NANOARROW_OK);
    CHECK(ArrowArrayViewSetArray(&view, &array, nullptr) == NANOARROW_OK);
    CHECK(ArrowArrayViewValidate(&view, NANOARROW_VALIDATION_LEVEL_FULL, nullptr) == NANOARROW_OK);
    const ArrowArrayView* first = view.children[0];
    const std::string format = schema.children[0]->format;
    for (std::int64_t row = 0; row < array.length; ++row) {
        const bool null = ArrowArrayViewIsNull(first, row) != 0;
        found.nulls += null ? 1 : 0;
        if (!null && (format == "l" || format == "i"))
            found.sum += ArrowArrayViewGetIntUnsafe(first, row);
    }
    ArrowArrayViewReset(&view);
    found.row_count += array.length;
    ++found.batch_count;
}

Found read(const std::string& bytes) {
    ArrowBuffer buffer;
    ArrowBufferInit(&buffer);
    CHECK(
        ArrowBufferAppend(&buffer, bytes.data(), static_cast<std::int64_t>(bytes.size())) ==
        NANOARROW_OK
    );
    ArrowIpcInputStream input;
    CHECK(ArrowIpcInputStreamInitBuffer(&input, &buffer) == NANOARROW_OK);
    ArrowArrayStream stream;
    CHECK(ArrowIpcArrayStreamReaderInit(&stream, &input, nullptr) == NANOARROW_OK);
    ArrowSchema schema;
    CHECK(stream.get_schema(&stream, &schema) == 0);
    Found found;
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
        found.columns += (i == 0 ? "" : " ") + std::string(schema.children[i]->name) + ":" +
                         schema.children[i]->format;
    }
    while (true) {
        ArrowArray array;
        CHECK(stream.get_next(&stream, &array) == 0);
        if (array.release == nullptr) break;
        add_batch(schema, array, found);
        array.release(&array);
    }
    schema.release(&schema);
    stream.release(&stream);
    return found;
}

class ArrowTest : public EngineTest {
protected:
    std::string ask(const std::string& sql, QueryRequest request = {}) {
        return run_query(*engine, sql, ResultFormat::Arrow, std::move(request));
    }
};

// Each type that SQL has arrives as Arrow's own, nested ones too.
TEST_F(ArrowTest, TypesAreArrowsOwn) {
    const Found found = read(
        ask("SELECT 1::INTEGER AS a, 'x' AS b, 1.25::DECIMAL(12, 4) AS c, DATE '2010-12-01' AS d, "
            "TIMESTAMP '2010-12-01 08:26:00' AS e, true AS f, 1.5::DOUBLE AS g, [1, 2] AS h, "
            "{'k': 'v'} AS i, 7::HUGEINT AS j, 'ab'::BLOB AS k, NULL::VARCHAR AS l")
    );
    EXPECT_EQ(found.columns, "a:i b:u c:d:12,4 d:tdD e:tsu: f:b g:g h:+l i:+s j:d:38,0 k:z l:u");
    EXPECT_EQ(found.row_count, 1);
    EXPECT_EQ(found.sum, 1);
}

// All rows come, batch by batch, with their nulls.
TEST_F(ArrowTest, AllRowsCome) {
    const Found found = read(
        ask("SELECT CASE WHEN n % 10 > 0 THEN n END AS n, 'text ' || n AS t FROM range(100000) AS "
            "r(n)")
    );
    EXPECT_EQ(found.row_count, 100'000);
    EXPECT_EQ(found.nulls, 10'000);
    EXPECT_EQ(found.sum, 4'999'950'000 - 499'950'000);
    EXPECT_GT(found.batch_count, 10);
}

// A limit cuts in the middle of a batch; a result without rows has its schema.
TEST_F(ArrowTest, LimitsAndNothing) {
    QueryRequest request;
    request.rows_max = 3000;
    EXPECT_EQ(read(ask("SELECT n FROM range(100000) AS r(n)", request)).row_count, 3000);
    const Found nothing = read(ask("SELECT 1::BIGINT AS n WHERE false"));
    EXPECT_EQ(nothing.columns, "n:l");
    EXPECT_EQ(nothing.row_count, 0);
}

// A type that the stream has no place for is refused by name, wherever it stands; an error in a
// row is one as in the other formats.
TEST_F(ArrowTest, WhatCannotBe) {
    EXPECT_THAT(
        ask("SELECT 1 AS n, 'a'::ENUM('a', 'b') AS e"),
        HasSubstr("column e is an ENUM, which cannot be had as Arrow")
    );
    EXPECT_THAT(ask("SELECT [{'x': 'a'::ENUM('a', 'b')}] AS deep"), HasSubstr("column deep is"));
    EXPECT_THAT(
        ask("SELECT CAST(CASE WHEN n = 90000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM "
            "range(100000) AS r(n)"),
        HasSubstr("invalid_argument")
    );
}

}  // namespace
}  // namespace tradewind::engine

// What the engine's tests share: a temporary folder, an engine in it, rows to put in.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/fuzz_kit.h"
#include "engine/engine.h"
#include "os/filesystem.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::engine {

class TemporaryFolder {
public:
    TemporaryFolder()
        : path_(std::filesystem::temp_directory_path() / ("tw_engine_" + os::random_id())) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string path(const std::string& name = "") const {
        return name.empty() ? path_.string() : (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

// What a query gives, as text; the error as "code: description".
inline std::string run_query(
    Engine& engine,
    const std::string& sql,
    ResultFormat format = ResultFormat::Csv,
    QueryRequest request = {}
) {
    request.sql = sql;
    auto result = engine.query(request);
    if (!result.ok())
        return std::string(to_string(result.error().code())) + ": " + result.error().describe();
    std::string text;
    while (true) {
        const auto count = (*result)->append_rows(format, text);
        if (!count.ok())
            return std::string(to_string(count.error().code())) + ": " + count.error().describe();
        if (*count == 0) return text;
    }
}

class EngineTest : public testing::Test {
protected:
    EngineTest() {
        EngineOptions options;
        options.temp_folder = folder.path("temp");
        options.readable_folders = {folder.path("lake")};
        options.extension_folder = os::executable_folder();
        std::filesystem::create_directories(folder.path("lake"));
        auto opened = open_engine(options, metrics);
        CHECK(opened.ok());
        engine = std::move(opened).take();
    }

    std::string query(const std::string& sql, ResultFormat format = ResultFormat::Csv) {
        return run_query(*engine, sql, format);
    }
    std::string lake(const std::string& name) const { return folder.path("lake/" + name); }

    TemporaryFolder folder;
    MetricsRegistry metrics;
    std::unique_ptr<Engine> engine;
};

inline std::vector<ColumnSpec> order_columns() {
    return {
        {"invoice_no", ColumnType::Text},
        {"quantity", ColumnType::Integer},
        {"unit_price", ColumnType::Decimal, 12, 4},
        {"invoice_date", ColumnType::Timestamp},
    };
}

// Rows [first, first + count) of the stream: quantity = offset, price = 1.5, on partition 0.
inline RowBatch order_rows(std::int64_t first, std::int64_t count) {
    RowBatch rows(order_columns());
    for (std::int64_t i = first; i < first + count; ++i) {
        rows.column(0).add_text("invoice-number-" + std::to_string(i / 10));
        rows.column(1).add_integer(i);
        rows.column(2).add_integer(15'000);
        rows.column(3).add_integer(1'291'192'000'000'000 + i);
        rows.commit_row({PartitionId(0), i, Timestamp{1'700'000'000'000'000 + i}});
    }
    return rows;
}

inline LiveTableOptions order_table(const std::string& name = "orders") {
    LiveTableOptions options;
    options.name = name;
    options.columns = order_columns();
    return options;
}

// One of the seeds with changes, and at times one of the pieces put in.
inline std::string changed(
    FuzzRandom& random,
    const std::vector<std::string>& seeds,
    const std::vector<std::string>& pieces
) {
    std::string text = seeds[random.below(seeds.size())];
    if (random.below(2) == 0) text = mutated(random, text);
    for (std::uint64_t left = random.below(3); left > 0; --left)
        text.insert(random.below(text.size() + 1), pieces[random.below(pieces.size())]);
    return text;
}

}  // namespace tradewind::engine

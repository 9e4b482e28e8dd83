// What the tests of this room share: an engine, a lake and a database in a folder of their own, and
// checks and tables in a few words.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "os/filesystem.h"
#include "os/temporary_folder.h"
#include "quality/quality.h"

namespace tradewind::quality {

// 2026-01-15 12:00:00
constexpr Timestamp test_now{1'768'478'400'000'000};

inline std::vector<Check> checks_of(const std::string& yaml) {
    const auto document = yaml::parse(yaml, "checks.yml");
    if (!document.ok()) ADD_FAILURE() << document.error().describe();
    auto checks = parse_checks(*document);
    if (!checks.ok()) ADD_FAILURE() << checks.error().describe();
    return checks.ok() ? std::move(checks).take() : std::vector<Check>();
}

class QualityTest : public testing::Test {
protected:
    QualityTest() {
        log::configure(log::Level::Off, log::Format::Text);
        engine::EngineOptions engine_options;
        engine_options.temp_folder = folder.path("temp");
        engine_options.readable_folders = {folder.path("lake")};
        engine = must(engine::open_engine(engine_options, metrics));
        lake::LakeOptions lake_options;
        lake_options.root = folder.path("lake");
        lake_options.quarantine_folder = folder.path("damaged");
        lake = must(lake::open_lake(lake_options, *files, clock));
        database = must(os::Database::open(folder.path("meta.sqlite")));
        catalog = must(catalog::open_catalog(*lake, *database));
        open();
        work = must(engine->open_work({}));
    }

    template <typename T>
    static T must(Result<T> result) {
        if (!result.ok()) ADD_FAILURE() << result.error().describe();
        return std::move(result).take();
    }

    void open() {
        quality.reset();
        quality = must(open_quality(
            options, {engine.get(), catalog.get(), lake.get(), database.get(), &clock, &metrics}
        ));
    }

    // Rows of a VALUES list or a SELECT, as a table of the Work.
    void add(const std::string& table, const std::string& select) {
        const auto added = work->add_result(must(catalog::parse_table_name(table)), select);
        ASSERT_TRUE(added.ok()) << added.error().describe();
        context.present.insert(must(catalog::parse_table_name(table)));
    }
    Report run(const std::string& table, const std::string& yaml) {
        const auto name = must(catalog::parse_table_name(table));
        return must(quality->run_checks(*work, name, {name, "shop", checks_of(yaml), {}}, context));
    }
    // The only check's outcome as "passed 0/3" or "failed 2/3: message".
    std::string outcome(const std::string& table, const std::string& yaml) {
        const Report report = run(table, yaml);
        if (report.results.size() != 1) return std::to_string(report.results.size()) + " results";
        return text_of(report.results.front());
    }
    static std::string text_of(const CheckResult& result) {
        std::string text = std::string(to_string(result.state)) + " " +
                           std::to_string(result.failing) + "/" + std::to_string(result.total);
        return result.message.empty() ? text : text + ": " + result.message;
    }
    // Rows of a user's query, cells with commas between, rows with semicolons.
    std::string query(const std::string& sql) {
        engine::QueryRequest request;
        request.sql = sql;
        auto result = engine->query(request);
        if (!result.ok()) return result.error().describe();
        std::string text;
        for (;;) {
            const auto rows = (*result)->append_rows(engine::ResultFormat::Csv, text);
            if (!rows.ok()) return rows.error().describe();
            if (*rows == 0) return text;
        }
    }

    os::TemporaryFolder folder;
    MetricsRegistry metrics;
    os::ManualClock clock{test_now};
    std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<lake::Lake> lake;
    std::unique_ptr<os::Database> database;
    std::unique_ptr<catalog::Catalog> catalog;
    QualityOptions options;
    std::unique_ptr<Quality> quality;
    std::unique_ptr<engine::Work> work;
    RunContext context;
};

}  // namespace tradewind::quality

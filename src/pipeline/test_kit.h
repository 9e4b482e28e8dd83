// What the pipeline's tests share: a lake, an engine and the rooms between, in a temporary folder;
// a source whose files a test adds and takes away; packages written as text.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "os/random.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

inline constexpr const char* clean =
    "/* asset:\n  layer: clean\n  materialize: files\n  partition_by: country\n*/\n"
    "SELECT order_no, lower(country) AS country, day, amount FROM raw.orders WHERE amount <> 0";

// gtest has a Run of its own in every test.
using RunReport = Run;

class PipelineTest : public testing::Test {
protected:
    PipelineTest()
        : folder_(std::filesystem::temp_directory_path() / ("tw_pipeline_" + os::random_id())) {
        std::filesystem::create_directories(folder_ / "lake");
        open_stores();
    }
    ~PipelineTest() override {
        pipeline_.reset();
        quality_.reset();
        catalog_.reset();
        engine_.reset();
        lake_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    void open_stores() {
        lake::LakeOptions lake;
        lake.root = path("lake");
        lake.quarantine_folder = path("quarantine");
        lake_ = take(lake::open_lake(lake, *files_, *clock_));
        engine::EngineOptions engine;
        engine.temp_folder = path("temp");
        engine.readable_folders = {path("lake")};
        engine_ = take(engine::open_engine(engine, metrics_));
        database_ = take(os::Database::open(path("meta.sqlite")));
        catalog_ = take(catalog::open_catalog(*lake_, *database_));
        quality::QualityParts parts{
            engine_.get(), catalog_.get(), lake_.get(), database_.get(), clock_.get(), &metrics_
        };
        quality_ = take(quality::open_quality({}, parts));
    }

    // The source "orders": order_no STRING, country STRING, day DATE, amount BIGINT.
    static catalog::Declaration orders() {
        catalog::Declaration table;
        table.name = {"raw", "orders"};
        table.kind = catalog::Kind::Source;
        table.layer = "raw";
        table.dataset = "raw/orders/table";
        table.columns = {
            {"order_no", "STRING", ""},
            {"country", "STRING", ""},
            {"day", "DATE", ""},
            {"amount", "BIGINT", ""}
        };
        return table;
    }

    // Adds a file with these rows, `('o1', 'fr', DATE '2026-01-01', 5), …`, and takes others away.
    std::string deliver(const std::string& rows, const std::vector<std::string>& instead_of = {}) {
        const auto work = take(engine_->open_work({}));
        engine::WriteOptions options;
        options.path = take(lake_->scratch_path(".parquet"));
        const auto written = take(work->write(
            "SELECT CAST(a AS STRING) AS order_no, CAST(b AS STRING) AS country, CAST(c AS DATE) "
            "AS day, CAST(d AS BIGINT) AS amount FROM (VALUES " +
                rows + ") t(a, b, c, d)",
            options
        ));
        const std::string name =
            "raw/orders/table/file-" + std::to_string(++delivered_) + ".parquet";
        lake::Commit commit;
        commit.add.push_back(take(lake_->adopt(options.path, name, written[0].row_count)));
        commit.remove = instead_of;
        take(lake_->commit("raw/orders/table", commit, std::nullopt));
        return name;
    }

    // The graph, or its first fault.
    Result<AssetGraph> read(const std::map<std::string, std::string>& sql) {
        AssetGraph graph = TRY(read_all(sql));
        const auto faults = graph.own_faults();
        return faults.empty() ? Result<AssetGraph>(std::move(graph)) : faults.front();
    }

    Result<AssetGraph> read_all(const std::map<std::string, std::string>& sql) {
        package::Package package;
        package.name = "shop";
        package.folder = "/w/packages/shop";
        package.manifest = take(yaml::parse(manifest_, package.folder + "/package.yml"));
        for (const auto& [name, text] : sql) {
            if (name.ends_with(".yml")) {
                const std::string path = "assets/mart/" + name;
                auto document = yaml::parse(text, package.folder + "/" + path);
                if (!document.ok()) return document.error();
                package.asset_files.push_back({path, *document});
                continue;
            }
            package::SqlAsset asset;
            asset.name = name;
            asset.path = "assets/" + name + ".sql";
            asset.sql = text;
            const std::size_t open = text.find("/* asset:");
            if (open != std::string::npos) {
                const std::string header = text.substr(open + 2, text.find("*/") - open - 2);
                const auto document = yaml::parse(header, package.folder + "/" + asset.path);
                if (!document.ok()) {
                    package.faults.push_back({"assets", name, asset.path, document.error()});
                    continue;
                }
                asset.header = (*document)["asset"];
            }
            package.assets.push_back(std::move(asset));
        }
        return read_assets({package}, *engine_, [](const catalog::TableName& name) {
            return name.schema == "raw" && (name.table == "orders" || name.table == "found");
        });
    }

    void start(const std::map<std::string, std::string>& sql, PipelineOptions options = {}) {
        pipeline_.reset();
        AssetGraph graph = take(read_all(sql));
        std::vector<catalog::Declaration> tables{orders()};
        std::vector<Asset> declared = graph.assets;
        for (const FaultyAsset& one : graph.faulty) declared.push_back(one.asset);
        for (const Asset& asset : declared) {
            catalog::Declaration table;
            table.name = asset.name;
            table.kind = asset.stored() ? catalog::Kind::Asset : catalog::Kind::View;
            table.layer = asset.layer;
            if (asset.stored()) table.dataset = asset.dataset();
            table.sql = asset.sql;
            if (asset.materialize != Materialize::Export) tables.push_back(std::move(table));
        }
        ASSERT_TRUE(catalog_->declare(std::move(tables)).ok());
        options.scratch_folder = path("scratch");
        options.export_folder = path("exports");
        options.refresh = refresh_;
        PipelineParts parts;
        parts.engine = engine_.get();
        parts.catalog = catalog_.get();
        parts.lake = lake_.get();
        parts.quality = quality_.get();
        parts.database = database_.get();
        parts.files = files_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        parts.listeners = listeners_;
        parts.resolve_parameter = resolve_parameter_;
        parts.flush_source = [](const std::string&) { return Result<void>(); };
        parts.source_state = [this](const std::string& source) -> std::optional<SourceState> {
            if (source != "orders") return std::nullopt;
            return SourceState{take(lake_->current("raw/orders/table")).number, 0, 0};
        };
        pipeline_ = take(open_pipeline(options, std::move(graph), parts));
        const auto started = pipeline_->start();
        ASSERT_TRUE(started.ok()) << started.error().describe();
    }

    RunReport run(const std::vector<std::string>& assets = {}, bool force = false) {
        RunRequest request;
        request.package = "shop";
        request.assets = assets;
        request.force = force;
        return run_request(request);
    }
    RunReport run_request(const RunRequest& request) {
        const auto queued = pipeline_->submit(request);
        if (!queued.ok()) {
            ADD_FAILURE() << queued.error().describe();
            return {};
        }
        return take(pipeline_->wait(queued->id, 60'000'000));
    }
    static const AssetRun& of(const RunReport& run, const std::string& asset) {
        for (const AssetRun& one : run.assets) {
            if (one.asset == "shop." + asset) return one;
        }
        ADD_FAILURE() << "no asset " << asset;
        static const AssetRun none;
        return none;
    }

    std::string query(const std::string& sql) {
        engine::QueryRequest request;
        request.sql = sql;
        auto result = engine_->query(request);
        if (!result.ok()) return result.error().describe();
        std::string text;
        while (take((*result)->append_rows(engine::ResultFormat::Csv, text)) > 0) {
        }
        return text;
    }
    // Paths of the table's files, by partition.
    std::multimap<std::string, std::string> files_of(const std::string& dataset) {
        std::multimap<std::string, std::string> files;
        for (const lake::DataFile& file : take(lake_->current(dataset)).files) {
            std::string key;
            for (const auto& [name, value] : file.partition) key += value;
            files.emplace(key, file.path);
        }
        return files;
    }

    template <typename T>
    static T take(Result<T> result) {
        if (!result.ok()) {
            ADD_FAILURE() << result.error().describe();
            std::abort();
        }
        return std::move(result).take();
    }

    std::filesystem::path folder_;
    MetricsRegistry metrics_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<engine::Engine> engine_;
    bool refresh_ = false;
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<quality::Quality> quality_;
    // Of the pipeline that is started next.
    std::vector<RunListener*> listeners_;
    ResolveParameter resolve_parameter_;
    std::string manifest_ = "name: shop";
    std::unique_ptr<Pipeline> pipeline_;
    int delivered_ = 0;
};

}  // namespace tradewind::pipeline

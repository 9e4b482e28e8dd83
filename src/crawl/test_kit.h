// A lake, a catalog, an engine and a crawler, and a folder with somebody's files.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "crawl/crawl.h"
#include "os/database.h"
#include "os/temporary_folder.h"

namespace tradewind::crawl::testing {

inline std::string gzip(const std::string& text) {
    z_stream stream{};
    CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

// The real file system, but for what the test names.
class OddFilesystem : public os::Filesystem {
public:
    std::string closed;    // a folder that cannot be listed
    std::string vanished;  // a file that is listed, and is not there when it is asked for
    std::string changing;  // a file that is another size each time

    Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode) override {
        return files_->open(path, mode);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        return files_->rename(from, to);
    }
    Result<void> remove(const std::string& path) override { return files_->remove(path); }
    Result<void> create_folders(const std::string& path) override {
        return files_->create_folders(path);
    }
    Result<void> sync_folder(const std::string& path) override { return files_->sync_folder(path); }
    Result<std::vector<os::FileInfo>> list(const std::string& path) override {
        if (path == closed) {
            return Error(ErrorCode::PermissionDenied, "cannot list '" + path + "'");
        }
        return files_->list(path);
    }
    Result<os::FileInfo> info(const std::string& path) override {
        if (path == vanished) return Error(ErrorCode::NotFound, "no file '" + path + "'");
        auto info = files_->info(path);
        if (path == changing && info.ok()) info->size += 1;
        return info;
    }
    Result<std::uint64_t> free_bytes(const std::string& path) override {
        return files_->free_bytes(path);
    }
    Result<std::unique_ptr<os::Lock>> lock(const std::string& path) override {
        return files_->lock(path);
    }

private:
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
};

class CrawlTest : public ::testing::Test {
protected:
    CrawlTest() {
        log::configure(log::Level::Off, log::Format::Text);
        std::filesystem::create_directories(folder_.path("in"));
        lake::LakeOptions lake;
        lake.root = folder_.path("lake");
        lake.quarantine_folder = folder_.path("quarantine");
        lake_ = MUST(lake::open_lake(lake, *files_, *clock_));
        open();
    }

    // As after another start of the program.
    void open() {
        crawler_.reset();
        engine_.reset();
        catalog_.reset();
        database_.reset();
        database_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
        catalog_ = MUST(catalog::open_catalog(*lake_, *database_));
        engine::EngineOptions engine;
        engine.temp_folder = folder_.path("temp");
        engine.readable_folders = {folder_.path("lake")};
        engine.extension_folder = TRADEWIND_EXTENSION_FOLDER;
        engine_ = MUST(engine::open_engine(engine, metrics_));
        CrawlerOptions options;
        options.lake_root = folder_.path("lake");
        options.extension_folder = TRADEWIND_EXTENSION_FOLDER;
        options.temp_folder = folder_.path("temp");
        crawler_ = make_crawler(options, *catalog_, *engine_, *lake_, disk_, *clock_);
        MUST(crawler_->publish_all());
    }

    std::string in(const std::string& name = "") const {
        return folder_.path(name.empty() ? "in" : "in/" + name);
    }
    // Its time lies back, so that it counts as settled.
    void put(const std::string& name, const std::string& bytes, int minutes_ago = 60) {
        const std::filesystem::path path = in(name);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << bytes;
        set_back(path, minutes_ago);
    }
    // The rows of a statement as a Parquet file, as settled.
    void put_parquet(const std::string& name, const std::string& sql) {
        engine::WriteOptions to;
        to.path = in(name);
        std::filesystem::create_directories(std::filesystem::path(to.path).parent_path());
        MUST(MUST(engine_->open_work({}))->write(sql, to));
        set_back(to.path, 60);
    }
    static void set_back(const std::filesystem::path& path, int minutes) {
        std::filesystem::last_write_time(
            path, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(minutes)
        );
    }
    CrawlReport crawl(const std::string& name = "", SchemaPolicy policy = {}) {
        CrawlRequest request;
        request.path = in(name);
        request.policy = policy;
        return MUST(crawler_->crawl(request));
    }
    catalog::TableInfo table(const std::string& name) {
        return MUST(catalog_->show({"raw", name}));
    }
    // -1: there is no such column.
    std::int64_t nulls(const std::string& name, const std::string& column) {
        for (const auto& statistics : table(name).statistics) {
            if (statistics.column == column) return statistics.null_count;
        }
        return -1;
    }
    // "id BIGINT, name STRING"
    std::string columns(const std::string& name) {
        std::string text;
        for (const catalog::Column& column : table(name).columns) {
            text += (text.empty() ? "" : ", ") + column.name + " " + column.type;
        }
        return text;
    }
    std::vector<std::string> table_names() {
        std::vector<std::string> names;
        for (const auto& info : MUST(catalog_->list())) names.push_back(info.declared.name.text());
        return names;
    }
    // Rows as CSV; the error's text where there is one.
    std::string query(const std::string& sql) {
        engine::QueryRequest request;
        request.sql = sql;
        auto result = engine_->query(request);
        if (!result.ok()) return result.error().describe();
        std::string text;
        while (true) {
            const auto count = (*result)->append_rows(engine::ResultFormat::Csv, text);
            if (!count.ok()) return count.error().describe();
            if (*count == 0) return text;
        }
    }
    std::vector<std::string> finding_kinds(const CrawlReport& report) {
        std::vector<std::string> kinds;
        for (const auto& finding : report.findings) kinds.push_back(finding.kind);
        std::ranges::sort(kinds);
        return kinds;
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    OddFilesystem disk_;
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    MetricsRegistry metrics_;
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<Crawler> crawler_;
};

}  // namespace tradewind::crawl::testing

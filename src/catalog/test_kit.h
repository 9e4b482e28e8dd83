// A lake, a database and a catalog in a folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "catalog/catalog.h"
#include "os/temporary_folder.h"

namespace tradewind::catalog::testing {

class CatalogTest : public ::testing::Test {
protected:
    CatalogTest() {
        log::configure(log::Level::Off, log::Format::Text);
        lake::LakeOptions options;
        options.root = folder_.path("lake");
        options.quarantine_folder = folder_.path("quarantine");
        lake_ = MUST(lake::open_lake(options, *files_, clock_));
        open();
    }
    void open() {
        catalog_.reset();
        database_.reset();
        database_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
        catalog_ = MUST(open_catalog(*lake_, *database_));
    }
    Catalog& catalog() { return *catalog_; }

    // Adds a file of that many rows to the dataset.
    lake::DataFile put(
        const std::string& path,
        std::int64_t row_count,
        std::map<std::string, std::string> partition = {}
    ) {
        auto file = MUST(lake_->create(path));
        MUST(file->append(path));
        lake::DataFile finished = MUST(file->finish());
        finished.row_count = row_count;
        finished.partition = std::move(partition);
        return finished;
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    os::ManualClock clock_{Timestamp{1'700'000'000'000'000}};
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<Catalog> catalog_;
};

}  // namespace tradewind::catalog::testing

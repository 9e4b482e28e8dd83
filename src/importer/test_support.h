// For tests: a workspace of two sources over the stand-ins, and an importer that can be started
// again.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/yaml.h"
#include "importer/importing.h"
#include "importer/test_power.h"
#include "importer/test_reader.h"
#include "importer/test_targets.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::importer::testing_support {

inline std::shared_ptr<const contract::Contract> shop_contract(const std::string& name) {
    const std::string text = "source: " + name + R"(
kind: files
fields:
  invoice_no: {type: text, required: true, aliases: [InvoiceNo], max_length: 20}
  quantity: {type: integer, required: true}
)";
    return MUST(contract::parse_contract(MUST(yaml::parse(text, "shop.yml"))));
}

// A workspace with the sources "shop" and "store", and an importer that can be started again.
class ImporterTest : public ::testing::Test {
protected:
    ImporterTest() : files_(os::make_posix_filesystem()), clock_(os::make_system_clock()) {
        folder_ = os::join(::testing::TempDir(), "importer_" + os::random_id());
        targets_.lake_folder = os::join(folder_, "lake");
        MUST(files_->create_folders(targets_.lake_folder));
        shop_ = std::make_unique<FakeDelivery>(shop_contract("shop"), targets_, *files_);
        store_ = std::make_unique<FakeDelivery>(shop_contract("store"), targets_, *files_);
        settings_.batch_rows = 4;
        settings_.retry_delay_us_first = 100;
        settings_.retry_delay_us_max = 1000;
        settings_.retry_count_max = 5;
        settings_.original_path = [](const std::string& path) { return path; };
    }
    ~ImporterTest() override {
        importer_.reset();
        database_.reset();
        (void)os::remove_tree(*files_, folder_);
    }

    Result<void> try_open() {
        importer_.reset();
        database_.reset();
        database_ = std::make_unique<PoweredDatabase>(
            TRY(os::Database::open(os::join(folder_, "meta.sqlite"))), targets_.power
        );
        ImporterParts parts;
        parts.settings = settings_;
        parts.deliveries = {{"shop", shop_.get()}, {"store", store_.get()}};
        parts.database = database_.get();
        parts.files = files_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        parts.open_file = [this](const std::string& path, const engine::FileOptions& options) {
            return open_file(path, options.columns);
        };
        importer_ = TRY(make_importer(std::move(parts)));
        return {};
    }
    void use_shop(std::shared_ptr<const contract::Contract> contract) {
        shop_ = std::make_unique<FakeDelivery>(std::move(contract), targets_, *files_);
    }
    void start() {
        MUST(try_open());
        MUST(importer_->start());
    }
    Result<std::unique_ptr<engine::FileReader>> open_file(
        const std::string& path, const std::vector<std::string>& columns
    ) {
        std::string text = TRY(os::read_file(*files_, path, 1u << 30));
        if (text.starts_with("???"))
            return Error(ErrorCode::InvalidArgument, os::base_name(path) + ": no format we know");
        return std::unique_ptr<engine::FileReader>(
            std::make_unique<SimpleReader>(std::move(text), columns)
        );
    }

    std::string write(const std::string& name, const std::string& text) {
        const std::string path = os::join(folder_, name);
        MUST(files_->create_folders(os::parent_folder(path)));
        MUST(os::write_file_atomic(*files_, path, text));
        return path;
    }
    static std::string lines(int count, const std::string& prefix = "I") {
        std::string text = "InvoiceNo,Quantity\n";
        for (int i = 1; i <= count; ++i) {
            text += prefix + std::to_string(i) + "," + std::to_string(i * 10) + "\n";
        }
        return text;
    }
    static Rows rows(int count, const std::string& prefix = "I") {
        Rows expected;
        for (int i = 1; i <= count; ++i) {
            expected[i] = prefix + std::to_string(i) + "|" + std::to_string(i * 10);
        }
        return expected;
    }

    ImportRequest request(const std::string& path, const std::string& identity = "") {
        return {
            .source = "shop", .path = path, .identity = identity, .encoding = "", .again = false
        };
    }
    Import submit(const ImportRequest& wanted) { return MUST(importer_->submit({wanted})).front(); }
    Import wait(std::int64_t id) { return MUST(importer_->wait(id, 60'000'000)); }
    Import run(const ImportRequest& wanted) { return wait(submit(wanted).id); }
    Import run(const std::string& path) { return run(request(path)); }

    // Serving and table agree on these origins and rows, and hold nothing else.
    void expect_held(std::map<std::int64_t, Rows> expected) {
        std::lock_guard lock(targets_.mutex);
        const auto without_empty = [](std::map<std::int64_t, Rows> all) {
            std::erase_if(all, [](const auto& entry) { return entry.second.empty(); });
            return all;
        };
        EXPECT_EQ(without_empty(targets_.table), expected);
        EXPECT_EQ(without_empty(targets_.serving), expected);
    }

    std::unique_ptr<os::Filesystem> files_;
    std::unique_ptr<os::Clock> clock_;
    std::string folder_;
    MetricsRegistry metrics_;
    Targets targets_;
    std::unique_ptr<FakeDelivery> shop_;
    std::unique_ptr<FakeDelivery> store_;
    ImportSettings settings_;
    std::unique_ptr<PoweredDatabase> database_;
    std::unique_ptr<Importer> importer_;
};

}  // namespace tradewind::importer::testing_support

// A store in a temporary folder with the shipped tables, for tests of what lasts.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "serving/stored_serving.h"
#include "serving/test_support.h"

namespace tradewind::serving {

inline const std::string source = "online_retail";

inline std::vector<std::shared_ptr<const TableSpec>> shipped() {
    return {shipped_table("invoices"), shipped_table("customers")};
}

class StoredServingTest : public ::testing::Test {
protected:
    void SetUp() override { reopen(shipped()); }

    Result<void> try_open(const std::vector<std::shared_ptr<const TableSpec>>& tables) {
        serving_.reset();
        ServingOptions options;
        options.folder = folder_.file("serving");
        serving_ = TRY(open_serving(options, tables, metrics_));
        return {};
    }
    void reopen(const std::vector<std::shared_ptr<const TableSpec>>& tables) {
        const auto opened = try_open(tables);
        ASSERT_TRUE(opened.ok()) << opened.error().describe();
    }
    void apply(const RowBatch& rows, const Cursor& cursor) {
        const auto applied = serving_->apply(source, rows, cursor, false);
        ASSERT_TRUE(applied.ok()) << applied.error().describe();
    }
    std::string get(const std::string& table, const std::string& key) {
        const auto json = serving_->get({table, key});
        return json.ok() ? *json : json.error().message();
    }
    ErrorCode get_error(const std::string& table, const std::string& key) {
        const auto json = serving_->get({table, key});
        EXPECT_FALSE(json.ok());
        return json.ok() ? ErrorCode::Cancelled : json.error().code();
    }

    TemporaryFolder folder_;
    MetricsRegistry metrics_;
    std::unique_ptr<Serving> serving_;
};

}  // namespace tradewind::serving

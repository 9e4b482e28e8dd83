// What the tests of the gate share: a table, and a file beside its files.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine_test_support.h"

namespace tradewind::engine {

// A table, and a file beside its files: in the one folder that the engine itself may read.
class SqlGateTest : public EngineTest {
protected:
    SqlGateTest() {
        table = MUST(engine->create_live_table(order_table(), {}));
        MUST(table->append(order_rows(0, 100)));
        MUST(table->seal());
        MUST(table->write_sealed(lake("1.parquet")));
        MUST(table->publish({lake("1.parquet")}));
        std::ofstream(lake("secret.csv")) << "a,b\n1,SECRET\n";
    }

    // The statement with FILE, PARQUET and FOLDER replaced by what is there.
    std::string filled(std::string sql) const {
        const std::pair<std::string, std::string> names[] = {
            {"FILE", lake("secret.csv")}, {"PARQUET", lake("1.parquet")}, {"FOLDER", folder.path()}
        };
        for (const auto& [name, value] : names) {
            for (std::size_t at = sql.find(name); at != std::string::npos;
                 at = sql.find(name, at + value.size()))
                sql.replace(at, name.size(), value);
        }
        return sql;
    }

    void expect_refused(const std::string& sql) {
        const std::string statement = filled(sql);
        QueryRequest request;
        request.sql = statement;
        const auto result = engine->query(request);
        ASSERT_FALSE(result.ok()) << "was run: " << statement;
        const ErrorCode code = result.error().code();
        EXPECT_EQ(code, ErrorCode::InvalidArgument) << to_string(code) << ": " << statement;
        EXPECT_GT(result.error().message().size(), 10u) << statement;
        EXPECT_THAT(result.error().describe(), testing::Not(testing::HasSubstr("SECRET")))
            << statement;
        EXPECT_FALSE(engine->explain_columns(statement).ok()) << statement;
    }

    // Everything in the engine's folders, to see that nothing was written.
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
            names.push_back(entry.path());
        std::sort(names.begin(), names.end());
        return names;
    }

    std::unique_ptr<LiveTable> table;
};

}  // namespace tradewind::engine

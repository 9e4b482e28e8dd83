// What the tests of recipes share: an engine, small tables made of CSV, and recipes run over them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "engine/engine.h"
#include "os/random.h"
#include "recipe/recipe.h"

namespace tradewind::recipe {

class RecipeTest : public testing::Test {
protected:
    RecipeTest()
        : folder_(std::filesystem::temp_directory_path() / ("tw_recipe_" + os::random_id())) {
        std::filesystem::create_directories(folder_ / "temp");
        engine::EngineOptions options;
        options.temp_folder = (folder_ / "temp").string();
        engine_ = MUST(engine::open_engine(options, metrics_));
        work_ = MUST(engine_->open_work({}));
        add_csv(
            "raw.orders",
            {{"id", "BIGINT", ""},
             {"country", "STRING", ""},
             {"price", "DECIMAL(12,4)", ""},
             {"weight", "DOUBLE", ""},
             {"at", "TIMESTAMP", ""},
             {"flag", "BOOLEAN", ""}},
            "id,country,price,weight,at,flag\n"
            "1,France,1.5,0.5,2024-01-31 10:00:00,true\n"
            "2,France,-2.25,,2024-02-01 00:00:00,false\n"
            "3,,100,2.5,,\n"
            "4,Österreich,0,1e300,2024-02-29 23:59:59,true\n"
        );
        add_csv(
            "raw.countries",
            {{"country", "STRING", ""}, {"id", "STRING", ""}, {"zone", "STRING", ""}},
            "country,id,zone\nFrance,FR,Europe/Paris\nPeru,PE,America/Lima\n"
        );
    }
    ~RecipeTest() override {
        work_.reset();
        engine_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void add_csv(
        const std::string& name, std::vector<catalog::Column> columns, const std::string& text
    ) {
        catalog::TableFiles table;
        table.name = MUST(catalog::parse_table_name(name));
        table.columns = std::move(columns);
        table.files = {(folder_ / (table.name.table + ".csv")).string()};
        table.scan.format = catalog::Format::Csv;
        std::ofstream(table.files[0], std::ios::binary) << text;
        MUST(work_->add_table(table));
    }

    static Result<Recipe> parsed(const std::string& steps) {
        return parse_recipe("recipe: r\ninput: raw.orders\nsteps:\n" + steps, "r.yml");
    }

    Result<Compiled> compiled(const std::string& steps, const CompileOptions& options = {}) {
        const Recipe recipe = TRY(parsed(steps));
        WorkTables tables(*engine_, *work_);
        return compile(recipe, tables, options);
    }

    // Why a recipe of these steps cannot be compiled; empty: it can.
    std::string fault(const std::string& steps) {
        const auto outcome = compiled(steps);
        return outcome.ok() ? "" : outcome.error().describe();
    }

    // The result as "name,… / cell,… / …", null as "-".
    std::string run(const std::string& steps) {
        const auto outcome = compiled(steps);
        if (!outcome.ok()) return outcome.error().describe();
        const auto rows = work_->rows(outcome.value().sql, 1000);
        if (!rows.ok()) return rows.error().describe();
        std::string text;
        for (const auto& column : rows.value().columns)
            text += (text.empty() ? "" : ",") + column.name;
        for (const auto& row : rows.value().rows) {
            text += " /";
            for (const auto& cell : row) text += " " + cell.value_or("-");
        }
        return text;
    }

    std::filesystem::path folder_;
    MetricsRegistry metrics_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<engine::Work> work_;
};

}  // namespace tradewind::recipe

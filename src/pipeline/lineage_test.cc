// The lineage of the columns that a whole package makes.
#include "pipeline/lineage.h"

#include <map>
#include <set>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::ElementsAre;

class PackageLineageTest : public PipelineTest {
protected:
    // By "asset.column"; each asset is followed with the columns of those before it.
    std::map<std::string, std::vector<std::string>> of_package() {
        const auto package =
            take(package::load_package(*files_, TRADEWIND_SOURCE_FOLDER "/packages/online_retail"));
        const AssetGraph graph =
            read_assets({package}, *engine_, [](const catalog::TableName& name) {
                return name == catalog::TableName{"raw", "online_retail"};
            });
        std::map<catalog::TableName, std::vector<catalog::Column>> columns;
        for (const char* name :
             {"invoice_no",
              "stock_code",
              "description",
              "quantity",
              "invoice_date",
              "unit_price",
              "customer_id",
              "country"})
            columns[{"raw", "online_retail"}].push_back({name, "", ""});
        const quality::FindColumns find = [&](const catalog::TableName& name
                                          ) -> Result<std::vector<catalog::Column>> {
            if (columns.contains(name)) return columns.at(name);
            return Error(ErrorCode::NotFound, "there is no table " + name.text());
        };
        std::map<std::string, std::vector<std::string>> lineage;
        for (const Asset& asset : graph.assets) {
            std::vector<catalog::Column> result;
            const auto named = take(engine_->lineage_of(
                asset.sql,
                [&](const catalog::TableName& name) -> std::optional<engine::NamedColumns> {
                    for (const engine::TableUse& use : asset.inputs) {
                        if (use.name.table != name.table) continue;
                        engine::NamedColumns table{use.name, {}};
                        for (const auto& column : columns[use.name])
                            table.columns.push_back(column.name);
                        return table;
                    }
                    return std::nullopt;
                }
            ));
            for (const auto& column : named) result.push_back({column.column, "", ""});
            columns[asset.name] = result;
            for (auto& column :
                 take(column_lineage(graph, *engine_, asset, asset.sql, result, find)))
                lineage[asset.name.table + "." + column.column] = std::move(column.from);
        }
        return lineage;
    }
};

// Every column of every asset of online_retail has its sources, but for those that name a grain,
// and all of them are columns of raw rows or of other assets, views looked through.
TEST_F(PackageLineageTest, OnlineRetailIsTracedWhole) {
    const auto lineage = of_package();
    EXPECT_GT(lineage.size(), 80u);
    const std::set<std::string> constants{"average_sales.grain", "top_products_by_period.grain"};
    for (const auto& [column, from] : lineage) {
        EXPECT_EQ(from.empty(), constants.contains(column)) << column;
        for (const std::string& source : from) {
            const bool of_raw = source.starts_with("raw.online_retail.");
            const bool of_asset = lineage.contains(source.substr(source.find('.') + 1));
            EXPECT_TRUE(of_raw || of_asset) << column << " from " << source;
            EXPECT_FALSE(source.starts_with("online_retail.lines.")) << column << ": of a view";
        }
    }
    const auto& of = [&](const std::string& column) { return lineage.at(column); };
    EXPECT_THAT(
        of("daily_sales.sales"),
        ElementsAre("online_retail.clean.quantity", "online_retail.clean.unit_price")
    );
    EXPECT_THAT(
        of("daily_sales.gross_sales"),
        ElementsAre(
            "online_retail.clean.invoice_no",
            "online_retail.clean.quantity",
            "online_retail.clean.unit_price"
        )
    );
    EXPECT_THAT(of("daily_sales.period"), ElementsAre("online_retail.clean.invoice_date"));
    EXPECT_THAT(of("clean.country"), ElementsAre("raw.online_retail.country"));
    EXPECT_THAT(
        of("popular_products.description"), ElementsAre("online_retail.product_names.description")
    );
    EXPECT_EQ(of("daily_sales.lines").size(), 8u);
}

class PlannedLineageTest : public PipelineTest {
protected:
    void start_planned(const std::map<std::string, std::string>& sql) {
        start(sql);
        catalog_->find_planned_with(plan_lineage(pipeline_->graph(), *engine_, *catalog_));
    }
    catalog::ColumnLinks links(const std::string& table, const std::string& column) {
        const auto name = take(catalog::parse_table_name(table));
        for (const auto& links : take(catalog_->lineage(name)).columns) {
            if (links.column == column) return links;
        }
        ADD_FAILURE() << "nothing is known of " << table << "." << column;
        return {};
    }
};

// Views and tables that were never made are traced both ways, as they are once they are made.
TEST_F(PlannedLineageTest, NothingMustBeMadeToBeTraced) {
    const std::string view =
        "/* asset:\n  materialize: view\n  columns:\n    twice: the double\n*/\n"
        "SELECT *, amount * 2 AS twice FROM clean";
    const std::string again =
        "/* asset:\n  materialize: view\n*/\nSELECT country, twice + 1 AS more FROM doubled";
    start_planned(
        {{"totals", "SELECT country, sum(more) AS total FROM odd GROUP BY country"},
         {"odd", again},
         {"doubled", view},
         {"clean", "SELECT lower(country) AS country, amount FROM raw.orders"}}
    );
    const auto expect_traced = [&] {
        const auto of_totals = take(catalog_->lineage({"shop", "totals"}));
        EXPECT_THAT(of_totals.inputs, ElementsAre("shop.clean", "shop.doubled", "shop.odd"));
        const auto total = links("shop.totals", "total");
        EXPECT_THAT(total.from, ElementsAre("shop.clean.amount"));
        EXPECT_THAT(total.through, ElementsAre("shop.doubled.twice", "shop.odd.more"));
        EXPECT_THAT(take(catalog_->lineage({"shop", "odd"})).outputs, ElementsAre("shop.totals"));
        EXPECT_THAT(
            links("shop.doubled", "twice").to, ElementsAre("shop.odd.more", "shop.totals.total")
        );
        EXPECT_THAT(links("raw.orders", "amount").to, ElementsAre("shop.clean.amount"));
        EXPECT_THAT(links("shop.clean", "country").from, ElementsAre("raw.orders.country"));
    };
    expect_traced();
    const auto columns = take(catalog_->show({"shop", "doubled"})).columns;
    ASSERT_EQ(columns.size(), 3u);
    EXPECT_EQ(columns[2].type, "BIGINT");
    EXPECT_EQ(columns[2].description, "the double");
    EXPECT_EQ(take(catalog_->show({"shop", "totals"})).columns.size(), 2u);
    deliver("('a', 'FR', '2026-01-01', 5)");
    EXPECT_EQ(run().state, RunState::Succeeded);
    expect_traced();
}

// One asset that cannot be planned takes nothing from the others.
TEST_F(PlannedLineageTest, WhatCannotBePlannedIsLeftOut) {
    start_planned(
        {{"broken", "SELECT nothing FROM raw.orders"},
         {"after", "SELECT * FROM broken"},
         {"clean", "SELECT amount FROM raw.orders"}}
    );
    EXPECT_THAT(links("shop.clean", "amount").from, ElementsAre("raw.orders.amount"));
    const auto broken = take(catalog_->lineage({"shop", "broken"}));
    EXPECT_THAT(broken.inputs, ElementsAre("raw.orders"));
    EXPECT_THAT(broken.outputs, ElementsAre("shop.after"));
    EXPECT_TRUE(broken.columns.empty());
}

}  // namespace
}  // namespace tradewind::pipeline

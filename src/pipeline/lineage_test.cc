// The lineage of the columns that a whole package makes.
#include "pipeline/lineage.h"

#include <map>
#include <set>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

class PackageLineageTest : public PipelineTest {
protected:
    // By "asset.column"; each asset is followed with the columns of those before it.
    std::map<std::string, std::vector<std::string>> of_package() {
        const auto package =
            take(package::load_package(*files_, TRADEWIND_SOURCE_FOLDER "/packages/online_retail"));
        const AssetGraph graph =
            take(read_assets({package}, *engine_, [](const catalog::TableName& name) {
                return name == catalog::TableName{"raw", "online_retail"};
            }));
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
// and all of them are columns of stored tables.
TEST_F(PackageLineageTest, OnlineRetailIsTracedWhole) {
    const auto lineage = of_package();
    EXPECT_GT(lineage.size(), 80u);
    const std::set<std::string> constants{"average_sales.grain", "top_products_by_period.grain"};
    for (const auto& [column, from] : lineage) {
        EXPECT_EQ(from.empty(), constants.contains(column)) << column;
        for (const std::string& source : from) {
            EXPECT_THAT(
                source,
                testing::AnyOf(
                    StartsWith("raw.online_retail."),
                    StartsWith("online_retail.clean."),
                    StartsWith("online_retail.product_names.")
                )
            ) << column;
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

}  // namespace
}  // namespace tradewind::pipeline

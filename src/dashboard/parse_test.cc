// Dashboards as people write them, and what is said when they slip.
#include "dashboard/test_support.h"
#include "os/simulated_filesystem.h"

namespace tradewind::dashboard {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

// Everything that a file may say arrives where it belongs, defaults included.
TEST(ParseDashboard, ReadsAllOfIt) {
    const Definition definition = must_parse(R"yaml(
title: Sales
description: All of them.
currency: GBP
refresh: 30s
filters:
  period: {kind: date_range, default: last_month, presets: [all, last_month], sql: "SELECT 1, 2", columns: {sales: day}}
  country: {kind: choice, multiple: false, default: france, search: true, sql: SELECT 1 AS value, columns: {sales: country}}
pages:
  - name: overview
    title: Overview
    tiles:
      - name: total
        kind: big_number
        sql: SELECT 1 AS total
        y: total
        compare: previous_year
        currency: USD
        width: 3
      - name: best
        title: Best
        kind: table
        sql: |
          SELECT country, amount
          FROM sales
        format: {amount: money}
        labels: {amount: Amount}
        filter_on_click: {country: country}
        drill: {page: overview, filters: {country: country}}
        sparkline: {sql: SELECT 1 AS country, key: country, x: day, y: amount}
      - name: lines
        kind: table
        sql: SELECT 1 AS invoice_no
        drill: {invoice: invoice_no}
)yaml");
    EXPECT_EQ(definition.refresh_us, 30'000'000);
    ASSERT_EQ(definition.filters.size(), 2u);
    EXPECT_EQ(definition.filters[0].default_preset, "last_month");
    EXPECT_EQ(definition.filters[0].presets.size(), 2u);
    EXPECT_TRUE(definition.filters[1].search);
    EXPECT_FALSE(definition.filters[1].multiple);
    EXPECT_EQ(definition.filters[1].default_values, std::vector<std::string>{"france"});
    ASSERT_EQ(definition.pages.size(), 1u);
    const auto& tiles = definition.pages[0].tiles;
    ASSERT_EQ(tiles.size(), 3u);
    EXPECT_EQ(tiles[0].compare, "previous_year");
    EXPECT_EQ(tiles[1].sql.at.line, 24);
    EXPECT_EQ(tiles[1].sparkline->key, "country");
    EXPECT_EQ(tiles[2].drill->target, "invoice");
    EXPECT_EQ(tiles[2].drill->column, "invoice_no");
    const json::Value json = to_json(definition);
    const auto& page = json.find("pages")->items()[0];
    EXPECT_EQ(page.find("tiles")->items()[0].text_or("currency", ""), "USD");
    EXPECT_EQ(page.find("tiles")->items()[1].text_or("currency", ""), "GBP");
}

// Each slip is named with its place and what was probably meant.
TEST(ParseDashboard, NamesEverySlip) {
    struct Case {
        const char* what;
        const char* by;
        const char* expected;
    };
    const Case cases[] = {
        {"title: Sales", "titel: Sales", "sales.yml:2:1: unknown key 'titel'. Did you mean 'title'?"
        },
        {"title: Sales", "refresh: soon", "sales.yml:2:10: 'soon' is no time to refresh after"},
        {"title: Sales", "refresh: 10ms", "at least 1s"},
        {"kind: date_range",
         "kind: date_rang",
         "there is no kind of filter 'date_rang'. Did you mean date_range?"},
        {"kind: date_range",
         "default: yesterday, kind: date_range",
         "there is no preset 'yesterday'"},
        {"kind: date_range",
         "multiple: true, kind: date_range",
         "filter period: unknown key 'multiple'"},
        {"columns: {sales: day}", "columns: {}", "which column of which tables"},
        {"columns: {sales: day}",
         "columns: {raw.sales: day}",
         "'raw.sales' is no table of the package"},
        {"sales: {store_key: store.store_key}",
         "sales: {store_key: store_key}",
         "'store_key' is no column of a table"},
        {"sales: {store_key: store.store_key}",
         "sales: {a: b.c, d: e.f}",
         "one column through another table"},
        {"store: region, ", "", "filter region says nothing of the rows of store"},
        {"sql: SELECT DISTINCT country AS value FROM sales",
         "sql: ' '",
         "filter country: sql is empty"},
        {"name: overview", "name: Over view", "not a name: 'Over view'"},
        {"kind: line",
         "kind: lines",
         "sales.yml:11:15: tile by_day: there is no kind of tile 'lines'. Did you mean line?"},
        {"kind: line", "kind: heat_map", "tile by_day: heat_map needs series:"},
        {"        x: day\n", "", "tile by_day: line needs x:"},
        {"        y: amount\n", "", "tile by_day: line needs y:"},
        {"x: day", "x: day\n        size: a", "only a scatter has size:"},
        {"x: day", "x: day\n        width: 13", "width is from 1 to 12"},
        {"x: day", "x: day\n        compare: yesterday", "there is no comparison 'yesterday'"},
        {"x: day",
         "x: day\n        format: {amount: mony}",
         "there is no format 'mony'. Did you mean money?"},
        {"x: day",
         "x: day\n        filter_on_click: {day: contry}",
         "there is no filter 'contry'. Did you mean country?"},
        {"x: day",
         "x: day\n        drill: {page: overvew}",
         "there is no page 'overvew'. Did you mean overview?"},
        {"x: day",
         "x: day\n        drill: {page: overview, filters: {contry: day}}",
         "there is no filter 'contry'"},
        {"x: day", "x: day\n        drill: {invoice: a, customer: b}", "a click leads to one place"
        },
        {"x: day",
         "x: day\n        sparkline: {sql: SELECT 1, key: a, x: b, y: c}",
         "only a table has small lines"},
        {"pages:", "page:", "unknown key 'page'. Did you mean 'pages'?"},
    };
    for (const Case& one : cases) {
        const auto definition = parsed(replaced(small_dashboard, one.what, one.by));
        ASSERT_FALSE(definition.ok()) << one.by;
        EXPECT_NE(definition.error().describe().find(one.expected), std::string::npos)
            << one.by << "\n"
            << definition.error().describe();
    }
    for (const char* text : {"[]", "a", "title: x", "pages: []", "pages: [{name: a, tiles: []}]"})
        EXPECT_FALSE(parsed(text).ok()) << text;
}

// What stands twice is refused: pages and tiles are addresses.
TEST(ParseDashboard, NamesAreThereOnce) {
    const std::string tile = "{name: t, kind: table, sql: SELECT 1}";
    EXPECT_FALSE(parsed("pages: [{name: a, tiles: [" + tile + ", " + tile + "]}]").ok());
    const std::string page = "{name: a, tiles: [" + tile + "]}";
    EXPECT_FALSE(parsed("pages: [" + page + ", " + page + "]").ok());
    EXPECT_TRUE(parsed("pages: [" + page + ", {name: b, tiles: [" + tile + "]}]").ok());
}

// Files of a package, by name; a bad one is told of, and the others are there.
TEST(ReadDashboards, OneBadFileSpoilsNoOther) {
    os::SimulatedFilesystem files{1};
    const std::string folder = "/w/packages/shop/dashboards";
    ASSERT_TRUE(files.create_folders(folder).ok());
    const std::pair<const char*, const char*> texts[] = {
        {"good.yml", small_dashboard}, {"bad.yml", "title: ["}, {"Notes.txt", "x"}, {".x.swp", "x"}
    };
    for (const auto& [name, text] : texts)
        ASSERT_TRUE(os::write_file_atomic(files, folder + "/" + name, text).ok());
    package::Package package;
    package.name = "shop";
    package.folder = "/w/packages/shop";
    package::Package without;
    without.folder = "/w/packages/other";
    const Declared declared = read_dashboards(files, {package, without});
    ASSERT_EQ(declared.definitions.size(), 1u);
    EXPECT_EQ(declared.definitions[0].name, "good");
    ASSERT_EQ(declared.faults.size(), 2u);
    for (const Fault& fault : declared.faults) EXPECT_EQ(fault.package, "shop");
}

}  // namespace
}  // namespace tradewind::dashboard

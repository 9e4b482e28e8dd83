// Dashboards over a real engine: filters change rows, values from outside stay values, what was
// read is remembered until there is a new version, and faults are told with their places.
#include <fstream>

#include "base/log.h"
#include "dashboard/test_support.h"
#include "lake/lake.h"
#include "os/database.h"
#include "os/temporary_folder.h"

namespace tradewind::dashboard {
namespace {

constexpr const char* dashboard_yaml = R"yaml(
filters:
  period: {kind: date_range, sql: "SELECT min(day), max(day) FROM sales", columns: {sales: day}}
  country: {kind: choice, sql: SELECT DISTINCT country AS value FROM sales ORDER BY value NULLS FIRST, columns: {sales: country}}
  store: {kind: choice, sql: SELECT store_key AS value FROM store, columns: {store: store_key, sales: store_key}}
  region: {kind: choice, sql: SELECT DISTINCT region AS value FROM store, columns: {store: region, sales: {store_key: store.store_key}}}
pages:
  - name: overview
    tiles:
      - {name: total, kind: big_number, sql: SELECT sum(amount) AS amount FROM sales, y: amount, compare: previous_period}
      - {name: share, kind: big_number, sql: SELECT sum(amount) / (SELECT sum(amount) FROM shop.sales) AS share FROM sales, y: share}
      - name: by_day
        kind: table
        sql: |
          WITH days AS (SELECT day, sum(amount) AS amount FROM sales GROUP BY day)
          SELECT day, amount FROM days ORDER BY day
        sparkline: {sql: "SELECT day AS day, store_key, amount FROM sales ORDER BY store_key", key: day, x: store_key, y: amount}
      - {name: stores, kind: table, sql: SELECT store_key FROM store ORDER BY store_key}
      - {name: state, kind: table, sql: SELECT count(*) AS n FROM raw.live}
)yaml";

class DashboardsTest : public testing::Test {
protected:
    DashboardsTest() {
        log::configure(log::Level::Off, log::Format::Text);
        engine::EngineOptions options;
        options.temp_folder = folder.path("temp");
        engine = must(engine::open_engine(options, metrics));
        lake::LakeOptions lake_options;
        lake_options.root = folder.path("lake");
        lake_options.quarantine_folder = folder.path("damaged");
        lake = must(lake::open_lake(lake_options, *files, clock));
        database = must(os::Database::open(folder.path("meta.sqlite")));
        catalog = must(catalog::open_catalog(*lake, *database));
        publish(
            "sales",
            {{"day", "DATE", ""},
             {"country", "STRING", ""},
             {"store_key", "BIGINT", ""},
             {"amount", "BIGINT", ""}},
            "day,country,store_key,amount\n2011-01-01,france,1,1\n2011-01-02,spain,2,10\n"
            "2011-01-02,,1,100\n2011-01-03,o'brien,2,1000\n"
        );
        publish(
            "store",
            {{"store_key", "BIGINT", ""}, {"region", "STRING", ""}},
            "store_key,region\n1,east\n2,west\n"
        );
        publish("live", {{"n", "BIGINT", ""}}, "n\n1\n", "raw");
        MUST(catalog->declare(
            {declared("shop", "sales", catalog::Kind::Asset),
             declared("shop", "store", catalog::Kind::Asset),
             declared("raw", "live", catalog::Kind::Source)}
        ));
        open();
        clock.advance_us(60'000'000);
    }

    template <typename T>
    static T must(Result<T> result) {
        if (!result.ok()) ADD_FAILURE() << result.error().describe();
        return std::move(result).take();
    }

    static catalog::Declaration declared(
        const std::string& schema, const std::string& table, catalog::Kind kind
    ) {
        catalog::Declaration made;
        made.name = {schema, table};
        made.kind = kind;
        made.dataset = schema + "/" + table;
        return made;
    }

    void publish(
        const std::string& name,
        std::vector<catalog::Column> columns,
        const std::string& text,
        const std::string& schema = "shop"
    ) {
        const std::string path = folder.path(name + std::to_string(next_file++) + ".csv");
        std::ofstream(path, std::ios::binary) << text;
        catalog::TableFiles table;
        table.name = {schema, name};
        table.columns = std::move(columns);
        table.files = {path};
        table.scan.format = catalog::Format::Csv;
        MUST(engine->publish_table(table));
    }

    // One more version in the lake, as a run makes it.
    void commit(const std::string& dataset) {
        lake::Commit change;
        change.run = "test";
        MUST(lake->commit(dataset, change, std::nullopt));
    }

    void open() {
        Declared all;
        all.definitions.push_back(must_parse(dashboard_yaml));
        dashboards =
            open_dashboards(std::move(all), {}, {engine.get(), catalog.get(), &clock, &metrics});
        definition = must(dashboards->find("shop", "sales"));
    }

    Result<TileAnswer> ask(const std::string& tile, const std::string& filters = "{}") {
        const json::Value sent = MUST(json::parse(filters));
        const FilterValues values = TRY(read_filter_values(*definition, &sent));
        return dashboards->run_tile(
            *definition, *TRY(find_tile(*definition, "overview", tile)), values, {}
        );
    }
    std::string rows(const std::string& tile, const std::string& filters = "{}") {
        const auto answer = ask(tile, filters);
        return answer.ok() ? answer->rows->json : answer.error().describe();
    }

    os::TemporaryFolder folder;
    MetricsRegistry metrics;
    os::ManualClock clock{Timestamp{1'768'478'400'000'000}};
    std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<lake::Lake> lake;
    std::unique_ptr<os::Database> database;
    std::unique_ptr<catalog::Catalog> catalog;
    std::unique_ptr<Dashboards> dashboards;
    const Definition* definition = nullptr;
    int next_file = 0;
};

// Without a filter every row counts, one without a country too; each filter, and all together,
// leave what they say.
TEST_F(DashboardsTest, FiltersLeaveWhatTheySay) {
    const std::pair<const char*, const char*> cases[] = {
        {"{}", "[1111]"},
        {R"({"country": ["france", "spain"]})", "[11]"},
        {R"({"country": [null]})", "[100]"},
        {R"({"country": ["france", null]})", "[101]"},
        {R"({"country": ["nowhere"]})", "[null]"},
        {R"({"period": {"from": "2011-01-02"}})", "[1110]"},
        {R"({"period": {"from": "2011-01-01", "to": "2011-01-02"}})", "[111]"},
        {R"({"period": {"preset": "last_year"}})", "[null]"},
        {R"({"period": {"preset": "this_month"}})", "[1111]"},
        {R"({"store": [1]})", "[101]"},
        {R"({"region": ["west"]})", "[1010]"},
        {R"({"region": ["west"], "store": ["1"]})", "[null]"},
        {R"({"region": ["west"], "country": ["spain"], "period": {"to": "2011-01-02"}})", "[10]"},
    };
    for (const auto& [filters, expected] : cases)
        EXPECT_EQ(rows("total", filters), expected) << filters;
}

// A name with its schema is the table as it is: a share of all.
TEST_F(DashboardsTest, NamesWithASchemaAreNotFiltered) {
    EXPECT_EQ(rows("share", R"({"store": [1]})").substr(0, 6), "[0.090");
}

// Nothing that a value holds gets out of it.
TEST_F(DashboardsTest, ValuesStayValues) {
    EXPECT_EQ(rows("total", R"({"country": ["o'brien"]})"), "[1000]");
    for (const char* value :
         {"x') OR (1=1",
          "x'); DROP TABLE shop.sales; --",
          "' UNION SELECT 1 --",
          "\\' OR 1=1 --",
          "/*",
          "france' --",
          "$$",
          "{country}",
          "\xe2\x80\x99 OR 1=1"}) {
        json::Value filters = json::Value::object();
        filters.set("country", json::Value::array()).add(json::Value::string(value));
        EXPECT_EQ(rows("total", filters.dump()), "[null]") << value;
    }
    EXPECT_NE(rows("total", R"({"country": ["x\u0000"]})").find("is no STRING"), std::string::npos);
    EXPECT_NE(rows("total", R"({"store": ["1 OR 1=1"]})").find("is no BIGINT"), std::string::npos);
    EXPECT_EQ(rows("total"), "[1111]");
}

// A statement with CTEs of its own, and small lines beside it, are filtered alike.
TEST_F(DashboardsTest, SparklinesAreFilteredToo) {
    const auto answer = must(ask("by_day", R"({"store": [2]})"));
    EXPECT_EQ(answer.rows->json, R"(["2011-01-02",10],["2011-01-03",1000])");
    EXPECT_EQ(answer.sparkline->row_count, 2);
    EXPECT_EQ(answer.applied, std::vector<std::string>{"store"});
    const auto other =
        must(ask("stores", R"({"period": {"from": "2011-01-02"}, "region": ["east"]})"));
    EXPECT_EQ(other.rows->json, "[1]");
    EXPECT_EQ(other.ignored, std::vector<std::string>{"period"});
}

// The same over the period before; none where no period is set.
TEST_F(DashboardsTest, ComparesWithThePeriodBefore) {
    EXPECT_EQ(must(ask("total")).compare, nullptr);
    const auto answer =
        must(ask("total", R"({"period": {"from": "2011-01-03", "to": "2011-01-03"}})"));
    EXPECT_EQ(answer.rows->json, "[1000]");
    EXPECT_EQ(answer.compare->json, "[110]");
    EXPECT_EQ(answer.compare_range, (DateRange{"2011-01-02", "2011-01-02"}));
}

// Rows are remembered until there is a new version of what they were read from, not within the
// moment after a commit, and never where a stream's rows may come at any time.
TEST_F(DashboardsTest, RemembersUntilThereIsANewVersion) {
    EXPECT_FALSE(must(ask("total")).cached);
    EXPECT_TRUE(must(ask("total")).cached);
    EXPECT_FALSE(must(ask("total", R"({"store": [1]})")).cached);
    commit("shop/sales");
    EXPECT_FALSE(must(ask("total")).cached);
    EXPECT_FALSE(must(ask("total")).cached) << "the engine may still show the version before";
    clock.advance_us(CacheOptions().settled_us);
    EXPECT_FALSE(must(ask("total")).cached);
    EXPECT_TRUE(must(ask("total")).cached);
    const auto inputs = must(ask("total")).inputs;
    ASSERT_EQ(inputs.size(), 1u);
    EXPECT_EQ(inputs[0].table, "shop.sales");
    EXPECT_EQ(inputs[0].version, 1);
    clock.advance_us(CacheOptions().kept_us + 1);
    EXPECT_FALSE(must(ask("total")).cached);
    EXPECT_FALSE(must(ask("state")).cached);
    EXPECT_FALSE(must(ask("state")).cached);
}

// What can be chosen, and the days there are; what is typed finds values whatever the case.
TEST_F(DashboardsTest, TellsWhatCanBeChosen) {
    const auto state = [&](const std::string& filter, const std::string& text) {
        return must(dashboards->filter_state(
            *definition, *must(find_filter(*definition, filter)), {text, 1000}, {}
        ));
    };
    EXPECT_EQ(state("country", "").choices->json, R"([null],["france"],["o'brien"],["spain"])");
    EXPECT_EQ(state("country", "O'B").choices->json, R"(["o'brien"])");
    EXPECT_EQ(state("country", "%").choices->row_count, 0);
    EXPECT_EQ(state("period", "").bounds, (DateRange{"2011-01-01", "2011-01-03"}));
    EXPECT_EQ(state("period", "").presets.front().preset, "all");
}

TEST_F(DashboardsTest, NamesWhatThereIsNot) {
    EXPECT_NE(rows("totl").find("Did you mean total?"), std::string::npos);
    EXPECT_EQ(find_tile(*definition, "overvew", "total").error().code(), ErrorCode::NotFound);
    EXPECT_EQ(dashboards->find("shop", "sale").error().hint(), "Did you mean shop/sales?");
    EXPECT_FALSE(find_filter(*definition, "contry").ok());
}

class ValidateTest : public DashboardsTest {
protected:
    std::string faults(const std::string& what, const std::string& by) {
        std::string text = dashboard_yaml;
        const std::size_t at = text.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        if (at != std::string::npos) text.replace(at, what.size(), by);
        std::string told;
        for (const Error& fault : validate(*engine, must_parse(text)))
            told += fault.describe() + "\n";
        return told;
    }
};

// Faults that only planning finds, each with its place in the file and what to do.
TEST_F(ValidateTest, TellsPlacesAndHints) {
    EXPECT_EQ(faults("y: amount,", "y: amount,"), "");
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"y: amount,", "y: amont,", "sales.yml:10:10: tile total: y: there is no column 'amont'"},
        {"y: amount,",
         "y: amount, format: {amout: money},",
         "format: there is no column 'amout'. Did you mean amount?"},
        {"y: amount,",
         "y: amount, filter_on_click: {countri: country},",
         "filter_on_click: there is no column 'countri'"},
        {"y: amount,",
         "y: amount, drill: {invoice: invoice_no},",
         "drill: there is no column 'invoice_no'"},
        {"SELECT day, amount FROM days", "SELECT day, amont FROM days", "sales.yml:16:"},
        {"sum(amount) AS amount FROM sales GROUP",
         "sum(amont) AS amount FROM sales GROUP",
         "sales.yml:15:"},
        {"FROM sales GROUP", "FROM sale GROUP", "sale"},
        {"key: day, x: store_key", "key: dy, x: store_key", "sparkline: there is no column 'dy'"},
        {"columns: {sales: day}", "columns: {sales: dai}", "sales.yml:3:"},
        {"columns: {sales: country}", "columns: {sale: country}", "filter country:"},
        {"columns: {sales: country}", "columns: {sales: amount}", "sales.yml:4:"},
        {"country AS value FROM sales ORDER BY value NULLS FIRST",
         "country AS v FROM sales",
         "its SQL gives no column value"},
        {"min(day), max(day)",
         "min(amount), max(amount)",
         "does not give the first and the last day"},
        {"kind: choice, sql: SELECT store_key",
         "kind: choice, default: [x], sql: SELECT store_key",
         "'x' is no BIGINT"},
        {"{store_key: store.store_key}", "{store_key: store.key}", "filter region:"},
    };
    for (const auto& [what, by, expected] : cases)
        EXPECT_NE(faults(what, by).find(expected), std::string::npos) << by << "\n"
                                                                      << faults(what, by);
}

}  // namespace
}  // namespace tradewind::dashboard

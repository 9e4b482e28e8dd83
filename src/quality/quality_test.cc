// From declared checks to results that stay: history, system tables, quarantine, the audit report.
#include "quality/quality.h"

#include <gmock/gmock.h>

#include "quality/test_support.h"

namespace tradewind::quality {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class PublishedTest : public QualityTest {
protected:
    static constexpr const char* dataset = "asset/shop/orders";

    // Publishes the rows as the next version of shop.orders, as an asset's run does.
    void publish(const std::string& select) {
        engine::WriteOptions write;
        write.path = must(lake->scratch_path(".parquet"));
        const auto shape = must(work->columns(select));
        const auto written = must(work->write(select, write));
        const lake::Version before = must(lake->current(dataset));
        const std::string path =
            std::string(dataset) + "/f" + std::to_string(before.number + 1) + ".parquet";
        lake::Commit commit;
        commit.add = {must(lake->adopt(write.path, path, written.front().row_count))};
        for (const lake::DataFile& file : before.files) commit.remove.push_back(file.path);
        catalog::Provenance provenance;
        for (const auto& column : shape)
            provenance.columns.push_back({column.name, column.type, ""});
        commit.extra = catalog::to_json(provenance);
        ASSERT_TRUE(lake->commit(dataset, commit, std::nullopt).ok());
        catalog::Declaration declared;
        declared.name = {"shop", "orders"};
        declared.layer = "mart";
        declared.dataset = dataset;
        catalog::Declaration view;
        view.name = {"shop", "big_orders"};
        view.kind = catalog::Kind::View;
        view.sql = "SELECT * FROM shop.orders WHERE total > 10";
        ASSERT_TRUE(catalog->declare({declared, view}).ok());
    }
    void declare(const std::string& yaml, const std::string& table = "shop.orders") {
        const auto name = must(catalog::parse_table_name(table));
        ASSERT_TRUE(quality->declare({{name, "shop", checks_of(yaml), {}}}).ok());
    }
    Report check(const Selection& selection = {}) {
        auto reports = must(quality->check(selection, nullptr));
        EXPECT_EQ(reports.size(), 1u);
        return reports.empty() ? Report{} : std::move(reports.front());
    }

    static constexpr const char* good =
        "SELECT id, CAST(total AS DECIMAL(12,2)) AS total FROM (VALUES (1, 5.00), (2, 20.00)) AS "
        "t(id, total)";
    static constexpr const char* bad =
        "SELECT id, CAST(total AS DECIMAL(12,2)) AS total FROM (VALUES (1, 5.00), (2, -1.00), (2, "
        "-2.00)) AS t(id, total)";
    static constexpr const char* checks = R"yaml(
- unique: id
- min: {column: total, value: 0}
  description: An order costs something.
- max: {column: total, value: 15}
  blocking: false
)yaml";
};

// The newest version of a published table is checked; results stay, in SQL too.
TEST_F(PublishedTest, ChecksPublishedTables) {
    publish(good);
    declare(checks);
    const Report first = check();
    EXPECT_FALSE(first.blocked());
    EXPECT_STREQ(verdict(first), "failed");
    EXPECT_EQ(first.version, 1);
    EXPECT_EQ(first.row_count, 2);
    clock.advance_us(60'000'000);
    publish(bad);
    const Report second = check({catalog::TableName{"shop", "orders"}, ""});
    EXPECT_TRUE(second.blocked());
    EXPECT_EQ(second.version, 2);
    EXPECT_THAT(describe_failures(second), HasSubstr("min_total: 2 rows: total is less than 0"));
    EXPECT_EQ(
        query("SELECT check_name, state, failing, total, blocking, version FROM system.checks "
              "ORDER BY 1"),
        "max_total,passed,0,3,false,2\nmin_total,failed,2,3,true,2\nunique_id,failed,2,3,true,2\n"
    );
    EXPECT_EQ(query("SELECT count(*) FROM system.check_results"), "6\n");
    open();  // a restart
    declare(checks);
    const auto kept = must(quality->results({}));
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(to_json(kept).dump(), to_json({second}).dump());
    EXPECT_EQ(query("SELECT count(*) FROM system.check_results"), "6\n");
}

// Rows that fail lie in quarantine with their reasons, from every run; a restart finds them again.
TEST_F(PublishedTest, KeepsFailingRows) {
    publish(bad);
    declare(checks);
    const Report report = check();
    EXPECT_EQ(report.quarantine, "quarantine.shop__orders");
    EXPECT_EQ(report.results[1].quarantined, 2);
    ASSERT_EQ(report.results[1].samples.size(), 2u);
    EXPECT_EQ(report.results[1].samples[0].value, "-1.00");
    const std::string sql =
        "SELECT id, total, _check, _reason, _checked_at FROM quarantine.shop__orders"
        " ORDER BY _check, total";
    const std::string rows =
        "2,-2.00,min_total,total is less than 0,2026-01-15 12:00:00\n"
        "2,-1.00,min_total,total is less than 0,2026-01-15 12:00:00\n"
        "2,-2.00,unique_id,id stands more than once,2026-01-15 12:00:00\n"
        "2,-1.00,unique_id,id stands more than once,2026-01-15 12:00:00\n";
    EXPECT_EQ(query(sql), rows);
    publish(good);
    check();
    open();
    EXPECT_EQ(
        query("SELECT _check, count(*) FROM quarantine.shop__orders GROUP BY 1 ORDER BY 1"),
        "max_total,1\nmin_total,2\nunique_id,2\n"
    );
}

// The bound holds a check and run; a column that changed its type lets the older rows go.
TEST_F(PublishedTest, QuarantineIsBounded) {
    options.quarantine_rows_max = 10;
    options.quarantine_files_kept = 2;
    open();
    declare("- min: {column: id, value: 1000}\n");
    publish("SELECT range AS id, 1.5 AS total FROM range(100)");
    for (int i = 0; i < 4; ++i) {
        const Report report = check();
        EXPECT_EQ(report.results[0].failing, 100);
        EXPECT_EQ(report.results[0].quarantined, 10);
    }
    EXPECT_EQ(
        query("SELECT count(*), count(DISTINCT _run) FROM quarantine.shop__orders"), "20,2\n"
    );
    publish("SELECT range AS id, 'x' AS total FROM range(100)");
    check();
    EXPECT_EQ(query("SELECT count(*), max(total) FROM quarantine.shop__orders"), "10,x\n");
}

// A bare name in SQL is the package's own table, also where another schema has one of that name.
TEST_F(PublishedTest, BareNamesAreThePackagesOwn) {
    publish(good);
    add("raw.orders", bad);
    add("shop.orders", good);
    const TableChecks wanted{
        {"shop", "orders"},
        "shop",
        checks_of("- sql: SELECT * FROM orders WHERE total < 0\n- sql: SELECT * FROM raw.orders "
                  "WHERE total < 0\n"),
        {}
    };
    const Report report = must(quality->run_checks(*work, {"shop", "orders"}, wanted, context));
    EXPECT_EQ(text_of(report.results[0]), "passed 0/2");
    EXPECT_THAT(text_of(report.results[1]), StartsWith("failed 2/"));
}

// Rows that are not published yet are checked under the table's name, whatever the Work calls them.
TEST_F(PublishedTest, ChecksCandidates) {
    publish(good);
    const catalog::TableName candidate{"candidate", "orders"};
    add("candidate.orders", bad);
    add("shop.orders", good);
    context.candidate = true;
    context.run = "run-7";
    const TableChecks wanted{
        {"shop", "orders"},
        "shop",
        checks_of("- sql: SELECT * FROM shop.orders WHERE total < 0\n- unique: id\n"),
        {}
    };
    const Report report = must(quality->run_checks(*work, candidate, wanted, context));
    EXPECT_EQ(text_of(report.results[0]), "failed 2/3: 2 rows: found by sql");
    EXPECT_TRUE(report.blocked());
    EXPECT_TRUE(report.candidate);
    EXPECT_EQ(report.run, "run-7");
    EXPECT_EQ(
        query("SELECT table_name, run, candidate FROM system.checks LIMIT 1"),
        "shop.orders,run-7,true\n"
    );
    EXPECT_THAT(
        query("SELECT _reason FROM quarantine.shop__orders WHERE _check = 'sql' ORDER BY 1 LIMIT 1"
        ),
        HasSubstr("found by sql: {")
    );
}

// Other tables and views come into a candidate's Work by themselves.
TEST_F(PublishedTest, BringsOtherTables) {
    publish(good);
    add("shop.lines", "SELECT * FROM (VALUES (2), (3)) AS t(order_id)");
    EXPECT_EQ(
        outcome(
            "shop.lines", "- relationships: {column: order_id, to: shop.big_orders, field: id}"
        ),
        "failed 1/2: 1 row: order_id is not in shop.big_orders (id)"
    );
    declare("- row_count: {max: 1}", "shop.big_orders");
    EXPECT_EQ(text_of(check().results.front()), "passed 0/1");
}

// Old results go, by runs of a table.
TEST_F(PublishedTest, HistoryIsBounded) {
    options.results_kept_per_check = 3;
    open();
    publish(good);
    declare(checks);
    for (int i = 0; i < 5; ++i) check();
    open();
    EXPECT_EQ(query("SELECT count(*), count(DISTINCT run) FROM system.check_results"), "9,3\n");
}

// What was declared nowhere cannot be asked for; a table without a version is told, or passed over.
TEST_F(PublishedTest, UnknownSelections) {
    declare(checks);
    EXPECT_EQ(quality->check({{}, "nobody"}, nullptr).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(
        quality->check({catalog::TableName{"shop", "nothing"}, ""}, nullptr).error().code(),
        ErrorCode::NotFound
    );
    EXPECT_FALSE(quality->check({catalog::TableName{"shop", "orders"}, ""}, nullptr).ok());
    EXPECT_TRUE(must(quality->check({}, nullptr)).empty());
}

// Several declarations of one table are one list; names stay apart.
TEST_F(PublishedTest, MergesDeclarations) {
    publish(good);
    const catalog::TableName name{"shop", "orders"};
    ASSERT_TRUE(quality
                    ->declare(
                        {{name, "shop", checks_of("- unique: id"), {}},
                         {name, "shop", checks_of("- unique: id\n- not_null: id"), {}}}
                    )
                    .ok());
    const Report report = check();
    ASSERT_EQ(report.results.size(), 3u);
    EXPECT_EQ(report.results[1].name, "unique_id_2");
}

// The report for people has the verdict, the samples and the way to the rows.
TEST_F(PublishedTest, AuditReport) {
    publish(bad);
    declare(checks);
    check();
    const std::string page = must(quality->audit_html({}));
    for (const char* text :
         {"shop.orders",
          "blocked",
          "min_total",
          "An order costs something.",
          "-1.00",
          "quarantine.shop__orders",
          "total is less than 0",
          "<svg"})
        EXPECT_THAT(page, HasSubstr(text));
}

// Faults are found without a row: columns, tables, SQL, each at its place.
TEST_F(PublishedTest, ValidatesWithoutRunning) {
    const FindColumns find = [](const catalog::TableName& name
                             ) -> Result<std::vector<catalog::Column>> {
        if (name.text() == "shop.orders")
            return std::vector<catalog::Column>{
                {"id", "BIGINT", ""}, {"total", "DECIMAL(12,2)", ""}
            };
        return Error(ErrorCode::NotFound, "there is no table " + name.text());
    };
    const auto faults_of = [&](const std::string& yaml) {
        std::string text;
        const TableChecks all{{"shop", "orders"}, "shop", checks_of(yaml), {}};
        for (const Error& fault : validate(*engine, all, find)) text += fault.describe() + "\n";
        return text;
    };
    EXPECT_EQ(
        faults_of("- unique: id\n- expression: total > id\n- sql: SELECT * FROM shop.orders\n"
                  "- sum_equals: {column: total, value: 5}\n- min: {column: total, value: 0}\n"
                  "- accepted_values: {column: id, values: [1, '2', 3.5]}\n"),
        ""
    );
    const std::pair<const char*, const char*> cases[] = {
        {"- min: {column: id, value: abc}",
         "checks.yml:1:3: min_id: 'abc' is no BIGINT, which id is. Write a value of that type"},
        {"- max: {column: total, value: 2024-01-01}", "is no DECIMAL(12,2), which total is"},
        {"- accepted_values: {column: id, values: [1, x]}", "'x' is no BIGINT, which id is"},
        {"- unique: idd", "checks.yml:1:3: unique_idd: there is no column 'idd'. Did you mean id?"},
        {"- relationships: {column: id, to: shop.nowhere}", "there is no table shop.nowhere"},
        {"- relationships: {column: id, to: shop.orders, field: totl}",
         "shop.orders has no column 'totl'. Did you mean total?"},
        {"- expression: totall > 0", "checks.yml:1:3: expression: "},
        {"- expression: total >", "checks.yml:1:3: expression: "},
        {"- sql: SELECT nothing FROM shop.orders", "checks.yml:1:3: sql: "},
        {"- sql: DROP TABLE shop.orders", "checks.yml:1:3: sql: "},
        {"- freshness: {column: id, max_age: 1d}", "freshness is about time"},
        {"- pattern: {column: id, regex: '('}", "checks.yml:1:3: pattern_id: "},
    };
    for (const auto& [yaml, expected] : cases)
        EXPECT_THAT(faults_of(yaml), HasSubstr(expected)) << yaml;
}

}  // namespace
}  // namespace tradewind::quality

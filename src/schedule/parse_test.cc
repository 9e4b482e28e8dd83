#include "schedule/test_kit.h"

namespace tradewind::schedule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ParseTest : public SchedulerTest {};

std::string schedule(const std::string& keys) {
    return "name: shop\nschedules:\n  nightly:\n" + keys;
}
std::string sensor(const std::string& keys) {
    return "name: shop\nsensors:\n  dump:\n" + keys;
}

// Every key of a schedule is read, with the package's zone where it has none of its own.
TEST_F(ParseTest, Schedule) {
    const auto read = read_triggers(
        package("name: shop\ntimezone: America/New_York\nschedules:\n"
                "  audit: {cron: '0 23 * * *', timezone: UTC, steps: [crawl]}\n"
                "  nightly:\n    cron: 35 23 * * *\n    catch_up: all\n    jitter: 90s\n"
                "    paused: true\n    timeout: 3h\n    waits_for: [audit]\n    description: x\n"
                "    steps:\n      - crawl\n      - run: {assets: [data+]}\n        when: always\n"
                "      - check: package\n        when: SELECT count(*) > 0 FROM shop.t\n"),
        kinds_
    );
    ASSERT_TRUE(read.ok()) << read.error().describe();
    ASSERT_EQ(read->size(), 2u);
    EXPECT_EQ((*read)[0].zone->name(), "UTC");
    const Trigger& nightly = (*read)[1];
    EXPECT_EQ(nightly.zone->name(), "America/New_York");
    EXPECT_EQ(nightly.catch_up, CatchUp::All);
    EXPECT_EQ(nightly.jitter_us, 90 * second_us);
    EXPECT_TRUE(nightly.paused);
    EXPECT_EQ(nightly.timeout_us, 3 * hour_us);
    EXPECT_THAT(nightly.waits_for, ElementsAre("audit"));
    ASSERT_EQ(nightly.steps.size(), 3u);
    EXPECT_EQ(nightly.steps[1].kind, "run");
    EXPECT_EQ(nightly.steps[1].when, When::Always);
    EXPECT_EQ(nightly.steps[2].when, When::Condition);
}

// A sensor of each kind is read.
TEST_F(ParseTest, Sensors) {
    const auto read = read_triggers(
        package("name: shop\nsensors:\n"
                "  a: {kind: files, scans: ['0 3 * * *'], folder: dumps/shop, late: ask,\n"
                "      settle: 10s, manifest: 'rows_{date}.json', files: {sales: "
                "'sales_{date}.csv'}, steps: [run]}\n"
                "  b: {kind: table, tables: [raw.x, shop.y], steps: [crawl]}\n"
                "  c: {kind: run, package: other, state: any, steps: [run]}\n"
                "  d: {kind: http, params: [day], steps: [run]}\n"),
        kinds_
    );
    ASSERT_TRUE(read.ok()) << read.error().describe();
    EXPECT_EQ((*read)[0].files.folder, "dumps/shop");
    EXPECT_TRUE((*read)[0].files.ask);
    EXPECT_EQ((*read)[0].files.settle_us, 10 * second_us);
    EXPECT_THAT((*read)[1].tables, ElementsAre("raw.x", "shop.y"));
    EXPECT_EQ((*read)[2].run_package, "other");
    EXPECT_THAT((*read)[3].params, ElementsAre("day"));
}

// Nonsense is refused with its place, and the nearest word that there is.
TEST_F(ParseTest, Nonsense) {
    EXPECT_THAT(
        fault(schedule("    cron: 61 * * * *\n    steps: [run]\n")),
        AllOf(HasSubstr("package.yml:4:"), HasSubstr("minute"))
    );
    EXPECT_THAT(fault(schedule("    cron: never\n    steps: [run]\n")), HasSubstr("no schedule"));
    EXPECT_THAT(fault(schedule("    steps: [run]\n")), HasSubstr("package.yml"));
    EXPECT_THAT(fault(schedule("    cron: '@daily'\n")), HasSubstr("has no steps"));
    EXPECT_THAT(fault(schedule("    cron: '@daily'\n    steps: []\n")), HasSubstr("at least one"));
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    steps: [rum]\n")),
        AllOf(HasSubstr("package.yml:5:"), HasSubstr("Did you mean run?"))
    );
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    steps: [train]\n")),
        AllOf(HasSubstr("train is not offered yet"), HasSubstr("package.yml:5:"))
    );
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    steps: [{run: x, crawl: y}]\n")),
        HasSubstr("one step is two")
    );
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    steps: [{run: x, when: DROP TABLE x}]\n")),
        HasSubstr("is no when")
    );
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    steps: [{run: x, when: failure}]\n")),
        HasSubstr("nothing can have failed")
    );
    EXPECT_THAT(fault(schedule("    crom: '@daily'\n    steps: [run]\n")), HasSubstr("cron"));
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    catch_up: al\n    steps: [run]\n")),
        HasSubstr("Did you mean all?")
    );
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    timezone: Mars/Base\n    steps: [run]\n")),
        AllOf(HasSubstr("Mars/Base"), HasSubstr("package.yml:5:"))
    );
    EXPECT_THAT(
        fault(schedule("    cron: '@daily'\n    jitter: 3\n    steps: [run]\n")),
        HasSubstr("no duration")
    );
    EXPECT_THAT(fault("name: shop\nschedules: [a]\n"), HasSubstr("has a name"));
    EXPECT_THAT(
        fault("name: shop\nschedules: {Night: {cron: '@daily', steps: [run]}}\n"),
        HasSubstr("not a name")
    );
    EXPECT_THAT(fault("name: shop\nschedules: {night: }\n"), HasSubstr("says nothing"));
}

// So it is with sensors: files without a date in their names would be yesterday's.
TEST_F(ParseTest, SensorNonsense) {
    const std::string scans = "    kind: files\n    scans: ['0 3 * * *']\n    steps: [run]\n";
    EXPECT_THAT(fault(sensor("    kind: file\n    steps: [run]\n")), HasSubstr("mean files?"));
    EXPECT_THAT(fault(sensor("    kind: files\n    steps: [run]\n")), HasSubstr("no scans"));
    EXPECT_THAT(fault(sensor(scans)), HasSubstr("names each file"));
    EXPECT_THAT(fault(sensor(scans + "    files: {a: a.csv}\n")), HasSubstr("has no date"));
    EXPECT_THAT(
        fault(sensor(scans + "    files: {a: '../a_{date}.csv'}\n")), HasSubstr("no name of a file")
    );
    EXPECT_THAT(
        fault(sensor(scans + "    files: {a: 'a_{day}.csv'}\n")), HasSubstr("all that may change")
    );
    EXPECT_THAT(
        fault(sensor(scans + "    files: {date: 'a_{date}.csv'}\n")), HasSubstr("parameter's name")
    );
    EXPECT_THAT(
        fault(sensor(scans + "    files: {a: 'a_{date}.csv', b: 'a_{date}.csv'}\n")),
        HasSubstr("twice")
    );
    EXPECT_THAT(
        fault(sensor(scans + "    folder: /etc\n    files: {a: 'a_{date}.csv'}\n")),
        HasSubstr("no folder")
    );
    EXPECT_THAT(
        fault(sensor(scans + "    manifest: 'm_{date}.json'\n    files: {a: 'a_{date}.parquet'}\n")
        ),
        HasSubstr("cannot be counted")
    );
    EXPECT_THAT(
        fault(sensor("    kind: table\n    table: orders\n    steps: [run]\n")),
        HasSubstr("with its schema")
    );
    EXPECT_THAT(
        fault(sensor("    kind: run\n    state: sucess\n    steps: [run]\n")), HasSubstr("no state")
    );
}

// What waits for itself, directly or through others, is refused.
TEST_F(ParseTest, Circles) {
    EXPECT_THAT(
        fault("name: shop\nschedules:\n"
              "  a: {cron: '@daily', waits_for: [b], steps: [run]}\n"
              "  b: {cron: '@daily', waits_for: [a], steps: [run]}\n"),
        HasSubstr("a waits for b waits for a")
    );
    EXPECT_THAT(
        fault("name: shop\nschedules:\n  a: {cron: '@daily', waits_for: [a], steps: [run]}\n"),
        HasSubstr("circle")
    );
    EXPECT_THAT(
        fault("name: shop\nschedules:\n  audit: {cron: '@daily', waits_for: [audits], steps: [run]}"
              "\n"),
        HasSubstr("Did you mean 'audit'?")
    );
    add_step("run", {"run shop", "table shop.daily"});
    add_step("import", {"table raw.orders"});
    EXPECT_THAT(
        fault(sensor("    kind: run\n    package: shop\n    steps: [run]\n")),
        AllOf(HasSubstr("shop:dump starts shop:dump"), HasSubstr("package.yml:3:"))
    );
    EXPECT_THAT(
        fault(sensor("    kind: table\n    table: shop.daily\n    steps: [run]\n")),
        HasSubstr("circle")
    );
    EXPECT_THAT(
        fault("name: shop\nsensors:\n"
              "  a: {kind: run, package: shop, state: any, steps: [import]}\n"
              "  b: {kind: table, table: raw.orders, steps: [crawl, run]}\n"),
        AllOf(HasSubstr("shop:a starts shop:b starts shop:a"))
    );
    EXPECT_EQ(
        fault("name: shop\nsensors:\n"
              "  a: {kind: run, package: shop, steps: [crawl]}\n"
              "  b: {kind: table, table: raw.orders, steps: [run]}\n"),
        ""
    );
}

}  // namespace
}  // namespace tradewind::schedule

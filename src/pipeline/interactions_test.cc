// Tables of interactions: what their YAML may say, the SQL that they stand for, and that the kernel
// gives the rows of that SQL.
#include "pipeline/interactions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {

namespace {

using testing::HasSubstr;

constexpr const char* features = R"(kind: interaction_features
orders:
  table: visits
  order: visit
  user: person
  sequence: nth
  gap: days
  set: part
  set_value: past
lines:
  table: bought
  order: visit_no
  item: thing
  position: place
  repeat: again
tables:
  all_bought:
    kind: lines
    columns: {visit: order, person: user, part: set, nth: sequence, hour: orders.hour, days: gap, thing: item, place: position, again: repeat}
  people:
    kind: users_by_orders
    columns: {person: user, visits: orders, first: first_sequence, last: last_sequence, total_days: total_gap, mean_days: mean_gap}
  pairs:
    kind: pairs
    columns: {person: user, thing: item, times: lines, first_nth: first_sequence, last_nth: last_sequence, mean_place: mean_position, times_again: repeats}
  buyers:
    kind: users_by_lines
    columns: {person: user, bought: lines, things: distinct_items, bought_again: repeats, later: later_lines, ratio: repeat_ratio}
  things:
    kind: items
    columns: {thing: item, sold: lines, sold_again: repeats, tried: firsts, came_back: seconds}
  everything:
    kind: joined
    joins: [pairs, people, buyers, things]
)";
const std::vector<std::string> tables{
    "all_bought", "people", "pairs", "buyers", "things", "everything"
};

std::string with(std::string text, const std::string& what, const std::string& instead) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
}

// Visits of 40 people, with gaps that are not known, and parts that are past, next or neither.
std::string visits_sql(const std::string& visit = "visit") {
    os::Random random(5);
    std::string rows;
    for (int i = 0; i < 300; ++i) {
        const auto person = std::to_string(static_cast<int>(random.below(40)) * 7 - 20);
        const auto part = random.below(4);
        rows += (rows.empty() ? "(" : ", (") + std::to_string(i) + ", " + person + ", " +
                (part == 0   ? "NULL"
                 : part == 1 ? "'next'"
                             : "'past'") +
                ", " + std::to_string(1 + random.below(20)) + ", " +
                (random.chance(0.3) ? "NULL" : std::to_string(random.below(31))) + ", " +
                (random.chance(0.1) ? "NULL" : std::to_string(random.below(24))) + ")";
    }
    return "SELECT CAST(" + visit +
           " AS BIGINT) AS visit, CAST(person AS BIGINT) AS person, CAST(part AS STRING) AS part, "
           "CAST(nth AS INTEGER) AS nth, CAST(days AS INTEGER) AS days, CAST(hour AS SMALLINT) AS "
           "hour FROM (VALUES " +
           rows + ") t(visit, person, part, nth, days, hour)";
}

// What they bought, some of it twice in a visit, some without a visit.
std::string bought_sql(const std::string& thing = "CAST(thing AS BIGINT)") {
    os::Random random(6);
    std::string rows;
    for (int i = 0; i < 1500; ++i) {
        rows += (rows.empty() ? "(" : ", (") + std::to_string(random.below(310)) + ", " +
                std::to_string(random.below(60) * 11) + ", " + std::to_string(random.below(100)) +
                ", " + std::to_string(random.below(2)) + ")";
    }
    return "SELECT CAST(visit_no AS BIGINT) AS visit_no, " + thing +
           " AS thing, CAST(place AS INTEGER) AS place, CAST(again AS INTEGER) AS again FROM "
           "(VALUES " +
           rows + ") t(visit_no, thing, place, again)";
}

}  // namespace

class InteractionsTest : public PipelineTest {
protected:
    using Files = std::map<std::string, std::string>;

    static Files shop(const std::string& yaml = features) {
        return {{"visits", visits_sql()}, {"bought", bought_sql()}, {"features.yml", yaml}};
    }
    std::map<std::string, std::string> made(const Files& files, bool kernels) {
        PipelineOptions options;
        options.kernels = kernels;
        options.kernel_memory_bytes_max = 1u << 20;
        start(files, options);
        last_ = run({}, true);
        EXPECT_EQ(last_.state, RunState::Succeeded) << last_.message;
        std::map<std::string, std::string> rows;
        for (const AssetRun& one : last_.assets)
            EXPECT_EQ(one.state, RunState::Succeeded) << one.asset << ": " << one.message;
        for (const std::string& table : tables) {
            // Also the types, and every bit of the doubles.
            rows[table] = query("SELECT * FROM shop." + table + " ORDER BY ALL") + "\n" +
                          query("SELECT * FROM (DESCRIBE shop." + table + ")");
        }
        return rows;
    }
    void expect_equal_ways(const Files& files, const std::string& note) {
        const auto by_sql = made(files, false);
        for (const std::string& table : tables) EXPECT_EQ(of(last_, table).message, "");
        const auto by_kernel = made(files, true);
        for (const std::string& table : tables) {
            EXPECT_EQ(by_kernel.at(table), by_sql.at(table)) << table;
            // Which orders are asked for first, or whether lines matter, is not the same for all.
            if (table != "people") {
                EXPECT_EQ(of(last_, table).message, note) << table;
            }
        }
    }
    std::string refused(const std::string& yaml) {
        const auto graph = read(shop(yaml));
        EXPECT_FALSE(graph.ok());
        return graph.ok() ? "" : graph.error().describe();
    }
    std::vector<std::string> validated(const std::string& yaml) {
        const auto graph = read(shop(yaml));
        if (!graph.ok()) return {graph.error().describe()};
        std::vector<std::string> faults;
        const auto none = [](const catalog::TableName& name
                          ) -> Result<std::vector<catalog::Column>> {
            return Error(ErrorCode::NotFound, "no table " + name.text());
        };
        for (const Error& fault : validate_assets(*graph, *engine_, none))
            faults.push_back(fault.describe());
        return faults;
    }

    RunReport last_;
};

// The kernel and the SQL give the same tables, to the last row, bit and type.
TEST_F(InteractionsTest, KernelAndSqlAreEqual) {
    expect_equal_ways(shop(), "");
}

// The same without a set, without what may be left out, and with no table of lines or pairs that
// the others could be computed from.
TEST_F(InteractionsTest, EqualWithoutTheRest) {
    std::string yaml = with(features, "  set: part\n  set_value: past\n", "");
    yaml = with(yaml, ", part: set", "");
    expect_equal_ways(shop(yaml), "");
    yaml = with(features, "person: user, part: set", "part: set");
    expect_equal_ways(shop(yaml), "");
}

// Orders without lines, lines without orders, and nothing at all.
TEST_F(InteractionsTest, EqualWithoutRows) {
    Files files = shop();
    files["bought"] += " WHERE false";
    expect_equal_ways(files, "");
    files["visits"] += " WHERE false";
    expect_equal_ways(files, "");
}

// What the kernel does not hold is made by SQL, and the run says why.
TEST_F(InteractionsTest, SqlTakesOverWhatDoesNotFit) {
    Files files = shop();
    files["bought"] = bought_sql("concat('thing ', CAST(thing AS STRING))");
    expect_equal_ways(files, "made by SQL: column thing of shop.bought is a STRING");
    files = shop();
    files["bought"] = bought_sql("nullif(CAST(thing AS BIGINT), 11)");
    expect_equal_ways(files, "made by SQL: a line without item, position or repeat flag");
    files = shop();
    files["visits"] = visits_sql("visit % 290");
    expect_equal_ways(files, "made by SQL: order 4 is there twice");
}

// Its rows lie by their keys, in files whose bytes are the same whenever they are made.
TEST_F(InteractionsTest, TheSameBytesEveryTime) {
    made(shop(), true);
    const auto first = files_of("mart/shop/everything");
    const auto version = take(lake_->current("mart/shop/everything"));
    const std::string sorted = version.extra.find("sorted_by")->dump();
    EXPECT_EQ(sorted, "[\"person\",\"thing\"]");
    made(shop(), true);
    EXPECT_EQ(files_of("mart/shop/everything"), first);
    for (const std::string& table : tables) EXPECT_EQ(of(last_, table).files_written, 0) << table;
}

// One of the tables alone is made over what its SQL reads, also where that is older than the lines.
TEST_F(InteractionsTest, OneTableAloneReadsWhatItsSqlReads) {
    start(shop());
    run();
    const std::string before = query("SELECT * FROM shop.pairs ORDER BY ALL");
    Files files = shop();
    files["bought"] = bought_sql() + " WHERE thing > 100";
    start(files);
    EXPECT_EQ(run({"bought"}).state, RunState::Succeeded);
    EXPECT_EQ(run({"pairs"}, true).state, RunState::Succeeded);
    EXPECT_EQ(query("SELECT * FROM shop.pairs ORDER BY ALL"), before);
    EXPECT_EQ(run({"all_bought+"}).state, RunState::Succeeded);
    EXPECT_NE(query("SELECT * FROM shop.pairs ORDER BY ALL"), before);
}

// A run that publishes its tables together makes them of each other before anybody sees them.
TEST_F(InteractionsTest, PublishedTogether) {
    manifest_ = "name: shop\npublish: together";
    start(shop());
    const RunReport done = run();
    EXPECT_EQ(done.state, RunState::Succeeded) << done.message;
    const std::string together = query("SELECT * FROM shop.everything");
    manifest_ = "name: shop";
    made(shop(), true);
    EXPECT_EQ(query("SELECT * FROM shop.everything"), together);
}

// A slip in the YAML is told with its line and what was probably meant.
TEST_F(InteractionsTest, WrongYamlIsToldWithItsPlace) {
    EXPECT_THAT(
        refused(with(features, "mean_days: mean_gap", "mean_days: mean_gpa")),
        HasSubstr("features.yml:22:")
    );
    EXPECT_THAT(
        refused(with(features, "mean_days: mean_gap", "mean_days: mean_gpa")),
        HasSubstr("Did you mean mean_gap?")
    );
    EXPECT_THAT(
        refused(with(features, "kind: items", "kind: itms")), HasSubstr("Did you mean items?")
    );
    EXPECT_THAT(
        refused(with(features, "kind: interaction_features", "kind: something")),
        HasSubstr("features.yml:1:7: a file of assets is of kind interaction_features")
    );
    EXPECT_THAT(
        refused(with(features, "table: visits", "table: visit")),
        HasSubstr("Did you mean shop.visits?")
    );
    EXPECT_THAT(
        refused(with(features, "  position: place\n", "")), HasSubstr("it needs position: of lines")
    );
    EXPECT_THAT(refused(with(features, "  gap: days\n", "")), HasSubstr("it needs gap: of orders"));
    EXPECT_THAT(
        refused(with(features, "  set_value: past\n", "")),
        HasSubstr("set: and set_value: belong together")
    );
    EXPECT_THAT(
        refused(with(features, "joins: [pairs, people", "joins: [people, pairs")),
        HasSubstr("joins: names a table of kind pairs, and after it")
    );
    EXPECT_THAT(
        refused(with(features, "buyers, things]", "buyer, things]")),
        HasSubstr("Did you mean buyers?")
    );
    EXPECT_THAT(
        refused(with(features, "{thing: item, sold", "{sold")),
        HasSubstr("a table of this kind has a column item")
    );
    EXPECT_THAT(
        refused(with(features, "last: last_seq", "Last: last_seq")), HasSubstr("lower-case letters")
    );
    EXPECT_THAT(
        refused(with(features, "later: later_lines", "first: later_lines")),
        HasSubstr("two of the tables have a column first")
    );
}

// A column that a table does not have is told before the run, once, where it is named.
TEST_F(InteractionsTest, MissingColumnsAreTold) {
    EXPECT_THAT(validated(features), testing::IsEmpty());
    const auto faults = validated(with(features, "position: place", "position: plce"));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_THAT(faults[0], HasSubstr("features.yml:14:13: shop.bought has no column plce"));
    EXPECT_THAT(faults[0], HasSubstr("Did you mean place?"));
    const auto carried = validated(with(features, "orders.hour", "orders.hours"));
    ASSERT_EQ(carried.size(), 1u);
    EXPECT_THAT(carried[0], HasSubstr("features.yml:19:"));
}

// The SQL is such as a person writes: it reads the tables of the file that have what it needs, and
// joins orders and lines where none has.
TEST_F(InteractionsTest, SqlIsReadable) {
    const auto sql = take(interactions_sql(take(yaml::parse(features, "features.yml"))));
    ASSERT_EQ(sql.size(), 6u);
    EXPECT_EQ(
        sql[2].sql,
        "SELECT person,\n       thing,\n       count(*) AS times,\n       min(nth) AS first_nth,\n"
        "       max(nth) AS last_nth,\n       avg(place) AS mean_place,\n"
        "       CAST(sum(again) AS BIGINT) AS times_again\nFROM all_bought\nGROUP BY person, "
        "thing\n"
    );
    const std::string alone = with(features, "person: user, part: set", "part: set");
    const auto other = take(interactions_sql(take(yaml::parse(alone, "features.yml"))));
    EXPECT_THAT(
        other[2].sql, HasSubstr("WITH all_lines AS (\n  SELECT orders.person AS line_user")
    );
    EXPECT_THAT(other[2].sql, HasSubstr("  WHERE orders.part = 'past'\n)"));
}

}  // namespace tradewind::pipeline

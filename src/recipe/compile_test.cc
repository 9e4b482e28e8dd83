// Recipes over an engine: what they make, and what they say when they do not fit the data. That
// every step computes what it promises is tested with pandas beside it (test/sql).
#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.h"
#include "recipe/recipe_test_support.h"
#include "recipe/step.h"

namespace tradewind::recipe {

namespace {

using testing::HasSubstr;

// The statement is made to be read: a CTE a step, named by it, with the author's note.
TEST_F(RecipeTest, CompilesToReadableSql) {
    const auto outcome = compiled(
        "  - filter: {where: price > 0}\n"
        "    note: what was sold\n"
        "  - add: {columns: {total: price * 2}}\n"
        "  - sort: {by: [{total: desc}, id]}\n"
    );
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
    EXPECT_EQ(
        outcome.value().sql,
        "WITH -- what was sold\n"
        "s1_filter AS (\n"
        "    SELECT *\n"
        "    FROM \"raw\".\"orders\"\n"
        "    WHERE (price > 0)\n"
        "),\n"
        "s2_add AS (\n"
        "    SELECT *, (price * 2) AS \"total\"\n"
        "    FROM s1_filter\n"
        "),\n"
        "s3_sort AS (\n"
        "    SELECT *\n"
        "    FROM s2_add\n"
        ")\n"
        "SELECT *\n"
        "FROM s3_sort\n"
        "ORDER BY \"total\" DESC NULLS LAST, \"id\" NULLS LAST\n"
    );
    EXPECT_EQ(outcome.value().columns.back().name, "total");
    EXPECT_EQ(run("  []\n"), run("  - filter: {where: 'TRUE'}\n"));
}

// Each step is planned, so that a message knows the column, its type and what would help.
TEST_F(RecipeTest, SaysWhatDoesNotFit) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"  - filter: {where: 'TRUE'}\n  - fill: {columns: [country], method: mean}\n",
         "r.yml:5:5: step 2 (fill): column 'country' is STRING; fill with mean needs a number"},
        {"  - drop: {columns: [contry]}\n",
         "r.yml:4:22: step 1 (drop): there is no column 'contry' here. Did you mean 'country'?"},
        {"  - trim: {columns: [price]}\n", "column 'price' is DECIMAL(12,4); trim needs text"},
        {"  - round: {columns: [country]}\n", "Use parse_number or cast before."},
        {"  - truncate_date: {columns: [country], unit: day}\n", "Use parse_date before."},
        {"  - add: {columns: {x: pricee * 2}}\n", "Did you mean 'price'?"},
        {"  - add: {columns: {x: country + 1}}\n", "step 1 (add): "},
        {"  - filter: {where: sum(price) > 1}\n", "step 1 (filter): "},
        {"  - keep: {columns: [id]}\n  - filter: {where: price > 1}\n", "step 2 (filter): "},
        {"  - keep: {columns: [id, ID]}\n", "stands there twice"},
        {"  - rename: {columns: {id: Country}}\n", "two columns would have the name 'country'"},
        {"  - drop: {columns: [id, country, price, weight, at, flag]}\n", "leaves no column"},
        {"  - cast: {columns: {at: INTEGER}}\n", "'at' is TIMESTAMP and cannot become INTEGER"},
        {"  - fill: {columns: [id], value: none}\n", "column 'id' is BIGINT; 'none' is no such"},
        {"  - fill: {columns: [at], value: yesterday}\n", "Write 2024-01-31"},
        {"  - fill: {columns: [id]}\n", "needs either value or method"},
        {"  - fill: {columns: [id], method: previous}\n", "needs order_by"},
        {"  - dedupe: {order_by: [id]}\n", "order_by needs by"},
        {"  - sample: {rows: 1, fraction: 0.5}\n", "either rows or fraction"},
        {"  - sample: {fraction: 1.5}\n", "from 0 to 1"},
        {"  - split: {column: country, into: [id]}\n", "there is a column 'id' already"},
        {"  - extract: {columns: [country], pattern: '('}\n", "is no regular expression"},
        {"  - extract: {columns: [country], pattern: a, group: 2}\n", "has no group 2"},
        {"  - regex_replace: {columns: [country], pattern: a, with: '\\1'}\n", "has no group 1"},
        {"  - regex_replace: {columns: [country], pattern: a, with: '\\d'}\n", "a backslash"},
        {"  - parse_date: {columns: [country], format: '%Q'}\n", "a part that is not known"},
        {"  - convert_time_zone: {columns: [at], to: Mars/Base}\n", "no time zone 'Mars/Base'"},
        {"  - convert_time_zone: {columns: [at], to: \"x')\"}\n", "no time zone"},
        {"  - bin: {column: id, edges: [2, 1], into: b}\n", "edges must rise"},
        {"  - clip: {columns: [id], min: 5, max: 1}\n", "min is greater than max"},
        {"  - add: {columns: {x: sum(id)}}\n", "Use the step group for sums and counts"},
        {"  - bin: {column: id, edges: [1], labels: [a], into: b}\n", "2 bins and 1 labels"},
        {"  - one_hot: {column: weight}\n", "Use bin or cast before."},
        {"  - one_hot: {column: id, max: 2}\n", "more than 2 different values"},
        {"  - one_hot: {column: id, values: [x]}\n", "'x' is no value of it"},
        {"  - map_values: {columns: [id], mapping: {1: one}}\n", "'one' is no such value"},
        {"  - group: {aggregates: {n: {sum: country}}}\n", "sum needs a number"},
        {"  - group: {aggregates: {n: {summ: id}}}\n", "Did you mean 'sum'?"},
        {"  - group: {aggregates: {n: {sum: idd}}}\n", "there is no column 'idd' here"},
        {"  - group: {aggregates: {n: {sum: '*'}}}\n", "sum needs a column"},
        {"  - group: {by: [id], aggregates: {ID: {count: '*'}}}\n", "would be there twice"},
        {"  - group: {}\n", "group needs by, aggregates or both"},
        {"  - window: {function: rank, into: r}\n", "rank needs order_by"},
        {"  - window: {function: sum, column: country, into: r}\n", "sum needs a number"},
        {"  - pivot: {column: country}\n", "sum needs value"},
        {"  - unpivot: {columns: [id, country]}\n", "Use cast before"},
        {"  - join: {with: raw.countries, on: [id]}\n", "'id' is BIGINT here and 'id' is STRING"},
        {"  - join: {with: raw.countries, on: {country: land}}\n", "there is no column 'land' here"
        },
        {"  - join: {with: raw.nowhere, on: [id]}\n", "table raw.nowhere cannot be read"},
        {"  - union: {with: raw.countries}\n", "column 'id' is BIGINT here and STRING in raw"},
        {"  - flatten_json: {column: country, fields: {a: 'x[y]'}}\n", "is no path"},
        {"  - flatten_json: {column: country, fields: {a: \"x'\"}}\n", "is no path"},
    };
    for (const auto& [steps, expected] : cases)
        EXPECT_THAT(fault(steps), HasSubstr(expected)) << steps;
}

// An expression is an expression: nothing of it reaches beyond its brackets, no file is read, no
// other statement runs, no table is looked at.
TEST_F(RecipeTest, RefusesWhatIsNoExpression) {
    const std::vector<std::string> attempts = {
        "1) FROM raw.orders --",
        "1); DROP TABLE raw.orders; SELECT (1",
        "1 /* ) */",
        "1 -- x",
        "(SELECT count(*) FROM raw.countries)",
        "id IN (SELECT id FROM raw.orders)",
        "EXISTS (SELECT 1)",
        "read_text('/etc/passwd')",
        "(SELECT content FROM read_text('/etc/passwd'))",
        "getenv('HOME')",
        "current_setting('temp_directory')",
        "1, 2",
        "1 AS x, 2",
        "*",
        "COLUMNS(*)",
        "orders.*",
        "id FROM raw.orders",
        "$$x$$",
        "$1",
        "?",
        "E'\\'' || '",
        "'unclosed",
        "\"unclosed",
        "(1",
        "1)",
        "",
        "  ",
        "x;y",
        "`id`",
    };
    for (const std::string& attempt : attempts) {
        std::string quoted;
        json::append_string(quoted, attempt);
        EXPECT_NE(fault("  - add: {columns: {x: " + quoted + "}}\n"), "") << attempt;
        EXPECT_NE(fault("  - filter: {where: " + quoted + "}\n"), "") << attempt;
    }
    EXPECT_EQ(fault("  - add: {columns: {x: \"'it''s (' || country\"}}\n"), "");
    EXPECT_EQ(fault("  - add: {columns: {x: 'sum(price) OVER (PARTITION BY country)'}}\n"), "");
}

// Names, values, patterns and separators are data, whatever they hold.
TEST_F(RecipeTest, QuotesWhatComesFromOutside) {
    const std::vector<std::string> odd = {
        "a\"b",
        "a'b",
        "'; DROP TABLE x; --",
        "\"",
        "'",
        "$1",
        "\\",
        "a`b",
        "ü ß 日本",
        "%s{}",
        "*/",
    };
    for (const std::string& text : odd) {
        std::string q;
        json::append_string(q, text);
        const std::string rest = "\n  - filter: {where: 'id = 1'}\n  - keep: {columns: [x]}\n";
        EXPECT_EQ(
            run("  - add: {columns: {" + q + ": id}}\n  - rename: {columns: {" + q + ": x}}" + rest
            ),
            "x / 1"
        ) << text;
        EXPECT_EQ(
            run("  - add: {columns: {x: \"CAST(NULL AS STRING)\"}}\n"
                "  - fill: {columns: [x], value: " +
                q + "}" + rest),
            "x / " + text
        ) << text;
        EXPECT_EQ(
            run("  - map_values: {columns: [country], mapping: {France: " + q +
                "}, into: x}\n"
                "  - replace: {columns: [x], find: " +
                q + ", with: y}" + rest),
            "x / y"
        ) << text;
        EXPECT_EQ(
            run("  - add: {columns: {p: \"CAST(id AS STRING)\", q: \"'z'\"}}\n"
                "  - merge: {columns: [p, q], separator: " +
                q +
                ", into: m}\n"
                "  - split: {column: m, separator: " +
                q + ", into: [w, x]}" + rest),
            "x / z"
        ) << text;
    }
}

// A sort holds through steps that keep rows, under the names that its columns have by then, as far
// as they are there; a step that makes new rows ends it.
TEST_F(RecipeTest, FollowsTheOrder) {
    const auto order = [&](const std::string& steps) {
        const auto outcome = compiled("  - sort: {by: [country, {id: desc}]}\n" + steps);
        return outcome.ok() ? outcome.value().order_by : outcome.error().describe();
    };
    EXPECT_EQ(order(""), "\"country\" NULLS LAST, \"id\" DESC NULLS LAST");
    EXPECT_EQ(
        order("  - rename: {columns: {id: country, country: id}}\n"),
        "\"id\" NULLS LAST, \"country\" DESC NULLS LAST"
    );
    EXPECT_EQ(order("  - drop: {columns: [id]}\n"), "\"country\" NULLS LAST");
    EXPECT_EQ(order("  - drop: {columns: [country]}\n"), "");
    EXPECT_EQ(order("  - group: {by: [country, id]}\n"), "");
    EXPECT_EQ(
        run("  - sort: {by: [{id: desc}]}\n  - limit: {rows: 2}\n  - keep: {columns: [id]}\n"),
        "id / 4 / 3"
    );
}

// Equal values are no outliers of each other, whatever their mean is rounded to, and have one place
// on every scale.
TEST_F(RecipeTest, EqualValuesAreNoOutliers) {
    std::string rows = "id,weight\n";
    for (int i = 0; i < 10; ++i) rows += std::to_string(i) + ",0.1\n";
    add_csv("raw.orders", {{"id", "BIGINT", ""}, {"weight", "DOUBLE", ""}}, rows + "10,\n");
    const std::string keep = "  - keep: {columns: [weight]}\n";
    for (const char* method : {"z_score", "iqr"}) {
        const std::string flagged =
            run(keep + "  - flag_outliers: {column: weight, method: " + method + ", action: drop}\n"
            );
        EXPECT_EQ(std::ranges::count(flagged, '/'), 11) << method << ": " << flagged;
    }
    for (const char* method : {"z_score", "robust", "min_max"}) {
        const std::string scaled =
            run(keep + "  - scale: {columns: [weight], method: " + method + "}\n");
        EXPECT_EQ(std::ranges::count(scaled, '1'), 0) << method << ": " << scaled;
    }
}

// Values that become columns are read once, in byte order, and stand in the SQL.
TEST_F(RecipeTest, PinsWhatItReads) {
    const auto outcome = compiled("  - one_hot: {column: country, drop: true}\n");
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
    EXPECT_THAT(outcome.value().sql, HasSubstr("WHEN \"country\" = 'France' THEN 1"));
    EXPECT_EQ(outcome.value().columns[5].name, "country_France");
    EXPECT_EQ(outcome.value().columns[6].name, "country_Österreich");
    EXPECT_EQ(
        run("  - pivot: {by: [flag], column: country, value: id}\n  - sort: {by: [flag]}\n"),
        "flag,France,Österreich / false 2 - / true 1 4 / - - -"
    );
}

// Every step's example in the table is a step that can be read.
TEST(StepTable, ExamplesAreRead) {
    std::size_t count = 0;
    for (const StepKind& kind : step_kinds()) {
        const auto recipe = parse_recipe(
            "recipe: r\ninput: raw.o\nsteps:\n  - " + kind.name + ": {" + kind.example + "}\n",
            "r.yml"
        );
        EXPECT_TRUE(recipe.ok()) << kind.name << ": " << recipe.error().describe();
        EXPECT_FALSE(kind.summary.empty());
        for (const Parameter& parameter : kind.parameters)
            EXPECT_TRUE(parameter.description.ends_with(".")) << kind.name << " " << parameter.name;
        ++count;
    }
    EXPECT_GE(count, 35u);
    EXPECT_EQ(describe_steps().find("steps")->items().size(), count);
}

// The script for Spark quotes as Spark does and names no table that it does not read.
TEST_F(RecipeTest, WritesPySpark) {
    const auto recipe = parsed(
        "  - map_values: {columns: [country], mapping: {France: \"l'été \\\\1\"}}\n"
        "  - rename: {columns: {id: 'a\"\"\"b`c'}}\n"
        "  - sort: {by: [price]}\n"
    );
    ASSERT_TRUE(recipe.ok()) << recipe.error().describe();
    WorkTables tables(*engine_, *work_);
    const auto outcome = compile(recipe.value(), tables);
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
    const std::string script = to_pyspark(recipe.value(), outcome.value());
    EXPECT_THAT(script, HasSubstr("THEN 'l\\\\'été \\\\\\\\1'"));
    EXPECT_THAT(script, HasSubstr("`a\\\"\\\"\\\"b``c`"));
    EXPECT_THAT(script, HasSubstr("\"raw.orders\": \"raw__orders\""));
    EXPECT_THAT(script, HasSubstr("ORDER BY `price` NULLS LAST"));
}

// A preview has the rows in order, and for each column what it holds.
TEST_F(RecipeTest, Previews) {
    const auto recipe = parsed(
        "  - drop: {columns: [at, flag]}\n"
        "  - sort: {by: [{id: desc}]}\n"
        "  - filter: {where: id < 3}\n"
    );
    ASSERT_TRUE(recipe.ok());
    const auto look = [&](std::size_t step) {
        PreviewOptions options;
        options.step = step;
        options.rows = 2;
        const auto outcome = preview(recipe.value(), *engine_, *work_, options);
        return outcome.ok() ? outcome.value() : json::Value::string(outcome.error().describe());
    };
    const json::Value second = look(2);
    ASSERT_EQ(second.kind(), json::Kind::Object) << second.text();
    EXPECT_EQ(second.integer_or("row_count", 0), 4);
    EXPECT_EQ(
        second.find("rows")->dump(), R"([[4,"Österreich",0.0000,1e+300],[3,null,100.0000,2.5]])"
    );
    const json::Value& country = second.find("columns")->items()[1];
    EXPECT_EQ(country.integer_or("nulls", -1), 1);
    EXPECT_EQ(country.integer_or("distinct", -1), 2);
    EXPECT_EQ(
        country.find("top")->dump(),
        R"([{"value":"France","count":2},{"value":"Österreich","count":1}])"
    );
    const json::Value& price = second.find("columns")->items()[2];
    EXPECT_EQ(price.text_or("min", ""), "-2.2500");
    EXPECT_EQ(price.find("mean")->text(), "24.8125");
    EXPECT_EQ(price.find("histogram")->items().size(), 10u);
    EXPECT_EQ(price.find("histogram")->items()[0].integer_or("count", 0), 3);
    EXPECT_EQ(look(0).find("columns")->items().size(), 6u);
    EXPECT_EQ(look(3).integer_or("row_count", 0), 2);
    EXPECT_EQ(look(SIZE_MAX).integer_or("step", 0), 3);
    EXPECT_THAT(look(4).text(), HasSubstr("there is no step 4"));
}

// No name of a column meets one of the preview's own, and very many columns are looked at in
// bounded memory.
TEST_F(RecipeTest, PreviewsAnyColumns) {
    std::string columns;
    for (const char* name : {"v", "n", "x", "b", "f0", "f1", "low", "high", "binned", "r"})
        columns += std::string(columns.empty() ? "" : ", ") + name + ": id";
    for (int i = 0; i < 300; ++i)
        columns += ", c" + std::to_string(i) + ": id + " + std::to_string(i);
    const auto recipe = parsed("  - add: {columns: {" + columns + "}}\n");
    ASSERT_TRUE(recipe.ok());
    const auto outcome = preview(recipe.value(), *engine_, *work_, {});
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
    const auto& found = outcome.value().find("columns")->items();
    ASSERT_EQ(found.size(), 316u);
    for (const json::Value& column : found) {
        if (column.text_or("name", "") != "c299") continue;
        EXPECT_EQ(column.text_or("min", ""), "300");
        EXPECT_EQ(column.find("top")->items().size(), 4u);
    }
}

// Where the input is large, only its first rows are looked at, and that is said.
TEST_F(RecipeTest, PreviewsPartOfTheInput) {
    const auto recipe = parsed("  - dedupe\n");
    PreviewOptions options;
    options.input_rows_max = 3;
    const auto outcome = preview(recipe.value(), *engine_, *work_, options);
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
    EXPECT_EQ(outcome.value().integer_or("row_count", 0), 3);
    EXPECT_TRUE(outcome.value().boolean_or("input_limited", false));
}

}  // namespace

}  // namespace tradewind::recipe

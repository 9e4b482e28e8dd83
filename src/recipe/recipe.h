// No-code preparation: a recipe is YAML, a list of steps from a table that there is to the table
// that is wanted. Every step becomes one readable CTE of one SELECT; the same recipe can be had as
// a PySpark script, and looked at after any of its steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/yaml.h"
#include "catalog/catalog.h"
#include "engine/engine.h"

namespace tradewind::recipe {

// One step as it stands in the file.
struct Step {
    std::string kind;     // "filter", "fill", …
    yaml::Node settings;  // its parameters
    std::string note;     // the author's words; may be empty
    SourceLocation where;
};

struct Recipe {
    std::string name;
    std::string description;
    catalog::TableName input;
    // Other tables that steps may name (join, union): what the recipe calls them, and what they
    // are. A step may also name a table by schema.table.
    std::map<std::string, catalog::TableName> inputs;
    std::vector<Step> steps;
    std::map<catalog::TableName, SourceLocation> places;  // where each table is named first
};

// InvalidArgument with file, line and column: not YAML, an unknown key or step, a table name that
// is none. What needs the data (columns and their types) is found by compile().
Result<Recipe> parse_recipe(std::string_view text, const std::string& file);
Result<Recipe> parse_recipe(const yaml::Node& document);

// Every table that the recipe reads, once each, its input first.
Result<std::vector<catalog::TableName>> tables_of(const Recipe& recipe);

// What a compile asks about the data; tests have their own. One thread.
class Tables {
public:
    virtual ~Tables() = default;
    // Result columns of a SELECT over the tables of the recipe, planned and not run.
    virtual Result<std::vector<engine::ResultColumn>> columns(const std::string& sql) = 0;
    // Rows of one: categories of a column, values to pivot by.
    virtual Result<engine::TextRows> rows(const std::string& sql, std::int64_t rows_max) = 0;
    // May a user's text stand as one expression?
    virtual Result<void> check_expression(const std::string& expression) = 0;
};

// Over a Work to which all of tables_of() were added. All three live longer than what is made.
class WorkTables final : public Tables {
public:
    WorkTables(engine::Engine& engine, engine::Work& work) : engine_(engine), work_(work) {}
    Result<std::vector<engine::ResultColumn>> columns(const std::string& sql) override {
        return work_.columns(sql);
    }
    Result<engine::TextRows> rows(const std::string& sql, std::int64_t rows_max) override {
        return work_.rows(sql, rows_max);
    }
    Result<void> check_expression(const std::string& expression) override {
        return engine_.check_expression(expression);
    }

private:
    engine::Engine& engine_;
    engine::Work& work_;
};

// Brings the recipe's tables, and views with what they read, into a Work as the catalog has them
// now. NotFound says where the recipe names the table.
Result<void> add_tables(
    engine::Engine& engine, catalog::Catalog& catalog, engine::Work& work, const Recipe& recipe
);

struct CompiledStep {
    std::string name;  // of its CTE: "s1_filter"
    std::string note;
    std::string sql;                       // its SELECT
    std::string sql_spark;                 // the same for Spark
    std::vector<catalog::Column> columns;  // after it
};

struct Compiled {
    std::string sql;  // one SELECT: plain SQL, nothing else is needed to run it
    std::vector<CompiledStep> steps;
    std::vector<catalog::Column> input_columns;
    std::vector<catalog::Column> columns;    // of the result
    std::vector<catalog::TableName> tables;  // read
    // The rows' order as the last `sort` left it: `"a" DESC NULLS LAST, …`; empty: none.
    std::string order_by;
};

struct CompileOptions {
    std::size_t steps = SIZE_MAX;  // only so many of them
    // Rows that are read of the recipe's input; 0: all. For a look at large data.
    std::int64_t input_rows_max = 0;
};

// InvalidArgument names step, line, column and reason, with a hint where there is one.
Result<Compiled> compile(const Recipe& recipe, Tables& tables, const CompileOptions& options = {});

// What a compiled recipe failed with on its data, told with the step and its place, the column and
// what the engine says of the value. The steps are run again, one after the other; a failure of
// another kind, or one that does not come again, stays as it is.
Error explain(
    const Recipe& recipe, Tables& tables, Error failure, const CompileOptions& options = {}
);

// A PySpark script that does the same, one view a step.
std::string to_pyspark(const Recipe& recipe, const Compiled& compiled);

struct PreviewOptions {
    std::size_t step = SIZE_MAX;  // after this one, from 1; 0: the input itself; SIZE_MAX: the last
    std::int64_t rows = 20;
    std::int64_t input_rows_max = 1'000'000;
};

// {recipe, step, steps, sql, row_count, input_limited, columns: [{name, type, nulls, distinct, min,
// max, mean, top: [{value, count}], histogram: [{from, to, count}]}], rows: [[…], …]}. Rows come in
// the recipe's order.
Result<json::Value> preview(
    const Recipe& recipe, engine::Engine& engine, engine::Work& work, const PreviewOptions& options
);

// Every step there is, with its parameters: what a form is drawn from.
// {steps: [{name, group, summary, example, parameters: [{name, takes, accepts, required, default,
// choices, min, max, description}]}]}
json::Value describe_steps();

}  // namespace tradewind::recipe

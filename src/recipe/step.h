// A kind of step: its parameters (which forms, checks and the document are made from) and how it
// becomes SQL. A new kind is one entry in one of the lists below.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recipe/arguments.h"
#include "recipe/sql_text.h"

namespace tradewind::recipe {

// What a parameter is in YAML.
enum class Takes {
    Column,      // the name of a column there is
    Columns,     // one such name, or a sequence of them
    NewColumn,   // the name of a column to be made
    NewColumns,  // a sequence of such names
    Text,
    Texts,  // a sequence of texts, or one
    Integer,
    Number,
    Numbers,
    Boolean,
    Choice,      // one of `choices`
    Expression,  // SQL over the columns
    Value,       // text, number or boolean
    Type,        // STRING, DECIMAL(12,2), …
    Order,       // columns to sort by: [a, {b: desc}]
    Table,       // one of the recipe's inputs, or schema.table
    Tables,
    ColumnToText,     // {column: text}
    ColumnToType,     // {column: type}
    NewToExpression,  // {new column: SQL}
    NewToAggregate,   // {new column: {sum: column}}
    NewToPath,        // {new column: path} or {new column: {path: …, type: …}}
    ColumnPairs,      // [column] or {column here: column there}
    Mapping,          // {value: new value}
};
const char* to_string(Takes takes);

// Which columns a Column, Columns or Order parameter accepts.
enum class Accepts { Any, Number, Text, Time, Sortable };
const char* to_string(Accepts accepts);

struct Parameter {
    std::string name;
    Takes takes = Takes::Text;
    std::string description;
    bool required = false;
    std::string fallback = {};  // as YAML writes it; empty: none
    Accepts accepts = Accepts::Any;
    std::vector<std::string> choices = {};
    std::int64_t min = std::numeric_limits<std::int64_t>::min();  // Integer
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// What one step needs to know and ask while it becomes SQL.
class StepContext {
public:
    virtual ~StepContext() = default;
    virtual const Arguments& arguments() const = 0;
    virtual const std::vector<Column>& columns() const = 0;
    // What to select from: the CTE before, or the table itself.
    virtual const std::string& from() const = 0;
    // How the rows are sorted so far; empty: not at all.
    virtual const std::vector<OrderItem>& order() const = 0;
    // A table that the recipe may read: how SQL names it, and its columns.
    virtual Result<std::pair<std::string, std::vector<Column>>> table(const yaml::Node& name) = 0;
    // A user's expression, checked and in brackets.
    virtual Result<std::string> expression(const yaml::Node& text) = 0;
    // The different values of a column as text, in byte order, without null: computed now and so
    // fixed in the SQL. InvalidArgument when there are more than `max`.
    virtual Result<std::vector<std::string>> values_of(const Column& column, std::int64_t max) = 0;
    virtual Result<bool> zone_exists(const std::string& zone) = 0;
    // An engine's own way to say something (macros.h).
    virtual std::string macro(std::string_view name, const std::vector<std::string>& arguments)
        const = 0;
    // "step 3 (fill)".
    virtual const std::string& subject() const = 0;
    // InvalidArgument at the step, or at a place of it.
    virtual Error error(std::string message, const yaml::Node* at = nullptr) const = 0;

    // The column of that name, in any case of letters; nullptr: there is none.
    const Column* find(std::string_view name) const;
    // A name for a new column that no column has yet.
    Result<void> check_new(const std::string& name) const;
};

struct StepSql {
    std::string body;  // a SELECT
    // The order of a sort before holds on, as far as its columns are still there.
    bool keeps_order = true;
    // The order that holds from here, where the step gives one.
    std::vector<OrderItem> order = {};
    // Old name, new name.
    std::vector<std::pair<std::string, std::string>> renamed = {};
};

struct StepKind {
    std::string name;
    std::string group;  // rows, columns, missing, text, time, number, category, shape, combine,
                        // json, privacy
    std::string summary;
    std::vector<Parameter> parameters;
    std::string example;  // YAML of the step's parameters
    Result<StepSql> (*write)(StepContext& context);
};

std::vector<StepKind> row_steps();
std::vector<StepKind> column_steps();
std::vector<StepKind> missing_steps();
std::vector<StepKind> text_steps();
std::vector<StepKind> split_steps();
std::vector<StepKind> time_steps();
std::vector<StepKind> number_steps();
std::vector<StepKind> scale_steps();
std::vector<StepKind> category_steps();
std::vector<StepKind> group_steps();
std::vector<StepKind> shape_steps();
std::vector<StepKind> combine_steps();
std::vector<StepKind> json_steps();
std::vector<StepKind> privacy_steps();

// All of them, in the order of the document.
const std::vector<StepKind>& step_kinds();
const StepKind* find_step(std::string_view name);

}  // namespace tradewind::recipe

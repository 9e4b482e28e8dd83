// Steps to SQL: one CTE each, planned one after the other so that every step knows the columns and
// types before it.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "recipe/expression_text.h"
#include "recipe/growth.h"
#include "recipe/macros.h"
#include "recipe/recipe.h"
#include "recipe/step.h"
#include "recipe/step_parts.h"

namespace tradewind::recipe {

namespace {

std::string plain_table(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

// Spark's script reads its inputs as views of one name.
std::string spark_table(const catalog::TableName& name) {
    return quote_name(name.schema + "__" + name.table);
}

std::vector<Column> to_columns(const std::vector<engine::ResultColumn>& planned) {
    std::vector<Column> columns;
    for (const engine::ResultColumn& column : planned)
        columns.push_back({column.name, column.type, {}});
    return columns;
}

// What stays the same while one step is written, once for each engine.
struct StepState {
    const Recipe& recipe;
    Tables& tables;
    const std::vector<Column>& columns;
    const std::vector<OrderItem>& order;
    std::string subject;
    std::string before;  // the CTEs so far, with a comma behind each
    std::map<std::string, std::vector<std::string>> values = {};  // of columns, as read
};

class Context final : public StepContext {
public:
    Context(StepState& state, const Arguments& arguments, std::string from, Dialect dialect)
        : state_(state), arguments_(arguments), from_(std::move(from)), dialect_(dialect) {}

    const Arguments& arguments() const override { return arguments_; }
    const std::vector<Column>& columns() const override { return state_.columns; }
    const std::string& from() const override { return from_; }
    const std::vector<OrderItem>& order() const override { return state_.order; }
    const std::string& subject() const override { return state_.subject; }

    Result<std::pair<std::string, std::vector<Column>>> table(const yaml::Node& name) override;
    Result<std::string> expression(const yaml::Node& text) override;
    Result<std::vector<std::string>> values_of(const Column& column, std::int64_t max) override;
    Result<bool> zone_exists(const std::string& zone) override;

    std::string macro(std::string_view name, const std::vector<std::string>& arguments)
        const override {
        return expand_macro(name, arguments, dialect_);
    }
    Error error(std::string message, const yaml::Node* at = nullptr) const override {
        Error error(ErrorCode::InvalidArgument, state_.subject + ": " + message);
        const SourceLocation where = at != nullptr ? at->where() : arguments_.where();
        return std::move(error).at(where);
    }

private:
    StepState& state_;
    const Arguments& arguments_;
    std::string from_;
    Dialect dialect_;
};

Result<std::pair<std::string, std::vector<Column>>> Context::table(const yaml::Node& name) {
    const auto alias = state_.recipe.inputs.find(name.scalar());
    const catalog::TableName table = alias != state_.recipe.inputs.end()
                                         ? alias->second
                                         : TRY(catalog::parse_table_name(name.scalar()));
    auto planned = state_.tables.columns("SELECT * FROM " + plain_table(table));
    if (!planned.ok()) {
        return error(
            "table " + table.text() + " cannot be read: " + planned.error().message(), &name
        );
    }
    const std::string text = dialect_ == Dialect::Plain ? plain_table(table) : spark_table(table);
    return std::pair(text, to_columns(*planned));
}

Result<std::string> Context::expression(const yaml::Node& text) {
    TRY(check_expression_text(text, state_.subject));
    const std::string expression(trim(text.scalar()));
    const auto checked = state_.tables.check_expression(expression);
    if (checked.ok()) return "(" + expression + ")";
    return std::move(error(checked.error().message(), &text))
        .with_detail(checked.error().detail())
        .with_hint(checked.error().hint());
}

Result<std::vector<std::string>> Context::values_of(const Column& column, std::int64_t max) {
    const auto known = state_.values.find(column.name);
    if (known != state_.values.end()) return known->second;
    const std::string with =
        state_.before.empty() ? ""
                              : "WITH " + state_.before.substr(0, state_.before.size() - 2) + "\n";
    const std::string value = "CAST(" + quote_name(column.name) + " AS STRING)";
    const auto rows = TRY(state_.tables.rows(
        with + "SELECT DISTINCT " + value + " AS category FROM " + from_ + " WHERE " + value +
            " IS NOT NULL ORDER BY category LIMIT " + std::to_string(max + 1),
        max + 1
    ));
    if (static_cast<std::int64_t>(rows.rows.size()) > max) {
        return std::move(error(
                             "column '" + column.name + "' has more than " + std::to_string(max) +
                             " different values"
                         ))
            .with_hint("List those that matter in values, or use map_values or bin before.");
    }
    std::vector<std::string> values;
    for (const auto& row : rows.rows) values.push_back(row[0].value_or(""));
    state_.values[column.name] = values;
    return values;
}

Result<bool> Context::zone_exists(const std::string& zone) {
    const auto rows = state_.tables.rows(
        "SELECT timezone(" + quote_literal(zone) + ", TIMESTAMP '2024-01-01 00:00:00') AS t", 1
    );
    return rows.ok();
}

class Compiler {
public:
    Compiler(const Recipe& recipe, Tables& tables, const CompileOptions& options)
        : recipe_(recipe), tables_(tables), options_(options) {}

    Result<Compiled> run();

private:
    Result<void> open_input();
    Result<void> add_step(std::size_t index);
    Error told(Error error, std::size_t index, const std::string& subject) const;
    Result<void> write(const Step& step, StepState& state, CompiledStep& out);
    Result<std::vector<Column>> plan(const Step& step, const std::string& subject);
    void follow_order(const StepSql& sql);
    bool grows(const std::string& body);
    std::string with() const {
        return ctes_.empty() ? "" : "WITH " + ctes_.substr(0, ctes_.size() - 2) + "\n";
    }

    const Recipe& recipe_;
    Tables& tables_;
    const CompileOptions& options_;
    std::string ctes_;  // "s1_filter AS (…),\n"
    std::string from_;  // of the next step
    std::string from_spark_;
    std::vector<Column> columns_;
    std::vector<OrderItem> order_;
    ColumnWeights weights_;
    StepSql written_;
    Compiled compiled_;
};

Result<void> Compiler::open_input() {
    from_ = plain_table(recipe_.input);
    from_spark_ = spark_table(recipe_.input);
    auto planned = tables_.columns("SELECT *\nFROM " + from_);
    if (!planned.ok())
        return std::move(planned).error().in("table " + recipe_.input.text() + " cannot be read");
    columns_ = to_columns(*planned);
    compiled_.input_columns = columns_;
    if (options_.input_rows_max > 0)
        from_ =
            "(SELECT * FROM " + from_ + " LIMIT " + std::to_string(options_.input_rows_max) + ")";
    return {};
}

Result<void> Compiler::write(const Step& step, StepState& state, CompiledStep& out) {
    const StepKind* kind = find_step(step.kind);
    CHECK(kind != nullptr);
    TRY(check_columns(*kind, step.settings, columns_, state.subject));
    const Arguments arguments(*kind, step.settings, columns_, step.where);
    Context plain(state, arguments, from_, Dialect::Plain);
    written_ = TRY(kind->write(plain));
    out.sql = written_.body;
    Context spark(state, arguments, from_spark_, Dialect::Spark);
    out.sql_spark = with_spark_quotes(TRY(kind->write(spark)).body);
    return {};
}

// The nearest column to a name that the engine's message has in quotes.
std::string nearest_hint(const Error& error, const std::vector<Column>& columns) {
    const std::string& text = error.message();
    // "column "id" must appear in the GROUP BY clause": a step's expressions are of one row.
    if (text.find("GROUP BY") != std::string::npos)
        return "Use the step group for sums and counts, or a window, as in sum(x) OVER ().";
    const std::size_t begin = text.find('"');
    const std::size_t end = begin == std::string::npos ? begin : text.find('"', begin + 1);
    if (end == std::string::npos || !error.hint().empty()) return error.hint();
    std::vector<std::string_view> known;
    for (const Column& column : columns) known.push_back(column.name);
    const auto near = nearest(text.substr(begin + 1, end - begin - 1), known);
    return near ? "Did you mean '" + *near + "'?" : "";
}

// Columns after a step, and what the engine says of it.
Result<std::vector<Column>> Compiler::plan(const Step& step, const std::string& subject) {
    auto planned = tables_.columns(with() + "SELECT *\nFROM " + from_);
    if (!planned.ok()) {
        const Error& error = planned.error();
        if (error.code() != ErrorCode::InvalidArgument) return error;
        return Error(ErrorCode::InvalidArgument, subject + ": " + error.message())
            .at(step.where)
            .with_hint(nearest_hint(error, columns_));
    }
    std::vector<Column> columns = to_columns(*planned);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (!equal_ignore_case(columns[i].name, columns[j].name)) continue;
            return Error(
                       ErrorCode::InvalidArgument,
                       subject + ": there would be two columns '" + columns[i].name + "'"
            )
                .at(step.where);
        }
    }
    return columns;
}

void Compiler::follow_order(const StepSql& sql) {
    if (!sql.order.empty()) {
        order_ = sql.order;
    } else if (!sql.keeps_order) {
        order_.clear();
    }
    std::vector<OrderItem> kept;
    for (OrderItem item : order_) {
        for (const auto& [from, to] : sql.renamed) {
            if (item.column.name != from) continue;
            item.column.name = to;
            break;
        }
        const Column* column = find_column(columns_, item.column.name);
        if (column == nullptr || !is_sortable_type(column->type)) break;
        kept.push_back({*column, item.descending});
    }
    order_ = std::move(kept);
}

// A note as a comment: one line, and nothing that the gate takes for a word of SQL.
std::string comment(const std::string& note) {
    std::string line;
    for (const char c : note) line += c >= 0 && c < 0x20 ? ' ' : c;
    if (trim(line).empty() || to_lower_ascii(line).find("materialized") != std::string::npos)
        return {};
    return "-- " + std::string(trim(line)) + "\n";
}

// Does a column become so large an expression that the rows must be computed here?
bool Compiler::grows(const std::string& body) {
    for (const Column& column : columns_) weights_.try_emplace(to_lower_ascii(column.name), 1);
    weights_ = weights_after(body, weights_);
    const bool heavy = std::any_of(weights_.begin(), weights_.end(), [](const auto& column) {
        return column.second > column_weight_max;
    });
    if (heavy) weights_.clear();
    return heavy;
}

// A step that looks at the data meets what the steps before it make of them.
Error Compiler::told(Error error, std::size_t index, const std::string& subject) const {
    if (error.code() != ErrorCode::InvalidArgument) return error;
    CompileOptions before = options_;
    before.steps = index;
    if (!error.where()) error = explain(recipe_, tables_, std::move(error), before);
    if (error.message().starts_with("step ")) return error;
    Error placed(error.code(), subject + ": " + error.message());
    return std::move(std::move(placed).with_detail(error.detail()))
        .with_hint(error.hint())
        .at(error.where().value_or(recipe_.steps[index].where));
}

Result<void> Compiler::add_step(std::size_t index) {
    const Step& step = recipe_.steps[index];
    const std::string number = std::to_string(index + 1);
    const std::string subject = "step " + number + " (" + step.kind + ")";
    StepState state{recipe_, tables_, columns_, order_, subject, ctes_};
    CompiledStep out;
    out.name = "s" + number + "_" + step.kind;
    out.note = step.note;
    auto done = write(step, state, out);
    if (!done.ok()) return told(std::move(done).error(), index, subject);
    const bool heavy = grows(out.sql);
    ctes_ += comment(step.note) + out.name + (heavy ? " AS MATERIALIZED (\n" : " AS (\n") +
             indent(out.sql, 4) + "\n),\n";
    from_ = from_spark_ = out.name;
    columns_ = TRY(plan(step, subject));
    follow_order(written_);
    out.columns = columns_;
    compiled_.steps.push_back(std::move(out));
    return {};
}

Result<Compiled> Compiler::run() {
    compiled_.tables = TRY(tables_of(recipe_));
    TRY(open_input());
    const std::size_t count = std::min(options_.steps, recipe_.steps.size());
    for (std::size_t i = 0; i < count; ++i) TRY(add_step(i));
    compiled_.columns = columns_;
    compiled_.order_by = order_text(order_);
    compiled_.sql = with() + "SELECT *\nFROM " + from_;
    if (!compiled_.order_by.empty()) compiled_.sql += "\nORDER BY " + compiled_.order_by;
    compiled_.sql += "\n";
    return std::move(compiled_);
}

}  // namespace

Result<Compiled> compile(const Recipe& recipe, Tables& tables, const CompileOptions& options) {
    return Compiler(recipe, tables, options).run();
}

}  // namespace tradewind::recipe

// What can be said of checks without running them: they are planned over empty tables that have the
// columns of the real ones.
#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "quality/kinds.h"
#include "quality/run.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

class Validator {
public:
    Validator(engine::Engine& engine, const TableChecks& checks, const FindColumns& find_columns)
        : engine_(engine), checks_(checks), find_columns_(find_columns) {}

    std::vector<Error> run();

private:
    Result<void> open();
    // Makes the empty table; once each.
    Result<void> add_shape(const catalog::TableName& name);
    Result<void> check_one(const Check& check);
    Result<void> know_fields(const Check& check);
    // Values that the check names can be compared with those of its columns.
    Result<void> fit(const Check& check);
    Result<void> plan(const std::string& select);

    engine::Engine& engine_;
    const TableChecks& checks_;
    const FindColumns& find_columns_;
    std::unique_ptr<engine::Work> work_;
    Subject subject_;
    std::set<catalog::TableName> shapes_;
};

Result<void> Validator::add_shape(const catalog::TableName& name) {
    if (shapes_.count(name) > 0) return {};
    const auto columns = TRY(find_columns_(name));
    std::string list;
    for (const catalog::Column& column : columns) {
        list += (list.empty() ? "" : ", ") + std::string("CAST(NULL AS ") + column.type + ") AS " +
                quote_name(column.name);
    }
    if (list.empty()) list = "NULL AS _none";
    TRY(work_->add_result(name, "SELECT " + list + " WHERE false"));
    shapes_.insert(name);
    return {};
}

Result<void> Validator::open() {
    work_ = TRY(engine_.open_work({}));
    work_->prefer_schema(checks_.table.schema);
    subject_.rows = checks_.table;
    subject_.columns = TRY(find_columns_(checks_.table));
    return add_shape(checks_.table);
}

Result<void> Validator::know_fields(const Check& check) {
    const auto columns = TRY(find_columns_(*check.to));
    for (const std::string& field : check.fields) {
        std::vector<std::string_view> known;
        bool found = false;
        for (const catalog::Column& column : columns) {
            known.push_back(column.name);
            found = found || equal_ignore_case(column.name, field);
        }
        if (found) continue;
        const auto near = nearest(field, known);
        return Error(
                   ErrorCode::InvalidArgument, check.to->text() + " has no column '" + field + "'"
        )
            .with_hint(near ? "Did you mean " + *near + "?" : "");
    }
    return {};
}

// The engine would tell only when it runs: 'abc' as the least of whole numbers.
Result<void> Validator::fit(const Check& check) {
    std::vector<Literal> values = check.values;
    if (check.bound) values.push_back(*check.bound);
    std::string list;
    for (const Literal& value : values)
        list += (list.empty() ? "(" : ", (") + quote_literal(value.text) + ")";
    if (list.empty()) return {};
    for (const catalog::Column& column : subject_.columns) {
        const bool named = std::ranges::any_of(check.columns, [&](const std::string& name) {
            return equal_ignore_case(name, column.name);
        });
        if (!named || is_text_type(column.type) || is_nested_type(column.type)) continue;
        const auto odd = TRY(work_->rows(
            "SELECT v FROM (VALUES " + list + ") t(v) WHERE TRY_CAST(v AS " +
                (is_number_type(column.type) ? "DOUBLE" : column.type) + ") IS NULL LIMIT 1",
            1
        ));
        if (odd.rows.empty()) continue;
        return Error(
                   ErrorCode::InvalidArgument,
                   "'" + odd.rows.front().front().value_or("") + "' is no " + column.type +
                       ", which " + column.name + " is"
        )
            .with_hint("Write a value of that type, or name another column.");
    }
    return {};
}

Result<void> Validator::plan(const std::string& select) {
    TRY(work_->columns(select));
    return {};
}

Result<void> Validator::check_one(const Check& check) {
    const Plan compiled = TRY(compile(check, subject_));
    TRY(gate_texts(engine_, check));
    TRY(fit(check));
    if (check.to) {
        TRY(add_shape(*check.to));
        TRY(know_fields(check));
    }
    if (check.kind == Kind::Sql) {
        for (const engine::TableUse& use : TRY(engine_.tables_of(check.sql))) {
            const bool bare = use.name.schema.empty();
            TRY(add_shape(
                bare ? catalog::TableName{subject_.rows.schema, use.name.table} : use.name
            ));
        }
        TRY(work_->add_view(view_name(check), check.sql));
    }
    if (!compiled.aggregates.empty()) {
        TRY(plan(
            "SELECT " + join(compiled.aggregates, ", ") + " FROM " + quote_table(subject_.rows)
        ));
    }
    return compiled.statement.empty() ? Result<void>() : plan(compiled.statement);
}

std::vector<Error> Validator::run() {
    std::vector<Error> faults;
    auto opened = open();
    if (!opened.ok()) {
        faults.push_back(std::move(opened).error().at(checks_.at));
        return faults;
    }
    for (const Check& check : checks_.checks) {
        auto fine = check_one(check);
        if (!fine.ok()) faults.push_back(std::move(fine).error().in(check.name).at(check.at));
    }
    return faults;
}

}  // namespace

std::vector<Error> validate(
    engine::Engine& engine, const TableChecks& checks, const FindColumns& find_columns
) {
    TableChecks resolved = checks;
    resolve(resolved);
    return Validator(engine, resolved, find_columns).run();
}

}  // namespace tradewind::quality

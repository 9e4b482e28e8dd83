// What can be said of a dashboard without rows: its statements are planned, unfiltered and with
// every filter set, over tables that may be empty.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "dashboard/compose.h"
#include "dashboard/inputs.h"
#include "dashboard/words.h"

namespace tradewind::dashboard {

namespace {

using Columns = std::vector<engine::ResultColumn>;

// Of a composed statement, its place in the file.
Error placed(Error error, const Statement& statement, int lines_before) {
    const Error found = engine::placed_in(std::move(error), statement.at.file);
    const int line = found.where() ? found.where()->line : 0;
    SourceLocation at = statement.at;
    // The statement's first line is that of its place; a fault in what stands before is in none.
    if (line > lines_before) at.line += line - lines_before - 1;
    return Error(found.code(), found.message())
        .with_detail(found.detail())
        .with_hint(found.hint())
        .at({at.file, at.line, 0});
}

std::string sample_of(std::string_view type) {
    if (type == "STRING") return "''";
    return type == "DATE" ? "DATE '2000-01-01'" : "0";
}

class Validator {
public:
    Validator(engine::Engine& engine, const Definition& definition)
        : engine_(engine), definition_(definition) {}

    std::vector<Error> run() {
        for (const Filter& filter : definition_.filters) {
            note(check_filter(filter));
            for (const FilterColumn& column : filter.columns) note(check_filtered(filter, column));
        }
        for (const Page& page : definition_.pages) {
            for (const Tile& tile : page.tiles) note(check_named(tile));
        }
        return std::move(faults_);
    }

private:
    void note(Result<void> checked) {
        if (!checked.ok()) faults_.push_back(std::move(checked).error());
    }

    Result<Columns> plan(const Statement& statement, const std::vector<SetFilter>& set) {
        int lines_before = 0;
        auto planned = [&]() -> Result<Columns> {
            const TablesNamed named = TRY(tables_named(engine_, statement.sql));
            const Composition whole = compose(definition_, statement.sql, named.bare, set);
            lines_before = whole.lines_before;
            return engine_.explain_columns(whole.sql);
        }();
        if (planned.ok()) return planned;
        return placed(std::move(planned).error(), statement, lines_before);
    }

    Result<void> check_filter(const Filter& filter) {
        auto columns = plan(filter.sql, {});
        if (!columns.ok()) return std::move(columns).error().in("filter " + filter.name);
        if (filter.kind == FilterKind::DateRange) return check_range(filter, *columns);
        const auto value = std::ranges::find(*columns, "value", &engine::ResultColumn::name);
        const auto refuse = [&](std::string what, std::string hint) {
            return Error(ErrorCode::InvalidArgument, "filter " + filter.name + ": " + what)
                .with_hint(std::move(hint))
                .at(filter.sql.at);
        };
        if (value == columns->end())
            return refuse("its SQL gives no column value", "SELECT DISTINCT … AS value.");
        if (!can_be_chosen(value->type)) {
            return refuse(
                "values of type " + value->type + " cannot be chosen",
                "Cast them to STRING, a number or DATE."
            );
        }
        SetFilter set;
        set.filter = &filter;
        set.literals = {sample_of(value->type)};
        value_types_[&filter] = value->type;
        for (const std::string& chosen : filter.default_values) {
            const auto literal = literal_of(value->type, chosen);
            if (!literal.ok()) return refuse("default: " + literal.error().message(), "");
        }
        set_.push_back(std::move(set));
        return {};
    }

    Result<void> check_range(const Filter& filter, const Columns& columns) {
        const auto day = [](const engine::ResultColumn& column) {
            return column.type == "DATE" || column.type.starts_with("TIMESTAMP");
        };
        if (columns.size() < 2 || !day(columns[0]) || !day(columns[1])) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "filter " + filter.name +
                           ": its SQL does not give the first and the last day"
            )
                .with_hint("For example SELECT min(period), max(period) FROM daily_sales.")
                .at(filter.sql.at);
        }
        SetFilter set;
        set.filter = &filter;
        set.range = {"2000-01-01", "2000-01-31"};
        value_types_[&filter] = "days";
        set_.push_back(std::move(set));
        return {};
    }

    // The filtered column is there, and can be compared with what is chosen.
    Result<void> check_filtered(const Filter& filter, const FilterColumn& column) {
        const auto refuse = [&](const Error& error) {
            return Error(
                       ErrorCode::InvalidArgument, "filter " + filter.name + ": " + error.message()
            )
                .with_hint(error.hint())
                .at(column.at);
        };
        const std::string table = definition_.package + "." + column.table;
        auto columns = engine_.explain_columns("SELECT * FROM " + table);
        if (!columns.ok()) return refuse(columns.error());
        std::vector<std::string_view> known;
        for (const engine::ResultColumn& one : *columns) known.push_back(one.name);
        const auto at = std::ranges::find(known, column.column);
        if (at == known.end()) {
            return refuse(
                unknown(ErrorCode::InvalidArgument, "column of " + table, column.column, known)
            );
        }
        const std::string& type = (*columns)[static_cast<std::size_t>(at - known.begin())].type;
        const auto value_type = value_types_.find(&filter);
        if (value_type == value_types_.end()) return {};
        if (column.of_table.empty() && !can_be_filtered(filter, value_type->second, type)) {
            return refuse(Error(
                ErrorCode::InvalidArgument,
                table + "." + column.column + " is " + type + ", and what is chosen " +
                    value_type->second
            ));
        }
        const auto set = std::ranges::find(set_, &filter, &SetFilter::filter);
        if (set == set_.end()) return {};
        std::vector<SetFilter> alone{*set};
        const std::string sql = "SELECT 1 FROM " + column.table;
        const auto planned =
            engine_.explain_columns(compose(definition_, sql, {column.table}, alone).sql);
        return planned.ok() ? Result<void>() : refuse(planned.error());
    }

    static Result<void> known_column(
        const std::string& column, const std::string& what, const Columns& columns, const Tile& tile
    ) {
        if (column.empty()) return {};
        std::vector<std::string_view> known;
        for (const engine::ResultColumn& one : columns) known.push_back(one.name);
        if (contains(known, column)) return {};
        Error error = unknown(ErrorCode::InvalidArgument, "column", column, known);
        return Error(error.code(), what + ": " + error.message())
            .with_hint(error.hint())
            .at(tile.at);
    }

    Result<void> check_named(const Tile& tile) {
        auto checked = check_tile(tile);
        if (checked.ok()) return {};
        return std::move(checked).error().in("tile " + tile.name);
    }

    Result<void> check_tile(const Tile& tile) {
        TRY(plan(tile.sql, {}));
        const Columns columns = TRY(plan(tile.sql, set_));
        TRY(known_column(tile.x, "x", columns, tile));
        for (const std::string& y : tile.y) TRY(known_column(y, "y", columns, tile));
        TRY(known_column(tile.series, "series", columns, tile));
        TRY(known_column(tile.size, "size", columns, tile));
        for (const auto& [column, format] : tile.formats)
            TRY(known_column(column, "format", columns, tile));
        for (const auto& [column, label] : tile.labels)
            TRY(known_column(column, "labels", columns, tile));
        for (const auto& [column, filter] : tile.filter_on_click)
            TRY(known_column(column, "filter_on_click", columns, tile));
        if (tile.drill) {
            TRY(known_column(tile.drill->column, "drill", columns, tile));
            for (const auto& [filter, column] : tile.drill->filters)
                TRY(known_column(column, "drill", columns, tile));
        }
        return tile.sparkline ? check_sparkline(tile, columns) : Result<void>();
    }

    Result<void> check_sparkline(const Tile& tile, const Columns& columns) {
        const Sparkline& sparkline = *tile.sparkline;
        const Columns small = TRY(plan(sparkline.sql, set_));
        TRY(known_column(sparkline.key, "sparkline", columns, tile));
        for (const std::string* column : {&sparkline.key, &sparkline.x, &sparkline.y})
            TRY(known_column(*column, "sparkline", small, tile));
        return {};
    }

    engine::Engine& engine_;
    const Definition& definition_;
    std::map<const Filter*, std::string> value_types_;
    std::vector<SetFilter> set_;  // every filter, with some value
    std::vector<Error> faults_;
};

}  // namespace

std::vector<Error> validate(engine::Engine& engine, const Definition& definition) {
    return Validator(engine, definition).run();
}

}  // namespace tradewind::dashboard

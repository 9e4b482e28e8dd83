#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "base/json.h"
#include "base/log.h"
#include "dashboard/compose.h"
#include "dashboard/dates.h"
#include "dashboard/filter_types.h"
#include "dashboard/inputs.h"
#include "dashboard/results.h"
#include "dashboard/words.h"

namespace tradewind::dashboard {

namespace {

class OpenDashboards : public Dashboards {
public:
    OpenDashboards(Declared declared, CacheOptions options, DashboardParts parts)
        : declared_(std::move(declared)),
          clock_(*parts.clock),
          inputs_(*parts.engine, *parts.catalog),
          results_(options, parts),
          types_(*parts.engine) {}

    const Declared& declared() const override { return declared_; }
    Result<const Definition*> find(const std::string& package, const std::string& name)
        const override;
    Result<FilterState> filter_state(
        const Definition& definition,
        const Filter& filter,
        const FilterSearch& search,
        const RunOptions& options
    ) override;
    Result<TileAnswer> run_tile(
        const Definition& definition,
        const Tile& tile,
        const FilterValues& values,
        const RunOptions& options
    ) override;
    Result<std::string> tile_sql(
        const Definition& definition, const Tile& tile, const FilterValues& values
    ) override;

private:
    struct Whole {
        Composition composition;
        std::vector<Input> inputs;
        bool lasting = true;
    };
    Result<Answered> run(const Whole& whole, const RunOptions& options) {
        return results_.run(
            whole.composition.sql,
            whole.lasting ? std::optional(whole.inputs) : std::nullopt,
            options
        );
    }
    // `sql`: the declared statement, or what was made of it.
    Result<Whole> put_together(
        const Definition& definition,
        const Statement& declared,
        const std::vector<SetFilter>& set,
        const std::string& sql = {}
    );
    Result<std::vector<SetFilter>> set_filters(
        const Definition& definition, const FilterValues& values, const RunOptions& options
    );
    Result<SetFilter> set_filter(
        const Definition& definition,
        const Filter& filter,
        const FilterValue& value,
        const RunOptions& options
    );
    Result<DateRange> bounds_of(
        const Definition& definition, const Filter& filter, const RunOptions& options
    );
    Result<void> compare(
        const Definition& definition,
        const Tile& tile,
        std::vector<SetFilter> set,
        const RunOptions& options,
        TileAnswer& answer
    );

    const Declared declared_;
    os::Clock& clock_;
    Inputs inputs_;
    Results results_;
    FilterTypes types_;
};

Result<const Definition*> OpenDashboards::find(const std::string& package, const std::string& name)
    const {
    std::vector<std::string> names;
    for (const Definition& definition : declared_.definitions) {
        if (definition.package == package && definition.name == name) return &definition;
        names.push_back(definition.package + "/" + definition.name);
    }
    for (const Fault& fault : declared_.faults) {
        if (fault.package == package && fault.name == name) return fault.error;
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    return unknown(ErrorCode::NotFound, "dashboard", package + "/" + name, known);
}

Result<OpenDashboards::Whole> OpenDashboards::put_together(
    const Definition& definition,
    const Statement& declared,
    const std::vector<SetFilter>& set,
    const std::string& sql
) {
    Whole whole;
    TablesNamed named = TRY(inputs_.tables_of(declared.sql));
    whole.composition = compose(definition, sql.empty() ? declared.sql : sql, named.bare, set);
    // A filter may lead through a table that the statement itself does not read.
    named.bare = whole.composition.tables;
    const Sources sources = inputs_.sources_of(definition, named);
    whole.lasting = sources.lasting && sources.found;
    whole.inputs = inputs_.versions_of(sources);
    return whole;
}

// The first and the last day, as the filter's statement has them in its first two columns.
Result<DateRange> OpenDashboards::bounds_of(
    const Definition& definition, const Filter& filter, const RunOptions& options
) {
    const Whole whole = TRY(put_together(definition, filter.sql, {}));
    const Answered answered = TRY(run(whole, {1, options.timeout_us, options.cancelled}));
    const json::Value rows = TRY(json::parse("[" + answered.rows->json + "]"));
    DateRange bounds;
    if (rows.items().empty() || rows.items()[0].items().size() < 2) return bounds;
    const auto& cells = rows.items()[0].items();
    constexpr std::size_t day_length = 10;  // a time begins with its day
    bounds.from = cells[0].text().substr(0, day_length);
    bounds.to = cells[1].text().substr(0, day_length);
    return bounds;
}

Result<SetFilter> OpenDashboards::set_filter(
    const Definition& definition,
    const Filter& filter,
    const FilterValue& value,
    const RunOptions& options
) {
    SetFilter set;
    set.filter = &filter;
    set.range = value.range;
    if (!value.preset.empty()) {
        const DateRange bounds = TRY(bounds_of(definition, filter, options));
        set.range = resolve_preset(value.preset, bounds).value_or(DateRange());
    }
    if (value.values.empty()) return set;
    const std::string type = TRY(types_.value_type(definition, filter));
    for (const auto& one : value.values) {
        if (!one) {
            set.or_null = true;
            continue;
        }
        auto literal = literal_of(type, *one);
        if (!literal.ok()) return std::move(literal).error().in("filter " + filter.name);
        set.literals.push_back(*literal);
    }
    return set;
}

Result<std::vector<SetFilter>> OpenDashboards::set_filters(
    const Definition& definition, const FilterValues& values, const RunOptions& options
) {
    std::vector<SetFilter> all;
    for (const Filter& filter : definition.filters) {
        const auto value = values.find(filter.name);
        if (value == values.end()) continue;
        SetFilter set = TRY(set_filter(definition, filter, value->second, options));
        if (set.range != DateRange() || !set.literals.empty() || set.or_null)
            all.push_back(std::move(set));
    }
    return all;
}

// The period that the tile is filtered by is moved, all else stays. Without one there is none
// before.
Result<void> OpenDashboards::compare(
    const Definition& definition,
    const Tile& tile,
    std::vector<SetFilter> set,
    const RunOptions& options,
    TileAnswer& answer
) {
    if (tile.compare.empty()) return {};
    const auto period = std::ranges::find_if(set, [&](const SetFilter& one) {
        const auto& applied = answer.applied;
        return one.filter->kind == FilterKind::DateRange &&
               std::ranges::find(applied, one.filter->name) != applied.end();
    });
    if (period == set.end()) return {};
    DateRange range = period->range;
    if (range.from.empty() || range.to.empty()) {
        const DateRange bounds = TRY(bounds_of(definition, *period->filter, options));
        if (range.from.empty()) range.from = bounds.from;
        if (range.to.empty()) range.to = bounds.to;
        if (range.from.empty() || range.to < range.from) return {};
    }
    const bool year = tile.compare == "previous_year";
    answer.compare_range = TRY(year ? previous_year(range) : previous_period(range));
    period->range = answer.compare_range;
    const Whole whole = TRY(put_together(definition, tile.sql, set));
    const Answered before = TRY(run(whole, options));
    answer.compare_sql = whole.composition.sql;
    answer.compare = before.rows;
    return {};
}

Result<TileAnswer> OpenDashboards::run_tile(
    const Definition& definition,
    const Tile& tile,
    const FilterValues& values,
    const RunOptions& options
) {
    const std::int64_t began = clock_.monotonic_us();
    const std::vector<SetFilter> set = TRY(set_filters(definition, values, options));
    Whole whole = TRY(put_together(definition, tile.sql, set));
    TileAnswer answer;
    answer.applied = std::move(whole.composition.applied);
    answer.ignored = std::move(whole.composition.ignored);
    Answered answered = TRY(run(whole, options));
    answer.rows = std::move(answered.rows);
    answer.cached = answered.cached;
    TRY(compare(definition, tile, set, options, answer));
    if (tile.sparkline) {
        const Whole small = TRY(put_together(definition, tile.sparkline->sql, set));
        const Answered lines = TRY(run(small, options));
        answer.sparkline = lines.rows;
    }
    answer.sql = std::move(whole.composition.sql);
    answer.inputs = std::move(whole.inputs);
    answer.took_us = clock_.monotonic_us() - began;
    return answer;
}

Result<std::string> OpenDashboards::tile_sql(
    const Definition& definition, const Tile& tile, const FilterValues& values
) {
    const std::vector<SetFilter> set = TRY(set_filters(definition, values, {}));
    Whole whole = TRY(put_together(definition, tile.sql, set));
    return std::move(whole.composition.sql);
}

Result<FilterState> OpenDashboards::filter_state(
    const Definition& definition,
    const Filter& filter,
    const FilterSearch& search,
    const RunOptions& options
) {
    FilterState state;
    if (filter.kind == FilterKind::DateRange) {
        state.bounds = TRY(bounds_of(definition, filter, options));
        for (const std::string& preset : filter.presets) {
            const auto range = resolve_preset(preset, state.bounds);
            if (range || preset == "all")
                state.presets.push_back({preset, range.value_or(DateRange())});
        }
        return state;
    }
    std::string sql;
    if (!search.text.empty())
        sql = search_sql(filter.sql.sql, TRY(types_.columns(definition, filter)), search.text);
    const Whole whole = TRY(put_together(definition, filter.sql, {}, sql));
    RunOptions limited = options;
    limited.rows_max = search.rows_max;
    const Answered choices = TRY(run(whole, limited));
    state.choices = choices.rows;
    return state;
}

}  // namespace

Result<const Tile*> find_tile(
    const Definition& definition, const std::string& page, const std::string& tile
) {
    std::vector<std::string_view> pages;
    for (const Page& one : definition.pages) {
        pages.push_back(one.name);
        if (one.name != page) continue;
        std::vector<std::string_view> tiles;
        for (const Tile& candidate : one.tiles) {
            if (candidate.name == tile) return &candidate;
            tiles.push_back(candidate.name);
        }
        return unknown(ErrorCode::NotFound, "tile of page " + page, tile, tiles);
    }
    return unknown(ErrorCode::NotFound, "page of dashboard " + definition.name, page, pages);
}

Result<const Filter*> find_filter(const Definition& definition, const std::string& filter) {
    if (const Filter* found = definition.find_filter(filter)) return found;
    std::vector<std::string_view> known;
    for (const Filter& one : definition.filters) known.push_back(one.name);
    return unknown(ErrorCode::NotFound, "filter of dashboard " + definition.name, filter, known);
}

std::unique_ptr<Dashboards> open_dashboards(
    Declared declared, CacheOptions options, DashboardParts parts
) {
    return std::make_unique<OpenDashboards>(std::move(declared), options, parts);
}

}  // namespace tradewind::dashboard

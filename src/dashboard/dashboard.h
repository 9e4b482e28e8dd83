// Dashboards as code: pages of tiles, each an SQL statement over published tables, and filters that
// a reader sets. The SQL of a tile says nothing of filters. What it calls by a bare name is a table
// of its package, seen through the filters: the statement that runs begins with a CTE of that name
// for each such table, with the rows that the filters leave. A name with its schema is the table as
// it is. So a filter that is not set leaves no trace, rows without a value included, values reach
// the scan as constants, and the composed text runs wherever the tables are.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/yaml.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "os/clock.h"
#include "os/filesystem.h"
#include "package/package.h"

namespace tradewind::dashboard {

// ---------------------------------------------------------------- as declared

enum class FilterKind { DateRange, Choice };
const char* to_string(FilterKind kind);  // "date_range", "choice"

enum class TileKind {
    BigNumber,
    Line,
    Bar,
    StackedBar,
    Area,
    HeatMap,
    Map,
    Treemap,
    Scatter,
    Funnel,
    Table,
};
const char* to_string(TileKind kind);  // "big_number", …
const std::vector<std::string_view>& tile_kind_names();

// SQL as it stands in the file. `at` is the place of its first line.
struct Statement {
    std::string sql;
    SourceLocation at;
};

// Which rows of a table a filter leaves: those whose `column` is among what is chosen. With
// `of_table`: those whose `column` is one of `of_column` among the rows that it leaves there.
struct FilterColumn {
    std::string table;
    std::string column;
    std::string of_table;
    std::string of_column;
    SourceLocation at;
};

struct Filter {
    std::string name;
    std::string title;
    std::string description;
    FilterKind kind = FilterKind::Choice;
    bool multiple = true;
    bool search = false;  // too many values for a list: the reader types
    // Choice: value, and maybe label and more. DateRange: the first and the last day there is.
    Statement sql;
    std::vector<std::string> presets;         // DateRange
    std::string default_preset;               // DateRange; "all": not set
    std::vector<std::string> default_values;  // Choice; empty: not set
    std::vector<FilterColumn> columns;
    SourceLocation at;
};

// Where a click leads: to a page with filters taken from columns, or to a record of the shop.
struct Drill {
    std::string page;
    std::map<std::string, std::string> filters;  // filter → column
    std::string target;                          // "invoice", "customer", "product"; empty: a page
    std::string column;                          // of the target
    SourceLocation at;
};

// Small lines in a table: rows of another statement, told apart by a column that both have.
struct Sparkline {
    Statement sql;
    std::string key;
    std::string x;
    std::string y;
};

struct Tile {
    std::string name;
    std::string title;
    std::string description;
    TileKind kind = TileKind::Table;
    Statement sql;
    std::string x;
    std::vector<std::string> y;
    std::string series;
    std::string size;                            // Scatter
    std::map<std::string, std::string> formats;  // column → "money", …
    std::map<std::string, std::string> labels;   // column → its name for people
    std::string currency;                        // empty: the dashboard's
    std::string compare;                         // "previous_period", "previous_year"; empty: none
    std::map<std::string, std::string> filter_on_click;  // column → filter
    std::optional<Drill> drill;
    std::optional<Sparkline> sparkline;
    std::int64_t width = 6;  // of 12
    SourceLocation at;
};

struct Page {
    std::string name;
    std::string title;
    std::string description;
    std::vector<Tile> tiles;
};

struct Definition {
    std::string package;
    std::string name;
    std::string title;
    std::string description;
    std::string currency;
    std::int64_t refresh_us = 60'000'000;
    std::vector<Filter> filters;
    std::vector<Page> pages;
    std::string file;

    const Filter* find_filter(std::string_view filter) const;
};

// dashboards/<name>.yml of a package. InvalidArgument with the place: a key, kind, filter or page
// that there is not (with the nearest there is), a name twice, what a kind of tile needs.
Result<Definition> parse_dashboard(
    const std::string& package, const std::string& name, const yaml::Node& document
);
// The definition for who draws it; SQL included.
json::Value to_json(const Definition& definition);

// A file that cannot be read.
struct Fault {
    std::string package;
    std::string name;
    Error error;
};
struct Declared {
    std::vector<Definition> definitions;  // by package and name
    std::vector<Fault> faults;
};
// The folders dashboards/ of the packages.
Declared read_dashboards(os::Filesystem& files, const std::vector<package::Package>& packages);

// What can be said without rows: statements that cannot be planned, columns that the results or the
// filtered tables have not. The engine has the tables, empty or not.
std::vector<Error> validate(engine::Engine& engine, const Definition& definition);

// ---------------------------------------------------------------- what a reader chose

// Both ends included; empty: open.
struct DateRange {
    std::string from;
    std::string to;
    bool operator==(const DateRange&) const = default;
};

struct FilterValue {
    DateRange range;
    std::string preset;                              // DateRange, instead of `range`
    std::vector<std::optional<std::string>> values;  // Choice; nothing: rows without a value
};
// By filter. One that is not there is not set.
using FilterValues = std::map<std::string, FilterValue>;

// {"period": {"from", "to"} or {"preset"}, "country": ["france", null]}: what is absent has its
// default, null and [] are not set. InvalidArgument: no such filter, no such shape, no date.
Result<FilterValues> read_filter_values(const Definition& definition, const json::Value* filters);

// ---------------------------------------------------------------- running

struct RunOptions {
    std::int64_t rows_max = 10'000;
    std::int64_t timeout_us = 30'000'000;
    std::shared_ptr<const std::atomic<bool>> cancelled;
};

// The rows of a statement; shared with the cache.
struct Rows {
    std::vector<engine::ResultColumn> columns;
    std::string json;  // "[…],[…]"
    std::int64_t row_count = 0;
    bool truncated = false;
};

// A stored table that a statement reads, through views too.
struct Input {
    std::string table;
    std::int64_t version = 0;  // 0: nothing was published yet
    Timestamp committed_at;
};

struct TileAnswer {
    std::string sql;  // as it ran
    std::shared_ptr<const Rows> rows;
    // The same over the period before; null where the tile does not compare, or no period is set.
    std::shared_ptr<const Rows> compare;
    DateRange compare_range;
    std::string compare_sql;
    std::shared_ptr<const Rows> sparkline;
    std::vector<std::string> applied;  // filters that are set and leave their mark …
    std::vector<std::string> ignored;  // … and those that no table of this tile knows
    std::vector<Input> inputs;
    bool cached = false;
    std::int64_t took_us = 0;
};

struct FilterSearch {
    std::string text;  // only values or labels with it, whatever the case
    std::int64_t rows_max = 1000;
};

struct NamedRange {
    std::string preset;
    DateRange range;
};

struct FilterState {
    std::shared_ptr<const Rows> choices;  // Choice
    DateRange bounds;                     // DateRange; empty: there are no rows
    std::vector<NamedRange> presets;      // DateRange, as days
};

struct CacheOptions {
    std::size_t bytes_max = 64u << 20;
    std::size_t entry_bytes_max = 8u << 20;
    // A version is published to SQL a moment after it is committed. Until so long after the commit
    // nothing is kept: it might be what was there before.
    std::int64_t settled_us = 10'000'000;
    // Nor longer than this, whatever else is thought of.
    std::int64_t kept_us = 600'000'000;
};

struct DashboardParts {
    engine::Engine* engine = nullptr;
    catalog::Catalog* catalog = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
};

// Any thread.
class Dashboards {
public:
    virtual ~Dashboards() = default;
    virtual const Declared& declared() const = 0;
    // NotFound with the nearest name; InvalidArgument with the place: its file has a fault.
    virtual Result<const Definition*> find(const std::string& package, const std::string& name)
        const = 0;
    virtual Result<FilterState> filter_state(
        const Definition& definition,
        const Filter& filter,
        const FilterSearch& search,
        const RunOptions& options
    ) = 0;
    virtual Result<TileAnswer> run_tile(
        const Definition& definition,
        const Tile& tile,
        const FilterValues& values,
        const RunOptions& options
    ) = 0;
    // The statement that run_tile would run.
    virtual Result<std::string> tile_sql(
        const Definition& definition, const Tile& tile, const FilterValues& values
    ) = 0;
};

// NotFound with the nearest name there is.
Result<const Tile*> find_tile(
    const Definition& definition, const std::string& page, const std::string& tile
);
Result<const Filter*> find_filter(const Definition& definition, const std::string& filter);

std::unique_ptr<Dashboards> open_dashboards(
    Declared declared, CacheOptions options, DashboardParts parts
);

}  // namespace tradewind::dashboard

// What is claimed of tables, and whether it holds: checks declared in YAML, run in few passes over
// a table or over rows that are not published yet; what fails is counted, shown and kept. And
// profiles: what stands in a table, column by column.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
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
#include "lake/lake.h"
#include "os/clock.h"
#include "os/database.h"
#include "package/package.h"

namespace tradewind::quality {

// ---------------------------------------------------------------- checks as declared

enum class Kind {
    NotNull,
    Unique,
    AcceptedValues,
    Relationships,
    Min,
    Max,
    Pattern,
    RowCount,
    Type,
    Encoding,
    Freshness,
    SumEquals,
    Drift,
    Expression,
    Sql,
};
const char* to_string(Kind kind);  // "not_null", …
// All of them, in the order of the documentation.
const std::vector<Kind>& all_kinds();

// A value as it stands in YAML. A number in quotes is text.
struct Literal {
    std::string text;
    bool number = false;
};

struct Check {
    std::string name;  // one of a kind in its table
    Kind kind = Kind::NotNull;
    std::string description;
    bool blocking = true;  // when it fails, the table is not published
    std::string where;     // an SQL condition: only rows for which it is true are looked at
    std::vector<std::string> columns;

    std::vector<Literal> values;   // accepted_values
    std::optional<Literal> bound;  // min, max
    double psi_max = 0.25;         // drift: of the population stability index
    int bins = 10;                 // drift of numbers
    std::string model;             // drift: from what this model learnt from, which `to` is then
    std::string newer_by;          // drift: only rows that are newer by this column than `to` has
    bool untrained = false;        // set where it is run: `to` of a model that is not there yet
    // relationships, row_count, sum_equals, drift; an empty schema is the checked table's own.
    std::optional<catalog::TableName> to;
    std::vector<std::string> fields;         // its columns there, one for each of `columns`
    std::string to_where;                    // and only these rows of it
    std::string regex;                       // pattern: matches the whole value
    std::string type;                        // type: the column's own …
    std::string casts_to;                    // … or what its text can be read as
    std::optional<std::int64_t> rows_min;    // row_count
    std::optional<std::int64_t> rows_max;    // row_count
    std::optional<std::int64_t> max_age_us;  // freshness
    std::optional<Literal> sum;              // sum_equals: this number, instead of another table's
    Literal tolerance{"0", true};            // sum_equals, row_count
    std::string expression;                  // expression; sum_equals instead of a column
    std::string to_expression;               // sum_equals, instead of a field
    std::string sql;                         // sql
    SourceLocation at;
};

struct TableChecks {
    catalog::TableName table;
    std::string package;
    std::vector<Check> checks;
    SourceLocation at;
};

// A `checks:` node. InvalidArgument with the place: an unknown kind or key (with the nearest there
// is), a parameter that is missing or of another kind, two checks of one name.
Result<std::vector<Check>> parse_checks(const yaml::Node& checks);
// A package's checks/*.yml: `table:` (a bare name is the package's own) and `checks:`.
Result<TableChecks> parse_checks_file(const std::string& package, const yaml::Node& document);

// Puts more checks of the same table to those that there are; equal names are told apart by number.
void append_checks(TableChecks& checks, TableChecks more);

// The tables that they name besides their own. SQL that does not parse names none: validate tells.
std::set<catalog::TableName> tables_named(engine::Engine& engine, const TableChecks& checks);

// The columns of a table that there is or will be; NotFound: there is none of that name.
using FindColumns =
    std::function<Result<std::vector<catalog::Column>>(const catalog::TableName& table)>;
// What can be said without running: columns and tables that are not there, SQL that does not parse
// or plan or is refused. Each fault with its place; none: empty.
std::vector<Error> validate(
    engine::Engine& engine, const TableChecks& checks, const FindColumns& find_columns
);

// ---------------------------------------------------------------- results

// Error: the check itself could not be answered (a column that is gone, a cast that fails).
enum class State { Passed, Failed, Error };
const char* to_string(State state);

struct Sample {
    std::string value;      // as text; several columns: "a=1, b=x"
    std::int64_t rows = 1;  // among the rows that were kept
};

struct CheckResult {
    std::string name;
    Kind kind = Kind::NotNull;
    std::vector<std::string> columns;
    std::string description;
    bool blocking = true;
    State state = State::Passed;
    std::int64_t failing = 0;  // rows; where rows are not the point: 1
    std::int64_t total = 0;    // rows looked at
    std::string message;       // what was found, and what was expected
    std::vector<Sample> samples;
    std::int64_t quarantined = 0;  // rows kept, bounded; `failing` has them all
    std::int64_t duration_us = 0;  // its share of the passes that it took part in
};

struct Report {
    catalog::TableName table;
    std::string package;
    std::string run;
    std::int64_t version = 0;  // of the table; a candidate: the one before it
    bool candidate = false;    // the rows were not published when they were looked at
    std::int64_t row_count = 0;
    Timestamp checked_at;
    std::int64_t duration_us = 0;
    std::vector<CheckResult> results;
    std::string quarantine;  // the SQL table that holds failing rows; empty: there are none

    // A blocking check failed, or could not be answered.
    bool blocked() const;
    std::int64_t count(State state) const;
};
// "passed", "failed" (something failed, nothing that blocks), "blocked".
const char* verdict(const Report& report);
// The blocking failures in one line, for whoever does not publish.
std::string describe_failures(const Report& report);

// Reports as {"reports": […], "passed", "failed", "errors", "blocked"}.
json::Value to_json(const std::vector<Report>& reports);

// ---------------------------------------------------------------- profiles

struct TopValue {
    std::optional<std::string> value;
    std::int64_t rows = 0;
};

struct Bucket {
    double from = 0;
    double to = 0;
    std::int64_t rows = 0;
};

struct ColumnProfile {
    std::string name;
    std::string type;
    std::int64_t nulls = 0;
    std::int64_t empty = 0;  // text: "" or blanks only
    std::int64_t distinct = 0;
    bool distinct_exact = false;
    std::optional<std::string> min;
    std::optional<std::string> max;
    std::optional<double> mean;
    std::optional<double> deviation;                    // of the sample
    std::vector<std::optional<std::string>> quantiles;  // as profile_quantiles; numbers and times
    std::optional<std::int64_t> length_min;             // text, in characters
    std::optional<std::int64_t> length_max;
    std::optional<double> length_mean;
    std::vector<TopValue> top;
    std::vector<Bucket> histogram;   // numbers and times (seconds since 1970)
    std::vector<TopValue> patterns;  // text: A a 9 for letters and digits, the rest as it is
    bool top_exact = true;           // false: of a sample
};

struct Correlation {
    std::string a;
    std::string b;
    std::optional<double> pearson;
};

struct Profile {
    catalog::TableName table;
    std::int64_t version = 0;
    std::int64_t row_count = 0;
    bool quantiles_exact = true;
    Timestamp profiled_at;
    std::int64_t duration_us = 0;
    std::vector<ColumnProfile> columns;
    std::vector<Correlation> correlations;
};
inline constexpr double profile_quantiles[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

json::Value to_json(const Profile& profile);
// One file for a browser, without anything from elsewhere.
std::string profile_html(const Profile& profile);

// ---------------------------------------------------------------- running

// Under which circumstances checks run.
struct RunContext {
    std::string run;                       // whose rows these are; empty: a number is made up
    std::int64_t version = 0;              // of the table, where it is published
    bool candidate = false;                // the rows are not published yet
    std::set<catalog::TableName> present;  // what the Work has already; others are added to it
    std::shared_ptr<const std::atomic<bool>> cancelled;
};

// Which tables: one, a package's, or (both empty) all that have checks.
struct Selection {
    std::optional<catalog::TableName> table;
    std::string package;
};

struct QualityOptions {
    std::size_t checks_per_table_max = 5000;
    // Aggregates in one scan; more of them go into the next one. Beyond some hundreds a scan gets
    // no cheaper a check, and its plan gets slow.
    std::size_t aggregates_per_scan = 250;
    std::int64_t quarantine_rows_max = 1000;  // a check and run
    std::size_t quarantine_files_kept = 20;   // runs with failing rows whose rows stay, per table
    std::size_t samples_max = 5;              // values shown of a check's failing rows
    std::size_t results_kept_per_check = 100;
    std::int64_t system_results_max = 5000;             // newest, in system.check_results
    std::int64_t exact_quantiles_rows_max = 2'000'000;  // profiles: beyond it they are estimates
    std::int64_t exact_distinct_max = 1'000'000;        // beyond it: an estimate, top of a sample
    std::size_t correlation_columns_max = 20;
    std::int64_t timeout_us = 7'200'000'000;
};

struct QualityParts {
    engine::Engine* engine = nullptr;
    catalog::Catalog* catalog = nullptr;
    lake::Lake* lake = nullptr;
    os::Database* database = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
};

// All methods: any thread.
class Quality {
public:
    virtual ~Quality() = default;

    // Replaces what was declared before. Several for one table are put together.
    virtual Result<void> declare(std::vector<TableChecks> tables) = 0;
    virtual std::vector<TableChecks> declared() = 0;

    // Runs checks on the rows that `work` knows as `rows`; what the checks call by the table's own
    // name are these rows too (in `work`, from then on). Results and failing rows are kept. A
    // check that fails is no error of this function; Cancelled, DeadlineExceeded, … are.
    virtual Result<Report> run_checks(
        engine::Work& work,
        const catalog::TableName& rows,
        const TableChecks& checks,
        const RunContext& context
    ) = 0;
    // The declared checks of published tables, on their newest versions. NotFound: nothing is
    // declared for that table or package.
    virtual Result<std::vector<Report>> check(
        const Selection& selection, std::shared_ptr<const std::atomic<bool>> cancelled
    ) = 0;
    // The newest result of each check that is declared and has run.
    virtual Result<std::vector<Report>> results(const Selection& selection) = 0;
    // The same for people, with what came before: one file for a browser.
    virtual Result<std::string> audit_html(const Selection& selection) = 0;

    virtual Result<Profile> profile(
        const catalog::TableName& table, std::shared_ptr<const std::atomic<bool>> cancelled
    ) = 0;
};

// A profile of rows that only `work` knows, with its version left 0.
Result<Profile> profile_rows(
    engine::Work& work,
    const catalog::TableName& rows,
    os::Clock& clock,
    const QualityOptions& options
);

// Makes its tables in the database, and publishes quarantine.* and system.checks to SQL.
Result<std::unique_ptr<Quality>> open_quality(QualityOptions options, QualityParts parts);

}  // namespace tradewind::quality

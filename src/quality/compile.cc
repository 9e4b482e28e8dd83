#include "quality/compile.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "quality/drift_sql.h"
#include "quality/number_claim.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

// UTF-8 that was read as ISO-8859-1 or Windows-1252 and written as UTF-8 again ("Â£", "Ã©",
// "â€™"), control characters from 0x80 on, which no text has, and what stands for bytes that nobody
// could read.
constexpr std::string_view mojibake =
    "[\\x{C2}\\x{C3}][\\x{80}-\\x{BF}\\x{20AC}\\x{201A}\\x{192}\\x{201E}\\x{2026}\\x{2020}\\x{2021}"
    "\\x{2C6}\\x{2030}\\x{160}\\x{2039}\\x{152}\\x{17D}\\x{2018}\\x{2019}\\x{201C}\\x{201D}\\x{"
    "2022}"
    "\\x{2013}\\x{2014}\\x{2DC}\\x{2122}\\x{161}\\x{203A}\\x{153}\\x{17E}\\x{178}]"
    "|\\x{E2}\\x{20AC}|[\\x{80}-\\x{9F}]|\\x{FFFD}";

// Values that a row is compared with one by one.
constexpr std::size_t short_list = 8;

const catalog::Column* find(const std::vector<catalog::Column>& columns, std::string_view name) {
    for (const catalog::Column& column : columns) {
        if (equal_ignore_case(column.name, name)) return &column;
    }
    return nullptr;
}

class Compiler {
public:
    Compiler(const Check& check, const Subject& subject) : check_(check), subject_(subject) {
        plan_.check = &check;
        table_ = quote_table(subject.rows);
    }

    Result<Plan> compile();

private:
    Result<void> know_columns();
    // The rows that are looked at, as a condition; "true" for all.
    std::string looked_at() const {
        return check_.where.empty() ? "true" : user_condition(check_.where);
    }
    std::string column() const { return quote_name(check_.columns.front()); }
    // Rows of which `condition` is true fail.
    void fail_where(const std::string& condition);
    void count_looked_at();
    std::string from_other() const;
    // "a" IS NOT NULL AND "b" IS NOT NULL
    std::string key_present() const;
    std::string key_equals(const std::string& alias) const;
    // SELECT of `names` as keys _tw_key1, …
    static std::string key_list(const std::vector<std::string>& names);
    static std::string key_name(std::size_t index) {
        return "\"_tw_key" + std::to_string(index + 1) + "\"";
    }

    Result<void> accepted_values();
    Result<void> bound();
    Result<void> pattern();
    void unique();
    void relationships();
    void row_count();
    Result<void> type();
    Result<void> encoding();
    Result<void> freshness();
    Result<void> sum_equals();
    std::string agree(const std::string& mine, const std::string& theirs) const {
        return "abs(" + mine + " - " + theirs + ") <= " + check_.tolerance.text;
    }
    void drift();
    void sql();

    const Check& check_;
    const Subject& subject_;
    std::string table_;
    std::vector<std::string> types_;  // of check_.columns
    Plan plan_;
};

Result<void> Compiler::know_columns() {
    for (const std::string& name : check_.columns) {
        const catalog::Column* column = find(subject_.columns, name);
        if (column != nullptr) {
            types_.push_back(column->type);
            continue;
        }
        std::vector<std::string_view> known;
        for (const catalog::Column& other : subject_.columns) known.push_back(other.name);
        const auto near = nearest(name, known);
        return Error(ErrorCode::InvalidArgument, "there is no column '" + name + "'")
            .with_hint(near ? "Did you mean " + *near + "?" : "")
            .at(check_.at);
    }
    return {};
}

void Compiler::count_looked_at() {
    plan_.aggregates.push_back(check_.where.empty() ? "count(*)" : "count_if(" + looked_at() + ")");
}

// Not count(*) FILTER (WHERE …): with hundreds of them in one scan that is ten times slower.
void Compiler::fail_where(const std::string& condition) {
    plan_.fails = check_.where.empty() ? condition : looked_at() + " AND (" + condition + ")";
    count_looked_at();
    plan_.aggregates.push_back("count_if(" + plan_.fails + ")");
}

Result<void> Compiler::accepted_values() {
    std::vector<std::string> values;
    for (const Literal& value : check_.values) values.push_back(literal(value, types_.front()));
    const std::string list = join(values, ", ");
    if (values.size() <= short_list) {
        fail_where(column() + " NOT IN (" + list + ")");
        return {};
    }
    // Each row would be compared with each value; there are fewer different values than rows.
    plan_.fails = looked_at() + " AND " + column() + " NOT IN (SELECT unnest([" + list + "]))";
    plan_.statement = "SELECT coalesce(sum(_tw_rows), 0) FROM (SELECT " + column() +
                      " AS _tw_value, count(*) AS _tw_rows FROM " + table_ + " WHERE " +
                      looked_at() +
                      " GROUP BY 1) AS _tw_groups WHERE _tw_value NOT IN (SELECT "
                      "unnest([" +
                      list + "]))";
    count_looked_at();
    return {};
}

Result<void> Compiler::bound() {
    const bool min = check_.kind == Kind::Min;
    if (check_.bound->number && is_text_type(types_.front()))
        return Error(
                   ErrorCode::InvalidArgument,
                   check_.columns.front() + " is text, and " + check_.bound->text + " a number"
        )
            .with_hint(
                "Compare numbers by expression: TRY_CAST(… AS DECIMAL(18, 4)) …; in quotes the "
                "value is compared as text, letter by letter."
            )
            .at(check_.at);
    const std::string limit = literal(*check_.bound, types_.front());
    fail_where(column() + (min ? " < " : " > ") + limit);
    if (!check_.where.empty()) return {};
    // The extreme stands in the statistics of Parquet files: a check that holds costs nothing.
    const std::string extreme = (min ? "min(" : "max(") + column() + ")";
    plan_.reading = Reading::MinMax;
    plan_.statement = "SELECT count_if(" + plan_.fails + ") FROM " + table_;
    plan_.aggregates = {
        "count(*)", "coalesce(" + extreme + (min ? " < " : " > ") + limit + ", false)"
    };
    return {};
}

Result<void> Compiler::pattern() {
    const std::string value =
        is_text_type(types_.front()) ? column() : "CAST(" + column() + " AS VARCHAR)";
    fail_where("NOT regexp_full_match(" + value + ", " + quote_literal(check_.regex) + ")");
    return {};
}

std::string Compiler::key_present() const {
    std::vector<std::string> parts;
    for (const std::string& name : check_.columns)
        parts.push_back(quote_name(name) + " IS NOT NULL");
    return join(parts, " AND ");
}

std::string Compiler::key_list(const std::vector<std::string>& names) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < names.size(); ++i)
        parts.push_back(quote_name(names[i]) + " AS " + key_name(i));
    return join(parts, ", ");
}

std::string Compiler::key_equals(const std::string& alias) const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < check_.columns.size(); ++i)
        parts.push_back(alias + "." + key_name(i) + " = " + quote_name(check_.columns[i]));
    return join(parts, " AND ");
}

std::string Compiler::from_other() const {
    std::string text = quote_table(*check_.to);
    if (!check_.to_where.empty()) text += " WHERE " + user_condition(check_.to_where);
    return text;
}

// As SQL's UNIQUE: a key with a null in it is equal to none. Only what shares its hash with another
// row is grouped by key: a hash is eight bytes to sort, and most keys share none.
void Compiler::unique() {
    const std::string rows = looked_at() + " AND " + key_present();
    const std::string names = quote_names(check_.columns);
    const std::string hash = "hash(" + names + ")";
    const std::string shared =
        "SELECT _tw_hash FROM (SELECT _tw_hash, lead(_tw_hash) OVER (ORDER BY _tw_hash) AS "
        "_tw_next FROM (SELECT " +
        hash + " AS _tw_hash FROM " + table_ + " WHERE " + rows +
        ") AS _tw_hashes) AS _tw_pairs WHERE _tw_hash = _tw_next";
    const std::string groups =
        "SELECT " + key_list(check_.columns) + ", count(*) AS _tw_rows FROM " + table_ + " WHERE " +
        rows + " AND " + hash + " IN (" + shared + ") GROUP BY " + names + " HAVING count(*) > 1";
    plan_.statement = "SELECT coalesce(sum(_tw_rows), 0) FROM (" + groups + ") AS _tw_groups";
    plan_.hashes =
        "SELECT CAST(" + hash + " >> 1 AS BIGINT) AS h FROM " + table_ + " WHERE " + rows;
    plan_.fails = rows + " AND EXISTS (SELECT 1 FROM (" + groups + ") AS _tw_groups WHERE " +
                  key_equals("_tw_groups") + ")";
    count_looked_at();
}

// As a foreign key: a null in it refers to nothing, and nothing is amiss.
void Compiler::relationships() {
    plan_.fails = looked_at() + " AND " + key_present() +
                  " AND NOT EXISTS (SELECT 1 FROM (SELECT " + key_list(check_.fields) + " FROM " +
                  from_other() + ") AS _tw_other WHERE " + key_equals("_tw_other") + ")";
    plan_.statement = "SELECT count(*) FROM " + table_ + " WHERE " + plan_.fails;
    count_looked_at();
    if (check_.columns.size() > 1) return;
    const std::string other = quote_name(check_.fields.front());
    plan_.reference = {
        "SELECT " + column() + " FROM " + table_ + " WHERE " + looked_at() + " AND " +
            key_present(),
        "SELECT * FROM (SELECT " + other + " AS k FROM " + from_other() +
            ") AS _tw_other WHERE k IS NOT NULL"
    };
}

void Compiler::row_count() {
    plan_.reading = Reading::RowCount;
    count_looked_at();
    if (check_.to) plan_.statement = "SELECT count(*) FROM " + from_other();
}

Result<void> Compiler::type() {
    const std::string& own = types_.front();
    if (!check_.casts_to.empty()) {
        fail_where(column() + " IS NOT NULL AND NOT " + reads_as(column(), own, check_.casts_to));
        return {};
    }
    plan_.reading = Reading::Static;
    count_looked_at();
    const bool same = same_type(own, check_.type);
    plan_.known.state = same ? State::Passed : State::Failed;
    plan_.known.failing = same ? 0 : 1;
    plan_.known.message = same ? "" : "it is " + own + ", expected " + check_.type;
    return {};
}

Result<void> Compiler::encoding() {
    const std::string& own = types_.front();
    if (same_type(own, "BLOB") || same_type(own, "BINARY")) {
        fail_where(column() + " IS NOT NULL AND TRY(decode(" + column() + ")) IS NULL");
        return {};
    }
    if (!is_text_type(own)) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "encoding is about text, and " + check_.columns.front() + " is " + own
        )
            .at(check_.at);
    }
    // Most texts are ASCII, for which bytes and characters are as many.
    fail_where(
        "strlen(" + column() + ") <> length(" + column() + ") AND regexp_matches(" + column() +
        ", " + quote_literal(mojibake) + ")"
    );
    return {};
}

Result<void> Compiler::freshness() {
    const std::string& own = types_.front();
    if (!is_time_type(own)) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "freshness is about time, and " + check_.columns.front() + " is " + own
        )
            .with_hint("Name a DATE or TIMESTAMP column.")
            .at(check_.at);
    }
    plan_.reading = Reading::Freshness;
    const std::string value =
        check_.where.empty() ? column() : "CASE WHEN " + looked_at() + " THEN " + column() + " END";
    const std::string newest = "max(CAST(" + value + " AS TIMESTAMP))";
    const std::string oldest_good =
        "TIMESTAMP " + quote_literal(format_sql({subject_.now.micros - *check_.max_age_us}));
    count_looked_at();
    plan_.aggregates.push_back("CAST(" + newest + " AS VARCHAR)");
    plan_.aggregates.push_back("coalesce(" + newest + " < " + oldest_good + ", true)");
    return {};
}

Result<void> Compiler::sum_equals() {
    plan_.reading = Reading::SumEquals;
    if (!check_.columns.empty() && !is_number_type(types_.front())) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "only numbers have a sum, and " + check_.columns.front() + " is " +
                       types_.front()
        )
            .at(check_.at);
    }
    const std::string own = check_.columns.empty() ? user_condition(check_.expression) : column();
    count_looked_at();
    if (check_.sum) {
        const std::string mine =
            "coalesce(sum(CASE WHEN " + looked_at() + " THEN " + own + " END), 0)";
        plan_.aggregates.push_back("CAST(" + mine + " AS VARCHAR)");
        plan_.aggregates.push_back("CAST(" + check_.sum->text + " AS VARCHAR)");
        plan_.aggregates.push_back(agree(mine, check_.sum->text));
        return {};
    }
    const std::string other = check_.fields.empty() ? user_condition(check_.to_expression)
                                                    : quote_name(check_.fields.front());
    plan_.statement = "SELECT CAST(mine AS VARCHAR), CAST(theirs AS VARCHAR), " +
                      agree("mine", "theirs") + " FROM (SELECT (SELECT coalesce(sum(" + own +
                      "), 0) FROM " + table_ + " WHERE " + looked_at() +
                      ") AS mine, (SELECT coalesce(sum(" + other + "), 0) FROM " + from_other() +
                      ") AS theirs) AS _tw_sums";
    return {};
}

// Numbers by their size, anything else by its value.
void Compiler::drift() {
    plan_.reading = Reading::Drift;
    count_looked_at();
    if (check_.untrained) return;
    DriftOfColumn of;
    of.numbers = is_number_type(types_.front());
    of.bins = check_.bins;
    const auto select = [&](const std::string& name) {
        return "SELECT CAST(" + quote_name(name) + (of.numbers ? " AS DOUBLE" : " AS VARCHAR") +
               ") AS v FROM ";
    };
    of.values = select(check_.columns.front()) + table_ + " WHERE " + looked_at();
    if (!check_.newer_by.empty()) {
        const std::string time = quote_name(check_.newer_by);
        of.values += " AND " + time + " > (SELECT max(" + time + ") FROM " + from_other() + ")";
    }
    of.baseline = select(check_.fields.empty() ? check_.columns.front() : check_.fields.front()) +
                  (check_.to ? from_other() : table_ + " WHERE " + user_condition(check_.to_where));
    plan_.statement = drift_statement(of);
}

void Compiler::sql() {
    plan_.statement = "SELECT count(*) FROM " + quote_table(view_name(check_));
    plan_.aggregates = {"count(*)"};
}

Result<Plan> Compiler::compile() {
    TRY(know_columns());
    switch (check_.kind) {
        case Kind::NotNull:
            fail_where(column() + " IS NULL");
            break;
        case Kind::Unique:
            unique();
            break;
        case Kind::AcceptedValues:
            TRY(accepted_values());
            break;
        case Kind::Relationships:
            relationships();
            break;
        case Kind::Min:
        case Kind::Max:
            TRY(bound());
            break;
        case Kind::Pattern:
            TRY(pattern());
            break;
        case Kind::RowCount:
            row_count();
            break;
        case Kind::Type:
            TRY(type());
            break;
        case Kind::Encoding:
            TRY(encoding());
            break;
        case Kind::Freshness:
            TRY(freshness());
            break;
        case Kind::SumEquals:
            TRY(sum_equals());
            break;
        case Kind::Drift:
            drift();
            break;
        case Kind::Expression:
            fail_where("NOT " + user_condition(check_.expression));
            break;
        case Kind::Sql:
            sql();
            break;
    }
    plan_.claim = claim_of(check_, types_);
    if (plan_.claim && plan_.reference) plan_.claim->other = plan_.reference->other;
    return std::move(plan_);
}

}  // namespace

Result<Plan> compile(const Check& check, const Subject& subject) {
    return Compiler(check, subject).compile();
}

catalog::TableName view_name(const Check& check) {
    return {"tradewind_checks", "check_" + hash128(check.name)};
}

}  // namespace tradewind::quality

#include "app/validation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "base/text.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/clock.h"
#include "os/random.h"

namespace tradewind::app {

namespace {

// ------------------------------------------------------------------ queries

// An engine with the contracts' tables, and nothing in them.
class EmptyTables {
public:
    EmptyTables()
        : folder_(std::filesystem::temp_directory_path() / ("tradewind-" + os::random_id())) {}
    ~EmptyTables() {
        tables_.clear();
        engine_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    EmptyTables(const EmptyTables&) = delete;
    EmptyTables& operator=(const EmptyTables&) = delete;

    Result<void> open(const Declarations& declared) {
        engine::EngineOptions options;
        options.temp_folder = folder_.string();
        engine_ = TRY(engine::open_engine(options, metrics_));
        for (const auto& contract : declared.contracts) {
            engine::LiveTableOptions table;
            table.name = contract->name();
            table.columns = contract->output_columns();
            table.key = contract->key();
            tables_.push_back(TRY(engine_->create_live_table(table, {})));
        }
        return {};
    }

    Result<void> plan(const std::string& sql) {
        TRY(engine_->explain_columns(sql));
        return {};
    }

private:
    const std::filesystem::path folder_;
    MetricsRegistry metrics_;
    std::unique_ptr<engine::Engine> engine_;
    std::vector<std::unique_ptr<engine::LiveTable>> tables_;
};

// The number behind a word of a message: "It stands at line 2, column 6.", "LINE 2: …".
int number_after(std::string_view text, std::string_view word) {
    const std::size_t at = text.find(word);
    if (at == std::string_view::npos) return 0;
    text.remove_prefix(at + word.size());
    const std::size_t digits = text.find_first_not_of("0123456789");
    return static_cast<int>(parse_integer(text.substr(0, digits)).value_or(0));
}

Error placed(const Error& error, const std::string& file) {
    const std::string text = error.message() + " " + error.detail();
    const int line = std::max(number_after(text, "at line "), number_after(text, "LINE "));
    Error with_place(error.code(), error.message().substr(0, error.message().find('\n')));
    return std::move(with_place)
        .with_hint(error.hint())
        .at({file, std::max(line, 1), number_after(text, ", column ")});
}

// Tables that exist once their packages ran, or while the platform runs, cannot be planned with
// here.
bool reads_what_is_made_later(const Declarations& declared, const std::string& sql) {
    const std::string text = to_lower_ascii(sql);
    if (text.find("system.") != std::string::npos) return true;
    return std::any_of(
        declared.packages.begin(),
        declared.packages.end(),
        [&](const package::Package& one) {
            return !one.assets.empty() && text.find(one.name + ".") != std::string::npos;
        }
    );
}

// ------------------------------------------------------------------ types

bool wide_enough(const ColumnSpec& now, const ColumnSpec& then) {
    const int whole = now.precision - now.scale;
    constexpr int integer_digits = 10;
    constexpr int bigint_digits = 19;
    switch (then.type) {
        case ColumnType::Integer:
            return whole >= integer_digits;
        case ColumnType::BigInt:
            return whole >= bigint_digits;
        case ColumnType::Decimal:
            return now.scale >= then.scale && whole >= then.precision - then.scale;
        default:
            return false;
    }
}

bool is_number(ColumnType type) {
    return type == ColumnType::Integer || type == ColumnType::BigInt ||
           type == ColumnType::Decimal || type == ColumnType::Double;
}

// Is every value of `then` one of `now`?
bool takes_all(const ColumnSpec& now, const ColumnSpec& then) {
    if (now.type == ColumnType::Text) return true;
    if (now.type == ColumnType::Decimal) return wide_enough(now, then);
    if (now.type == then.type) return true;
    if (now.type == ColumnType::Double) return is_number(then.type);
    if (now.type == ColumnType::BigInt) return then.type == ColumnType::Integer;
    return now.type == ColumnType::Timestamp && then.type == ColumnType::Date;
}

// Where the contract gives the column its type; columns of a transform have no field.
SourceLocation place_of(
    const Declarations& declared, const std::string& source, const std::string& column
) {
    for (const package::Package& one : declared.packages) {
        for (const package::YamlFile& file : one.sources) {
            if (file.document["source"].scalar() != source) continue;
            const yaml::Node fields = file.document["fields"];
            const yaml::Node type = fields[column]["type"];
            return type.present() ? type.where() : file.document["transform"].where();
        }
    }
    return {};
}

Finding changed_type(
    const Declarations& declared,
    const std::string& source,
    const ColumnSpec& now,
    const ColumnSpec& then
) {
    const SourceLocation where = place_of(declared, source, now.name);
    return {
        "data",
        Health::Warning,
        where.file + ":" + std::to_string(where.line) + ": " + now.name + " is " + to_sql(now) +
            " here, and raw." + source + " holds it as " + to_sql(then) +
            ": with a value that does not fit the table cannot be read",
        "Give the new type to a field with a new name."
    };
}

Result<std::vector<Finding>> compare_types(lake::Lake& lake, const Declarations& declared) {
    std::vector<Finding> findings;
    for (const auto& contract : declared.contracts) {
        const std::string& source = contract->name();
        const auto version = lake.current("raw/" + source + "/table");
        if (!version.ok()) {
            findings.push_back(failed("data", version.error()));
            continue;
        }
        for (const ColumnSpec& now : contract->output_columns()) {
            for (const ColumnSpec& then : version->columns) {
                if (then.name == now.name && !takes_all(now, then))
                    findings.push_back(changed_type(declared, source, now, then));
            }
        }
    }
    if (findings.empty()) {
        findings.push_back({"data", Health::Ok, "what is stored fits the contracts", ""});
    }
    return findings;
}

Result<std::vector<Finding>> look_at_lake(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    // One Lake at a time may be open.
    const auto lock = files.lock(paths.lock);
    if (!lock.ok() && lock.error().code() == ErrorCode::Conflict) {
        return std::vector<Finding>{
            {"data",
             Health::Warning,
             "a server is running: types were not compared with what is stored",
             "Stop it first when a field's type has changed."}
        };
    }
    if (!lock.ok()) return lock.error();
    const auto clock = os::make_system_clock();
    lake::LakeOptions options;
    options.root = paths.lake;
    options.quarantine_folder = paths.quarantine;
    const auto lake = TRY(lake::open_lake(options, files, *clock));
    return compare_types(*lake, declared);
}

}  // namespace

std::vector<Finding> examine_queries(const Declarations& declared) {
    EmptyTables tables;
    const auto opened = tables.open(declared);
    if (!opened.ok()) return {failed("queries", opened.error())};
    std::vector<Finding> findings;
    std::size_t count = 0;
    for (const package::Package& one : declared.packages) {
        for (const package::SavedQuery& query : one.queries) {
            ++count;
            const auto planned = tables.plan(query.sql);
            if (planned.ok() || (planned.error().code() == ErrorCode::NotFound &&
                                 reads_what_is_made_later(declared, query.sql)))
                continue;
            const std::string file = os::join(one.folder, "queries/" + query.name + ".sql");
            findings.push_back(failed("queries", placed(planned.error(), file)));
        }
    }
    if (count > 0 && findings.empty())
        findings.push_back({"queries", Health::Ok, std::to_string(count) + " can be planned", ""});
    return findings;
}

std::vector<Finding> examine_stored_types(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    if (declared.contracts.empty() || !files.exists(paths.lake)) return {};
    auto findings = look_at_lake(files, paths, declared);
    if (!findings.ok()) return {failed("data", findings.error())};
    return std::move(findings).take();
}

}  // namespace tradewind::app

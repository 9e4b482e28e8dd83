#include "app/validation.h"

#include <algorithm>
#include <memory>
#include <string>

#include "lake/lake.h"
#include "os/clock.h"

namespace tradewind::app {

namespace {

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

std::vector<Finding> examine_stored_types(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    if (declared.contracts.empty() || !files.exists(paths.lake)) return {};
    auto findings = look_at_lake(files, paths, declared);
    if (!findings.ok()) return {failed("data", findings.error())};
    return std::move(findings).take();
}

}  // namespace tradewind::app

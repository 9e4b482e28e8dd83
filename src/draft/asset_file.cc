#include "draft/asset_file.h"

#include <algorithm>

#include "base/text.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

constexpr std::size_t sums_max = 4;

std::string check_lines(const DraftCheck& check) {
    std::string text = "    # " + comment_text(check.why) + "\n    - " + check.yaml + "\n";
    return check.blocking ? text : text + "      blocking: false\n";
}

std::string describe_cleaning(const Table& table) {
    std::vector<std::string> parts;
    const auto any = [&](auto member) { return std::ranges::any_of(table.fields, member); };
    if (any([](const Field& field) { return field.outer_blanks; }))
        parts.push_back("without blanks around texts");
    if (any([](const Field& field) { return field.blank; })) parts.push_back("blank texts null");
    if (any([](const Field& field) { return field.null_texts || !field.cast.empty(); }))
        parts.push_back(join(table.found.null_texts, " and ") + " null");
    if (!table.found.folder_keys.empty()) parts.push_back("with what the folders' names say");
    return "The rows of " + table.source +
           (parts.empty() ? ", as delivered" : ", " + join(parts, ", ")) + ".";
}

std::string grain(const Table& table) {
    if (table.key.columns.empty()) return "one row for each row of the files";
    return "one row for each " + join(table.key.columns, ", ");
}

bool adds_up(const quality::ColumnProfile& column) {
    const bool number = column.type == "BIGINT" || column.type.starts_with("DECIMAL");
    // A price of each does not add up, an amount does.
    const bool each = column.name.find("price") != std::string::npos ||
                      column.name.starts_with("unit_") || column.name.find("rate") == 0;
    return number && !each && !names_an_id(column.name) && names_an_amount(column.name);
}

const quality::ColumnProfile* day_column(const Table& table) {
    for (const quality::ColumnProfile& column : table.profile.columns) {
        if (column.type == "DATE" || column.type == "TIMESTAMP") return &column;
    }
    return nullptr;
}

}  // namespace

package::SourceFile clean_asset(const Table& table) {
    std::string text = "asset:\n  description: " + yaml_text(describe_cleaning(table)) +
                       "\n  layer: clean\n  grain: " + yaml_text(grain(table)) + "\n";
    // New files add to what is there, where no key makes a row replace an earlier one.
    if (table.key.columns.empty()) text += "  materialize: files\n";
    if (!table.checks.empty()) {
        text += "  checks:\n";
        for (const DraftCheck& check : table.checks) text += check_lines(check);
    }
    return {
        "assets/clean/" + table.source + ".sql",
        "/* " + in_comment(std::move(text)) + "*/\n" + table.clean_sql + "\n"
    };
}

std::optional<package::SourceFile> day_mart(const Table& table) {
    const quality::ColumnProfile* when = day_column(table);
    if (when == nullptr || table.profile.row_count == 0) return std::nullopt;
    const std::string day =
        when->type == "DATE" ? sql_name(when->name) : "CAST(" + sql_name(when->name) + " AS DATE)";
    std::string sums;
    std::size_t count = 0;
    for (const quality::ColumnProfile& column : table.profile.columns) {
        if (!adds_up(column) || count == sums_max || column.name == "day" ||
            column.name == "row_count")
            continue;
        ++count;
        sums += ",\n       sum(" + sql_name(column.name) + ") AS " + sql_name(column.name);
    }
    const std::string name = table.source + "_by_day";
    std::string text = "/* asset:\n  description: " +
                       yaml_text(
                           "How much of " + table.source +
                           " there is of each day; an "
                           "example of a mart, to be changed or removed."
                       ) +
                       "\n  layer: mart\n  grain: one row for each day\n  checks:\n"
                       "    - unique: day\n    - not_null: [day, row_count]\n*/\n";
    text += "SELECT " + day + " AS day,\n       count(*) AS row_count" + sums + "\nFROM " +
            sql_name(table.source) + "\nWHERE " + sql_name(when->name) + " IS NOT NULL\nGROUP BY " +
            day + "\nORDER BY day\n";
    return package::SourceFile{"assets/mart/" + name + ".sql", std::move(text)};
}

}  // namespace tradewind::draft

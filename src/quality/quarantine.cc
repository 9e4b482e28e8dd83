#include "quality/quarantine.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

constexpr std::string_view folder = "quarantine/";

std::string dataset_of(const Report& report) {
    return std::string(folder) + url_encode(report.table.schema) + "/" +
           url_encode(report.table.table);
}

// All kept rows, with the run.
std::string all_rows(const std::vector<KeptRows>& kept, const Report& report) {
    std::string sql;
    for (const KeptRows& rows : kept) {
        sql += (sql.empty() ? "" : " UNION ALL ") + std::string("SELECT *, ") +
               quote_literal(report.run) + " AS _run, TIMESTAMP " +
               quote_literal(format_sql(report.checked_at)) + " AS _checked_at FROM " +
               quote_table(rows.name);
    }
    return sql;
}

std::vector<catalog::Column> columns_of(const std::vector<engine::ResultColumn>& result) {
    std::vector<catalog::Column> columns;
    for (const engine::ResultColumn& column : result)
        columns.push_back({column.name, column.type, ""});
    return columns;
}

// Do files of the columns before go together with those of now? One that changed its type does not.
bool go_together(
    const std::vector<catalog::Column>& before, const std::vector<catalog::Column>& now
) {
    std::map<std::string, std::string> types;
    for (const catalog::Column& column : now) types[to_lower_ascii(column.name)] = column.type;
    return std::all_of(before.begin(), before.end(), [&](const catalog::Column& column) {
        const auto found = types.find(to_lower_ascii(column.name));
        return found == types.end() || found->second == column.type;
    });
}

}  // namespace

catalog::TableName Quarantine::table_of(const std::string& dataset) {
    std::string name = url_decode(dataset.substr(folder.size()), false);
    // Two, so that a_b.c and a.b_c stay apart.
    name.replace(name.find('/'), 1, "__");
    // What has no place in a name that people type without quotes.
    std::replace_if(
        name.begin(),
        name.end(),
        [](char c) {
            return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
        },
        '_'
    );
    return {"quarantine", name};
}

Result<void> Quarantine::publish(const std::string& dataset, const lake::Version& version) {
    catalog::TableFiles table;
    table.name = table_of(dataset);
    table.scan.by_field_id = true;
    table.columns = catalog::provenance_from(version.extra).columns;
    for (const lake::DataFile& file : version.files)
        table.files.push_back(lake_.absolute(file.path));
    return engine_.publish_table(table);
}

Result<void> Quarantine::publish_all() {
    for (const lake::DatasetInfo& dataset : TRY(lake_.datasets())) {
        if (!dataset.name.starts_with(folder)) continue;
        const auto version = lake_.current(dataset.name);
        const auto published =
            version.ok() ? publish(dataset.name, *version) : Result<void>(version.error());
        if (!published.ok())
            log::error(
                "a quarantine table is not available",
                {{"dataset", dataset.name}, {"error", published.error().describe()}}
            );
    }
    return {};
}

Result<lake::DataFile> Quarantine::write(
    engine::Work& work, const std::string& sql, const std::string& path
) {
    engine::WriteOptions options;
    options.path = TRY(lake_.scratch_path(".parquet"));
    auto written = work.write(sql, options);
    if (!written.ok()) {
        (void)lake_.discard(options.path).ok();
        return std::move(written).error();
    }
    std::int64_t row_count = 0;
    for (const engine::WrittenFile& file : *written) row_count += file.row_count;
    auto adopted = lake_.adopt(options.path, path, row_count);
    if (!adopted.ok()) (void)lake_.discard(options.path).ok();
    return adopted;
}

Result<std::string> Quarantine::add(
    engine::Work& work, const std::vector<KeptRows>& kept, const Report& report
) {
    const std::string dataset = dataset_of(report);
    const std::string sql = all_rows(kept, report);
    const auto columns = columns_of(TRY(work.columns(sql)));
    std::lock_guard lock(mutex_);
    const lake::Version before = TRY(lake_.current(dataset));
    // Names in the order of time: number of the version to come, then the moment.
    const std::string number = std::to_string(before.number + 1);
    const std::string path = dataset + "/" +
                             std::string(12 - std::min<std::size_t>(12, number.size()), '0') +
                             number + "-" + std::to_string(report.checked_at.micros) + ".parquet";
    lake::Commit commit;
    commit.add = { TRY(write(work, sql, path)) };
    commit.run = report.run;
    catalog::Provenance provenance;
    provenance.run = report.run;
    provenance.columns = columns;
    commit.extra = catalog::to_json(provenance);
    const bool keep = go_together(catalog::provenance_from(before.extra).columns, columns);
    const std::size_t kept_before = keep ? files_kept_ - 1 : 0;
    std::size_t passed = 0;
    for (const lake::DataFile& file : before.files) {
        if (passed++ + kept_before < before.files.size()) commit.remove.push_back(file.path);
    }
    auto version = lake_.commit(dataset, commit, std::nullopt);
    if (!version.ok()) {
        (void)lake_.discard(path).ok();
        return std::move(version).error();
    }
    TRY(publish(dataset, *version));
    return table_of(dataset).text();
}

}  // namespace tradewind::quality

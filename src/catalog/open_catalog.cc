#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/crawl_findings.h"
#include "catalog/crawl_records.h"
#include "catalog/lake_tables.h"
#include "catalog/table_lineage.h"

namespace tradewind::catalog {

namespace {

bool in_lake(const Declaration& declared) {
    return declared.kind == Kind::Source || declared.kind == Kind::Asset;
}

// Words of a package about a table that the crawler found.
void describe_crawled(TableInfo& info, const Declaration& declared) {
    const std::string layer = info.declared.layer;
    const auto partition_by = info.declared.partition_by;
    info.declared = declared;
    if (info.declared.layer.empty()) info.declared.layer = layer;
    if (info.declared.partition_by.empty()) info.declared.partition_by = partition_by;
    for (Column& column : info.columns) {
        const auto known = std::ranges::find(declared.columns, column.name, &Column::name);
        if (known != declared.columns.end()) column.description = known->description;
    }
}

class OpenCatalog : public Catalog {
public:
    OpenCatalog(lake::Lake& lake, CrawlRecords records, CrawlFindings findings)
        : lake_(lake), records_(std::move(records)), findings_(std::move(findings)) {}

    Result<void> declare(std::vector<Declaration> tables) override {
        auto next = std::make_shared<Declarations>();
        for (Declaration& table : tables) {
            const TableName name = table.name;
            if (!next->try_emplace(name, std::move(table)).second) {
                return Error(ErrorCode::AlreadyExists, "two tables are called " + name.text())
                    .with_hint("Rename one of them.");
            }
            if (next->at(name).kind == Kind::Source) TRY(give_up_name(name));
        }
        declared_.with_lock([&](auto& declared) { declared = std::move(next); });
        return {};
    }

    void find_planned_with(FindPlanned find) override {
        find_planned_.with_lock([&](FindPlanned& known) { known = std::move(find); });
    }

    Result<std::vector<TableInfo>> list() override {
        std::shared_ptr<const PlannedTables> planned;
        std::map<TableName, TableInfo> tables;
        for (const CrawledTable& table : TRY(records_.tables(""))) {
            tables[table.name] = TRY(crawled_info(table));
        }
        for (const auto& [name, declared] : *declarations()) {
            if (declared.kind != Kind::Crawled) {
                tables[name] = info_of(declared, planned);
                continue;
            }
            const auto crawled = tables.find(name);
            if (crawled == tables.end()) {
                tables[name].declared = declared;
            } else {
                describe_crawled(crawled->second, declared);
            }
        }
        std::vector<TableInfo> list;
        for (auto& [name, info] : tables) list.push_back(std::move(info));
        return list;
    }

    Result<TableInfo> show(const TableName& name) override {
        const auto declared = find_declared(name);
        std::shared_ptr<const PlannedTables> planned;
        if (declared && declared->kind != Kind::Crawled) return info_of(*declared, planned);
        const auto crawled = TRY(records_.find(name));
        if (!crawled && !declared) return not_found(name);
        TableInfo info;
        if (crawled) info = TRY(crawled_info(*crawled));
        if (declared && !crawled) info.declared = *declared;
        if (declared && crawled) describe_crawled(info, *declared);
        return info;
    }

    Result<std::vector<TableVersion>> versions(const TableName& name, std::size_t count_max)
        override {
        const TableInfo info = TRY(show(name));
        if (in_lake(info.declared)) return lake_versions(lake_, info.declared.dataset, count_max);
        if (!info.scan) return std::vector<TableVersion>();
        return records_.versions(name, count_max);
    }

    Result<std::vector<TablePartition>> partitions(const TableName& name) override {
        const TableInfo info = TRY(show(name));
        if (in_lake(info.declared)) {
            return lake_partitions(TRY(lake_.current(info.declared.dataset)));
        }
        if (!info.scan) return std::vector<TablePartition>();
        return records_.partitions(name);
    }

    Result<Lineage> lineage(const TableName& name) override {
        const TableInfo info = TRY(show(name));
        const auto declared = declarations();
        return TableLineage(*declared, *plan(), lake_).of(name, info.columns);
    }

    Result<TableFiles> files(const TableName& name, std::optional<std::int64_t> version) override {
        const TableInfo info = TRY(show(name));
        if (in_lake(info.declared)) {
            const auto found = TRY(lake_version(info, version));
            return lake_files(info.declared, found, lake_);
        }
        const auto crawled = TRY(records_.find(name));
        if (!crawled) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "'" + name.text() + "' is a " + to_string(info.declared.kind) +
                           " and has no files of its own"
            )
                .with_hint("Name the tables that it reads.");
        }
        const std::int64_t number = version.value_or(crawled->version);
        TableFiles files = TRY(records_.files(*crawled, number));
        TRY(records_.check_files(*crawled, number, *disk_));
        return files;
    }

    Result<std::optional<CrawledTable>> crawled(const TableName& name) override {
        return records_.find(name);
    }
    Result<std::vector<CrawledTable>> crawled_below(const std::string& root) override {
        return records_.tables(root);
    }
    Result<std::vector<CrawledFile>> crawled_files(
        const TableName& name, const std::string& after, std::size_t count_max
    ) override {
        return records_.page(name, after, count_max);
    }
    Result<void> stage_crawl(
        const TableName& name,
        const std::vector<CrawledFile>& added,
        const std::vector<std::string>& removed
    ) override {
        TRY(check_free(name));
        return records_.stage(name, added, removed);
    }
    Result<void> unstage_crawl(const TableName& name) override { return records_.unstage(name); }
    Result<std::int64_t> record_crawl(const CrawledVersion& version) override {
        TRY(check_free(version.name));
        return records_.record(version);
    }
    Result<void> forget_crawled(const TableName& name) override {
        note_readable(name, "");
        return records_.forget(name);
    }
    Result<std::int64_t> crawled_version(const TableName& name) override {
        return records_.version_of(name);
    }
    void note_readable(const TableName& name, const std::string& why_not) override {
        unreadable_.with_lock([&](auto& reasons) {
            if (why_not.empty()) {
                reasons.erase(name);
            } else {
                reasons[name] = why_not;
            }
        });
    }

    Result<void> record_findings(const std::vector<CrawlFinding>& findings) override {
        return findings_.record(findings);
    }
    Result<void> clear_findings(const std::vector<std::string>& paths) override {
        return findings_.clear(paths);
    }
    Result<std::vector<CrawlFinding>> findings_below(const std::string& root, std::size_t count_max)
        override {
        return findings_.below(root, count_max);
    }

private:
    // NotFound in the words of who asked: a table and what it has, instead of a dataset.
    Result<lake::Version> lake_version(const TableInfo& info, std::optional<std::int64_t> version) {
        if (!version) return lake_.current(info.declared.dataset);
        auto found = lake_.version(info.declared.dataset, *version);
        if (found.ok() || found.error().code() != ErrorCode::NotFound) return found;
        const std::string name = info.declared.name.text();
        const std::int64_t newest = info.version.number;
        const std::string asked = "version " + std::to_string(*version) + " of '" + name + "' ";
        return Error(
                   ErrorCode::NotFound,
                   asked + (*version > newest ? "is not there yet" : "is not kept")
        )
            .with_hint(
                "Its newest version is " + std::to_string(newest) +
                "; those before it that are kept: tradewind describe " + name + "."
            );
    }

    // A crawled table cannot be called like a source: the package has the name before it.
    Result<void> give_up_name(const TableName& name) {
        if (!TRY(records_.find(name))) return {};
        TableName other{name.schema, name.table + "_crawled"};
        for (int i = 2; TRY(records_.find(other)); ++i)
            other.table = name.table + "_crawled_" + std::to_string(i);
        TRY(records_.rename(name, other));
        log::warn(
            "a crawled table has another name now, for the source of a package has its own",
            {{"source", name.text()}, {"crawled_table", other.text()}}
        );
        return {};
    }

    std::shared_ptr<const Declarations> declarations() {
        return declared_.with_lock([](const auto& declared) { return declared; });
    }

    std::optional<Declaration> find_declared(const TableName& name) {
        const auto all = declarations();
        const auto found = all->find(name);
        if (found == all->end()) return std::nullopt;
        return found->second;
    }

    Result<TableInfo> crawled_info(const CrawledTable& table) {
        TableInfo info = TRY(records_.info(table));
        info.damage = unreadable_.with_lock([&](const auto& reasons) {
            const auto found = reasons.find(table.name);
            return found == reasons.end() ? std::string() : found->second;
        });
        return info;
    }

    std::shared_ptr<const PlannedTables> plan() {
        const FindPlanned find = find_planned_.with_lock([](const auto& known) { return known; });
        return find ? find() : std::make_shared<const PlannedTables>();
    }

    // `planned`: asked for with the first table that needs it.
    void plan_columns(TableInfo& info, std::shared_ptr<const PlannedTables>& planned) {
        if (!planned) planned = plan();
        const auto found = planned->find(info.declared.name);
        if (found == planned->end() || found->second.columns.empty()) return;
        info.columns = found->second.columns;
    }

    // A dataset that is damaged is a property of the table, not a failure to tell of it.
    TableInfo info_of(const Declaration& declared, std::shared_ptr<const PlannedTables>& planned) {
        TableInfo info;
        info.declared = declared;
        info.columns = declared.columns;
        if (declared.kind == Kind::View) plan_columns(info, planned);
        if (!in_lake(declared)) return info;
        const auto current = lake_.current(declared.dataset);
        if (!current.ok()) {
            info.damage = current.error().describe();
            return info;
        }
        info.columns = columns_of(declared, *current);
        if (current->number == 0) {
            if (declared.kind == Kind::Asset) plan_columns(info, planned);
            return info;
        }
        const auto before = lake_.version(declared.dataset, current->number - 1);
        info.version = table_version(*current, before.ok() ? &*before : nullptr);
        return info;
    }

    Result<void> check_free(const TableName& name) {
        const auto declared = find_declared(name);
        if (!declared || declared->kind == Kind::Crawled) return {};
        return Error(ErrorCode::AlreadyExists, "'" + name.text() + "' is declared by a package")
            .with_hint("Rename the folder or the file that was crawled.");
    }

    Result<TableInfo> not_found(const TableName& name) {
        std::vector<std::string> names;
        for (const auto& [known, declared] : *declarations()) names.push_back(known.text());
        for (const CrawledTable& table : TRY(records_.tables(""))) {
            names.push_back(table.name.text());
        }
        const std::vector<std::string_view> views(names.begin(), names.end());
        Error error(ErrorCode::NotFound, "no table '" + name.text() + "'");
        const auto near = nearest(name.text(), views);
        return std::move(error).with_hint(
            near ? "Did you mean " + *near + "?" : "`tradewind tables` lists those there are."
        );
    }

    lake::Lake& lake_;
    // Where the files of others lie.
    const std::unique_ptr<os::Filesystem> disk_ = os::make_posix_filesystem();
    CrawlRecords records_;
    CrawlFindings findings_;
    Guarded<FindPlanned> find_planned_;
    Guarded<std::map<TableName, std::string>> unreadable_;  // crawled tables, and why
    Guarded<std::shared_ptr<const Declarations>> declared_{std::make_shared<Declarations>()};
};

}  // namespace

Result<std::vector<CrawledTable>> read_crawled_tables(os::Database& database) {
    const auto there = TRY(
        database.run("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'crawled_tables'")
    );
    if (there.empty()) return std::vector<CrawledTable>();
    return CrawlRecords::view(database).tables("");
}

Result<std::unique_ptr<Catalog>> open_catalog(lake::Lake& lake, os::Database& database) {
    CrawlRecords records = TRY(CrawlRecords::open(database));
    CrawlFindings findings = TRY(CrawlFindings::open(database));
    return std::unique_ptr<Catalog>(
        std::make_unique<OpenCatalog>(lake, std::move(records), std::move(findings))
    );
}

}  // namespace tradewind::catalog

#include "model/batch_table.h"

#include <set>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "base/time.h"

namespace tradewind::model {

namespace {

constexpr const char* table_name = "recommendations";
const catalog::TableName coded_name{"learning", "lists"};

std::string dataset_of(const std::string& package) {
    return "mart/" + package + "/" + table_name;
}

bool has_lists(const ModelSpec& spec) {
    return spec.kind != Kind::NextInCart;
}

// Lists as rows of codes.
class CodedRows : public engine::ComputedRows {
public:
    explicit CodedRows(const Lists& lists) : lists_(lists) {}

    Result<std::size_t> next(
        const std::vector<engine::ComputedValues>& columns, std::size_t rows_max
    ) override {
        std::size_t row = 0;
        while (row < rows_max && user_ < lists_.users()) {
            const auto list = lists_.of(static_cast<std::uint32_t>(user_));
            if (place_ == list.size()) {
                ++user_;
                place_ = 0;
                continue;
            }
            columns[0].integers[row] = static_cast<std::int64_t>(user_);
            columns[1].integers[row] = list[place_].item;
            columns[2].integers[row] = static_cast<std::int64_t>(place_) + 1;
            columns[3].reals[row] = list[place_].score;
            ++place_;
            ++row;
        }
        return row;
    }

private:
    const Lists& lists_;
    std::size_t user_ = 0;
    std::size_t place_ = 0;
};

std::vector<engine::ComputedColumn> coded_columns() {
    return {
        {"user_code", "BIGINT", false, false, std::nullopt},
        {"item_code", "BIGINT", false, false, std::nullopt},
        {"rank", "BIGINT", false, false, std::nullopt},
        {"score", "DOUBLE", true, false, std::nullopt}
    };
}

std::string lists_sql(const ModelSpec& spec, std::int64_t version, Timestamp now) {
    return "SELECT u.id AS user_id, i.id AS product_id, CAST(" +
           quote_literal(list_name(spec.kind)) +
           " AS STRING) AS list, CAST(l.rank AS INTEGER) AS rank, l.score, CAST(" +
           quote_literal(spec.name) + " AS STRING) AS model, CAST(" + std::to_string(version) +
           " AS BIGINT) AS model_version, CAST(" + quote_literal(format_sql(now)) +
           " AS TIMESTAMP) AS scored_at FROM learning.lists l JOIN learning.user_codes u ON "
           "u.code = l.user_code JOIN learning.item_codes i ON i.code = l.item_code ORDER BY "
           "l.user_code, l.rank";
}

// A scratch file that goes unless it was adopted.
class Scratch {
public:
    static Result<Scratch> make(lake::Lake& lake) {
        return Scratch(lake, TRY(lake.scratch_path(".parquet")));
    }
    ~Scratch() {
        if (lake_ != nullptr) static_cast<void>(lake_->discard(path_).ok());
    }
    Scratch(Scratch&& other) noexcept
        : lake_(std::exchange(other.lake_, nullptr)), path_(std::move(other.path_)) {}
    Scratch& operator=(Scratch&&) = delete;
    const std::string& path() const { return path_; }
    void adopted() { lake_ = nullptr; }

private:
    Scratch(lake::Lake& lake, std::string path) : lake_(&lake), path_(std::move(path)) {}
    lake::Lake* lake_;
    std::string path_;
};

Result<void> add_coded(engine::Work& work, const Lists& lists, const std::string& path) {
    std::vector<engine::ComputedFile> files;
    files.push_back({path, std::make_unique<CodedRows>(lists)});
    TRY(work.write_computed(coded_columns(), std::move(files), 1));
    catalog::TableFiles table;
    table.name = coded_name;
    for (const engine::ComputedColumn& column : coded_columns())
        table.columns.push_back({column.name, column.type, ""});
    table.files = {path};
    table.scan.by_field_id = true;
    return work.add_table(table);
}

catalog::Provenance provenance_of(
    PinnedTables& tables,
    const std::string& run,
    const std::vector<engine::ResultColumn>& columns,
    std::int64_t rows
) {
    catalog::Provenance provenance;
    provenance.run = run;
    for (const auto& [table, version] : tables.versions())
        provenance.inputs.push_back({table, version});
    for (const engine::ResultColumn& column : columns)
        provenance.columns.push_back({column.name, column.type, ""});
    provenance.rows_in = rows;
    return provenance;
}

}  // namespace

Result<void> write_lists(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const Lists& lists,
    std::int64_t version
) {
    lake::Lake& lake = *parts.lake;
    engine::Work& work = tables.work();
    const Scratch coded = TRY(Scratch::make(lake));
    TRY(add_coded(work, lists, coded.path()));
    const std::string sql = lists_sql(spec, version, parts.clock->now());
    const auto columns = TRY(work.columns(sql));
    Scratch scratch = TRY(Scratch::make(lake));
    engine::WriteOptions options;
    options.path = scratch.path();
    const auto written = TRY(work.write(sql, options));
    const std::string dataset = dataset_of(spec.package);
    const std::string path = dataset + "/list=" + list_name(spec.kind) + "/" + spec.name + "-" +
                             std::to_string(version) + ".parquet";
    lake::DataFile file = TRY(lake.adopt(scratch.path(), path, written.at(0).row_count));
    scratch.adopted();
    file.partition = {{"list", list_name(spec.kind)}};
    lake::Commit commit;
    commit.add.push_back(file);
    commit.remove_if = [list = std::string(list_name(spec.kind))](const lake::DataFile& one) {
        const auto found = one.partition.find("list");
        return found != one.partition.end() && found->second == list;
    };
    commit.run = "model " + spec.text() + " version " + std::to_string(version);
    commit.extra =
        catalog::to_json(provenance_of(tables, commit.run, columns, written.at(0).row_count));
    const auto committed = lake.commit(dataset, commit, std::nullopt);
    if (!committed.ok()) {
        static_cast<void>(lake.discard(path).ok());
        return committed.error();
    }
    return parts.engine->publish_table(TRY(parts.catalog->files({spec.package, table_name})));
}

void show_lists(const ModelParts& parts) {
    std::set<std::string> packages;
    for (const ModelSpec& spec : parts.models)
        if (has_lists(spec)) packages.insert(spec.package);
    for (const std::string& package : packages) {
        const auto current = parts.lake->current(dataset_of(package));
        if (!current.ok() || current->number == 0) continue;
        const auto files = parts.catalog->files({package, table_name});
        const auto shown =
            files.ok() ? parts.engine->publish_table(*files) : Result<void>(files.error());
        if (!shown.ok()) {
            log::warn(
                "a table of recommendations cannot be shown",
                {{"package", package}, {"reason", shown.error().describe()}}
            );
        }
    }
}

std::vector<catalog::Declaration> declare_lists(const std::vector<ModelSpec>& models) {
    std::vector<catalog::Declaration> tables;
    std::set<std::string> packages;
    for (const ModelSpec& spec : models) {
        if (!has_lists(spec) || !packages.insert(spec.package).second) continue;
        catalog::Declaration table;
        table.name = {spec.package, table_name};
        table.kind = catalog::Kind::Asset;
        table.layer = "mart";
        table.dataset = dataset_of(spec.package);
        table.description = "What models recommend to each user, as of their last training.";
        table.grain = "one row for each list, user and product in it";
        table.partition_by = {"list"};
        table.columns = {
            {"list", "", "again: bought before; new: never bought."},
            {"rank", "", "1 is the best."},
            {"score", "", "Of again a probability, else greater is better."}
        };
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace tradewind::model

#include "model/batch_table.h"

#include <set>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "base/time.h"
#include "model/made_table.h"

namespace tradewind::model {

namespace {

constexpr const char* table_name = "recommendations";
const catalog::TableName coded_name{"learning", "lists"};

std::string dataset_of(const std::string& package, const std::string& table) {
    return "mart/" + package + "/" + table;
}

bool has_lists(const ModelSpec& spec) {
    return spec.kind == Kind::BuyAgain || spec.kind == Kind::TryFirst;
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

std::string scores_name(const ModelSpec& spec) {
    return spec.name + "_scores";
}

// Probabilities of rows, by the rows' codes.
class CodedScores : public engine::ComputedRows {
public:
    explicit CodedScores(const std::vector<float>& scores) : scores_(scores) {}

    Result<std::size_t> next(
        const std::vector<engine::ComputedValues>& columns, std::size_t rows_max
    ) override {
        std::size_t row = 0;
        for (; row < rows_max && at_ < scores_.size(); ++row, ++at_) {
            columns[0].integers[row] = static_cast<std::int64_t>(at_);
            columns[1].reals[row] = static_cast<double>(scores_[at_]);
        }
        return row;
    }

private:
    const std::vector<float>& scores_;
    std::size_t at_ = 0;
};

}  // namespace

Result<void> write_lists(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const Lists& lists,
    std::int64_t version
) {
    const Scratch coded = TRY(Scratch::make(*parts.lake));
    TRY(add_computed(
        tables.work(), coded_name, coded_columns(), std::make_unique<CodedRows>(lists), coded.path()
    ));
    MadeTable made;
    made.name = {spec.package, table_name};
    made.dataset = dataset_of(spec.package, table_name);
    made.file = spec.name + "-" + std::to_string(version);
    made.partition = {{"list", list_name(spec.kind)}};
    made.run = "model " + spec.text() + " version " + std::to_string(version);
    return publish_rows(parts, tables, made, lists_sql(spec, version, parts.clock->now()));
}

Result<void> write_scores(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const std::vector<float>& scores,
    std::int64_t version
) {
    const Scratch coded = TRY(Scratch::make(*parts.lake));
    const std::vector<engine::ComputedColumn> columns{
        {"code", "BIGINT", false, false, std::nullopt},
        {"score", "DOUBLE", true, false, std::nullopt}
    };
    TRY(add_computed(
        tables.work(), coded_name, columns, std::make_unique<CodedScores>(scores), coded.path()
    ));
    MadeTable made;
    made.name = {spec.package, scores_name(spec)};
    made.dataset = dataset_of(spec.package, scores_name(spec));
    made.file = spec.name + "-" + std::to_string(version);
    made.run = "model " + spec.text() + " version " + std::to_string(version);
    const std::string id = quote_name(spec.rows->id);
    return publish_rows(
        parts,
        tables,
        made,
        "SELECT r." + id + ", s.score AS probability, s.score > " + std::to_string(spec.threshold) +
            " AS likely, CAST(" + std::to_string(version) + " AS BIGINT) AS model_version, CAST(" +
            quote_literal(format_sql(parts.clock->now())) +
            " AS TIMESTAMP) AS scored_at FROM learning.lists s JOIN learning.row_codes r ON r.code "
            "= s.code ORDER BY s.code"
    );
}

namespace {

void show(const ModelParts& parts, const catalog::TableName& name) {
    const auto current = parts.lake->current(dataset_of(name.schema, name.table));
    if (!current.ok() || current->number == 0) return;
    const auto files = parts.catalog->files(name);
    const auto shown =
        files.ok() ? parts.engine->publish_table(*files) : Result<void>(files.error());
    if (shown.ok()) return;
    log::warn(
        "a table that a model wrote cannot be shown",
        {{"table", name.text()}, {"reason", shown.error().describe()}}
    );
}

catalog::Declaration declare_scores(const ModelSpec& spec) {
    catalog::Declaration table;
    table.name = {spec.package, scores_name(spec)};
    table.kind = catalog::Kind::Asset;
    table.layer = "mart";
    table.dataset = dataset_of(spec.package, scores_name(spec));
    table.description = "What the model " + spec.name + " says of each row of " +
                        spec.rows->table.text() + ", as of its last training.";
    table.grain = "one row for each " + spec.rows->id;
    table.columns = {
        {"probability", "", "That the label is 1."},
        {"likely", "", "The probability is above the model's threshold."}
    };
    return table;
}

}  // namespace

void show_lists(const ModelParts& parts) {
    std::set<std::string> packages;
    for (const ModelSpec& spec : parts.models) {
        if (has_lists(spec)) packages.insert(spec.package);
        if (spec.rows) show(parts, {spec.package, scores_name(spec)});
    }
    for (const std::string& package : packages) show(parts, {package, table_name});
}

std::vector<catalog::Declaration> declare_lists(const std::vector<ModelSpec>& models) {
    std::vector<catalog::Declaration> tables;
    std::set<std::string> packages;
    for (const ModelSpec& spec : models) {
        if (spec.rows) tables.push_back(declare_scores(spec));
        if (!has_lists(spec) || !packages.insert(spec.package).second) continue;
        catalog::Declaration table;
        table.name = {spec.package, table_name};
        table.kind = catalog::Kind::Asset;
        table.layer = "mart";
        table.dataset = dataset_of(spec.package, table_name);
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

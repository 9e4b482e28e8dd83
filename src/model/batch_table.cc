#include "model/batch_table.h"

#include <set>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "base/time.h"
#include "model/classify.h"
#include "model/learnt_rows.h"
#include "model/made_table.h"

namespace tradewind::model {

namespace {

const catalog::TableName coded_name{"learning", "lists"};

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

std::string columns_of_scores(const ModelSpec& spec) {
    const std::string id = "r." + quote_name(spec.rows->id);
    return spec.rows->time == spec.rows->id ? id : id + ", r." + quote_name(spec.rows->time);
}

MadeTable made_table(const ModelSpec& spec, const catalog::TableName& name, std::int64_t version) {
    MadeTable made;
    made.name = name;
    made.dataset = made_dataset(name);
    made.file = spec.name + "-" + std::to_string(version);
    made.run = "model " + spec.text() + " version " + std::to_string(version);
    return made;
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
    MadeTable made = made_table(spec, recommendations_table(spec), version);
    made.partition = {{"list", list_name(spec.kind)}};
    return publish_rows(parts, tables, made, lists_sql(spec, version, parts.clock->now()));
}

namespace {

// The scores as learning.lists, for a statement that joins them.
Result<Scratch> add_scores(
    const ModelParts& parts,
    PinnedTables& tables,
    const std::vector<float>& scores,
    const catalog::TableName& name
) {
    Scratch coded = TRY(Scratch::make(*parts.lake));
    const std::vector<engine::ComputedColumn> columns{
        {"code", "BIGINT", false, false, std::nullopt},
        {"score", "DOUBLE", true, false, std::nullopt}
    };
    TRY(add_computed(
        tables.work(), name, columns, std::make_unique<CodedScores>(scores), coded.path()
    ));
    return coded;
}

std::string version_sql(std::int64_t version) {
    return "CAST(" + std::to_string(version) + " AS BIGINT) AS model_version";
}

std::string joined_sql(const catalog::TableName& scores, const catalog::TableName& rows) {
    return " FROM " + scores.text() + " s JOIN " + rows.text() +
           " r ON r.tw_code = s.code ORDER BY s.code";
}

}  // namespace

Result<void> write_scores(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const std::vector<float>& scores,
    std::int64_t version
) {
    const catalog::TableName coded{"learning", "scores"};
    const Scratch file = TRY(add_scores(parts, tables, scores, coded));
    const Timestamp now = parts.clock->now();
    MadeTable made = made_table(spec, scores_table(spec), version);
    made.file += "-" + std::to_string(now.micros);  // one version may score more than once
    return publish_rows(
        parts,
        tables,
        made,
        "SELECT " + columns_of_scores(spec) + ", s.score AS probability, s.score > " +
            std::to_string(spec.threshold) + " AS likely, " + version_sql(version) + ", CAST(" +
            quote_literal(format_sql(now)) + " AS TIMESTAMP) AS scored_at" +
            joined_sql(coded, row_codes_name())
    );
}

Result<void> write_learnt(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const std::vector<float>& scores,
    std::int64_t version
) {
    const catalog::TableName coded{"learning", "learnt_scores"};
    const Scratch file = TRY(add_scores(parts, tables, scores, coded));
    const std::string rows = quoted(spec.features->table);
    std::string columns;
    for (const auto& column : TRY(tables.work().columns("SELECT * FROM " + rows)))
        columns += "r." + quote_name(column.name) + ", ";
    return publish_rows(
        parts,
        tables,
        made_table(spec, learnt_table(spec), version),
        "SELECT " + columns + "s.score AS probability, r.held_out, " + version_sql(version) +
            joined_sql(coded, learnt_rows_name())
    );
}

namespace {

void show(const ModelParts& parts, const catalog::TableName& name) {
    const auto current = parts.lake->current(made_dataset(name));
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

}  // namespace

void show_lists(const ModelParts& parts) {
    std::set<catalog::TableName> tables;
    for (const ModelSpec& spec : parts.models) {
        if (has_lists(spec)) tables.insert(recommendations_table(spec));
        if (spec.rows) tables.insert(scores_table(spec));
        if (has_learnt(spec)) tables.insert(learnt_table(spec));
    }
    for (const catalog::TableName& name : tables) show(parts, name);
}

}  // namespace tradewind::model

#include "draft/draft.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "draft/asset_file.h"
#include "draft/checks.h"
#include "draft/clean.h"
#include "draft/fields.h"
#include "draft/find.h"
#include "draft/keys.h"
#include "draft/patterns.h"
#include "draft/rows.h"
#include "draft/source_file.h"
#include "draft/trial.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

// Schemas that are there already.
constexpr std::string_view taken_schemas[] = {
    "raw", "system", "quarantine", "main", "temp", "information_schema", "pg_catalog"
};

Result<std::string> package_name(const DraftRequest& request) {
    const std::string& wanted = request.package;
    std::string name = plain_name(wanted.empty() ? os::base_name(request.folder) : wanted);
    if (!wanted.empty() && wanted != name) {
        return Error(ErrorCode::InvalidArgument, "'" + wanted + "' is no name for a package")
            .with_hint("Lower-case letters, digits and _, a letter first, at most 60.");
    }
    const bool taken = std::ranges::find(taken_schemas, name) != std::end(taken_schemas);
    if (!wanted.empty() && taken) {
        return Error(ErrorCode::InvalidArgument, "a package cannot be called " + name)
            .with_hint("The platform's own tables have that schema.");
    }
    if (name.empty()) return std::string("my_data");
    return taken ? name + "_data" : name;
}

class Drafting {
public:
    Drafting(const DraftRequest& request, os::Filesystem& files, os::Clock& clock)
        : request_(request), scratch_(request, files, clock) {}

    Result<Draft> run() {
        draft_.package = TRY(package_name(request_));
        TRY(scratch_.open());
        Found found = TRY(find_tables(scratch_));
        draft_.remarks = std::move(found.remarks);
        for (std::size_t i = 0; i < found.tables.size(); ++i) TRY(begin_table(found.tables, i));
        if (tables_.empty()) return nothing_found();
        rows_ = TRY(Rows::open(scratch_));
        TRY(learn_all());
        if (tables_.empty()) return nothing_found();
        TRY(learn_relations(*rows_, tables_));
        write();
        return std::move(draft_);
    }

private:
    Error nothing_found() const {
        std::string detail;
        for (std::size_t i = 0; i < std::min<std::size_t>(draft_.remarks.size(), 5); ++i)
            detail += (i == 0 ? "" : "; ") + draft_.remarks[i];
        return Error(
                   ErrorCode::InvalidArgument,
                   "nothing in " + printable(request_.folder) + " could be understood as a table"
        )
            .with_detail(detail.empty() ? "There is no file in it." : detail + ".")
            .with_hint(
                "CSV, JSON, NDJSON, Parquet and XLSX files are understood, packed with gzip "
                "or zstd too."
            );
    }

    // After its folder, as the crawl has it; but files of the drafted folder itself say more by
    // their own names than that does.
    std::string source_name(const FoundTable& found) {
        std::string name = plain_name(found.name);
        const std::string begin = plain_name(common_begin(found));
        if (found.root == request_.folder && !begin.empty()) name = begin;
        if (name.empty()) name = "table";
        if (name == "import" || request_.taken.contains(name)) name = draft_.package + "_" + name;
        const std::string first = name;
        const auto taken = [&] {
            return request_.taken.contains(name) ||
                   std::ranges::any_of(tables_, [&](const Table& t) { return t.source == name; });
        };
        for (int i = 2; taken(); ++i) name = first + "_" + std::to_string(i);
        return name;
    }

    Result<void> begin_table(const std::vector<FoundTable>& found, std::size_t index) {
        Table table;
        table.found = found[index];
        if (table.found.files.empty()) return {};
        table.source = source_name(table.found);
        table.patterns = file_patterns(found, index);
        draft_fields(table);
        const std::string source = table.source;
        if (!TRY(understood(
                source, table.fields.empty() ? Result<void>() : try_contract(scratch_, table)
            )))
            return {};
        if (table.fields.empty()) {
            draft_.remarks.push_back(
                table.source + ": no column of it can be part of a contract (" +
                join(table.left_out, "; ") + ")"
            );
            return {};
        }
        tables_.push_back(std::move(table));
        return {};
    }

    // What is wrong with one table is told and keeps nothing from the others; what is wrong with
    // the machine ends the draft.
    Result<bool> understood(const std::string& source, const Result<void>& tried) {
        if (tried.ok()) return true;
        if (tried.error().code() != ErrorCode::InvalidArgument) return tried.error();
        draft_.remarks.push_back(source + ": left out, " + tried.error().describe());
        return false;
    }

    Result<void> learn_all() {
        std::vector<Table> learnt;
        for (Table& table : tables_) {
            if (TRY(understood(table.source, learn(table)))) learnt.push_back(std::move(table));
        }
        tables_ = std::move(learnt);
        return {};
    }

    Result<void> learn(Table& table) {
        TRY(rows_->add_raw(table));
        if (TRY(settle_fields(*rows_, table))) {
            TRY(try_contract(scratch_, table));
            TRY(rows_->add_raw(table));
        }
        table.key = TRY(find_key(*rows_, table));
        if (!table.key.columns.empty()) TRY(rows_->add_raw(table));
        write_clean_sql(table);
        TRY(rows_->add_clean(draft_.package, table));
        table.profile = TRY(rows_->profile({draft_.package, table.source}));
        learn_checks(table);
        return {};
    }

    void remark(const Table& table) {
        for (const std::string& column : table.left_out)
            draft_.remarks.push_back(table.source + ", column " + column);
        for (const std::string& note : table.notes)
            draft_.remarks.push_back(table.source + ": " + note);
        if (table.rejected_count > 0)
            draft_.remarks.push_back(
                table.source + ": " + count_of(table.rejected_count, "row is", "rows are") +
                " malformed and will be dead letters (" + printable(table.rejected_why) + ")"
            );
        if (table.patterns.empty())
            draft_.remarks.push_back(
                table.source +
                ": no pattern of names tells its files from others; import them "
                "with --source " +
                table.source
            );
        if (table.row_count == 0)
            draft_.remarks.push_back(
                table.source + ": there are no rows to learn from, so every field is text"
            );
    }

    void write() {
        draft_.files.push_back(
            {"package.yml",
             "name: " + yaml_text(draft_.package) + "\ndescription: " +
                 yaml_text(
                     "Drafted from the files of " + comment_text(os::base_name(request_.folder)) +
                     "."
                 ) +
                 "\n"}
        );
        const Table* largest = nullptr;
        for (Table& table : tables_) {
            draft_.files.push_back({"sources/" + table.source + ".yml", source_text(table)});
            draft_.files.push_back(clean_asset(table));
            draft_.sources.push_back(
                {table.source,
                 table.found.files.size(),
                 table.row_count,
                 table.fields.size(),
                 table.key.columns,
                 table.checks.size()}
            );
            remark(table);
            const bool larger = largest == nullptr || table.row_count > largest->row_count;
            if (larger && day_mart(table)) largest = &table;
        }
        if (largest != nullptr) write_mart(*largest);
        draft_.files.push_back({"README.md", readme()});
    }

    void write_mart(const Table& table) {
        const bool taken = std::ranges::any_of(tables_, [&](const Table& other) {
            return other.source == table.source + "_by_day";
        });
        if (!taken) draft_.files.push_back(*day_mart(table));
    }

    std::string readme() const {
        std::string text = "# " + draft_.package + "\nDrafted by `tradewind init --from` from " +
                           printable(request_.folder) +
                           ". Everything suggested here holds for those files; read it, and change "
                           "what you know better.\n\n";
        for (const DraftedSource& source : draft_.sources)
            text += "- `raw." + source.name + "` → `" + draft_.package + "." + source.name +
                    "`: " + count_of(source.row_count, "row", "rows") + " of " +
                    count_of(static_cast<std::int64_t>(source.file_count), "file", "files") + "\n";
        if (!draft_.remarks.empty()) text += "\n## Not understood, or left out\n";
        for (const std::string& remark : draft_.remarks) text += "- " + remark + "\n";
        return text;
    }

    const DraftRequest& request_;
    Scratch scratch_;
    std::unique_ptr<Rows> rows_;
    std::vector<Table> tables_;
    Draft draft_;
};

}  // namespace

Result<Draft> draft_package(const DraftRequest& request, os::Filesystem& files, os::Clock& clock) {
    return Drafting(request, files, clock).run();
}

}  // namespace tradewind::draft

#include "draft/keys.h"

#include <algorithm>
#include <set>

#include "base/sql_text.h"
#include "base/text.h"
#include "draft/words.h"
#include "os/filesystem.h"

namespace tradewind::draft {

namespace {

// With fewer rows two columns tell them apart by chance.
constexpr std::int64_t rows_for_pairs = 20;
constexpr std::size_t columns_in_pairs = 8;

struct Candidate {
    std::string name;
    std::int64_t distinct = 0;  // estimated
};

bool names_a_part(std::string_view column) {
    for (const std::string& word : split(column, '_')) {
        for (const char* part : {"line", "position", "pos", "seq", "sequence", "item", "order"}) {
            if (word == part) return true;
        }
    }
    return false;
}

bool is_part_of_a_date(std::string_view name) {
    for (const char* part : {"year", "month", "week", "day", "hour", "date", "dt", "ds"}) {
        if (name == part) return true;
    }
    return false;
}

class KeySearch {
public:
    KeySearch(Rows& rows, const Table& table)
        : rows_(rows), table_(table), from_("raw." + quote_name(table.source)) {}

    Result<Key> run() {
        if (table_.row_count < 2) return Key{};
        TRY(choose_candidates());
        Key key;
        key.columns = TRY(search({}));
        if (!key.columns.empty()) {
            key.why = "unique and never null in all " + format_count(table_.row_count) +
                      " rows: of rows delivered again, the last one counts";
            return key;
        }
        return whole_dumps();
    }

private:
    // Identifiers first, the table's own before others; then dates and numbers of lines.
    Result<void> choose_candidates() {
        std::vector<const Field*> fields;
        for (const Field& field : table_.fields) {
            if (field.required && field.cast.empty() && field.type != "double" &&
                field.type != "boolean" && field.type != "json")
                fields.push_back(&field);
        }
        const auto rank = [&](const Field* field) { return this->rank(*field); };
        std::erase_if(fields, [&](const Field* field) { return rank(field) > 3; });
        std::ranges::stable_sort(fields, {}, rank);
        if (fields.empty()) return {};
        std::vector<std::string> asked;
        for (const Field* field : fields)
            asked.push_back("approx_count_distinct(" + quote_name(field->name) + ")");
        const auto distinct = TRY(rows_.aggregates(from_, asked));
        for (std::size_t i = 0; i < fields.size(); ++i)
            candidates_.push_back(
                {fields[i]->name, parse_integer(distinct[i].value_or("")).value_or(0)}
            );
        return {};
    }

    int rank(const Field& field) const {
        const std::string own = singular(table_.source);
        if (names_an_id(field.name)) {
            return field.name == "id" || field.name.starts_with(own + "_") ? 0 : 1;
        }
        if (field.name == own) return 1;
        const bool first = field.name == table_.fields.front().name;
        if (field.type == "date") return first ? 2 : 3;
        return names_a_part(field.name) && !names_an_amount(field.name) ? 3 : 4;
    }

    // The smallest set of candidates that is unique together with `beside`.
    Result<std::vector<std::string>> search(const std::vector<std::string>& beside) {
        for (const Candidate& one : candidates_) {
            const bool alone = names_an_id(one.name) || one.name == table_.fields.front().name ||
                               one.name == singular(table_.source);
            if (alone && TRY(holds({&one}, beside))) return std::vector{one.name};
        }
        if (table_.row_count < rows_for_pairs) return std::vector<std::string>{};
        const std::size_t count = std::min(candidates_.size(), columns_in_pairs);
        for (std::size_t a = 0; a < count; ++a) {
            for (std::size_t b = a + 1; b < count; ++b) {
                if (TRY(holds({&candidates_[a], &candidates_[b]}, beside)))
                    return in_order({candidates_[a].name, candidates_[b].name});
            }
        }
        for (std::size_t a = 0; a < count; ++a) {
            for (std::size_t b = a + 1; b < count; ++b) {
                for (std::size_t c = b + 1; c < count; ++c) {
                    if (TRY(holds({&candidates_[a], &candidates_[b], &candidates_[c]}, beside)))
                        return in_order(
                            {candidates_[a].name, candidates_[b].name, candidates_[c].name}
                        );
                }
            }
        }
        return std::vector<std::string>{};
    }

    // As the table has its columns.
    std::vector<std::string> in_order(const std::vector<std::string>& names) const {
        std::vector<std::string> ordered;
        for (const Field& field : table_.fields) {
            if (std::ranges::find(names, field.name) != names.end()) ordered.push_back(field.name);
        }
        return ordered;
    }

    Result<bool> holds(
        const std::vector<const Candidate*>& set, const std::vector<std::string>& beside
    ) {
        // Estimates are some percent off; far fewer combinations than rows cannot tell them apart.
        double combinations = beside.empty() ? 1.3 : 1.3 * static_cast<double>(files());
        std::vector<std::string> columns = beside;
        for (const Candidate* one : set) {
            combinations *= static_cast<double>(std::max<std::int64_t>(one->distinct, 1));
            columns.push_back(one->name);
        }
        if (combinations < static_cast<double>(table_.row_count)) return false;
        return rows_.unique(from_, columns);
    }

    std::size_t files() const { return table_.found.files.size(); }

    // `country=UK/`: rows of two folders are two rows, however alike. `day=2024-01-02/` may be
    // dumps.
    bool folders_part_rows() const {
        return std::ranges::any_of(table_.found.folder_keys, [](const FolderKey& key) {
            const bool time = key.type == "DATE" || key.type.starts_with("TIMESTAMP");
            return !time && !names_a_time(key.name) && !is_part_of_a_date(key.name);
        });
    }

    // Each file has the whole table as of its day: most rows are in several files, unchanged.
    Result<Key> whole_dumps() {
        Key key;
        if (files() < 2 || folders_part_rows()) return key;
        const std::vector<std::string> columns = TRY(search({"_source"}));
        if (columns.empty()) return key;
        std::vector<std::string> all;
        for (const Field& field : table_.fields) all.push_back(quote_name(field.name));
        const std::int64_t keys = TRY(count_distinct(columns));
        const std::int64_t rows = TRY(rows_.count(
            "SELECT count(*) FROM (SELECT DISTINCT " + join(all, ", ") + " FROM " + from_ + ")"
        ));
        if (rows * 10 > keys * 12) return key;
        key.columns = columns;
        key.why = "unique in each of the " + format_count(static_cast<std::int64_t>(files())) +
                  " files, which mostly repeat each other's rows: of each, the last one counts";
        return key;
    }

    Result<std::int64_t> count_distinct(const std::vector<std::string>& columns) {
        std::vector<std::string> names;
        for (const std::string& column : columns) names.push_back(quote_name(column));
        return rows_.count(
            "SELECT count(*) FROM (SELECT DISTINCT " + join(names, ", ") + " FROM " + from_ + ")"
        );
    }

    Rows& rows_;
    const Table& table_;
    const std::string from_;
    std::vector<Candidate> candidates_;
};

}  // namespace

Result<Key> find_key(Rows& rows, const Table& table) {
    return KeySearch(rows, table).run();
}

}  // namespace tradewind::draft

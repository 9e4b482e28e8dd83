#include "lookup/table_rows.h"

#include <algorithm>

#include "base/json.h"
#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::lookup {

namespace {

std::string table_sql(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

// The table's column, where an answer's member has the name of another one.
std::string own(const Member& member) {
    return "_tw." + quote_name(member.column);
}

std::string as_text(const Member& member) {
    return "CAST(" + own(member) + " AS STRING)";
}

std::string columns_sql(const std::vector<Member>& columns) {
    std::string list;
    for (const Member& member : columns)
        list += ", " + own(member) + " AS " + quote_name(member.name);
    return list;
}

std::string rest_sql(const catalog::TableName& table, const Member& key, const std::string& order) {
    return " FROM " + table_sql(table) + " AS _tw WHERE " + own(key) + " IS NOT NULL ORDER BY " +
           order;
}

// The bytes of the JSON string at the front, its quotes included; 0: there is none.
std::size_t string_bytes(std::string_view json) {
    if (!json.starts_with('"')) return 0;
    for (std::size_t at = 1; at < json.size(); ++at) {
        if (json[at] == '\\') {
            ++at;
        } else if (json[at] == '"') {
            return at + 1;
        }
    }
    return 0;
}

// Takes "name":"text", off the front and gives the text.
Result<std::string> take_text(std::string_view& line) {
    const Error bad(ErrorCode::Corruption, "a row is not as it was asked for");
    const std::size_t label = string_bytes(line) + 1;
    if (label == 1 || label >= line.size()) return bad;
    line.remove_prefix(label);
    const std::size_t size = string_bytes(line);
    if (size == 0 || size >= line.size()) return bad;
    std::string text = TRY(json::parse(line.substr(0, size)))
    .text();
    line.remove_prefix(size + 1);
    return text;
}

Result<TableRow> cut(std::string_view line, bool with_text) {
    if (!line.starts_with('{') || !line.ends_with('}'))
        return Error(ErrorCode::Corruption, "a row is no object");
    line = line.substr(1, line.size() - 2);
    TableRow row;
    row.key = TRY(take_text(line));
    if (with_text) row.text = TRY(take_text(line));
    row.members = line;
    return row;
}

// Counts what was read against what is held.
class Reader {
public:
    Reader(
        bool with_text,
        const HoldOptions& options,
        const std::function<void(const TableRow& row)>& visit
    )
        : with_text_(with_text), options_(options), visit_(visit) {}

    Result<void> take(std::string_view lines) {
        while (!lines.empty()) {
            const std::size_t end = std::min(lines.find('\n'), lines.size());
            TRY(take_line(lines.substr(0, end)));
            lines.remove_prefix(std::min(end + 1, lines.size()));
        }
        return {};
    }

private:
    Result<void> take_line(std::string_view line) {
        if (line.empty()) return {};
        ++rows_;
        bytes_ += line.size();
        if (rows_ > options_.rows_max || bytes_ > options_.bytes_max) {
            return Error(
                ErrorCode::ResourceExhausted,
                "more than " + format_count(options_.rows_max) + " rows or " +
                    format_bytes(static_cast<std::int64_t>(options_.bytes_max)) +
                    " are not held in memory"
            );
        }
        visit_(TRY(cut(line, with_text_)));
        return {};
    }

    const bool with_text_;
    const HoldOptions& options_;
    const std::function<void(const TableRow& row)>& visit_;
    std::int64_t rows_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace

std::string rows_sql(const Lookup& lookup) {
    std::string order = as_text(lookup.key);
    if (lookup.many) order += ", " + own(*lookup.many) + " NULLS LAST";
    return "SELECT " + as_text(lookup.key) + " AS _key" + columns_sql(lookup.columns) +
           rest_sql(lookup.table, lookup.key, order);
}

std::string rows_sql(const Search& search) {
    std::string text;
    for (const Member& member : search.text) text += ", " + as_text(member);
    std::string order = as_text(search.key);
    if (search.best_by) order = own(*search.best_by) + " DESC NULLS LAST, " + order;
    return "SELECT " + as_text(search.key) + " AS _key, concat_ws(' '" + text + ") AS _text, " +
           own(search.key) + " AS " + quote_name(search.key.name) + columns_sql(search.columns) +
           rest_sql(search.table, search.key, order);
}

Result<void> read_rows(
    engine::Work& work,
    const std::string& sql,
    bool with_text,
    const HoldOptions& options,
    const std::function<void(const TableRow& row)>& visit
) {
    const auto result = TRY(work.query(sql));
    Reader reader(with_text, options, visit);
    std::string lines;
    while (TRY(result->append_rows(engine::ResultFormat::Ndjson, lines)) > 0) {
        TRY(reader.take(lines));
        lines.clear();
    }
    return {};
}

}  // namespace tradewind::lookup

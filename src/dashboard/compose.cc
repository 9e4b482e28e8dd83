#include "dashboard/compose.h"

#include <algorithm>

#include "base/json.h"
#include "base/sql_text.h"
#include "base/text.h"
#include "base/time.h"
#include "dashboard/dates.h"
#include "dashboard/parse.h"

namespace tradewind::dashboard {

namespace {

std::string plain_name(const std::string& name) {
    return is_snake_case(name) ? name : quote_name(name);
}

bool is_whole_number(std::string_view type) {
    return type == "BIGINT" || type == "INTEGER" || type == "SMALLINT" || type == "TINYINT" ||
           type == "INT";
}

bool is_number(std::string_view type) {
    return type.starts_with("DECIMAL") || type == "DOUBLE" || type == "FLOAT";
}

Error no_value(std::string_view type, std::string_view text) {
    return Error(
               ErrorCode::InvalidArgument,
               "'" + std::string(text.substr(0, 64)) + "' is no " + std::string(type)
    )
        .with_hint("Choose from the filter's values.");
}

// Blanks and comments before the first word.
std::size_t begin_of_code(std::string_view sql) {
    std::size_t at = 0;
    while (at < sql.size()) {
        const std::string_view rest = sql.substr(at);
        if (rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\n' ||
            rest.front() == '\r') {
            ++at;
        } else if (rest.starts_with("--")) {
            at = std::min(sql.find('\n', at), sql.size());
        } else if (rest.starts_with("/*")) {
            const std::size_t end = sql.find("*/", at + 2);
            at = end == std::string_view::npos ? sql.size() : end + 2;
        } else {
            break;
        }
    }
    return at;
}

// Where the text goes on after that word; nothing: it does not begin with it.
std::optional<std::size_t> after_word(
    std::string_view sql, std::size_t begin, std::string_view word
) {
    const std::size_t end = begin + word.size();
    if (end >= sql.size() || !equal_ignore_case(sql.substr(begin, word.size()), word))
        return std::nullopt;
    const char next = sql[end];
    const bool part = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                      (next >= '0' && next <= '9') || next == '_';
    return part ? std::nullopt : std::optional(end);
}

int lines_in(std::string_view text) {
    return static_cast<int>(std::ranges::count(text, '\n'));
}

// Writes a CTE for each table, those first whose rows others are filtered by.
class Tables {
public:
    Tables(const Definition& definition, const std::vector<SetFilter>& set)
        : definition_(definition), set_(set) {}

    void add(const std::string& table) {
        if (!done_.insert(table).second) return;
        std::vector<std::string> conditions;
        for (const SetFilter& set : set_) {
            const auto column = std::ranges::find(set.filter->columns, table, &FilterColumn::table);
            if (column == set.filter->columns.end()) continue;
            std::string condition = condition_for(set, *column);
            if (std::ranges::find(conditions, condition) == conditions.end())
                conditions.push_back(std::move(condition));
        }
        write(table, conditions);
    }

    const std::string& text() const { return text_; }
    const std::set<std::string>& done() const { return done_; }

private:
    std::string condition_for(const SetFilter& set, const FilterColumn& column) {
        if (column.of_table.empty()) return condition_of(set, plain_name(column.column));
        add(column.of_table);
        return plain_name(column.column) + " IN (SELECT " + plain_name(column.of_column) +
               " FROM " + plain_name(column.of_table) + ")";
    }

    void write(const std::string& table, const std::vector<std::string>& conditions) {
        text_ += text_.empty() ? "" : ",\n";
        text_ += plain_name(table) + " AS (SELECT * FROM " + definition_.package + "." +
                 plain_name(table);
        for (std::size_t i = 0; i < conditions.size(); ++i)
            text_ += (i == 0 ? " WHERE " : " AND ") + conditions[i];
        text_ += ")";
    }

    const Definition& definition_;
    const std::vector<SetFilter>& set_;
    std::set<std::string> done_;
    std::string text_;
};

// A statement with CTEs of its own gets ours before them.
void put_before(const std::string& tables, const std::string& sql, Composition& composition) {
    const std::size_t begin = begin_of_code(sql);
    auto body = after_word(sql, begin, "WITH");
    std::string head = "WITH ";
    if (body) {
        const std::size_t next = *body + begin_of_code(std::string_view(sql).substr(*body));
        if (const auto recursive = after_word(sql, next, "RECURSIVE")) {
            body = recursive;
            head = "WITH RECURSIVE ";
        }
    }
    const std::string before = head + tables + (body ? ",\n" : "\n");
    const std::size_t from = body.value_or(0);
    composition.lines_before = lines_in(before) - lines_in(std::string_view(sql).substr(0, from));
    composition.sql = before + sql.substr(from);
}

bool knows(const Filter& filter, const std::set<std::string>& tables) {
    return std::ranges::any_of(filter.columns, [&](const FilterColumn& column) {
        return tables.contains(column.table);
    });
}

}  // namespace

bool can_be_chosen(std::string_view type) {
    return type == "STRING" || type == "DATE" || is_whole_number(type) || is_number(type);
}

bool can_be_filtered(const Filter& filter, std::string_view value_type, std::string_view column) {
    const auto number = [](std::string_view type) {
        return is_whole_number(type) || is_number(type);
    };
    if (filter.kind == FilterKind::DateRange)
        return column == "DATE" || column.starts_with("TIMESTAMP");
    return value_type == column || (number(value_type) && number(column));
}

Result<std::string> literal_of(std::string_view type, std::string_view text) {
    if (text.find('\0') != std::string_view::npos || !valid_utf8(text)) return no_value(type, "");
    if (type == "STRING") return quote_literal(text);
    if (is_whole_number(type)) {
        const auto number = parse_integer(text);
        return number ? Result<std::string>(std::to_string(*number)) : no_value(type, text);
    }
    if (is_number(type))
        return json::is_number(text) ? Result<std::string>(std::string(text))
                                     : no_value(type, text);
    if (type == "DATE") return "DATE " + quote_literal(format_date(TRY(parse_day(text))));
    return Error(
        ErrorCode::InvalidArgument, "values of type " + std::string(type) + " cannot be chosen"
    );
}

std::string condition_of(const SetFilter& set, const std::string& column) {
    std::string condition;
    if (set.filter->kind == FilterKind::DateRange) {
        if (!set.range.from.empty())
            condition = column + " >= DATE " + quote_literal(set.range.from);
        if (!set.range.to.empty()) {
            // The column may be a time: the whole last day counts.
            const std::int64_t next = MUST(parse_day(set.range.to)) + 1;
            condition += (condition.empty() ? "" : " AND ") + column + " < DATE " +
                         quote_literal(format_date(next));
        }
        return condition;
    }
    for (const std::string& literal : set.literals)
        condition += (condition.empty() ? "" : ", ") + literal;
    if (!condition.empty()) condition = column + " IN (" + condition + ")";
    if (!set.or_null) return condition;
    if (condition.empty()) return column + " IS NULL";
    return "(" + condition + " OR " + column + " IS NULL)";
}

Composition compose(
    const Definition& definition,
    const std::string& sql,
    const std::set<std::string>& tables,
    const std::vector<SetFilter>& set
) {
    Composition composition;
    for (const SetFilter& one : set)
        (knows(*one.filter, tables) ? composition.applied : composition.ignored)
            .push_back(one.filter->name);
    Tables ctes(definition, set);
    for (const std::string& table : tables) ctes.add(table);
    composition.tables = ctes.done();
    if (ctes.text().empty()) {
        composition.sql = sql;
    } else {
        put_before(ctes.text(), sql, composition);
    }
    return composition;
}

std::string search_sql(
    const std::string& sql, const std::vector<engine::ResultColumn>& columns, std::string_view text
) {
    std::string condition;
    for (const engine::ResultColumn& column : columns) {
        if (column.name != "value" && column.name != "label") continue;
        condition += (condition.empty() ? "" : " OR ") + std::string("instr(lower(CAST(") +
                     column.name + " AS STRING)), lower(" + quote_literal(text) + ")) > 0";
    }
    std::string_view body = trim(sql);
    while (body.ends_with(';')) body = trim(body.substr(0, body.size() - 1));
    return "SELECT * FROM (\n" + std::string(body) + "\n) AS choices WHERE " + condition;
}

}  // namespace tradewind::dashboard

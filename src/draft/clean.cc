#include "draft/clean.h"

#include <algorithm>

#include "base/sql_text.h"
#include "base/text.h"
#include "draft/words.h"
#include "os/filesystem.h"

namespace tradewind::draft {

namespace {

// What is asked of one field; the answers come in this order.
constexpr std::size_t questions = 6;

using Texts = std::vector<std::string>;

std::string one_of(const std::string& name, const Texts& texts) {
    std::string list;
    for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + quote_literal(text);
    return "count_if(" + name + " IN (" + list + "))";
}

std::vector<std::string> ask(const Field& field, const Texts& null_texts) {
    const std::string name = quote_name(field.name);
    std::vector<std::string> list = {"count(*) - count(" + name + ")"};
    if (field.type == "text") {
        list.push_back("count_if(" + name + " <> trim(" + name + "))");
        list.push_back("count_if(trim(" + name + ") = '')");
        list.push_back(null_texts.empty() ? "0" : one_of(name, null_texts));
        list.push_back("count_if(regexp_full_match(" + name + ", '0[0-9]+'))");
        list.push_back(
            "count_if(regexp_full_match(" + name +
            ", '[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?'))"
        );
    } else if (field.type.starts_with("decimal(")) {
        list.push_back("count_if(" + name + " <> trunc(" + name + "))");
    }
    list.resize(questions, "0");
    return list;
}

std::int64_t whole(const std::optional<std::string>& text) {
    return parse_integer(text.value_or("")).value_or(0);
}

bool written_with_one_digit(const std::string& type) {
    return type.ends_with(",1)");
}

// 17850.0: what a program makes of whole numbers when some are missing.
bool is_whole_after_all(const Field& field, std::int64_t fractions) {
    return field.type.starts_with("decimal(") && fractions == 0 &&
           written_with_one_digit(field.type) && !names_money(field.name);
}

void explain_text(Field& field, std::int64_t zeros, std::int64_t dates, std::int64_t row_count) {
    if (!field.why.empty()) return;
    const std::int64_t values = row_count - field.nulls;
    if (values > 0 && dates == values) {
        field.why =
            "dates that can be read in two ways: say formats: [\"%d/%m/%Y\"] or [\"%m/%d/%Y\"]";
    } else if (zeros > 0) {
        field.why = "text, so that leading zeros stay";
    }
}

std::string clean_text(const Field& field, const Texts& null_texts) {
    std::string value = sql_name(field.name);
    if (field.outer_blanks) value = "trim(" + value + ")";
    if (field.blank) value = "nullif(" + value + ", '')";
    if (field.null_texts) {
        for (const std::string& text : null_texts)
            value = "nullif(" + value + ", " + quote_literal(text) + ")";
    }
    if (!field.cast.empty()) value = "CAST(" + value + " AS " + field.cast + ")";
    return value;
}

bool plain_key(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

// As the crawler and other engines read it: signs may be written as in %27, and one word is null.
std::string folder_value(const FolderKey& key, bool escaped) {
    std::string text = "regexp_extract(_source, '(^|/)" + key.key + "=([^/]*)', 2)";
    if (escaped) text = "url_decode(" + text + ")";
    if (key.type == "STRING")
        return "nullif(nullif(" + text + ", ''), '__HIVE_DEFAULT_PARTITION__')";
    return "TRY_CAST(" + text + " AS " + key.type + ")";
}

}  // namespace

Result<bool> settle_fields(Rows& rows, Table& table) {
    std::vector<std::string> asked;
    for (const Field& field : table.fields) {
        for (std::string& question : ask(field, table.found.null_texts))
            asked.push_back(std::move(question));
    }
    if (table.row_count == 0) return false;
    const auto answers = TRY(rows.aggregates("raw." + quote_name(table.source), asked));
    bool changed = false;
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        Field& field = table.fields[i];
        const auto* answer = &answers[i * questions];
        field.nulls = whole(answer[0]);
        field.required = field.nulls == 0;
        if (field.type == "text") {
            field.outer_blanks = whole(answer[1]) > 0;
            field.blank = whole(answer[2]) > 0;
            field.null_texts = whole(answer[3]) > 0;
            explain_text(field, whole(answer[4]), whole(answer[5]), table.row_count);
        } else if (is_whole_after_all(field, whole(answer[1]))) {
            field.type = "bigint";
            field.why = "whole numbers, though written as in 17.0";
            changed = true;
        }
    }
    return changed;
}

void write_clean_sql(Table& table) {
    std::string sql;
    for (const Field& field : table.fields) {
        const std::string value =
            field.type == "text" ? clean_text(field, table.found.null_texts) : sql_name(field.name);
        sql += sql.empty() ? "SELECT " : ",\n       ";
        sql += value;
        if (value != sql_name(field.name)) sql += " AS " + sql_name(field.name);
    }
    const bool escaped = std::ranges::any_of(table.found.files, [](const std::string& path) {
        return os::parent_folder(path).find('%') != std::string::npos;
    });
    for (const FolderKey& key : table.found.folder_keys) {
        const bool taken = std::ranges::any_of(table.fields, [&](const Field& field) {
            return field.name == key.name;
        });
        if (taken || key.name.empty() || !plain_key(key.key)) continue;
        sql += ",\n       " + folder_value(key, escaped) + " AS " + sql_name(key.name);
    }
    table.clean_sql = sql + "\nFROM raw." + sql_name(table.source);
}

}  // namespace tradewind::draft

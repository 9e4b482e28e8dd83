#include "engine/sql_gate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/sql_words.h"
#include "base/text.h"
#include "engine/sql_number.h"
#include "engine/sql_tree.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t json_depth_max = 1000;

// The first word of a statement that does more than read. Which statement the parser means it does
// not say.
Error no_select(std::string_view sql) {
    constexpr std::array readers{
        "select", "with", "from", "values", "table", "describe", "desc", "summarize", "show", "("
    };
    constexpr std::array pivots{"pivot", "unpivot"};
    const SqlWord* odd = nullptr;
    const std::vector<SqlWord> words = sql_words(sql);
    bool begins = true;
    for (const SqlWord& word : words) {
        const auto is = [&](const char* name) { return names(word, name); };
        if (begins && word.text != ";" && std::ranges::none_of(readers, is)) odd = &word;
        if (odd != nullptr) break;
        begins = word.text == ";" && word.depth == 0;
    }
    Error error(ErrorCode::InvalidArgument, "only SELECT statements are allowed");
    const bool pivot = odd != nullptr && std::ranges::any_of(pivots, [&](const char* name) {
                           return names(*odd, name);
                       });
    return std::move(error)
        .with_detail(odd == nullptr ? "" : "It stands at " + place_of(sql, odd->at) + ".")
        .with_hint(
            odd == nullptr || pivot
                ? "A query reads; PIVOT works as SELECT * FROM t PIVOT (… FOR c IN (…))."
                : "A query or an asset is one SELECT, which reads; the platform itself makes the "
                  "tables."
        );
}

Error unreadable(object root, std::string_view sql) {
    const std::string_view kind = text_of(root, "error_type");
    if (kind == "not implemented") return no_select(sql);
    std::string message(text_of(root, "error_message"));
    if (message.starts_with("Max expression depth")) {
        return Error(
            ErrorCode::ResourceExhausted, "the statement is too complex: it is nested too deeply"
        );
    }
    const bool syntax = message.starts_with("syntax error");
    Error error(ErrorCode::InvalidArgument, std::move(message));
    if (!syntax) return error;
    // A column `at` is refused at the word behind it, and the parser says no more.
    return std::move(error).with_hint(
        "A name that is a word of SQL too (at, end, order, …) stands in double quotes."
    );
}

// The engine tells of the statement in JSON, which has no infinity.
Error cannot_be_read(std::string_view sql) {
    const auto number = number_beyond_double(sql);
    if (!number) return Error(ErrorCode::InvalidArgument, "the statement cannot be checked");
    constexpr std::size_t shown_max = 40;
    return Error(
               ErrorCode::InvalidArgument,
               "the number " + std::string(number->text.substr(0, shown_max)) +
                   (number->text.size() > shown_max ? "…" : "") + " is more than a DOUBLE holds"
    )
        .with_detail("It stands at " + place_of(sql, number->offset) + ".")
        .with_hint("Write a smaller one, or 'infinity'::DOUBLE.");
}

// Where the parser stopped, when it says so.
Error with_place(Error error, object root, std::string_view sql) {
    std::string_view position;
    if (root["position"].get(position) != simdjson::SUCCESS) return error;
    const auto offset = parse_integer(position);
    if (!offset || *offset < 0 || static_cast<std::size_t>(*offset) > sql.size()) return error;
    return std::move(error).with_detail(
        "It stands at " + place_of(sql, static_cast<std::size_t>(*offset)) + "."
    );
}

// Where another statement begins; the end: there is none.
std::size_t second_statement(std::string_view sql) {
    bool ended = false;
    for (const SqlWord& word : sql_words(sql)) {
        if (ended && word.text != ";") return word.at;
        ended = ended || word.text == ";";
    }
    return sql.size();
}

Result<void> check_tree(
    std::string_view tree,
    std::string_view sql,
    const PublishedTables& tables,
    std::vector<TableUse>* uses
) {
    simdjson::dom::parser parser;
    if (parser.allocate(tree.size(), json_depth_max) != simdjson::SUCCESS) {
        return Error(ErrorCode::ResourceExhausted, "no memory to check the statement");
    }
    object root;
    const simdjson::error_code code = parser.parse(tree.data(), tree.size()).get(root);
    if (code == simdjson::DEPTH_ERROR || code == simdjson::CAPACITY) {
        return Error(
            ErrorCode::ResourceExhausted, "the statement is too complex: it is nested too deeply"
        );
    }
    if (code != simdjson::SUCCESS) return cannot_be_read(sql);
    bool failed = true;
    if (root["error"].get(failed) != simdjson::SUCCESS || failed)
        return with_place(unreadable(root, sql), root, sql);
    array statements;
    if (root["statements"].get(statements) != simdjson::SUCCESS || statements.size() != 1) {
        const std::size_t at = second_statement(sql);
        return Error(ErrorCode::InvalidArgument, "exactly one statement is allowed")
            .with_detail(at == sql.size() ? "" : "It stands at " + place_of(sql, at) + ".")
            .with_hint("Send one SELECT at a time; parts of it can be named by WITH.");
    }
    const object statement = statements.at(0);
    array parameters;
    if (statement["named_param_map"].get(parameters) == simdjson::SUCCESS &&
        parameters.size() > 0) {
        return Error(ErrorCode::InvalidArgument, "parameters such as ? and $1 are not allowed")
            .with_hint("Write the value itself.");
    }
    object node;
    if (statement["node"].get(node) != simdjson::SUCCESS) {
        return Error(ErrorCode::InvalidArgument, "only SELECT statements are allowed");
    }
    TreeWalk walk(sql, tables, uses);
    TRY(walk.query(node));
    return walk.check_growth();
}

// Where the first token stands, after blanks and comments.
std::size_t statement_begin(std::string_view sql) {
    std::size_t at = 0;
    while (at < sql.size()) {
        const std::string_view rest = sql.substr(at);
        if (rest.starts_with("--")) {
            at += std::min(rest.find('\n'), rest.size());
        } else if (rest.starts_with("/*")) {
            const std::size_t end = rest.find("*/", 2);
            if (end == std::string_view::npos) return sql.size();
            at += end + 2;
        } else if (rest[0] == ' ' || (rest[0] >= '\t' && rest[0] <= '\r')) {
            ++at;
        } else {
            break;
        }
    }
    return at;
}

bool is_word_character(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

// CTEs that are written out wherever they are used double a plan with each step (16: 7 s of
// planning), and the parse tree does not tell them from others (both 1.5.5). So the text decides:
// MATERIALIZED stands after AS and blanks, or not at all.
Result<void> check_materialized(std::string_view sql) {
    constexpr std::string_view word = "materialized";
    const std::string text = to_lower_ascii(sql);
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if (at > 0 && is_word_character(text[at - 1])) continue;
        if (end < text.size() && is_word_character(text[end])) continue;
        const std::size_t before = text.find_last_not_of(" \t", at == 0 ? 0 : at - 1);
        const bool as = at > 0 && before != std::string::npos && before + 1 < at && before >= 2 &&
                        text.compare(before - 1, 2, "as") == 0 &&
                        !is_word_character(text[before - 2]);
        if (as) continue;
        return Error(ErrorCode::InvalidArgument, "NOT MATERIALIZED is not allowed here")
            .with_detail("It stands at " + place_of(sql, at) + ".")
            .with_hint("Leave it out: the engine decides by itself.");
    }
    return {};
}

}  // namespace

Result<void> check_sql_text(std::string_view sql) {
    if (sql.size() > user_sql_bytes_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            "the statement is longer than " + format_bytes(user_sql_bytes_max)
        );
    }
    if (trim(sql).empty()) return Error(ErrorCode::InvalidArgument, "the statement is empty");
    if (sql.find('\0') != std::string_view::npos) {
        return Error(ErrorCode::InvalidArgument, "the statement holds a NUL byte");
    }
    if (!valid_utf8(sql)) return Error(ErrorCode::InvalidArgument, "the statement is not UTF-8");
    return check_materialized(sql);
}

std::optional<ExplainedSelect> split_explain(std::string_view sql) {
    constexpr std::string_view word = "explain";
    const std::size_t begin = statement_begin(sql);
    const std::string_view rest = sql.substr(begin);
    if (rest.size() <= word.size() || !equal_ignore_case(rest.substr(0, word.size()), word))
        return std::nullopt;
    if (is_word_character(rest[word.size()])) return std::nullopt;
    ExplainedSelect parts;
    for (const char c : sql.substr(0, begin)) parts.select.push_back(c == '\n' ? '\n' : ' ');
    parts.whole = parts.select + "EXPLAIN";
    parts.select.append(word.size(), ' ');
    parts.select += rest.substr(word.size());
    parts.whole += rest.substr(word.size());
    return parts;
}

Result<void> check_sql_tree(
    std::string_view tree,
    std::string_view sql,
    const PublishedTables& tables,
    std::vector<TableUse>* uses
) {
    try {
        return check_tree(tree, sql, tables, uses);
    } catch (const simdjson::simdjson_error& failure) {
        // A tree of another shape than we know: refuse what cannot be judged.
        return Error(ErrorCode::InvalidArgument, "the statement cannot be checked")
            .with_detail(failure.what());
    }
}

}  // namespace tradewind::engine

#include "engine/workbook_write.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t columns_max = 16'384;
constexpr std::size_t sheet_name_max = 31;

// What XML cannot hold is written as the format's own escapes, and what looks like one is escaped
// too: _x001F_ is read back as the character, _x005F_x0041_ as "_x0041_".
constexpr const char* not_in_xml = R"([\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}])";
constexpr const char* like_an_escape = "_(x[0-9A-Fa-f]{4}_)";

std::string refusal(const std::string& column, const std::string& what, const std::string& advice) {
    return "error(" + quote_literal("column " + column + " has " + what + "\n" + advice) + ")";
}

std::string unless(
    const std::string& condition, const std::string& refused, const std::string& value
) {
    return "CASE WHEN " + condition + " THEN " + refused + " ELSE " + value + " END";
}

// Sheets count UTF-16 units; only texts with that many bytes are counted.
std::string too_long(const std::string& text) {
    return "strlen(" + text + ") > 32767 AND length(" + text + ") + length(regexp_replace(" + text +
           R"(, '[^\x{10000}-\x{10FFFF}]', '', 'g')) > 32767)";
}

std::string escaped(const std::string& text) {
    const std::string plain =
        "regexp_replace(" + text + ", '" + like_an_escape + R"(', '_x005F_\1', 'g'))";
    const std::string letters = "list_transform(string_split(" + plain +
                                ", ''), lambda letter: CASE WHEN regexp_matches(letter, '" +
                                not_in_xml +
                                "') THEN printf('_x%04X_', unicode(letter)) ELSE letter END)";
    return "CASE WHEN regexp_matches(" + text + ", '" + not_in_xml + "|" + like_an_escape +
           "') THEN array_to_string(" + letters + ", '') ELSE " + text + " END";
}

std::string text_cell(const std::string& column, const std::string& text) {
    return unless(
        too_long(text),
        refusal(
            column,
            "a text of more than 32,767 characters, which no cell can hold",
            "Cut it in the statement, or write csv."
        ),
        escaped(text)
    );
}

std::string day_cell(const std::string& column, const std::string& day) {
    return unless(
        day + " < DATE '1900-03-01' OR " + day + " >= DATE '10000-01-01' OR NOT isfinite(" + day +
            ")",
        refusal(
            column,
            "a date outside of 1900-03-01 to 9999-12-31, which no cell can hold",
            "Cast it to text in the statement, or write csv."
        ),
        day
    );
}

std::string double_cell(const std::string& column, const std::string& number) {
    return unless(
        "NOT isfinite(" + number + ")",
        refusal(
            column,
            "a number that is infinite or none (NaN), which no cell can hold",
            "Make it null in the statement, as nullif() does with a divisor, or write csv."
        ),
        number
    );
}

bool is_number(std::string_view type) {
    return type == "TINYINT" || type == "SMALLINT" || type == "INTEGER" || type == "BIGINT" ||
           type.starts_with("DECIMAL(");
}

bool is_nested(std::string_view type) {
    return type.find('<') != std::string_view::npos;
}

std::string cell(const ResultColumn& column) {
    const std::string name = quote_name(column.name);
    const std::string& type = column.type;
    if (is_number(type) || type == "BOOLEAN" || type == "TIME") return name;
    if (type == "FLOAT" || type == "DOUBLE") return double_cell(column.name, name);
    if (type == "DATE") return day_cell(column.name, name);
    // A cell has no zone: the instant as the clocks of UTC show it.
    if (type.starts_with("TIMESTAMP"))
        return day_cell(column.name, "CAST(" + name + " AS TIMESTAMP)");
    if (is_nested(type)) return text_cell(column.name, "CAST(to_json(" + name + ") AS VARCHAR)");
    return text_cell(column.name, "CAST(" + name + " AS VARCHAR)");
}

std::string sheet_name(std::string name) {
    constexpr std::string_view refused = R"([]:*?/\')";
    std::ranges::replace_if(
        name,
        [&](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte < ' ' || byte >= 127 || refused.find(c) != std::string_view::npos;
        },
        '_'
    );
    return name.empty() ? "Sheet1" : name.substr(0, sheet_name_max);
}

Result<void> check_columns_of_sheet(const std::vector<ResultColumn>& shape) {
    if (shape.size() > columns_max) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "there are " + format_count(static_cast<std::int64_t>(shape.size())) +
                       " columns, and a sheet has 16,384 at most"
        )
            .with_hint("Choose fewer in the statement, or write csv or parquet.");
    }
    for (const ResultColumn& column : shape) {
        const bool control = std::ranges::any_of(column.name, [](char c) {
            return static_cast<unsigned char>(c) < ' ';
        });
        if (!control) continue;
        return Error(ErrorCode::InvalidArgument, "a column's name has a control character in it")
            .with_hint("Name it otherwise, with AS.");
    }
    return {};
}

}  // namespace

Result<std::string> workbook_copy_sql(
    const std::string& sql, const std::vector<ResultColumn>& shape, const WriteOptions& options
) {
    TRY(check_columns_of_sheet(shape));
    std::string cells;
    for (const ResultColumn& column : shape)
        cells += (cells.empty() ? "" : ", ") + cell(column) + " AS " + quote_name(column.name);
    return "COPY (SELECT " + cells + " FROM (" + sql + "\n)) TO " + quote_literal(options.path) +
           " (FORMAT xlsx, HEADER " + (options.header ? "true" : "false") + ", SHEET " +
           quote_literal(sheet_name(options.sheet)) + ")";
}

Error workbook_failure(Error error) {
    if (error.message().find("Sheet row limit") == std::string::npos) return error;
    return Error(
               ErrorCode::InvalidArgument,
               "there are more rows than a sheet can hold: 1,048,576 with the header"
    )
        .with_hint(
            "Choose fewer in the statement, spread them over several exports, or write csv "
            "or parquet."
        );
}

}  // namespace tradewind::engine

#include "recipe/macros.h"

#include "base/check.h"

namespace tradewind::recipe {

const std::vector<Macro>& macros() {
    static const std::vector<Macro> all = {
        {"regex_matches",
         "regexp_matches($1, $2)",
         "regexp_like($1, $2)",
         "some part of the text matches"},
        {"regex_replace",
         "regexp_replace($1, $2, $3, 'g')",
         "regexp_replace($1, $2, $4)",
         "every match replaced; groups are \\1 here and $1 there"},
        {"split_part",
         "string_split($1, $2)[$3]",
         "try_element_at(split($1, $4, -1), $3)",
         "the n-th part of a text, null when there are fewer"},
        {"split_rows",
         "unnest(string_split($1, $2))",
         "explode(split($1, $3, -1))",
         "a row for each part of a text"},
        {"title_case",
         "array_to_string(list_transform(string_split($1, ' '), lambda word: upper(left(word, 1)) "
         "|| "
         "lower(substr(word, 2))), ' ')",
         "initcap($1)",
         "each word with a capital"},
        {"parse_time",
         "strptime($1, $2)",
         "to_timestamp_ntz($1, $3)",
         "text to timestamp, or an error"},
        {"try_parse_time",
         "try_strptime($1, $2)",
         "CAST(try_to_timestamp($1, $3) AS TIMESTAMP)",
         "text to timestamp, or null"},
        {"format_time", "strftime($1, $2)", "date_format($1, $3)", "timestamp to text"},
        {"convert_zone",
         "timezone($3, timezone($2, $1))",
         "convert_timezone($2, $3, $1)",
         "the wall clock of another zone"},
        {"iso_weekday", "isodow($1)", "weekday($1) + 1", "Monday is 1, Sunday 7"},
        {"whole_units",
         "date_sub('$1', $2, $3)",
         "timestampdiff($1, $2, $3)",
         "whole units from one time to another"},
        {"shift_time",
         "date_add($3, INTERVAL ($2) $1)",
         "timestampadd($1, $2, $3)",
         "a time moved by so many units"},
        {"quantile", "quantile_cont($1, $2)", "percentile($1, $2)", "between two values: linear"},
        {"last_known",
         "last_value($1 IGNORE NULLS)",
         "last_value($1) IGNORE NULLS",
         "the last value so far that is not null"},
        {"sha256", "sha256($1)", "sha2($1, 256)", "64 hexadecimal digits"},
        {"json_text",
         "CASE WHEN json_valid($1) THEN json_extract_string($1, $2) END",
         "get_json_object($1, $3)",
         "a value of a JSON text, null when there is none"},
        {"json_rows",
         "unnest(CASE WHEN json_valid($1) THEN json_extract_string($1, '$$[*]') END)",
         "explode(from_json($1, 'array<string>'))",
         "a row for each item of a JSON array"},
    };
    return all;
}

std::string expand_macro(
    std::string_view name, const std::vector<std::string>& arguments, Dialect dialect
) {
    for (const Macro& macro : macros()) {
        if (macro.name != name) continue;
        const std::string_view text = dialect == Dialect::Plain ? macro.plain : macro.spark;
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '$' || i + 1 == text.size()) {
                out += text[i];
                continue;
            }
            ++i;
            if (text[i] == '$') {
                out += '$';
                continue;
            }
            const auto index = static_cast<std::size_t>(text[i] - '1');
            CHECK(index < arguments.size());
            out += arguments[index];
        }
        return out;
    }
    fail_check("there is a macro of that name", std::string(name).c_str());
}

}  // namespace tradewind::recipe

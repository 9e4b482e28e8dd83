#include "draft/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::draft {

namespace {

constexpr std::size_t name_bytes_max = 60;
constexpr std::size_t comment_bytes_max = 160;

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_plain(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c);
}

using Letter = std::pair<std::string_view, std::string_view>;
// Letters of European languages, in lower and upper case, and what they are written with in ASCII.
constexpr Letter letters[] = {
    {"à", "a"}, {"á", "a"},  {"â", "a"},  {"ã", "a"}, {"ä", "ae"}, {"å", "a"},  {"æ", "ae"},
    {"ą", "a"}, {"ç", "c"},  {"ć", "c"},  {"č", "c"}, {"ď", "d"},  {"è", "e"},  {"é", "e"},
    {"ê", "e"}, {"ë", "e"},  {"ę", "e"},  {"ě", "e"}, {"ğ", "g"},  {"ì", "i"},  {"í", "i"},
    {"î", "i"}, {"ï", "i"},  {"ı", "i"},  {"ł", "l"}, {"ñ", "n"},  {"ń", "n"},  {"ň", "n"},
    {"ò", "o"}, {"ó", "o"},  {"ô", "o"},  {"õ", "o"}, {"ö", "oe"}, {"ø", "o"},  {"œ", "oe"},
    {"ř", "r"}, {"ś", "s"},  {"š", "s"},  {"ş", "s"}, {"ß", "ss"}, {"ť", "t"},  {"ù", "u"},
    {"ú", "u"}, {"û", "u"},  {"ü", "ue"}, {"ů", "u"}, {"ý", "y"},  {"ÿ", "y"},  {"ź", "z"},
    {"ż", "z"}, {"ž", "z"},  {"À", "A"},  {"Á", "A"}, {"Â", "A"},  {"Ã", "A"},  {"Ä", "Ae"},
    {"Å", "A"}, {"Æ", "Ae"}, {"Ç", "C"},  {"Č", "C"}, {"È", "E"},  {"É", "E"},  {"Ê", "E"},
    {"Ë", "E"}, {"Ì", "I"},  {"Í", "I"},  {"Î", "I"}, {"Ï", "I"},  {"İ", "I"},  {"Ł", "L"},
    {"Ñ", "N"}, {"Ò", "O"},  {"Ó", "O"},  {"Ô", "O"}, {"Õ", "O"},  {"Ö", "Oe"}, {"Ø", "O"},
    {"Š", "S"}, {"Ś", "S"},  {"Ù", "U"},  {"Ú", "U"}, {"Û", "U"},  {"Ü", "Ue"}, {"Ý", "Y"},
    {"Ž", "Z"}, {"Ż", "Z"}
};

std::string in_ascii(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t size = std::max<std::size_t>(utf8_sequence(text), 1);
        const std::string_view letter = text.substr(0, size);
        text.remove_prefix(size);
        if (size == 1) {
            out += letter;
            continue;
        }
        const auto found = std::ranges::find(letters, letter, &Letter::first);
        out += found == std::end(letters) ? std::string_view(" ") : found->second;
    }
    return out;
}

// Where a word begins inside "customerId" and "HTTPStatus".
bool begins_word(std::string_view text, std::size_t at) {
    if (at == 0 || !is_upper(text[at])) return false;
    const char before = text[at - 1];
    if (is_lower(before) || is_digit(before)) return true;
    return is_upper(before) && at + 1 < text.size() && is_lower(text[at + 1]);
}

bool has_word(std::string_view column, std::initializer_list<std::string_view> words) {
    for (const std::string& part : split(column, '_')) {
        if (std::ranges::find(words, part) != words.end()) return true;
    }
    return false;
}

bool ends_in_word(std::string_view column, std::initializer_list<std::string_view> words) {
    const std::vector<std::string> parts = split(column, '_');
    return std::ranges::find(words, parts.back()) != words.end();
}

// What SQL engines reserve, or take for a function without parentheses.
constexpr std::string_view reserved[] = {
    "all",          "analyse",      "analyze",     "and",          "anti",
    "any",          "array",        "as",          "asc",          "asymmetric",
    "at",           "between",      "both",        "by",           "case",
    "cast",         "check",        "collate",     "column",       "constraint",
    "create",       "cross",        "cube",        "current_date", "current_role",
    "current_time", "current_user", "default",     "deferrable",   "delete",
    "desc",         "describe",     "distinct",    "do",           "else",
    "end",          "except",       "exists",      "false",        "fetch",
    "filter",       "for",          "foreign",     "from",         "full",
    "function",     "glob",         "grant",       "group",        "grouping",
    "having",       "ilike",        "in",          "initially",    "inner",
    "insert",       "intersect",    "interval",    "into",         "is",
    "isnull",       "join",         "lambda",      "lateral",      "leading",
    "left",         "like",         "limit",       "localtime",    "localtimestamp",
    "map",          "minus",        "natural",     "not",          "notnull",
    "null",         "offset",       "on",          "only",         "or",
    "order",        "outer",        "over",        "overlaps",     "partition",
    "pivot",        "pivot_longer", "pivot_wider", "placing",      "positional",
    "primary",      "qualify",      "range",       "references",   "returning",
    "right",        "row",          "rows",        "select",       "semi",
    "session_user", "set",          "show",        "similar",      "some",
    "struct",       "summarize",    "symmetric",   "table",        "tablesample",
    "then",         "to",           "trailing",    "true",         "try_cast",
    "union",        "unique",       "unnest",      "unpivot",      "update",
    "user",         "using",        "values",      "variadic",     "verbose",
    "when",         "where",        "window",      "with"
};

constexpr std::string_view yaml_words[] = {
    "true", "false", "yes", "no", "on", "off", "null", "y", "n", "none", "~"
};

bool plain_in_yaml(std::string_view text) {
    if (text.empty() || text.size() > 200 || !(is_lower(text.front()) || is_upper(text.front())))
        return false;
    if (std::ranges::find(yaml_words, to_lower_ascii(text)) != std::end(yaml_words)) return false;
    if (text.back() == ' ') return false;
    return std::ranges::all_of(text, [](char c) {
        return is_plain(c) || c == '_' || c == ' ' || c == '-' || c == '.';
    });
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

}  // namespace

std::string plain_name(std::string_view text) {
    const std::string ascii = in_ascii(text);
    std::string name;
    for (std::size_t i = 0; i < ascii.size() && name.size() < name_bytes_max; ++i) {
        if (begins_word(ascii, i) && !name.empty() && name.back() != '_') name += '_';
        if (is_plain(ascii[i])) {
            name += is_upper(ascii[i]) ? static_cast<char>(ascii[i] - 'A' + 'a') : ascii[i];
        } else if (!name.empty() && name.back() != '_') {
            name += '_';
        }
    }
    while (name.ends_with('_')) name.pop_back();
    if (!name.empty() && !is_lower(name.front())) name.insert(0, "n");
    return name;
}

bool names_an_id(std::string_view column) {
    return ends_in_word(column, {"id",        "ids",  "key",  "no",       "nr",      "num",
                                 "number",    "code", "sku",  "isbn",     "ean",     "gtin",
                                 "upc",       "uuid", "guid", "iban",     "email",   "ref",
                                 "reference", "plz",  "zip",  "postcode", "invoice", "serial"});
}

bool names_money(std::string_view column) {
    return has_word(column, {"price",  "prices",   "cost",    "costs",  "amount", "amt",
                             "total",  "subtotal", "sales",   "fee",    "fees",   "tax",
                             "vat",    "discount", "revenue", "margin", "net",    "gross",
                             "preis",  "betrag",   "kosten",  "umsatz", "prix",   "montant",
                             "precio", "importe",  "salary"});
}

bool names_an_amount(std::string_view column) {
    return names_money(column) || has_word(
                                      column,
                                      {"qty",
                                       "quantity",
                                       "count",
                                       "items",
                                       "pieces",
                                       "units",
                                       "copies",
                                       "stock",
                                       "weight",
                                       "size",
                                       "menge",
                                       "anzahl",
                                       "quantite",
                                       "cantidad",
                                       "hand"}
                                  );
}

bool names_a_time(std::string_view column) {
    return ends_in_word(
        column, {"date", "dt", "day", "time", "at", "on", "timestamp", "datum", "fecha", "created"}
    );
}

std::string singular(std::string_view name) {
    std::string word(name);
    if (word.ends_with("ies") && word.size() > 4) {
        word.replace(word.size() - 3, 3, "y");
    } else if (word.ends_with("ches") || word.ends_with("shes") || word.ends_with("xes") ||
               word.ends_with("sses")) {
        word.resize(word.size() - 2);
    } else if (word.ends_with('s') && !word.ends_with("ss") && word.size() > 2) {
        word.pop_back();
    }
    return word;
}

std::string sql_name(std::string_view name) {
    const bool word = std::ranges::find(reserved, name) != std::end(reserved);
    return word ? quote_name(name) : std::string(name);
}

std::vector<std::string> sql_names(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) out.push_back(sql_name(name));
    return out;
}

std::string yaml_text(std::string_view text) {
    if (plain_in_yaml(text)) return std::string(text);
    std::string quoted;
    json::append_string(quoted, text);
    return quoted;
}

std::string in_comment(std::string yaml) {
    // Texts with such characters are in double quotes, where \/ is a slash.
    replace_all(yaml, "*/", "*\\/");
    return yaml;
}

std::string yaml_list(const std::vector<std::string>& texts, bool bare) {
    if (bare && texts.size() == 1) return yaml_text(texts.front());
    std::vector<std::string> parts;
    for (const std::string& text : texts) parts.push_back(yaml_text(text));
    return "[" + join(parts, ", ") + "]";
}

std::string printable(std::string_view bytes) {
    std::string out;
    while (!bytes.empty()) {
        const std::size_t size = utf8_sequence(bytes);
        const bool control = size == 1 && static_cast<unsigned char>(bytes.front()) < 0x20;
        if (size == 0 || control || bytes.front() == '\x7f') {
            out += size == 0 ? "\xEF\xBF\xBD" : " ";
            bytes.remove_prefix(1);
        } else {
            out += bytes.substr(0, size);
            bytes.remove_prefix(size);
        }
    }
    return out;
}

std::string comment_text(std::string_view text) {
    std::string line = printable(text);
    replace_all(line, "*/", "* /");
    replace_all(line, "/*", "/ *");
    if (line.size() <= comment_bytes_max) return line;
    std::size_t end = comment_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
    return line.substr(0, end) + "…";
}

std::string count_of(std::int64_t count, std::string_view one, std::string_view many) {
    return format_count(count) + " " + std::string(count == 1 ? one : many);
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
    std::string all;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) all += between;
        all += parts[i];
    }
    return all;
}

}  // namespace tradewind::draft

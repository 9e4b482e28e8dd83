#include "crawl/json_record.h"

#include <simdjson.h>

#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "crawl/names.h"

namespace tradewind::crawl {

namespace {

constexpr std::size_t new_column = std::numeric_limits<std::size_t>::max();

void add_value(simdjson::dom::element value, ColumnProfile& profile) {
    switch (value.type()) {
        case simdjson::dom::element_type::STRING:
            return profile.add_json_string(value.get_string().value_unsafe());
        case simdjson::dom::element_type::BOOL:
            return profile.add_json_boolean(value.get_bool().value_unsafe());
        case simdjson::dom::element_type::NULL_VALUE:
            return profile.add_null();
        case simdjson::dom::element_type::ARRAY:
        case simdjson::dom::element_type::OBJECT:
            return profile.add_json_nested(simdjson::minify(value));
        default:
            return profile.add_json_number(simdjson::to_string(value));
    }
}

// Where a string that begins there ends: behind its closing quote, or at the end of the text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

// The same with quotes around whole numbers of more than 64 bits, which the parser refuses and
// which are text in a table anyway.
std::string with_long_integers_quoted(std::string_view text) {
    constexpr std::string_view of_numbers = "+-.0123456789eE";
    std::string quoted;
    for (std::size_t at = 0; at < text.size();) {
        const bool number = text[at] == '-' || (text[at] >= '0' && text[at] <= '9');
        std::size_t end = at + 1;
        if (text[at] == '"') end = end_of_string(text, at);
        if (number) end = std::min(text.find_first_not_of(of_numbers, at), text.size());
        const std::string_view token = text.substr(at, end - at);
        const bool whole = number && token.find_first_of(".eE+") == std::string_view::npos;
        const bool leads_zero = token.starts_with('0') || token.starts_with("-0");
        const bool beyond = whole && !leads_zero && token.size() > 18 && !parse_integer(token);
        if (beyond) quoted += '"';
        quoted += token;
        if (beyond) quoted += '"';
        at = end;
    }
    return quoted;
}

}  // namespace

struct JsonRecords::State {
    simdjson::dom::parser parser;
    std::unordered_map<std::string, std::size_t> columns;
    std::vector<std::int64_t> seen_at;  // the record in which the column was last named
    std::int64_t record = 0;
    std::vector<std::size_t> places;  // of this record's members among the columns
    std::unordered_set<std::string_view> fresh;

    bool parse(std::string_view text, simdjson::dom::object& object) {
        simdjson::dom::element document;
        simdjson::error_code error = parser.parse(simdjson::padded_string(text)).get(document);
        if (error == simdjson::NUMBER_ERROR) {
            error = parser.parse(simdjson::padded_string(with_long_integers_quoted(text)))
                        .get(document);
        }
        return error == simdjson::SUCCESS && document.get_object().get(object) == simdjson::SUCCESS;
    }

    // Why the record cannot be taken; empty: its members' places are known now.
    std::string place(const simdjson::dom::object& object) {
        ++record;
        places.clear();
        fresh.clear();
        for (const auto field : object) {
            const auto known = columns.find(std::string(field.key));
            const bool is_new = known == columns.end();
            const bool twice = is_new ? !fresh.insert(field.key).second
                                      : std::exchange(seen_at[known->second], record) == record;
            // The engine reads no such record, and none after it.
            if (twice) return "it names '" + std::string(field.key) + "' twice";
            places.push_back(is_new ? new_column : known->second);
        }
        if (columns.size() + fresh.size() <= limits::columns_max) return "";
        return "with it there are more than " + std::to_string(limits::columns_max) + " columns";
    }
};

JsonRecords::JsonRecords() : state_(std::make_unique<State>()) {}
JsonRecords::~JsonRecords() = default;

std::string JsonRecords::add(std::string_view text, FileReport& report) {
    simdjson::dom::object object;
    if (!state_->parse(text, object)) return "it is no JSON object";
    std::string problem = state_->place(object);
    if (!problem.empty()) return problem;
    const std::int64_t row = ++report.row_count;
    auto place = state_->places.begin();
    for (const auto field : object) {
        std::size_t at = *place++;
        if (at == new_column) {
            at = report.columns.size();
            state_->columns.emplace(field.key, at);
            state_->seen_at.push_back(state_->record);
            FileColumn& column = report.columns.emplace_back();
            column.source = field.key;
            column.profile.add_nulls(row - 1);
        }
        add_value(field.value, report.columns[at].profile);
    }
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
        if (state_->seen_at[i] != state_->record) report.columns[i].profile.add_null();
    }
    return "";
}

}  // namespace tradewind::crawl

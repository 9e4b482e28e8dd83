#include "crawl/json_record.h"

#include <simdjson.h>

#include <string>
#include <unordered_map>

#include "base/limits.h"
#include "crawl/names.h"

namespace tradewind::crawl {

struct JsonRecords::State {
    simdjson::dom::parser parser;
    std::unordered_map<std::string, std::size_t> columns;
    std::vector<std::int64_t> seen_at;  // the row in which the column was last named
};

namespace {

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

}  // namespace

JsonRecords::JsonRecords() : state_(std::make_unique<State>()) {}
JsonRecords::~JsonRecords() = default;

bool JsonRecords::add(std::string_view text, FileReport& report) {
    simdjson::dom::element document;
    const simdjson::padded_string padded(text);
    if (state_->parser.parse(padded).get(document) != simdjson::SUCCESS) return false;
    simdjson::dom::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    const std::int64_t row = ++report.row_count;
    for (const auto field : object) {
        const auto [at, is_new] =
            state_->columns.try_emplace(std::string(field.key), report.columns.size());
        if (is_new) {
            if (report.columns.size() >= limits::columns_max) return false;
            FileColumn& column = report.columns.emplace_back();
            column.source = field.key;
            column.profile.add_nulls(row - 1);
            state_->seen_at.push_back(0);
        }
        // The first of equal names counts, as it does for the engine.
        std::int64_t& seen_at = state_->seen_at[at->second];
        if (seen_at == row) continue;
        seen_at = row;
        add_value(field.value, report.columns[at->second].profile);
    }
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
        if (state_->seen_at[i] != row) report.columns[i].profile.add_null();
    }
    return true;
}

}  // namespace tradewind::crawl

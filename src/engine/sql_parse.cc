#include "engine/sql_parse.h"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/duckdb_text.h"

namespace tradewind::engine {

namespace {

// The one text that `function(text)` gives.
Result<std::string> call(Connection& connection, const char* function, const std::string& text) {
    PreparedHandle prepared;
    const std::string sql = std::string("SELECT ") + function + "($1::VARCHAR)";
    if (duckdb_prepare(connection.raw(), sql.c_str(), prepared.out()) != DuckDBSuccess) {
        return Error(ErrorCode::Unavailable, "the SQL engine cannot check statements")
            .with_detail(duckdb_prepare_error(prepared.get()));
    }
    duckdb_bind_varchar_length(prepared.get(), 1, text.data(), text.size());
    ResultHandle result;
    if (duckdb_execute_prepared(prepared.get(), result.out()) != DuckDBSuccess)
        return error_from(result.get());
    const ChunkHandle chunk(duckdb_fetch_chunk(*result.get()));
    if (!chunk || duckdb_data_chunk_get_size(chunk.get()) != 1) {
        return Error(ErrorCode::Unavailable, "the SQL engine cannot check statements");
    }
    const TypeHandle text_type(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    ColumnText answer = TRY(ColumnText::make(text_type.get()));
    answer.bind(duckdb_data_chunk_get_vector(chunk.get(), 0));
    return std::string(answer.text(0));
}

// All its digits, and told apart from a whole number: the engine reads the tree by type.
std::string real_text(double real) {
    std::string text;
    json::Writer(text).number(real);
    return text.find_first_of(".eE") == std::string::npos ? text + ".0" : text;
}

json::Value value_of(simdjson::dom::element element) {
    simdjson::dom::array list;
    if (element.get(list) == simdjson::SUCCESS) {
        json::Value value = json::Value::array();
        for (const simdjson::dom::element item : list) value.add(value_of(item));
        return value;
    }
    simdjson::dom::object object;
    if (element.get(object) == simdjson::SUCCESS) {
        std::vector<std::pair<std::string, json::Value>> members;
        for (const auto field : object)
            members.emplace_back(std::string(field.key), value_of(field.value));
        json::Value value = json::Value::object();
        value.set_members(std::move(members));
        return value;
    }
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) return json::Value::string(std::string(text));
    bool boolean = false;
    if (element.get(boolean) == simdjson::SUCCESS) return json::Value::boolean(boolean);
    std::int64_t number = 0;
    if (element.get(number) == simdjson::SUCCESS) return json::Value::number(number);
    // Places that are unknown, and the halves of very wide numbers.
    std::uint64_t wide = 0;
    if (element.get(wide) == simdjson::SUCCESS)
        return json::Value::number_text(std::to_string(wide));
    double real = 0;
    if (element.get(real) == simdjson::SUCCESS) return json::Value::number_text(real_text(real));
    return {};
}

}  // namespace

Result<json::Value> parsed_tree(const std::string& tree) {
    constexpr std::size_t depth_max = 1000;  // as the gate has it
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.allocate(tree.size(), depth_max) != simdjson::SUCCESS ||
        parser.parse(tree).get(root) != simdjson::SUCCESS)
        return Error(ErrorCode::InvalidArgument, "the statement cannot be read");
    return value_of(root);
}

Result<std::string> tree_of(Connection& connection, const std::string& sql) {
    return call(connection, "json_serialize_sql", sql);
}

Result<std::string> sql_of(Connection& connection, const std::string& tree) {
    return call(connection, "json_deserialize_sql", tree);
}

}  // namespace tradewind::engine

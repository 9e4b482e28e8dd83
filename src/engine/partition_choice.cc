#include "engine/partition_choice.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "engine/sql_parse.h"

namespace tradewind::engine {

using namespace std::string_view_literals;

namespace {

using Folder = ManyFiles::Folder;

constexpr const char* null_partition = "__HIVE_DEFAULT_PARTITION__";
constexpr const char* view_name = "tradewind_partitions";

// One whose value may mean null, or cannot stand in a line, is not judged; nor one with "\", which
// the engine takes for a "/".
bool judged(const ManyFiles& files, const Folder& folder) {
    return !folder.values.empty() &&
           std::ranges::all_of(folder.values, [&](const std::string& value) {
               return value.find_first_of("\n\\\0"sv) == std::string::npos &&
                      !equal_ignore_case(value, "NULL") && !files.null_texts().contains(value);
           });
}

// The values of the folders' i-th column, a line each.
std::string lines_of(const std::vector<const Folder*>& folders, std::size_t i) {
    std::string lines;
    for (std::size_t at = 0; at < folders.size(); ++at)
        lines += (at == 0 ? "" : "\n") + folders[at]->values.at(i);
    const auto breaks = static_cast<std::size_t>(std::ranges::count(lines, '\n'));
    CHECK(breaks + 1 == folders.size());  // or each would have another's value
    return lines;
}

// As the table has it: folders' names are text.
std::string typed(const std::string& text, const catalog::Column& column) {
    const std::string value = "nullif(" + text + ", " + quote_literal(null_partition) + ")";
    if (column.type == "STRING") return value;
    const std::string read = column.format.empty()
                                 ? value
                                 : "strptime(" + value + ", " + quote_literal(column.format) + ")";
    return "CAST(" + read + " AS " + column.type + ")";
}

// A relation with the columns of partitions, and each folder's place in the list.
std::string relation_of(const ManyFiles& files, const std::vector<const Folder*>& folders) {
    std::string lists;
    std::string columns;
    for (std::size_t i = 0; i < files.partition_columns().size(); ++i) {
        const catalog::Column& column = files.partition_columns()[i];
        const std::string name = "v" + std::to_string(i);
        lists += ", unnest(string_split(" + quote_literal(lines_of(folders, i)) +
                 ", chr(10))) AS " + name;
        columns += ", " + typed(name, column) + " AS " + quote_name(column.name);
    }
    return "SELECT id AS tradewind_place" + columns + " FROM (SELECT unnest(range(" +
           std::to_string(folders.size()) + ")) AS id" + lists + ")";
}

json::Value with(const json::Value& node, const char* name, json::Value value) {
    json::Value copy = node;
    copy.set(name, std::move(value));
    return copy;
}

// "SELECT place FROM partitions WHERE condition".
Result<std::string> select_by(Connection& connection, const json::Value& condition) {
    const std::string all =
        std::string("SELECT tradewind_place FROM temp.main.") + quote_name(view_name);
    const json::Value tree = TRY(parsed_tree(TRY(tree_of(connection, all))));
    const json::Value* statements = tree.find("statements");
    CHECK(statements != nullptr && statements->items().size() == 1);
    const json::Value& statement = statements->items().front();
    const json::Value* node = statement.find("node");
    CHECK(node != nullptr);
    json::Value list = json::Value::array();
    list.add(with(statement, "node", with(*node, "where_clause", condition)));
    return sql_of(connection, with(tree, "statements", std::move(list)).dump());
}

}  // namespace

Result<std::shared_ptr<const ManyFiles>> choose_partitions(
    Connection& connection, const ManyFiles& files, const std::vector<json::Value>& conditions
) {
    const std::shared_ptr<const ManyFiles> all;
    std::vector<const Folder*> asked;
    std::set<std::string> chosen;
    for (const Folder& folder : files.folders()) {
        if (judged(files, folder)) {
            asked.push_back(&folder);
        } else {
            chosen.insert(folder.path);
        }
    }
    if (asked.empty()) return all;
    TRY(connection.run(
        std::string("CREATE OR REPLACE TEMP VIEW ") + quote_name(view_name) + " AS " +
        relation_of(files, asked)
    ));
    std::string sql;
    for (const json::Value& condition : conditions)
        sql += (sql.empty() ? "" : " INTERSECT ") + TRY(select_by(connection, condition));
    auto found = connection.run_result(sql);
    if (!found.ok()) return all;  // the statement itself will tell what is wrong
    ResultHandle places = std::move(found).take();
    const idx_t count = duckdb_row_count(places.get());
    for (idx_t i = 0; i < count; ++i)
        chosen.insert(asked[static_cast<std::size_t>(duckdb_value_int64(places.get(), 0, i))]->path
        );
    return chosen.size() == files.folders().size() ? all : files.only(chosen);
}

}  // namespace tradewind::engine

#include "engine/sql_versions.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/sql_words.h"
#include "engine/sql_parse.h"
#include "engine/sql_tree.h"

namespace tradewind::engine {

namespace {

class Pinning {
public:
    Pinning(Connection& connection, const Versions& versions)
        : connection_(connection), versions_(versions) {}

    Result<json::Value> rewrite(const json::Value& node) {
        if (node.kind() == json::Kind::Array) {
            json::Value copy = json::Value::array();
            for (const json::Value& item : node.items()) copy.add(TRY(rewrite(item)));
            return copy;
        }
        if (node.kind() != json::Kind::Object) return node;
        std::vector<std::pair<std::string, json::Value>> members;
        for (const auto& [name, value] : node.members())
            members.emplace_back(name, TRY(rewrite(value)));
        json::Value copy = json::Value::object();
        copy.set_members(std::move(members));
        const json::Value* at = copy.find("at_clause");
        if (at != nullptr && at->kind() == json::Kind::Object) TRY(pin(copy, json::Value(*at)));
        return copy;
    }

    std::vector<std::shared_ptr<void>> take_holds() { return std::move(holds_); }

private:
    Result<void> pin(json::Value& table, const json::Value& at) {
        const catalog::TableName name{
            table.text_or("schema_name", ""), table.text_or("table_name", "")
        };
        const std::int64_t version = TRY(version_of(at, name));
        PublishedFiles::Pinned files = TRY(versions_.files.pin(TRY(versions_.find(name, version))));
        const std::string view = "tradewind_version_" + std::to_string(count_++);
        TRY(connection_.run("CREATE TEMP VIEW " + quote_name(view) + " AS " + files.sql));
        holds_.push_back(std::move(files.hold));
        if (table.text_or("alias", "").empty()) table.set("alias", name.table);
        table.set("catalog_name", "temp");
        table.set("schema_name", "main");
        table.set("table_name", view);
        table.set("at_clause", json::Value());
        return {};
    }

    static Result<std::int64_t> version_of(const json::Value& at, const catalog::TableName& name) {
        const json::Value* expression = at.find("expr");
        const json::Value* value = expression ? expression->find("value") : nullptr;
        const json::Value* number = value ? value->find("value") : nullptr;
        if (at.text_or("unit", "") == "VERSION" && number != nullptr &&
            number->kind() == json::Kind::Number) {
            auto version = number->as_integer();
            if (version.ok()) return version;
        }
        return Error(
                   ErrorCode::InvalidArgument,
                   "the version of " + name.table + " must be a whole number"
        )
            .with_hint("Write FROM " + name.table + " AT (VERSION => 3).");
    }

    Connection& connection_;
    const Versions& versions_;
    std::vector<std::shared_ptr<void>> holds_;
    int count_ = 0;
};

// Where the first AT ( stands.
std::size_t at_clause(std::string_view sql) {
    const std::vector<SqlWord> words = sql_words(sql);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (names(words[i], "at") && words[i + 1].text == "(") return words[i].at;
    }
    return 0;
}

}  // namespace

Result<PinnedStatement> pin_versions(
    Connection& connection,
    const std::string& tree,
    const std::string& sql,
    const Versions* versions
) {
    if (tree.find("\"at_clause\":{") == std::string::npos) return PinnedStatement{sql, {}};
    if (versions == nullptr || !versions->find) {
        return Error(ErrorCode::InvalidArgument, "AT (VERSION => n) is not available here")
            .with_detail("It stands at " + place_of(sql, at_clause(sql)) + ".")
            .with_hint(
                "An asset or a check reads each table as it is now; a query may ask for a version."
            );
    }
    const json::Value parsed = TRY(json::parse(tree));
    Pinning pinning(connection, *versions);
    const json::Value pinned = TRY(pinning.rewrite(parsed));
    return PinnedStatement {
        TRY(sql_of(connection, pinned.dump()))
        , pinning.take_holds()
    };
}

}  // namespace tradewind::engine

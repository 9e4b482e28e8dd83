#include "engine/table_catalog.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tradewind::engine {

namespace {

// Schemas and databases that the engine library has by itself.
constexpr std::array<std::string_view, 7> own_schemas{
    "main",
    "memory",
    "temp",
    "system",
    "information_schema",
    "pg_catalog",
    "recurring",
};

bool usable(std::string_view name) {
    return !name.empty() && name.size() <= 128 && valid_utf8(name) &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '.';
           });
}

}  // namespace

Result<void> TableCatalog::check(const std::string& schema, const std::string& table) {
    const std::string schema_key = to_lower_ascii(schema);
    const bool own =
        std::find(own_schemas.begin(), own_schemas.end(), schema_key) != own_schemas.end();
    if (own || schema.starts_with('_') || !usable(schema) || !usable(table)) {
        return Error(ErrorCode::InvalidArgument, "a table cannot be named " + schema + "." + table);
    }
    return {};
}

std::vector<std::string> TableCatalog::schemas() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    if (schemas_.contains(preferred_)) names.push_back(preferred_);
    for (const auto& [schema, tables] : schemas_) {
        if (schema != preferred_) names.push_back(schema);
    }
    return names;
}

void TableCatalog::prefer(const std::string& schema) {
    std::lock_guard lock(mutex_);
    preferred_ = to_lower_ascii(schema);
}

Result<void> TableCatalog::add(const std::string& schema, const std::string& table) {
    TRY(check(schema, table));
    const std::string schema_key = to_lower_ascii(schema);
    std::lock_guard lock(mutex_);
    if (!schemas_[schema_key].insert(to_lower_ascii(table)).second) {
        return Error(ErrorCode::AlreadyExists, "the table " + schema + "." + table + " exists");
    }
    return {};
}

void TableCatalog::remove(const std::string& schema, const std::string& table) {
    std::lock_guard lock(mutex_);
    const auto found = schemas_.find(to_lower_ascii(schema));
    if (found == schemas_.end()) return;
    found->second.erase(to_lower_ascii(table));
    if (found->second.empty()) schemas_.erase(found);
}

void TableCatalog::ensure(const std::string& schema, const std::string& table) {
    std::lock_guard lock(mutex_);
    schemas_[to_lower_ascii(schema)].insert(to_lower_ascii(table));
}

int TableCatalog::count(std::string_view schema, std::string_view table) const {
    std::lock_guard lock(mutex_);
    const std::string name(table);
    if (!schema.empty()) {
        const auto found = schemas_.find(schema);
        return found != schemas_.end() && found->second.contains(name) ? 1 : 0;
    }
    const auto preferred = schemas_.find(preferred_);
    if (preferred != schemas_.end() && preferred->second.contains(name)) return 1;
    return static_cast<int>(std::count_if(schemas_.begin(), schemas_.end(), [&](const auto& entry) {
        return entry.second.contains(name);
    }));
}

std::string TableCatalog::nearest(std::string_view schema, std::string_view table) const {
    const std::string asked =
        schema.empty() ? std::string(table) : std::string(schema) + "." + std::string(table);
    const std::vector<std::string> known = names();
    // The right table in another schema comes first.
    for (const std::string& name : known) {
        if (name.substr(name.find('.') + 1) == table) return name;
    }
    const std::vector<std::string_view> views(known.begin(), known.end());
    return tradewind::nearest(asked, views).value_or("");
}

// Whoever explains may ask this catalog in turn: without the lock.
std::optional<Error> TableCatalog::why_missing(std::string_view schema, std::string_view table)
    const {
    if (!explain_) return std::nullopt;
    return explain_({std::string(schema), std::string(table)});
}

std::vector<std::string> TableCatalog::names() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [schema, tables] : schemas_) {
        for (const std::string& table : tables) names.push_back(schema + "." + table);
    }
    return names;
}

std::string TableCatalog::search_path(const std::string& first) const {
    const std::string own = to_lower_ascii(first);
    std::lock_guard lock(mutex_);
    std::string path;
    if (schemas_.contains(own)) path = "\"" + own + "\"";
    for (const auto& [schema, tables] : schemas_) {
        if (schema == "system" || schema == own) continue;
        if (!path.empty()) path += ",";
        path += "\"" + schema + "\"";
    }
    return path;
}

}  // namespace tradewind::engine

// The names that user SQL may read.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/sql_gate.h"

namespace tradewind::engine {

// Any thread. Names are kept as given and compared in lower case.
class TableCatalog : public PublishedTables {
public:
    // AlreadyExists; InvalidArgument for a schema that is the engine's own.
    Result<void> add(const std::string& schema, const std::string& table);
    // InvalidArgument: no table may be called that.
    static Result<void> check(const std::string& schema, const std::string& table);
    void remove(const std::string& schema, const std::string& table);
    // Adds it where absent.
    void ensure(const std::string& schema, const std::string& table);

    // Bare names that are in this schema mean that table.
    void prefer(const std::string& schema);

    int count(std::string_view schema, std::string_view table) const override;
    std::string nearest(std::string_view schema, std::string_view table) const override;
    std::optional<Error> why_missing(std::string_view schema, std::string_view table)
        const override;
    // Before queries.
    void explain_missing_with(Engine::ExplainMissing explain) { explain_ = std::move(explain); }
    // "raw.online_retail", sorted.
    std::vector<std::string> names() const;
    std::vector<std::string> schemas() const;  // the preferred one first
    // Schemas for bare names, as `SET search_path` takes them: "raw","store_week". The first one
    // where it is given and there.
    std::string search_path(const std::string& first = "") const;

private:
    Engine::ExplainMissing explain_;
    mutable std::mutex mutex_;
    std::string preferred_;
    std::map<std::string, std::set<std::string>, std::less<>> schemas_;
};

// The same tables as a view sees them: bare names are those of its own schema before any other.
class OwnSchemaFirst : public PublishedTables {
public:
    OwnSchemaFirst(const TableCatalog& all, std::string schema)
        : all_(all), schema_(std::move(schema)) {}
    int count(std::string_view schema, std::string_view table) const override {
        const bool own = schema.empty() && all_.count(schema_, table) > 0;
        return own ? 1 : all_.count(schema, table);
    }
    std::string nearest(std::string_view schema, std::string_view table) const override {
        return all_.nearest(schema, table);
    }
    std::optional<Error> why_missing(std::string_view schema, std::string_view table)
        const override {
        return all_.why_missing(schema, table);
    }

private:
    const TableCatalog& all_;
    const std::string schema_;
};

}  // namespace tradewind::engine

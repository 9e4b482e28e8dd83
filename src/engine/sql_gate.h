// What user SQL may contain, decided on the statement's parse tree before the engine binds, plans
// or opens anything. Independent of the engine library: it reads the tree as JSON.
//
// Allowed: one SELECT (also VALUES, TABLE t, FROM t, DESCRIBE, SUMMARIZE) over published tables,
// its own CTEs and a few table functions that make rows from their arguments; all functions but
// those that reach for files, settings, the catalog, other statements, or the engine's insides.
// Whatever the gate does not know is refused. Limits on size and nesting hold here, because the
// engine plans some small statements for hours (a scalar subquery 24 deep, a column alias doubled
// 20 times) and cannot be interrupted while it plans.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"

namespace tradewind::engine {

constexpr std::size_t user_sql_bytes_max = 256u << 10;

// Which tables there are, as the gate asks.
class PublishedTables {
public:
    virtual ~PublishedTables() = default;
    // Names compare without regard to case. Empty schema: how many published tables have that name.
    virtual int count(std::string_view schema, std::string_view table) const = 0;
    // "raw.online_retail, …": the nearest known name for a hint; may be empty.
    virtual std::string nearest(std::string_view schema, std::string_view table) const = 0;
    // Why one that is not there is not, where more is known than that.
    virtual std::optional<Error> why_missing(std::string_view, std::string_view) const {
        return std::nullopt;
    }
};

// Before parsing: size, UTF-8, no NUL. InvalidArgument, or ResourceExhausted when it is too long.
Result<void> check_sql_text(std::string_view sql);

// EXPLAIN of a SELECT, taken apart: the engine judges a SELECT only by itself, and what is run must
// be exactly what was judged. Both texts keep the places of the statement's parts.
struct ExplainedSelect {
    std::string select;  // the statement with EXPLAIN, and comments before it, blanked out
    std::string whole;   // the same with EXPLAIN
};
// Nothing: the statement does not begin with EXPLAIN. What follows is not judged here; ANALYZE,
// which would run it, is no SELECT and so refused later.
std::optional<ExplainedSelect> split_explain(std::string_view sql);

// `tree`: what the engine's JSON serialisation of the statement gives. InvalidArgument says which
// part is not allowed and what to do instead; ResourceExhausted: too deep or too large. `uses`
// (where given) gets the published tables that it reads, once each.
Result<void> check_sql_tree(
    std::string_view tree,
    std::string_view sql,
    const PublishedTables& tables,
    std::vector<TableUse>* uses = nullptr
);

}  // namespace tradewind::engine

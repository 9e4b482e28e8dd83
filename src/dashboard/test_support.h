// What the tests of this room share: definitions in a few lines of YAML, and what is said of bad
// ones.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

inline Result<Definition> parsed(const std::string& text) {
    auto document = yaml::parse(text, "sales.yml");
    if (!document.ok()) return document.error();
    return parse_dashboard("shop", "sales", *document);
}

inline Definition must_parse(const std::string& text) {
    auto definition = parsed(text);
    if (!definition.ok()) ADD_FAILURE() << definition.error().describe();
    return definition.ok() ? std::move(definition).take() : Definition();
}

// Two filters over three tables, one of them through another; a page with a tile.
constexpr const char* small_dashboard = R"yaml(
title: Sales
filters:
  period: {kind: date_range, sql: "SELECT min(day), max(day) FROM sales", columns: {sales: day}}
  country: {kind: choice, sql: SELECT DISTINCT country AS value FROM sales, columns: {sales: country}}
  region: {kind: choice, sql: SELECT DISTINCT region AS value FROM store, columns: {store: region, sales: {store_key: store.store_key}}}
pages:
  - name: overview
    tiles:
      - name: by_day
        kind: line
        sql: |
          SELECT day, sum(amount) AS amount
          FROM sales
          GROUP BY day
          ORDER BY day
        x: day
        y: amount
)yaml";

}  // namespace tradewind::dashboard

// Assets of the kind interaction_features: one file of YAML that names the tables of orders and of
// lines, and the tables to make of them. Each is an ordinary asset with the SQL that it stands for;
// the kernel makes the same rows.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "kernel/kernel.h"
#include "quality/quality.h"

namespace tradewind::pipeline {

struct Asset;

inline constexpr std::string_view interactions_kind = "interaction_features";

struct InteractionColumn {
    std::string name;
    // What it is. A column that has the set's value has none.
    std::optional<kernel::TableColumn> measure;
    std::string description;
};

struct InteractionTable {
    std::string name;
    kernel::Kind kind = kernel::Kind::Lines;
    std::vector<InteractionColumn> columns;
    std::vector<std::size_t> joins;        // Joined: of which tables; pairs come first
    std::vector<std::size_t> joined_from;  // Joined: each column's table
    yaml::Node node;

    // The column that has the measure; nullptr: none has.
    const InteractionColumn* find(kernel::Measure measure) const;
};

// The names of columns are those of the tables that are read; empty: there is none.
struct Interactions {
    std::string orders;  // a table's name, as it was written
    std::string order;
    std::string user;
    std::string sequence;
    std::string gap;
    std::string set;
    yaml::Node set_value;
    std::vector<std::string> carried;  // further columns of orders that tables have

    std::string lines;
    std::string line_order;
    std::string item;
    std::string position;
    std::string repeat;

    std::vector<InteractionTable> tables;
    yaml::Node orders_node;
    yaml::Node lines_node;
};

// InvalidArgument with the place: what it cannot be.
Result<std::shared_ptr<const Interactions>> parse_interactions(const yaml::Node& document);

// The columns that it names are there. InvalidArgument at the name, with the nearest.
Result<void> check_interaction_columns(const Asset& asset, const quality::FindColumns& columns);

// The SELECT that makes the table out of those that it reads, for DuckDB and Spark alike.
std::string interaction_sql(const Interactions& all, const InteractionTable& table);
// The set's value as it stands in SQL.
std::string set_literal(const Interactions& all);
// Names of the columns by which the kernel's rows come.
std::vector<std::string> sorted_by(const InteractionTable& table);

}  // namespace tradewind::pipeline

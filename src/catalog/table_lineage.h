// The lineage of tables: what their newest versions tell, and planning where they do not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "lake/lake.h"

namespace tradewind::catalog {

using Declarations = std::map<TableName, Declaration>;

class TableLineage {
public:
    // All outlive it.
    TableLineage(const Declarations& declared, const PlannedTables& planned, lake::Lake& lake)
        : declared_(declared), planned_(planned), lake_(lake) {}

    // `columns`: the table's, in order.
    Lineage of(const TableName& name, const std::vector<Column>& columns) const;

private:
    Lineage upstream(const Declaration& table) const;
    Lineage as_declared(const Declaration& table) const;
    // What planning tells of a view; null: it is none, or cannot be planned.
    const PlannedTable* view_called(const std::string& text) const;
    void add_version(const Declaration& table, Lineage& lineage) const;
    std::vector<std::string> views_of(const Declaration& table) const;

    const Declarations& declared_;
    const PlannedTables& planned_;
    lake::Lake& lake_;
};

}  // namespace tradewind::catalog

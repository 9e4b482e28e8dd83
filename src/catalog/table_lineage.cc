#include "catalog/table_lineage.h"

#include <algorithm>
#include <utility>

namespace tradewind::catalog {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

ColumnLinks* find(std::vector<ColumnLinks>& columns, const std::string& name) {
    const auto found = std::ranges::find(columns, name, &ColumnLinks::column);
    return found == columns.end() ? nullptr : &*found;
}

}  // namespace

// Between it and the stored tables, by their full names.
std::vector<std::string> TableLineage::views_of(const Declaration& table) const {
    const auto planned = planned_.find(table.name);
    if (planned != planned_.end()) return planned->second.views;
    std::vector<std::string> views;
    for (const std::string& input : table.inputs) {
        const auto name = parse_table_name(input);
        const auto declared = name.ok() ? declared_.find(*name) : declared_.end();
        if (declared != declared_.end() && declared->second.kind == Kind::View)
            views.push_back(input);
    }
    return views;
}

// What was read counts more than what would be read now.
void TableLineage::add_version(const Declaration& table, Lineage& lineage) const {
    if (table.kind != Kind::Asset) return;
    const auto current = lake_.current(table.dataset);
    if (!current.ok() || current->number == 0) return;
    Provenance made = provenance_from(current->extra);
    if (made.inputs.empty()) return;
    lineage.inputs.clear();
    for (const InputVersion& input : made.inputs) lineage.inputs.push_back(input.table);
    if (made.lineage.empty()) return;
    std::vector<ColumnLinks> planned = std::exchange(lineage.columns, {});
    for (ColumnLineage& column : made.lineage) {
        ColumnLinks links{std::move(column.column), std::move(column.from), {}, {}};
        if (ColumnLinks* same = find(planned, links.column)) links.through = same->through;
        lineage.columns.push_back(std::move(links));
    }
}

Lineage TableLineage::upstream(const Declaration& table) const {
    Lineage lineage;
    const auto planned = planned_.find(table.name);
    if (planned != planned_.end()) {
        lineage.inputs = planned->second.inputs;
        lineage.columns = planned->second.lineage;
    } else {
        lineage.inputs = table.inputs;
        for (const ColumnLineage& column : table.lineage)
            lineage.columns.push_back({column.column, column.from, {}, {}});
    }
    add_version(table, lineage);
    for (const std::string& view : views_of(table)) {
        if (!contains(lineage.inputs, view)) lineage.inputs.push_back(view);
    }
    return lineage;
}

Lineage TableLineage::of(const TableName& name, const std::vector<Column>& columns) const {
    Lineage lineage;
    const auto own = declared_.find(name);
    if (own != declared_.end()) lineage = upstream(own->second);
    std::vector<ColumnLinks> known = std::exchange(lineage.columns, {});
    for (const Column& column : columns) {
        const ColumnLinks* links = find(known, column.name);
        lineage.columns.push_back(links != nullptr ? *links : ColumnLinks{column.name, {}, {}, {}});
    }
    for (const ColumnLinks& links : known) {
        if (find(lineage.columns, links.column) == nullptr) lineage.columns.push_back(links);
    }
    for (const auto& [other, declared] : declared_) {
        const Lineage reader = upstream(declared);
        if (!contains(reader.inputs, name.text())) continue;
        lineage.outputs.push_back(other.text());
        for (const ColumnLinks& links : reader.columns) {
            for (ColumnLinks& column : lineage.columns) {
                const std::string full = name.text() + "." + column.column;
                if (contains(links.from, full) || contains(links.through, full))
                    column.to.push_back(other.text() + "." + links.column);
            }
        }
    }
    std::erase_if(lineage.columns, [&](const ColumnLinks& column) {
        return column.to.empty() && find(known, column.column) == nullptr;
    });
    return lineage;
}

}  // namespace tradewind::catalog

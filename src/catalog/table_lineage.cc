#include "catalog/table_lineage.h"

#include <algorithm>
#include <utility>

namespace tradewind::catalog {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (!contains(list, text)) list.push_back(text);
}

// Of that column in what planning tells of a view; null: it tells nothing.
const ColumnLinks* links_in(const PlannedTable* view, std::string_view column) {
    if (view == nullptr) return nullptr;
    const auto found = std::ranges::find(view->lineage, column, &ColumnLinks::column);
    return found == view->lineage.end() ? nullptr : &*found;
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

const PlannedTable* TableLineage::view_called(const std::string& text) const {
    const auto name = parse_table_name(text);
    if (!name.ok()) return nullptr;
    const auto declared = declared_.find(*name);
    const auto planned = planned_.find(*name);
    const bool view = declared != declared_.end() && declared->second.kind == Kind::View;
    return view && planned != planned_.end() ? &planned->second : nullptr;
}

// What a table that no SQL makes says of itself, and the stored tables behind the views that it
// names.
Lineage TableLineage::as_declared(const Declaration& table) const {
    Lineage lineage;
    for (const std::string& input : table.inputs) {
        add_once(lineage.inputs, input);
        const PlannedTable* view = view_called(input);
        if (view == nullptr) continue;
        for (const std::string& one : view->inputs) add_once(lineage.inputs, one);
        for (const std::string& one : view->views) add_once(lineage.inputs, one);
    }
    for (const ColumnLineage& column : table.lineage) {
        ColumnLinks links{column.column, {}, {}, {}};
        for (const std::string& from : column.from) {
            const std::size_t point = from.rfind('.');
            const PlannedTable* view = view_called(from.substr(0, point));
            const ColumnLinks* behind = links_in(view, std::string_view(from).substr(point + 1));
            add_once(behind == nullptr ? links.from : links.through, from);
            if (behind == nullptr) continue;
            for (const std::string& one : behind->from) add_once(links.from, one);
            for (const std::string& one : behind->through) add_once(links.through, one);
        }
        lineage.columns.push_back(std::move(links));
    }
    return lineage;
}

Lineage TableLineage::upstream(const Declaration& table) const {
    Lineage lineage;
    const auto planned = planned_.find(table.name);
    if (planned != planned_.end()) {
        lineage.inputs = planned->second.inputs;
        lineage.columns = planned->second.lineage;
    } else {
        lineage = as_declared(table);
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

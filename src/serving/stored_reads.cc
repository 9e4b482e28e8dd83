#include "base/text.h"
#include "serving/key.h"
#include "serving/page.h"
#include "serving/row.h"
#include "serving/stored_serving.h"
#include "serving/summary.h"

namespace tradewind::serving {

namespace {

Error damaged_row(const TableSpec& table) {
    return Error(
               ErrorCode::Corruption,
               "a row of serving table '" + table.description.name + "' is damaged"
    )
        .with_hint("Rebuild the serving tables.");
}

Error no_row(const TableSpec& table, std::string_view key) {
    return Error(
        ErrorCode::NotFound,
        "no " + table.description.partition_key + " '" + std::string(key.substr(0, 64)) +
            "' in serving table '" + table.description.name + "'"
    );
}

Result<std::string> or_not_found(
    Result<std::string> json, const TableSpec& table, const std::string& key
) {
    if (json.ok() && json->empty()) return no_row(table, key);
    return json;
}

}  // namespace

std::vector<std::string> StoredServing::stale_tables() {
    std::vector<std::string> names;
    for (const auto& [name, table] : tables_) {
        if (table.stale) names.push_back(name);
    }
    return names;
}

std::vector<TableDescription> StoredServing::tables() {
    std::vector<TableDescription> out;
    for (const auto& [name, table] : tables_) out.push_back(table.spec->description);
    return out;
}

Result<StoredServing::Table*> StoredServing::readable(const std::string& name) {
    const auto found = tables_.find(name);
    if (found == tables_.end()) {
        std::vector<std::string_view> known;
        for (const auto& [other, table] : tables_) known.push_back(other);
        Error error(ErrorCode::NotFound, "no serving table '" + name.substr(0, 64) + "'");
        const auto meant = nearest(name, known);
        if (!meant) return error;
        return std::move(error).with_hint("Did you mean '" + std::string(*meant) + "'?");
    }
    if (!found->second.stale) return &found->second;
    return Error(ErrorCode::Unavailable, "serving table '" + name + "' waits to be rebuilt")
        .with_detail("Its definition is not the one that it was filled with.")
        .with_hint("Rebuild the serving tables.");
}

Result<std::string> StoredServing::get(const RowRequest& request) {
    const std::int64_t begin = clock_->monotonic_us();
    Table& table = *TRY(readable(request.table));
    table.gets->add();
    const TableSpec& spec = *table.spec;
    const auto key = key_from_text(request.key, spec.column(spec.partition_key));
    if (!key) return no_row(spec, request.key);
    auto json = spec.has_sort_key() ? get_summary(table, *key) : get_row(table, *key);
    get_latency_.observe_us(clock_->monotonic_us() - begin);
    return or_not_found(std::move(json), spec, request.key);
}

// Empty: there is none.
Result<std::string> StoredServing::get_row(Table& table, const Cell& key) {
    std::string row_key = table.prefix;
    append_key_part(row_key, key);
    std::string json;
    bool whole = true;
    TRY(store_->read(row_key, [&](std::string_view value) {
        Row row;
        row.key.partition_key = key;
        // The text is some three times as long as what is stored.
        json.reserve(value.size() * 4);
        whole = read_row_value(value, *table.spec, row) &&
                append_row_json(json, *table.spec, row, KeyShown::Yes);
    }));
    if (!whole) return damaged_row(*table.spec);
    return json;
}

// Empty: there is none.
Result<std::string> StoredServing::get_summary(Table& table, const Cell& key) {
    std::string prefix = table.prefix;
    append_key_part(prefix, key);
    Summary summary(*table.spec);
    TRY(visit_rows(table, prefix, [&](const Row& row) {
        summary.add(row);
        return true;
    }));
    return summary.empty() ? std::string() : summary.to_json(key);
}

Result<void> StoredServing::visit_rows(
    Table& table, const std::string& prefix, const std::function<bool(const Row& row)>& visit
) {
    bool whole = true;
    Row row;
    TRY(store_->scan(prefix, [&](std::string_view key, std::string_view value) {
        whole = read_row_key(key.substr(table.prefix.size()), *table.spec, row.key) &&
                read_row_value(value, *table.spec, row);
        return whole && visit(row);
    }));
    if (!whole) return damaged_row(*table.spec);
    return {};
}

Result<Page> StoredServing::list(const ListRequest& request) {
    Table& table = *TRY(readable(request.table));
    const TableSpec& spec = *table.spec;
    TRY(check_list(spec, request));
    table.lists->add();
    const auto key = key_from_text(request.key, spec.column(spec.partition_key));
    if (!key) return no_row(spec, request.key);
    std::string prefix = table.prefix;
    append_key_part(prefix, *key);
    std::optional<std::string> after;
    if (request.cursor) after = TRY(serving::read_cursor(spec, prefix, *request.cursor));
    PageCollector page(static_cast<std::size_t>(request.limit), std::move(after));
    bool found = false;
    bool whole = true;
    TRY(visit_rows(table, prefix, [&](const Row& row) {
        found = true;
        std::string sort = sort_bytes(spec, row);
        if (!page.wants(sort)) return true;
        std::string json;
        whole = append_row_json(json, spec, row, KeyShown::No);
        page.add(std::move(sort), std::move(json));
        return whole;
    }));
    if (!whole) return damaged_row(spec);
    if (!found) return no_row(spec, request.key);
    Page out;
    std::optional<std::string> last;
    out.rows = page.take_rows(last);
    if (last) out.next_cursor = make_cursor(spec, prefix, *last);
    return out;
}

Result<void> StoredServing::scan(
    const std::string& table_name, const std::function<bool(std::string_view json)>& visit
) {
    Table& table = *TRY(readable(table_name));
    bool whole = true;
    TRY(visit_rows(table, table.prefix, [&](const Row& row) {
        std::string json;
        whole = append_row_json(json, *table.spec, row, KeyShown::Yes);
        return whole && visit(json);
    }));
    if (!whole) return damaged_row(*table.spec);
    return {};
}

}  // namespace tradewind::serving

#include "base/bytes.h"
#include "serving/key.h"
#include "serving/row_value.h"
#include "serving/stored_serving.h"
#include "serving/table_batch.h"

namespace tradewind::serving {

namespace {

// Rows that one write takes an import out of: bounds its memory, and how long others wait for it.
constexpr std::size_t rows_dropped_at_once = 1000;

std::string cursor_value(std::int64_t value, std::string_view source) {
    std::string out;
    put_fixed(out, value);
    out += source;
    return out;
}

Error damaged(std::string_view what) {
    return Error(ErrorCode::Corruption, std::string(what) + " in the serving store is damaged")
        .with_hint("Move the serving folder away and rebuild the tables.");
}

}  // namespace

Result<std::optional<StoredServing::StoredCursor>> StoredServing::read_cursor(
    const std::string& name
) {
    StoredCursor cursor;
    bool whole = false;
    const bool found = TRY(store_->read(cursor_key(name), [&](std::string_view bytes) {
        ByteReader in(bytes);
        cursor.value = in.fixed<std::int64_t>();
        cursor.source = in.bytes(in.remaining());
        whole = in.ok();
    }));
    if (!found) return std::optional<StoredCursor>();
    if (!whole) return damaged("cursor '" + name + "'");
    return std::optional<StoredCursor>(std::move(cursor));
}

Result<void> StoredServing::visit_cursors(
    const std::function<void(std::string_view name, const StoredCursor& cursor)>& visit
) {
    bool whole = true;
    TRY(store_->scan(cursor_prefix, [&](std::string_view key, std::string_view bytes) {
        ByteReader in(bytes);
        StoredCursor cursor;
        cursor.value = in.fixed<std::int64_t>();
        cursor.source = in.bytes(in.remaining());
        whole = whole && in.ok();
        visit(key.substr(cursor_prefix.size()), cursor);
        return whole;
    }));
    if (!whole) return damaged("a cursor");
    return {};
}

Result<std::optional<std::int64_t>> StoredServing::cursor(const std::string& name) {
    const auto stored = TRY(read_cursor(name));
    if (!stored) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(stored->value);
}

Result<void> StoredServing::set_cursor(const Cursor& cursor) {
    const std::lock_guard lock(writing_);
    const auto stored = TRY(read_cursor(cursor.name));
    auto changes = store_->new_batch();
    const std::string source = stored ? stored->source : "";
    changes->put(cursor_key(cursor.name), cursor_value(cursor.value, source));
    return store_->write(std::move(changes), false);
}

Result<bool> StoredServing::already_applied(const Cursor& cursor) {
    const auto stored = TRY(read_cursor(cursor.name));
    return stored && cursor.value <= stored->value;
}

Result<void> StoredServing::apply(
    const std::string& source, const RowBatch& rows, const Cursor& cursor, bool durable
) {
    if (TRY(already_applied(cursor))) return durable ? store_->sync() : Result<void>();
    // The work is done before the lock is taken; only the write itself is one at a time.
    auto changes = store_->new_batch();
    TRY(collect(*changes, source, rows));
    changes->put(cursor_key(cursor.name), cursor_value(cursor.value, source));
    {
        const std::lock_guard lock(writing_);
        if (TRY(already_applied(cursor))) return durable ? store_->sync() : Result<void>();
        TRY(store_->write(std::move(changes), durable));
    }
    metrics_
        .counter(
            "tradewind_serving_rows_applied_total",
            "Rows applied to the serving tables.",
            {{"source", source}}
        )
        .add(static_cast<std::int64_t>(rows.row_count()));
    return {};
}

Result<void> StoredServing::collect(
    StoreBatch& changes, const std::string& source, const RowBatch& rows
) {
    for (auto& [name, table] : tables_) {
        // A stale table is filled anew from the beginning, after clear().
        if (table.spec->description.source != source || table.stale) continue;
        const bool indexed = rows.origin != stream_origin;
        std::string row_key = table.prefix;
        std::string index_key = indexed ? index_prefix(name, rows.origin) : "";
        const std::size_t index_size = index_key.size();
        TRY(visit_operands(*table.spec, rows, [&](std::string_view key, std::string_view operand) {
            row_key.resize(table.prefix.size());
            row_key += key;
            changes.merge(row_key, operand);
            if (!indexed) return;
            index_key.resize(index_size);
            index_key += key;
            changes.put(index_key, "");
        }));
    }
    return {};
}

Result<void> StoredServing::drop_origin(const std::string& source, OriginId origin) {
    if (origin == stream_origin) {
        return Error(ErrorCode::InvalidArgument, "the stream's rows cannot be taken out one by one")
            .with_hint("Only an import can be dropped.");
    }
    for (auto& [name, table] : tables_) {
        if (table.spec->description.source != source || table.stale) continue;
        TRY(drop_origin(table, origin));
    }
    return {};
}

Result<void> StoredServing::drop_origin(Table& table, OriginId origin) {
    while (TRY(drop_some(table, origin))) {
    }
    return {};
}

// Each write takes some rows' share out together with their index entries: after a crash the index
// names exactly the rows that still have one. False: nothing was left to do.
Result<bool> StoredServing::drop_some(Table& table, OriginId origin) {
    const std::lock_guard lock(writing_);
    const std::string prefix = index_prefix(table.spec->description.name, origin);
    std::vector<std::string> keys;
    TRY(store_->scan(prefix, [&](std::string_view key, std::string_view) {
        keys.emplace_back(key.substr(prefix.size()));
        return keys.size() < rows_dropped_at_once;
    }));
    if (keys.empty()) return false;
    auto changes = store_->new_batch();
    for (const std::string& key : keys) {
        TRY(drop_from_row(*changes, table.prefix + key, origin));
        changes->remove(prefix + key);
    }
    TRY(store_->write(std::move(changes), false));
    return true;
}

Result<void> StoredServing::drop_from_row(
    StoreBatch& changes, const std::string& row_key, OriginId origin
) {
    std::string rest;
    Removal removal = Removal::Unchanged;
    TRY(store_->read(row_key, [&](std::string_view value) {
        removal = remove_origin(value, origin, rest);
    }));
    if (removal == Removal::Damaged) return damaged("a row");
    if (removal == Removal::NothingLeft) changes.remove(row_key);
    if (removal == Removal::Changed) changes.put(row_key, rest);
    return {};
}

Result<void> StoredServing::clear(const std::string& source) {
    const std::lock_guard lock(writing_);
    auto changes = store_->new_batch();
    for (auto& [name, table] : tables_) {
        if (table.spec->description.source != source) continue;
        remove_table(*changes, name);
        changes->put(table_key(name), table.spec->fingerprint);
    }
    TRY(visit_cursors([&](std::string_view name, const StoredCursor& cursor) {
        // One that only set_cursor made moved past rows of nobody knows whom: going over them again
        // changes nothing, as none was applied.
        if (cursor.source == source || cursor.source.empty()) {
            changes->remove(cursor_key(name));
        }
    }));
    TRY(store_->write(std::move(changes), true));
    for (auto& [name, table] : tables_) {
        if (table.spec->description.source == source) table.stale = false;
    }
    return {};
}

Result<void> StoredServing::flush() {
    return store_->sync();
}

Result<void> StoredServing::checkpoint(const std::string& folder) {
    return store_->checkpoint(folder);
}

}  // namespace tradewind::serving

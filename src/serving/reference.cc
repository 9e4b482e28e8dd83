// ReferenceServing (serving.h).
#include <deque>
#include <map>
#include <optional>

#include "base/guarded.h"
#include "base/json.h"
#include "base/text.h"
#include "serving/key.h"
#include "serving/page.h"
#include "serving/reference_row.h"
#include "serving/table_batch.h"

namespace tradewind::serving {

namespace {

using Tables = std::vector<std::shared_ptr<const TableSpec>>;
// Sort key to lines; a table without sort key has one row, under null.
using Partition = std::map<ReferenceValue, ReferenceLines, ReferenceLess>;
using Rows = std::map<ReferenceValue, Partition, ReferenceLess>;

struct OwnedCursor {
    std::int64_t value = 0;
    std::string source;
};

struct State {
    std::map<std::string, Rows> tables;
    std::map<std::string, OwnedCursor> cursors;
};

using Write = std::function<void(State&)>;

ReferenceValue value_at(const Column& column, std::size_t row) {
    if (column.null(row)) return {};
    if (column.type() == ColumnType::Text) return std::string(column.text(row));
    if (column.type() == ColumnType::Double) return column.real(row);
    return static_cast<Int128>(column.integer(row));
}

ReferenceValue value_of(const Cell& cell) {
    if (cell.kind == Cell::Kind::Text) return std::string(cell.text);
    return cell.integer;
}

void add_rows(State& state, const TableSpec& table, const RowBatch& rows) {
    const auto columns = bind_columns(table, rows);
    CHECK(columns.ok());  // apply() has tried
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        ReferenceLine line;
        line.origin = rows.origin;
        line.partition = rows.provenance(row).partition;
        line.sequence = rows.provenance(row).sequence;
        for (const Column* column : *columns) line.values.push_back(value_at(*column, row));
        const auto key = [&](int column) {
            return column < 0 ? ReferenceValue() : line.values[static_cast<std::size_t>(column)];
        };
        const ReferenceValue partition = key(table.partition_key);
        const ReferenceValue sort = key(table.sort_key);
        const bool sort_missing = table.has_sort_key() && sort.index() == 0;
        if (partition.index() == 0 || sort_missing) continue;
        insert_line(state.tables[table.description.name][partition][sort], std::move(line));
    }
}

void drop_rows(Rows& rows, OriginId origin) {
    for (auto& [key, partition] : rows) {
        for (auto& [sort, lines] : partition) {
            std::erase_if(lines, [&](const ReferenceLine& line) { return line.origin == origin; });
        }
        std::erase_if(partition, [](const auto& row) { return row.second.empty(); });
    }
    std::erase_if(rows, [](const auto& partition) { return partition.second.empty(); });
}

// A cursor is the last row's sort values as a JSON array, with their kinds.
std::string encode_cursor(const std::vector<ReferenceValue>& values) {
    json::Value array = json::Value::array();
    for (const ReferenceValue& value : values) {
        json::Value pair = json::Value::array();
        pair.add(json::Value::number(static_cast<std::int64_t>(value.index())));
        if (const auto* number = std::get_if<Int128>(&value)) {
            pair.add(json::Value::string(format_decimal(*number, 0)));
        } else if (const auto* real = std::get_if<double>(&value)) {
            std::string digits;
            json::Writer(digits).number(*real);
            pair.add(json::Value::string(digits));
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            pair.add(json::Value::string(base64_encode(*text)));
        }
        array.add(std::move(pair));
    }
    return base64url_encode(array.dump());
}

Int128 parse_whole(std::string_view digits) {
    const bool negative = digits.starts_with('-');
    Int128 value = 0;
    for (const char c : digits.substr(negative ? 1 : 0)) value = value * 10 + (c - '0');
    return negative ? -value : value;
}

Result<std::vector<ReferenceValue>> decode_cursor(std::string_view cursor, std::size_t terms) {
    const Error bad(ErrorCode::InvalidArgument, "not a cursor of this list");
    const auto text = base64url_decode(cursor);
    if (!text.ok()) return bad;
    const auto array = json::parse(*text);
    if (!array.ok() || array->items().size() != terms) return bad;
    std::vector<ReferenceValue> values;
    for (const json::Value& pair : array->items()) {
        if (pair.items().empty()) return bad;
        const std::string& kind = pair.items().front().text();
        const std::string content = pair.items().size() > 1 ? pair.items()[1].text() : "";
        if (kind == "1") {
            values.emplace_back(parse_whole(content));
        } else if (kind == "2") {
            values.emplace_back(parse_double(content).value_or(0));
        } else if (kind == "3") {
            values.emplace_back(TRY(base64_decode(content)));
        } else {
            values.emplace_back();
        }
    }
    return values;
}

class MemoryServing : public ReferenceServing {
public:
    explicit MemoryServing(Tables tables) : tables_(std::move(tables)) {}

    std::vector<std::string> stale_tables() override { return {}; }

    std::vector<TableDescription> tables() override {
        std::vector<TableDescription> out;
        for (const auto& table : tables_) out.push_back(table->description);
        return out;
    }

    Result<void> apply(
        const std::string& source, const RowBatch& rows, const Cursor& cursor, bool durable
    ) override {
        for (const auto& table : tables_) {
            if (table->description.source == source) TRY(bind_columns(*table, rows));
        }
        const auto copy = std::make_shared<const RowBatch>(rows);
        write([this, source, copy, cursor](State& state) {
            const auto known = state.cursors.find(cursor.name);
            if (known != state.cursors.end() && cursor.value <= known->second.value) return;
            for (const auto& table : tables_) {
                if (table->description.source == source) add_rows(state, *table, *copy);
            }
            state.cursors[cursor.name] = {cursor.value, source};
        });
        return durable ? flush() : Result<void>();
    }

    Result<std::optional<std::int64_t>> cursor(const std::string& name) override {
        return guarded_.with_lock([&](const Guts& guts) -> std::optional<std::int64_t> {
            const auto known = guts.now.cursors.find(name);
            if (known == guts.now.cursors.end()) return std::nullopt;
            return known->second.value;
        });
    }

    Result<void> set_cursor(const Cursor& cursor) override {
        write([cursor](State& state) { state.cursors[cursor.name].value = cursor.value; });
        return {};
    }

    Result<void> drop_origin(const std::string& source, OriginId origin) override {
        if (origin == stream_origin) {
            return Error(ErrorCode::InvalidArgument, "only an import can be dropped");
        }
        write([this, source, origin](State& state) {
            for (const auto& table : tables_) {
                if (table->description.source != source) continue;
                drop_rows(state.tables[table->description.name], origin);
            }
        });
        return {};
    }

    Result<std::string> get(const RowRequest& request) override {
        const TableSpec& table = *TRY(find_table(request.table));
        const Partition partition = TRY(find_partition(table, request.key));
        if (!table.has_sort_key()) {
            return reference_row_json(table, partition.begin()->second, true);
        }
        std::vector<const ReferenceLines*> rows;
        for (const auto& [sort, lines] : partition) rows.push_back(&lines);
        return reference_summary_json(table, rows);
    }

    Result<Page> list(const ListRequest& request) override {
        const TableSpec& table = *TRY(find_table(request.table));
        TRY(check_list(table, request));
        const auto after = TRY(cursor_values(table, request));
        const Partition partition = TRY(find_partition(table, request.key));
        std::vector<std::pair<std::vector<ReferenceValue>, std::string>> rows;
        for (const auto& [sort, lines] : partition) {
            auto values = reference_sort_values(table, lines);
            if (after && !sorts_before(table, *after, values)) continue;
            rows.emplace_back(std::move(values), reference_row_json(table, lines, false));
        }
        std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
            return sorts_before(table, a.first, b.first);
        });
        Page page;
        const auto limit = static_cast<std::size_t>(request.limit);
        for (std::size_t i = 0; i < rows.size() && i < limit; ++i) {
            page.rows.push_back(rows[i].second);
        }
        if (rows.size() > limit) page.next_cursor = encode_cursor(rows[limit - 1].first);
        return page;
    }

    Result<void> scan(
        const std::string& name, const std::function<bool(std::string_view json)>& visit
    ) override {
        const TableSpec& table = *TRY(find_table(name));
        const Rows rows = guarded_.with_lock([&](const Guts& guts) {
            const auto found = guts.now.tables.find(name);
            return found == guts.now.tables.end() ? Rows() : found->second;
        });
        for (const auto& [key, partition] : rows) {
            for (const auto& [sort, lines] : partition) {
                if (!visit(reference_row_json(table, lines, true))) return {};
            }
        }
        return {};
    }

    Result<void> clear(const std::string& source) override {
        write([this, source](State& state) {
            for (const auto& table : tables_) {
                if (table->description.source == source)
                    state.tables[table->description.name].clear();
            }
            std::erase_if(state.cursors, [&](const auto& cursor) {
                return cursor.second.source == source || cursor.second.source.empty();
            });
        });
        return flush();
    }

    Result<void> flush() override {
        guarded_.with_lock([](Guts& guts) {
            for (const Write& pending : guts.pending) pending(guts.durable);
            guts.pending.clear();
        });
        return {};
    }

    Result<void> checkpoint(const std::string& /*folder*/) override {
        return Error(
            ErrorCode::InvalidArgument, "a serving store in memory cannot be copied to a folder"
        );
    }

    std::unique_ptr<ReferenceServing> after_power_loss(std::size_t kept) const override {
        auto survivor = std::make_unique<MemoryServing>(tables_);
        State state = guarded_.with_lock([&](const Guts& guts) {
            State copy = guts.durable;
            for (std::size_t i = 0; i < kept && i < guts.pending.size(); ++i) guts.pending[i](copy);
            return copy;
        });
        survivor->guarded_.with_lock([&](Guts& guts) {
            guts.durable = state;
            guts.now = std::move(state);
        });
        return survivor;
    }

    std::size_t unsynced_writes() const override {
        return guarded_.with_lock([](const Guts& guts) { return guts.pending.size(); });
    }

private:
    struct Guts {
        State now;
        State durable;
        std::deque<Write> pending;  // what `now` has and `durable` has not
    };

    void write(Write change) {
        guarded_.with_lock([&](Guts& guts) {
            change(guts.now);
            guts.pending.push_back(std::move(change));
        });
    }

    Result<const TableSpec*> find_table(const std::string& name) const {
        for (const auto& table : tables_) {
            if (table->description.name == name) return table.get();
        }
        return Error(ErrorCode::NotFound, "no serving table '" + name + "'");
    }

    Result<Partition> find_partition(const TableSpec& table, const std::string& text) const {
        const Error none(
            ErrorCode::NotFound,
            "no '" + text + "' in serving table '" + table.description.name + "'"
        );
        const auto key = key_from_text(text, table.column(table.partition_key));
        if (!key) return none;
        auto found = guarded_.with_lock([&](const Guts& guts) -> std::optional<Partition> {
            const auto rows = guts.now.tables.find(table.description.name);
            if (rows == guts.now.tables.end()) return std::nullopt;
            const auto partition = rows->second.find(value_of(*key));
            if (partition == rows->second.end()) return std::nullopt;
            return partition->second;
        });
        if (!found) return none;
        return *std::move(found);
    }

    static Result<std::optional<std::vector<ReferenceValue>>> cursor_values(
        const TableSpec& table, const ListRequest& request
    ) {
        if (!request.cursor) return std::optional<std::vector<ReferenceValue>>();
        auto values = TRY(decode_cursor(*request.cursor, table.order.size()));
        return std::optional<std::vector<ReferenceValue>>(std::move(values));
    }

    const Tables tables_;
    Guarded<Guts> guarded_;
};

}  // namespace

std::unique_ptr<ReferenceServing> make_reference_serving(Tables tables) {
    return std::make_unique<MemoryServing>(std::move(tables));
}

}  // namespace tradewind::serving

#include "serving/reference_row.h"

#include <algorithm>
#include <compare>
#include <functional>
#include <optional>
#include <tuple>

#include "base/json.h"
#include "base/time.h"

namespace tradewind::serving {

namespace {

bool is_null(const ReferenceValue& value) {
    return std::holds_alternative<std::monostate>(value);
}

const ReferenceValue& at(const ReferenceLine& line, int column) {
    return line.values[static_cast<std::size_t>(column)];
}

void write(json::Writer& out, const ReferenceValue& value, ValueType type) {
    if (is_null(value)) return out.null();
    if (const auto* text = std::get_if<std::string>(&value)) return out.string(*text);
    if (const auto* real = std::get_if<double>(&value)) return out.number(*real);
    const Int128 number = std::get<Int128>(value);
    const auto small = static_cast<std::int64_t>(number);
    switch (type.type) {
        case ColumnType::Boolean:
            return out.boolean(number != 0);
        case ColumnType::Date:
            return out.string(format_date(small));
        case ColumnType::Timestamp:
            return out.string(format_iso(Timestamp{small}));
        default:
            return out.number_text(format_decimal_short(number, type.scale));
    }
}

ReferenceValue multiply(const ReferenceLine& line, const std::vector<int>& columns) {
    Int128 result = 1;
    for (const int column : columns) {
        if (is_null(at(line, column))) return {};
        result *= std::get<Int128>(at(line, column));
    }
    return result;
}

ReferenceValue sum(const ReferenceLines& lines, const std::vector<int>& columns) {
    Int128 total = 0;
    for (const ReferenceLine& line : lines) {
        const ReferenceValue term = multiply(line, columns);
        if (!is_null(term)) total += std::get<Int128>(term);
    }
    return total;
}

// The lines are in provenance order: of equal event times the last one wins.
ReferenceValue latest(const TableSpec& table, const ReferenceLines& lines, int column) {
    const ReferenceLine* best = nullptr;
    for (const ReferenceLine& line : lines) {
        if (is_null(at(line, column))) continue;
        if (best == nullptr || !less(at(line, table.event_time), at(*best, table.event_time))) {
            best = &line;
        }
    }
    return best == nullptr ? ReferenceValue() : at(*best, column);
}

ReferenceValue extreme(const ReferenceLines& lines, int column, bool maximum) {
    ReferenceValue best;
    for (const ReferenceLine& line : lines) {
        const ReferenceValue& value = at(line, column);
        if (is_null(value)) continue;
        if (is_null(best) || (maximum ? less(best, value) : less(value, best))) best = value;
    }
    return best;
}

ReferenceValue slot_value(const TableSpec& table, const ReferenceLines& lines, const Slot& slot) {
    switch (slot.aggregate) {
        case Aggregate::Sum:
            return sum(lines, slot.columns);
        case Aggregate::Latest:
            return latest(table, lines, slot.columns[0]);
        case Aggregate::Min:
            return extreme(lines, slot.columns[0], false);
        case Aggregate::Max:
            return extreme(lines, slot.columns[0], true);
    }
    return {};
}

void write_items(json::Writer& out, const TableSpec& table, const ReferenceLines& lines) {
    out.key("items");
    out.begin_array();
    for (const ReferenceLine& line : lines) {
        out.begin_object();
        for (const ItemMember& item : table.items) {
            out.key(item.name);
            std::vector<int> columns;
            for (const int stored : item.stored) {
                columns.push_back(table.item_columns[static_cast<std::size_t>(stored)]);
            }
            const bool one = columns.size() == 1;
            write(out, one ? at(line, columns[0]) : multiply(line, columns), item.type);
        }
        out.end_object();
    }
    out.end_array();
}

ReferenceValue summarise(
    const TableSpec& table,
    const SummaryMember& member,
    const std::vector<const ReferenceLines*>& rows
) {
    using Kind = SummaryMember::Kind;
    if (member.kind == Kind::Count) return static_cast<Int128>(rows.size());
    std::vector<ReferenceValue> values;
    for (const ReferenceLines* row : rows) {
        ReferenceValue value = reference_member(table, *row, table.member(member.member));
        if (!is_null(value)) values.push_back(std::move(value));
    }
    if (member.kind == Kind::CountIf || member.kind == Kind::CountUnless) {
        const Int128 wanted = member.kind == Kind::CountIf ? 1 : 0;
        return static_cast<Int128>(std::count(values.begin(), values.end(), ReferenceValue(wanted))
        );
    }
    if (member.kind == Kind::Sum) {
        Int128 total = 0;
        for (const ReferenceValue& value : values) total += std::get<Int128>(value);
        return total;
    }
    if (values.empty()) return {};
    std::sort(values.begin(), values.end(), less);
    return member.kind == Kind::Min ? values.front() : values.back();
}

}  // namespace

bool less(const ReferenceValue& a, const ReferenceValue& b) {
    if (a.index() != b.index()) return a.index() < b.index();
    if (const auto* real = std::get_if<double>(&a)) {
        return std::strong_order(*real, std::get<double>(b)) < 0;
    }
    return a < b;
}

void insert_line(ReferenceLines& lines, ReferenceLine line) {
    const auto place = [](const ReferenceLine& l) {
        return std::tuple(l.origin, l.partition, l.sequence);
    };
    const auto behind = std::upper_bound(
        lines.begin(),
        lines.end(),
        line,
        [&](const ReferenceLine& a, const ReferenceLine& b) { return place(a) < place(b); }
    );
    lines.insert(behind, std::move(line));
}

ReferenceValue reference_member(
    const TableSpec& table, const ReferenceLines& lines, const Member& member
) {
    const ReferenceLine& any = lines.front();
    switch (member.from) {
        case Member::From::PartitionKey:
            return at(any, table.partition_key);
        case Member::From::SortKey:
            return at(any, table.sort_key);
        case Member::From::Slot:
            return slot_value(table, lines, table.slots[static_cast<std::size_t>(member.slot)]);
        case Member::From::StartsWith: {
            const int column = member.of_sort_key ? table.sort_key : table.partition_key;
            const auto& text = std::get<std::string>(at(any, column));
            return static_cast<Int128>(text.rfind(member.prefix, 0) == 0);
        }
    }
    return {};
}

std::string reference_row_json(
    const TableSpec& table, const ReferenceLines& lines, bool with_partition_key
) {
    std::string text;
    json::Writer out(text);
    out.begin_object();
    for (const Member& member : table.members) {
        if (member.from == Member::From::PartitionKey && !with_partition_key) continue;
        out.key(member.name);
        write(out, reference_member(table, lines, member), member.type);
    }
    if (!table.items.empty()) write_items(out, table, lines);
    out.end_object();
    return text;
}

std::string reference_summary_json(
    const TableSpec& table, const std::vector<const ReferenceLines*>& rows
) {
    std::string text;
    json::Writer out(text);
    out.begin_object();
    const Member& key = table.members.front();
    out.key(key.name);
    write(out, reference_member(table, *rows.front(), key), key.type);
    for (const SummaryMember& member : table.summary) {
        out.key(member.name);
        write(out, summarise(table, member, rows), member.type);
    }
    out.end_object();
    return text;
}

std::vector<ReferenceValue> reference_sort_values(
    const TableSpec& table, const ReferenceLines& lines
) {
    std::vector<ReferenceValue> values;
    for (const OrderTerm& term : table.order) {
        values.push_back(reference_member(table, lines, table.member(term.member)));
    }
    return values;
}

bool sorts_before(
    const TableSpec& table,
    const std::vector<ReferenceValue>& a,
    const std::vector<ReferenceValue>& b
) {
    for (std::size_t i = 0; i < table.order.size(); ++i) {
        if (is_null(a[i]) != is_null(b[i])) return is_null(b[i]);
        const bool descending = table.order[i].descending;
        if (less(a[i], b[i])) return !descending;
        if (less(b[i], a[i])) return descending;
    }
    return false;
}

}  // namespace tradewind::serving

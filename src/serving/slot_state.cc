#include "serving/slot_state.h"

#include "base/check.h"

namespace tradewind::serving {

namespace {

__extension__ typedef unsigned __int128 Unsigned128;

void append_sum(std::string& out, Int128 value) {
    auto bits = (static_cast<Unsigned128>(value) << 1) ^ static_cast<Unsigned128>(value >> 127);
    while (bits >= 0x80) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(bits) | 0x80));
        bits >>= 7;
    }
    out.push_back(static_cast<char>(static_cast<unsigned char>(bits)));
}

bool read_sum(ByteReader& in, Int128& value) {
    Unsigned128 bits = 0;
    for (int shift = 0; shift < 128; shift += 7) {
        const auto byte = in.fixed<std::uint8_t>();
        bits |= static_cast<Unsigned128>(byte & 0x7f) << shift;
        if (byte >= 0x80) continue;
        value = static_cast<Int128>(bits >> 1) ^ -static_cast<Int128>(bits & 1);
        return in.ok();
    }
    return false;
}

void append_line(std::string& out, const LineTime& line) {
    out.push_back(line.timed ? '\x01' : '\0');
    if (line.timed) put_varint(out, zigzag(line.event));
    put_varint(out, zigzag(line.partition.value));
    put_varint(out, zigzag(line.sequence));
}

void read_line(ByteReader& in, OriginId origin, LineTime& line) {
    line.timed = in.fixed<std::uint8_t>() != 0;
    line.event = line.timed ? unzigzag(in.varint()) : 0;
    line.origin = origin;
    line.partition = PartitionId(static_cast<std::int32_t>(unzigzag(in.varint())));
    line.sequence = unzigzag(in.varint());
}

// Wraps: only a damaged value can reach the end of 128 bits (parse_table saw to that).
Int128 add(Int128 a, Int128 b) {
    return static_cast<Int128>(static_cast<Unsigned128>(a) + static_cast<Unsigned128>(b));
}

}  // namespace

SlotState SlotState::empty(Aggregate aggregate) {
    SlotState slot;
    slot.aggregate = aggregate;
    if (aggregate == Aggregate::Sum) slot.value = Cell::of(Int128{0});
    return slot;
}

void combine(SlotState& into, const SlotState& from) {
    if (from.value.null()) return;
    if (into.value.null()) {
        into = from;
        return;
    }
    switch (into.aggregate) {
        case Aggregate::Sum:
            into.value.integer = add(into.value.integer, from.value.integer);
            return;
        case Aggregate::Min:
            if (compare(from.value, into.value) < 0) into = from;
            return;
        case Aggregate::Max:
            if (compare(from.value, into.value) > 0) into = from;
            return;
        case Aggregate::Latest:
            if (from.line > into.line) into = from;
            return;
    }
}

void append_value(std::string& out, const Cell& cell) {
    switch (cell.kind) {
        case Cell::Kind::Null:
            return;
        case Cell::Kind::Integer:
            return put_varint(out, zigzag(static_cast<std::int64_t>(cell.integer)));
        case Cell::Kind::Real:
            return put_fixed(out, cell.real);
        case Cell::Kind::Text:
            return put_bytes(out, cell.text);
    }
}

Cell read_value(ByteReader& in, Cell::Kind kind) {
    switch (kind) {
        case Cell::Kind::Null:
            return {};
        case Cell::Kind::Integer:
            return Cell::of(static_cast<Int128>(unzigzag(in.varint())));
        case Cell::Kind::Real:
            return Cell::of(in.fixed<double>());
        case Cell::Kind::Text:
            return Cell::of(in.sized_bytes());
    }
    return {};
}

void append_slot(std::string& out, const SlotState& slot) {
    const auto tag = static_cast<int>(slot.aggregate) | static_cast<int>(slot.value.kind) << 4;
    out.push_back(static_cast<char>(tag));
    if (slot.aggregate == Aggregate::Sum) return append_sum(out, slot.value.integer);
    append_value(out, slot.value);
    if (slot.aggregate == Aggregate::Latest && !slot.value.null()) append_line(out, slot.line);
}

bool read_slot(ByteReader& in, OriginId origin, SlotState& slot) {
    const auto tag = in.fixed<std::uint8_t>();
    const int aggregate = tag & 0x0f;
    const int kind = tag >> 4;
    if (aggregate < 1 || aggregate > 4 || kind > static_cast<int>(Cell::Kind::Text)) return false;
    slot.aggregate = static_cast<Aggregate>(aggregate);
    if (slot.aggregate == Aggregate::Sum) {
        slot.value.kind = Cell::Kind::Integer;
        return kind == static_cast<int>(Cell::Kind::Integer) && read_sum(in, slot.value.integer);
    }
    slot.value = read_value(in, static_cast<Cell::Kind>(kind));
    if (slot.aggregate == Aggregate::Latest && !slot.value.null()) read_line(in, origin, slot.line);
    return in.ok();
}

}  // namespace tradewind::serving

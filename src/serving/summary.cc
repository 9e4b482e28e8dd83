#include "serving/summary.h"

namespace tradewind::serving {

Summary::Summary(const TableSpec& table) : table_(table), states_(table.summary.size()) {
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const SummaryMember::Kind kind = table.summary[i].kind;
        const bool chosen = kind == SummaryMember::Kind::Min || kind == SummaryMember::Kind::Max;
        if (!chosen) states_[i].value = Cell::of(Int128{0});
    }
}

void Summary::add(const Row& row) {
    ++row_count_;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const SummaryMember& member = table_.summary[i];
        const bool counts = member.kind == SummaryMember::Kind::Count;
        add(member, counts ? Cell() : member_value(row, table_.member(member.member)), states_[i]);
    }
}

void Summary::add(const SummaryMember& member, const Cell& value, State& state) {
    using Kind = SummaryMember::Kind;
    bool take = false;
    switch (member.kind) {
        case Kind::Count:
            ++state.value.integer;
            return;
        case Kind::CountIf:
            state.value.integer += !value.null() && value.integer != 0 ? 1 : 0;
            return;
        case Kind::CountUnless:
            // As SQL's NOT: what is not known counts in neither.
            state.value.integer += !value.null() && value.integer == 0 ? 1 : 0;
            return;
        case Kind::Sum:
            state.value.integer += value.integer;
            return;
        case Kind::Min:
            take = state.value.null() || compare(value, state.value) < 0;
            break;
        case Kind::Max:
            take = state.value.null() || compare(value, state.value) > 0;
            break;
    }
    if (!take || value.null()) return;
    state.value = value;
    state.text.assign(value.text);
    state.value.text = state.text;
}

std::string Summary::to_json(const Cell& partition_key) const {
    const Member& key = table_.members.front();
    std::string out = "{" + key.label;
    append_json(out, partition_key, key.type);
    for (std::size_t i = 0; i < states_.size(); ++i) {
        out.push_back(',');
        out += table_.summary[i].label;
        append_json(out, states_[i].value, table_.summary[i].type);
    }
    out.push_back('}');
    return out;
}

}  // namespace tradewind::serving

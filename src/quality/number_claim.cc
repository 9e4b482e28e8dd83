#include "quality/number_claim.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::quality {

namespace {

std::optional<NumberClaim::Kind> claim_kind(const Check& check) {
    using ClaimKind = NumberClaim::Kind;
    switch (check.kind) {
        case Kind::NotNull:
            return ClaimKind::NotNull;
        case Kind::Unique:
            return ClaimKind::Different;
        case Kind::Min:
            return ClaimKind::AtLeast;
        case Kind::Max:
            return ClaimKind::AtMost;
        case Kind::AcceptedValues:
            return ClaimKind::Among;
        case Kind::Relationships:
            return check.columns.size() == 1 ? std::optional(ClaimKind::ReferredTo) : std::nullopt;
        default:
            return std::nullopt;
    }
}

}  // namespace

bool is_whole_number_type(const std::string& type) {
    return type == "TINYINT" || type == "SMALLINT" || type == "INTEGER" || type == "BIGINT";
}

std::optional<NumberClaim> claim_of(const Check& check, const std::vector<std::string>& types) {
    const auto kind = claim_kind(check);
    if (!kind || !check.where.empty()) return std::nullopt;
    if (!std::ranges::all_of(types, is_whole_number_type)) return std::nullopt;
    NumberClaim claim{*kind, check.columns};
    std::vector<Literal> literals = check.values;
    if (check.bound) literals.push_back(*check.bound);
    for (const Literal& value : literals) {
        const auto number = value.number ? parse_integer(value.text) : std::nullopt;
        if (!number) return std::nullopt;
        claim.numbers.push_back(*number);
    }
    return claim;
}

}  // namespace tradewind::quality

#include "contract/constraint.h"

#include <algorithm>

namespace tradewind::contract {

namespace {

bool longer_than(std::string_view text, std::size_t length_max) {
    if (text.size() <= length_max) return false;
    // Characters, not bytes: those that continue a UTF-8 sequence do not count.
    std::size_t length = 0;
    for (const char c : text) length += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return length > length_max;
}

Outcome check_text(const Field& field, std::string_view text) {
    if (field.length_max > 0 && longer_than(text, field.length_max)) return Outcome::TooLong;
    if (!field.accepted_texts.empty() &&
        !std::binary_search(field.accepted_texts.begin(), field.accepted_texts.end(), text)) {
        return Outcome::NotAccepted;
    }
    if (field.pattern && !field.pattern->found_in(text)) return Outcome::PatternMismatch;
    return Outcome::Stored;
}

template <typename T>
Outcome check_bounds(T value, const std::optional<T>& minimum, const std::optional<T>& maximum) {
    if (minimum && value < *minimum) return Outcome::BelowMinimum;
    if (maximum && value > *maximum) return Outcome::AboveMaximum;
    return Outcome::Stored;
}

Outcome check_integer(const Field& field, std::int64_t value) {
    const auto& accepted = field.accepted_integers;
    if (!accepted.empty() && !std::binary_search(accepted.begin(), accepted.end(), value)) {
        return Outcome::NotAccepted;
    }
    return check_bounds(value, field.bounds.integer_min, field.bounds.integer_max);
}

}  // namespace

Outcome check_constraints(const Field& field, const Column& column) {
    const std::size_t row = column.size() - 1;
    switch (field.column.type) {
        case ColumnType::Text:
            return check_text(field, column.text(row));
        case ColumnType::Double:
            return check_bounds(column.real(row), field.bounds.real_min, field.bounds.real_max);
        default:
            return check_integer(field, column.integer(row));
    }
}

}  // namespace tradewind::contract

// What a check claims, where that is about whole numbers and one pass over them can tell it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "quality/quality.h"

namespace tradewind::quality {

// What is claimed of columns of whole numbers, in all rows.
struct NumberClaim {
    enum class Kind {
        NotNull,
        AtLeast,  // `numbers` is the bound; nulls have none
        AtMost,
        Among,       // `numbers`, or null
        Different,   // the columns together
        ReferredTo,  // all, or null, is among what `other` gives
    };
    Kind kind = Kind::NotNull;
    std::vector<std::string> columns;
    std::vector<std::int64_t> numbers{};
    std::string other{};  // a SELECT of one column without nulls
};

// A type whose values are read as whole numbers of 64 bits.
bool is_whole_number_type(const std::string& type);

// Nothing: it is about some of the rows, about other types, or says more. `types` of its columns;
// `other` is left to the caller.
std::optional<NumberClaim> claim_of(const Check& check, const std::vector<std::string>& types);

}  // namespace tradewind::quality

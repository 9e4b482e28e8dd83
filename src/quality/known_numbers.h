// Whole numbers that a table has, a bit for each between its least and its greatest: whether others
// are among them is told without a join.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace tradewind::quality {

// A reference from one column to another.
struct Reference {
    std::string own;    // a SELECT of the one, without nulls
    std::string other;  // a SELECT of the other, without nulls
};

class KnownNumbers {
public:
    // Between these two, both among them. Nothing: too many bits.
    static std::optional<KnownNumbers> between(std::int64_t least, std::int64_t greatest);

    // False: one is not between the two, and the rest is not added.
    bool add(const std::int64_t* numbers, std::size_t count);
    bool has(std::int64_t number) const {
        const std::uint64_t at = place(number);
        return at < count_ && (bits_[at / 64] >> (at % 64) & 1) != 0;
    }
    bool has_all(const std::int64_t* numbers, std::size_t count) const;

private:
    KnownNumbers(std::int64_t least, std::uint64_t count)
        : least_(least), count_(count), bits_(count / 64 + 1) {}
    std::uint64_t place(std::int64_t number) const {
        return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(least_);
    }

    std::int64_t least_;
    std::uint64_t count_;
    std::vector<std::uint64_t> bits_;
};

// What a SELECT of one column without nulls gives. Nothing: no whole numbers, none at all, or some
// that lie too far apart.
Result<std::optional<KnownNumbers>> known_numbers(engine::Work& work, const std::string& sql);

// Is everything there that is referred to? False also where that cannot be told: columns that are
// no whole numbers, or lie too far apart.
Result<bool> all_referred_to(engine::Work& work, const Reference& reference);

}  // namespace tradewind::quality

// Chance comes from a Random: seeded where an outcome must be repeatable.
#pragma once

#include <cstdint>
#include <string>

namespace tradewind::os {

// SplitMix64 seeded xoshiro256**: small, fast, the same on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed);
    std::uint64_t next();
    // Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound);
    // Uniform in [0, 1).
    double uniform();
    // True with that probability.
    bool chance(double probability) { return uniform() < probability; }

private:
    std::uint64_t state_[4];
};

// From the operating system's source: ids and tokens.
std::uint64_t random_seed();
// 32 hex digits that nobody has had before.
std::string random_id();

}  // namespace tradewind::os

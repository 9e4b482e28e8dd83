// What fuzz groups share: rounds that are numbered by seeds, for as long as TRADEWIND_FUZZ_SECONDS
// says (2 by default), and changes to good input that parsers are known to trip over.
// TRADEWIND_SEED runs one round again.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace tradewind {

// SplitMix64: the same on every machine.
class FuzzRandom {
public:
    explicit FuzzRandom(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    std::string bytes(std::size_t size_max) {
        std::string out(below(size_max + 1), '\0');
        for (char& c : out) c = static_cast<char>(next());
        return out;
    }
    std::string pieces(const std::vector<std::string>& from, std::size_t count_max) {
        std::string out;
        for (std::uint64_t left = 1 + below(count_max); left > 0; --left)
            out += from[below(from.size())];
        return out;
    }

private:
    std::uint64_t state_;
};

// One change: a byte turned, set to an edge, removed or doubled; a stretch copied elsewhere or cut
// out; the end cut off.
inline void mutate_once(FuzzRandom& random, std::string& text) {
    if (text.empty()) return text.push_back(static_cast<char>(random.next()));
    const std::size_t at = random.below(text.size());
    const std::size_t size = 1 + random.below(16);
    constexpr std::string_view edges("\x00\x01\x7f\x80\xff", 5);
    switch (random.below(7)) {
        case 0:
            text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
            return;
        case 1:
            text[at] = edges[random.below(edges.size())];
            return;
        case 2:
            text[at] = static_cast<char>(random.next());
            return;
        case 3:
            text.erase(at, size);
            return;
        case 4:
            text.insert(random.below(text.size() + 1), text.substr(at, size));
            return;
        case 5:
            text.replace(at, size, text.substr(random.below(text.size()), size));
            return;
        default:
            if (random.below(4) == 0) text.resize(at);
            return;
    }
}

inline std::string mutated(FuzzRandom& random, std::string text) {
    for (std::uint64_t left = 1 + random.below(4); left > 0; --left) mutate_once(random, text);
    return text;
}

inline std::int64_t fuzz_number(const char* name, std::int64_t otherwise) {
    const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
    if (text == nullptr) return otherwise;
    const auto number = parse_integer(text);
    EXPECT_TRUE(number && *number >= 0) << name << " must be a number";
    return number.value_or(otherwise);
}

// Calls round(random) until the time is up or something failed. The first rounds are the same every
// time; how many follow depends on the machine.
template <typename Round>
void fuzz_rounds(Round round) {
    using Time = std::chrono::steady_clock;
    const std::int64_t only = fuzz_number("TRADEWIND_SEED", -1);
    const auto end = Time::now() + std::chrono::seconds(fuzz_number("TRADEWIND_FUZZ_SECONDS", 2));
    auto seed = static_cast<std::uint64_t>(only < 0 ? 1 : only);
    do {
        SCOPED_TRACE("TRADEWIND_SEED=" + std::to_string(seed) + " runs it again");
        FuzzRandom random(seed++);
        round(random);
    } while (only < 0 && !testing::Test::HasFailure() && Time::now() < end);
}

}  // namespace tradewind

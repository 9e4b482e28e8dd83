#include "os/random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/check.h"
#include "base/text.h"

namespace tradewind::os {

namespace {

std::uint64_t rotate_left(std::uint64_t value, int bits) {
    return (value << bits) | (value >> (64 - bits));
}

void fill_from_system(void* out, std::size_t size) {
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t got = getrandom(static_cast<char*>(out) + filled, size - filled, 0);
        if (got < 0 && errno == EINTR) continue;
        CHECK(got > 0);
        filled += static_cast<std::size_t>(got);
    }
}

}  // namespace

// Sebastiano Vigna's splitmix64, which turns any seed, 0 too, into a good state.
Random::Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
        seed += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        word = mixed ^ (mixed >> 31);
    }
}

// Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators": xoshiro256**.
std::uint64_t Random::next() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate_left(state_[3], 45);
    return result;
}

// Lemire's multiplication; the few products that would favour small numbers are drawn again.
std::uint64_t Random::below(std::uint64_t bound) {
    CHECK(bound > 0);
    __extension__ typedef unsigned __int128 Wide;
    const std::uint64_t threshold = -bound % bound;
    while (true) {
        const Wide product = static_cast<Wide>(next()) * bound;
        if (static_cast<std::uint64_t>(product) >= threshold)
            return static_cast<std::uint64_t>(product >> 64);
    }
}

double Random::uniform() {
    return static_cast<double>(next() >> 11) * 0x1p-53;
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    fill_from_system(&seed, sizeof seed);
    return seed;
}

std::string random_id() {
    char bytes[16];
    fill_from_system(bytes, sizeof bytes);
    return hex_encode({bytes, sizeof bytes});
}

}  // namespace tradewind::os

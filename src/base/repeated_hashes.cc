#include "base/repeated_hashes.h"

#include <algorithm>

namespace tradewind {

namespace {

// Places for each hash: one hash in twice as many shares one by chance.
constexpr std::int64_t places_per_hash = 16;
constexpr unsigned place_bits_min = 12;
constexpr unsigned place_bits_max = 29;  // 64 MiB
constexpr unsigned hash_bits = 63;
// With as many suspected twice, 80 MiB.
constexpr std::size_t shared_max = 4'000'000;

unsigned place_bits(std::int64_t count) {
    unsigned bits = place_bits_min;
    while (bits < place_bits_max && (std::int64_t{1} << bits) < places_per_hash * count) ++bits;
    return bits;
}

}  // namespace

RepeatedHashes::RepeatedHashes(std::int64_t count)
    : shift_(hash_bits - place_bits(count)), bits_((std::size_t{1} << place_bits(count)) / 64) {}

void RepeatedHashes::see(const std::int64_t* hashes, std::size_t count) {
    for (std::size_t i = 0; i < count && !too_many_; ++i) {
        const std::size_t at = place(hashes[i]);
        if (!bit(at)) {
            set(at);
        } else if (shared_.size() < shared_max) {
            shared_.push_back(static_cast<std::uint32_t>(at));
        } else {
            too_many_ = true;
        }
    }
}

bool RepeatedHashes::begin_second_pass() {
    if (too_many_) return false;
    std::ranges::fill(bits_, 0);
    for (const std::uint32_t at : shared_) set(at);
    return true;
}

void RepeatedHashes::see_again(const std::int64_t* hashes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (bit(place(hashes[i]))) suspected_.push_back(hashes[i]);
    }
}

bool RepeatedHashes::any_twice() {
    std::ranges::sort(suspected_);
    return std::ranges::adjacent_find(suspected_) != suspected_.end();
}

Result<bool> all_different(std::int64_t count, const PassOfHashes& pass) {
    RepeatedHashes repeated(count);
    TRY(pass([&](const std::int64_t* hashes, std::size_t n) { repeated.see(hashes, n); }));
    if (repeated.all_apart()) return true;
    if (!repeated.begin_second_pass()) return false;
    TRY(pass([&](const std::int64_t* hashes, std::size_t n) { repeated.see_again(hashes, n); }));
    return !repeated.any_twice();
}

}  // namespace tradewind

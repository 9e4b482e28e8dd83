// Is any of many hashes there twice? Told by two passes over them and a bit for each, where sorting
// would need them all at once. Where the second pass finds one, or too many share a bit, somebody
// else has to look at the values themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"

namespace tradewind {

class RepeatedHashes {
public:
    // So many hashes will come, more or less; each is from 0 to 2^63 - 1.
    explicit RepeatedHashes(std::int64_t count);

    // The first pass.
    void see(const std::int64_t* hashes, std::size_t count);
    // After it: no two hashes share a bit, so all are different.
    bool all_apart() const { return shared_.empty(); }
    // False: so many share a bit that the second pass would say nothing.
    bool begin_second_pass();
    // The second pass: the same hashes, in any order.
    void see_again(const std::int64_t* hashes, std::size_t count);
    // After it. Once.
    bool any_twice();

private:
    std::size_t place(std::int64_t hash) const {
        return static_cast<std::size_t>(static_cast<std::uint64_t>(hash) >> shift_);
    }
    bool bit(std::size_t place) const { return (bits_[place / 64] >> (place % 64) & 1) != 0; }
    void set(std::size_t place) { bits_[place / 64] |= std::uint64_t{1} << (place % 64); }

    unsigned shift_;  // leaves as many bits as there are places
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint32_t> shared_;    // places that more than one hash has
    std::vector<std::int64_t> suspected_;  // hashes of these places
    bool too_many_ = false;
};

// Are all hashes different? False also where that cannot be told. `pass` hands over all of them,
// piece by piece; it is called once or twice.
using TakeHashes = std::function<void(const std::int64_t* hashes, std::size_t count)>;
using PassOfHashes = std::function<Result<void>(const TakeHashes& take)>;
Result<bool> all_different(std::int64_t count, const PassOfHashes& pass);

}  // namespace tradewind

// An estimate of how many distinct values there are, from their hashes, in bounded memory and such
// that two can be put together (HyperLogLog: Flajolet et al. 2007, "HyperLogLog: the analysis of a
// near-optimal cardinality estimation algorithm"; small counts by linear counting). About 3 % off.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::crawl {

class Sketch {
public:
    void add(std::uint64_t hash);
    void merge(const Sketch& other);
    std::int64_t estimate() const;

    std::string encode() const;
    static Sketch decode(std::string_view text);  // what cannot be read is empty

private:
    void put(std::uint64_t hash);
    void widen();

    // Few hashes stay as they are: most files and columns have no more.
    std::vector<std::uint64_t> few_;
    std::vector<std::uint8_t> registers_;
};

}  // namespace tradewind::crawl

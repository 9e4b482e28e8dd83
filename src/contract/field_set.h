// Which fields of a record have come already: a set of small integers that is emptied per record.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradewind::contract {

class FieldSet {
public:
    explicit FieldSet(std::size_t field_count)
        : words_((field_count + 63) / 64), count_(field_count) {}

    void clear() {
        for (std::uint64_t& word : words_) word = 0;
    }
    // False: it was there.
    bool add(std::size_t field) {
        std::uint64_t& word = words_[field / 64];
        const std::uint64_t bit = std::uint64_t{1} << (field % 64);
        const bool added = (word & bit) == 0;
        word |= bit;
        return added;
    }
    // Calls f(field) for each that is absent, in order, until f returns false.
    template <typename F>
    void for_absent(F&& f) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::size_t fields = std::min<std::size_t>(64, count_ - i * 64);
            const std::uint64_t all = ~std::uint64_t{0} >> (64 - fields);
            for (std::uint64_t absent = all & ~words_[i]; absent != 0; absent &= absent - 1) {
                if (!f(i * 64 + static_cast<std::size_t>(std::countr_zero(absent)))) return;
            }
        }
    }

private:
    std::vector<std::uint64_t> words_;
    std::size_t count_;
};

}  // namespace tradewind::contract

// A column of whole numbers, in 32 bits each until one needs more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace tradewind::kernel {

class NumberColumn {
public:
    void add(std::optional<std::int64_t> value) {
        if (wide_.empty() && (!value || fits(*value))) {
            narrow_.push_back(value ? static_cast<std::int32_t>(*value) : narrow_null);
            return;
        }
        widen();
        wide_.push_back(value ? *value : 0);
        wide_null_.push_back(!value);
    }
    bool null(std::size_t at) const {
        return wide_.empty() ? narrow_[at] == narrow_null : static_cast<bool>(wide_null_[at]);
    }
    // 0 where it is null.
    std::int64_t operator[](std::size_t at) const {
        if (!wide_.empty()) return wide_[at];
        return narrow_[at] == narrow_null ? 0 : narrow_[at];
    }
    std::uint64_t bytes() const {
        return narrow_.capacity() * sizeof(std::int32_t) + wide_.capacity() * sizeof(std::int64_t) +
               wide_null_.capacity() / 8;
    }

private:
    static constexpr std::int32_t narrow_null = std::numeric_limits<std::int32_t>::min();
    static bool fits(std::int64_t value) {
        return value > narrow_null && value <= std::numeric_limits<std::int32_t>::max();
    }
    void widen() {
        for (const std::int32_t value : narrow_) {
            wide_.push_back(value == narrow_null ? 0 : value);
            wide_null_.push_back(value == narrow_null);
        }
        narrow_ = {};
    }

    std::vector<std::int32_t> narrow_;
    std::vector<std::int64_t> wide_;
    std::vector<bool> wide_null_;
};

}  // namespace tradewind::kernel

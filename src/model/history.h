// Each user's latest baskets: as they were when the model was trained, and those that came since.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "learn/learn.h"

namespace tradewind::model {

// What is older than that weighs less than a hundredth by the usual memory of 0.9.
constexpr std::size_t history_baskets_max = 40;
// Baskets that came since, of all users together; the model is trained anew long before.
constexpr std::size_t fresh_baskets_max = 1'000'000;

// Any thread.
class History {
public:
    History() = default;
    explicit History(const learn::Baskets& baskets);
    // Corruption: these are not the bytes of a history.
    static Result<std::unique_ptr<History>> from_bytes(std::string_view bytes, std::size_t items);
    std::string to_bytes() const;

    // Newest first; `age` counts from 0.
    void each(
        learn::User user,
        const std::function<void(std::size_t age, std::span<const learn::Item> basket)>& take
    ) const;
    // One more, the newest. False: there is no more room.
    bool add(learn::User user, std::span<const learn::Item> basket);
    std::size_t users() const { return first_basket_.size() - 1; }

private:
    std::vector<std::uint64_t> first_basket_{0};
    std::vector<std::uint64_t> first_line_{0};
    std::vector<learn::Item> items_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<learn::User, std::vector<std::vector<learn::Item>>> fresh_;
    std::size_t fresh_count_ = 0;
};

}  // namespace tradewind::model

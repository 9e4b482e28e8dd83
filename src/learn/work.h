// How an algorithm may use the machine, and how it is called off.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/result.h"

namespace tradewind::learn {

struct Work {
    int threads = 2;
    std::shared_ptr<const std::atomic<bool>> cancelled = nullptr;  // null: never

    bool is_cancelled() const { return cancelled != nullptr && *cancelled; }
};

// Calls part(0) to part(parts - 1), each once, on up to `threads` threads, this one included; they
// may come in any order and at once, so that a part writes only what is its own. Which part is
// which must not depend on the number of threads. Cancelled: some were not called.
Result<void> for_each_part(
    const Work& work, std::size_t parts, const std::function<void(std::size_t part)>& part
);

// [begin, end) of `count` things that are cut into parts of `size`.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};
inline std::size_t part_count(std::size_t count, std::size_t size) {
    return (count + size - 1) / size;
}
inline Span part_of(std::size_t part, std::size_t count, std::size_t size) {
    const std::size_t begin = part * size;
    return {begin, begin + size < count ? begin + size : count};
}

}  // namespace tradewind::learn

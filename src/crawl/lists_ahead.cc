#include "crawl/lists_ahead.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

namespace tradewind::crawl {

namespace {

constexpr std::size_t threads_max = 4;
constexpr std::size_t entries_wanted = 20'000;  // in memory, ahead of the walk

}  // namespace

void ListsAhead::list_next() {
    const std::size_t begin = next_;
    std::vector<std::optional<Listed>> lists(std::min(folders_max, folders_.size() - begin));
    std::atomic<std::size_t> taken = 0;
    std::atomic<std::size_t> entries = 0;
    const auto work = [&] {
        while (entries <= entries_wanted) {
            const std::size_t i = taken++;
            if (i >= lists.size()) return;
            lists[i] = files_.list(folders_[begin + i]);
            if (lists[i]->ok()) entries += (*lists[i])->size();
        }
    };
    const std::size_t cores =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, threads_max);
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < std::min(cores, lists.size()); ++i) helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
    lists.resize(std::min(lists.size(), taken.load()));
    next_ = begin + lists.size();
    listed_.clear();
    for (std::size_t i = 0; i < lists.size(); ++i)
        listed_.emplace(folders_[begin + i], *std::move(lists[i]));
}

Result<std::vector<os::FileInfo>> ListsAhead::list(const std::string& folder) {
    while (!listed_.contains(folder) && next_ < folders_.size()) list_next();
    const auto found = listed_.find(folder);
    CHECK(found != listed_.end());
    return std::move(listed_.extract(found).mapped());
}

}  // namespace tradewind::crawl

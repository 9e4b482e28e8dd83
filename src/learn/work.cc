#include "learn/work.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace tradewind::learn {

Result<void> for_each_part(
    const Work& work, std::size_t parts, const std::function<void(std::size_t part)>& part
) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        while (!work.is_cancelled()) {
            const std::size_t mine = next.fetch_add(1);
            if (mine >= parts) return;
            part(mine);
        }
    };
    const auto threads = std::min(static_cast<std::size_t>(std::max(work.threads, 1)), parts);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run);
    run();
    for (std::thread& other : others) other.join();
    if (next < parts) return Error(ErrorCode::Cancelled, "called off");
    return {};
}

}  // namespace tradewind::learn

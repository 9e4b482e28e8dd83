// How long something took, for people.
#pragma once

#include <chrono>
#include <cstdint>

namespace tradewind::cli {

class Stopwatch {
public:
    std::int64_t elapsed_us() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - began_
        )
            .count();
    }
    void restart() { began_ = std::chrono::steady_clock::now(); }

private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace tradewind::cli

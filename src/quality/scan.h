// Many aggregates over one table in as few scans as there is room for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "os/clock.h"

namespace tradewind::quality {

class Scan {
public:
    // `from`: what stands after FROM.
    Scan(engine::Work& work, std::string from, std::size_t per_scan, os::Clock& clock)
        : work_(work), from_(std::move(from)), per_scan_(per_scan), clock_(clock) {}

    // The same text is asked once. Returns its number.
    std::size_t add(const std::string& aggregate);
    // Asks all. One that cannot be answered is found by halving, and keeps its error; an error that
    // is not of one aggregate ends it.
    Result<void> run();

    struct Value {
        std::string aggregate;
        std::optional<std::string> text;
        std::optional<Error> error;
        std::int64_t duration_us = 0;  // its share
    };
    const Value& value(std::size_t number) const { return values_[number]; }

private:
    Result<void> ask(std::size_t begin, std::size_t end);

    engine::Work& work_;
    const std::string from_;
    const std::size_t per_scan_;
    os::Clock& clock_;
    std::vector<Value> values_;
    std::map<std::string, std::size_t, std::less<>> numbers_;
};

}  // namespace tradewind::quality

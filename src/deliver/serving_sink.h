// Keeps the source's serving tables: rows and the stream's position go in with one atomic write.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "deliver/sink.h"

namespace tradewind::deliver {

// The cursor under which serving remembers how far a source's stream was applied.
std::string serving_cursor(const std::string& source);

std::unique_ptr<Sink> make_serving_sink(
    std::shared_ptr<const contract::Contract> contract,
    std::int64_t flush_age_us,
    serving::Serving& serving,
    os::Clock& clock,
    std::function<Result<void>()> prepare  // before every opening; the sink is stuck while it fails
);

}  // namespace tradewind::deliver

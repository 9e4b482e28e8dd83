// The raw store: every accepted record as it was received, in NDJSON files compressed with zstd
// under raw/<stream>/stream/year=YYYY/month=MM/day=DD/ (arrival, UTC).
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "deliver/lake_file.h"
#include "deliver/sink.h"

namespace tradewind::deliver {

struct RawSinkOptions {
    std::string stream;
    std::uint64_t flush_bytes = 64u << 20;
    std::int64_t flush_age_us = 60'000'000;
};

std::unique_ptr<Sink> make_raw_sink(RawSinkOptions options, lake::Lake& lake, os::Clock& clock);

}  // namespace tradewind::deliver

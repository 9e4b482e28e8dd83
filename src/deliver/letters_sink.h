// Brings what the stream rejected, and what cannot be delivered, to the dead letters.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "deliver/sink.h"

namespace tradewind::deliver {

// Rows that the transform dropped since the start, by rule. Any thread.
class FilterCounts {
public:
    FilterCounts(std::string source, MetricsRegistry& metrics)
        : source_(std::move(source)), metrics_(metrics) {}
    void add(const std::vector<contract::FilteredCount>& counts);
    std::vector<contract::FilteredCount> list() const;

private:
    const std::string source_;
    MetricsRegistry& metrics_;
    Guarded<std::map<std::string, std::int64_t>> by_rule_;
};

// The filtered rows of each batch are counted here, because this sink sees every batch once.
std::unique_ptr<Sink> make_letters_sink(
    std::shared_ptr<const contract::Contract> contract,
    DeadLetters& letters,
    FilterCounts& filtered,
    std::int64_t flush_age_us,
    os::Clock& clock
);

}  // namespace tradewind::deliver

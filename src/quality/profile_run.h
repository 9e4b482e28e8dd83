// Computes a profile: one scan for what can be aggregated, one for histograms and correlations, and
// one of each column by itself for its values.
#pragma once

#include "quality/quality.h"

namespace tradewind::quality {

// `table` as the Work knows it; the version is the caller's to fill in.
Result<Profile> run_profile(
    engine::Work& work,
    const catalog::TableName& table,
    os::Clock& clock,
    const QualityOptions& options
);

// Of the engine's texts: "[1.0, NULL, 3.5]" and "{0=12, 7=3}".
std::vector<std::optional<std::string>> parse_list(std::string_view text);
std::vector<std::pair<std::int64_t, std::int64_t>> parse_counts(std::string_view text);

}  // namespace tradewind::quality

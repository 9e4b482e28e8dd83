#include "pipeline/used_run_ids.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "os/filesystem.h"

namespace tradewind::pipeline {

namespace {

// 0: not a number.
std::int64_t number_at_front(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::int64_t run_of(const lake::DataFile& file) {
    constexpr std::string_view prefix = "run-";
    const std::string name = os::base_name(file.path);
    return name.starts_with(prefix) ? number_at_front(std::string_view(name).substr(prefix.size()))
                                    : 0;
}

}  // namespace

std::int64_t highest_run_in(lake::Lake& lake, const AssetGraph& graph) {
    std::int64_t highest = 0;
    for (const Asset& asset : graph.assets) {
        if (!asset.stored()) continue;
        // A damaged dataset says nothing; whoever makes it anew tells of it.
        const auto version = lake.current(asset.dataset());
        if (!version.ok()) continue;
        highest = std::max(highest, number_at_front(version->run));
        for (const lake::DataFile& file : version->files) highest = std::max(highest, run_of(file));
    }
    return highest;
}

}  // namespace tradewind::pipeline

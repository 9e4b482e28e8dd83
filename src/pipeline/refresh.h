// Which assets are due for a micro-batch: their sources, or crawled tables, have rows that the
// assets have not.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Any thread.
class Refreshes {
public:
    Refreshes(const PipelineParts& parts, const AssetGraph& graph) : parts_(parts), graph_(graph) {}

    // Those whose time has come. `at_once`: whatever has anything new.
    std::vector<const Asset*> due(bool at_once);
    // A run begins: what its sources get from now on it may not have seen.
    void note_start(const Asset& asset);
    // An import since the refresh began is waited for, and what follows it in this run is only what
    // others read of it: that may as well be made of the newer rows, by the next one. Not for ever:
    // what follows is made once a minute, however often files come.
    bool overtaken(const Run& run);
    // Its assets are made from the versions of that moment now, or from newer ones that they tell
    // of; or they could not be, and wait for others, or for a while if the reason may pass. What a
    // run cost decides how soon the next may come:
    // refreshes for streamed rows take a fifth of the time at most, so that a flood of records goes
    // to the sinks and not to tables made again and again; those for imports a half of what they
    // take until the table is there, for a file is waited for.
    void note_run(const Run& run, bool was_overtaken = false);

private:
    struct Seen {
        std::map<std::string, std::int64_t> versions;  // of its sources, when it last ran
        std::optional<std::int64_t> waiting_since_us;  // streamed rows wait since then
        std::optional<std::map<std::string, std::int64_t>> starting;  // versions at a run's start
        std::int64_t imports_not_before_us = 0;
        std::int64_t not_before_us = 0;  // for streamed rows
    };
    using Versions = std::map<std::string, std::int64_t>;
    struct Cost {
        std::int64_t asset_us = 0;  // from the run's start until the asset was there
        std::int64_t run_us = 0;
    };
    void note_settled(const Asset& asset, const Cost& cost);
    void note_unmade(const Asset& asset, std::int64_t cost_us);
    // Of its inputs, as its newest version tells.
    Versions versions_made_of(const Asset& asset) const;
    void rest(Seen& seen, std::int64_t imports_us, std::int64_t streamed_us) const;
    Versions versions_now(const Asset& asset) const;
    // Tables of raw that are no assets, read by itself or through views.
    std::set<catalog::TableName> sources_of(const Asset& asset) const;
    // Nothing: there is no such table.
    std::optional<SourceState> state_of(const catalog::TableName& source) const;
    bool is_due(const Asset& asset, Seen& seen, bool at_once) const;
    Seen& seen_of(const Asset& asset);

    bool has_newer_import(const Seen& seen) const;

    const PipelineParts& parts_;
    const AssetGraph& graph_;
    std::mutex mutex_;
    std::map<catalog::TableName, Seen> seen_;
    // Packages of which no refresh came to its end since then, because each was overtaken.
    std::map<std::string, std::int64_t> behind_since_us_;
};

// What a refresh makes: those that are due, which are not none, what is made of them, and what a
// run before it leaves unmade. No exports: they are for a person or a schedule to ask for.
std::vector<const Asset*> assets_of_refresh(
    const AssetGraph& graph, const std::vector<const Asset*>& due, const Run& before
);

}  // namespace tradewind::pipeline

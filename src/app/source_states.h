// What is new in the sources' tables, as refreshes ask for it.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "deliver/deliver.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// Any thread. Lake and deliveries outlive it.
class SourceStates {
public:
    SourceStates(lake::Lake& lake, std::map<std::string, deliver::Delivery*> deliveries);
    // What is durable in the source's stream is in its table's files when it returns.
    Result<void> flush(const std::string& source);
    // A crawl found something new.
    void note_crawl() { crawled_ = true; }
    // Has any source got rows, or was anything new crawled, since this was made?
    bool changed();
    // Nothing: there is no such source.
    std::optional<pipeline::SourceState> state(const std::string& source);

private:
    struct Known {
        std::int64_t looked_at = 0;  // the newest version that was looked at
        std::int64_t import_version = 0;
    };
    void look_at(const std::string& dataset, const lake::Version& newest, Known& known);

    lake::Lake& lake_;
    const std::map<std::string, deliver::Delivery*> deliveries_;
    std::map<std::string, pipeline::SourceState> at_first_;
    Guarded<std::map<std::string, Known>> known_;  // by dataset
    std::atomic<bool> crawled_ = false;
};

}  // namespace tradewind::app

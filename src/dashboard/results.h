// Runs statements, and remembers what they gave as long as what they read stays as it was.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/metrics.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

// By text. The one that nobody asked for the longest goes first. Any thread.
class RowCache {
public:
    explicit RowCache(CacheOptions options) : options_(options) {}
    // `now_us`: of a clock that does not go back.
    std::shared_ptr<const Rows> find(const std::string& key, std::int64_t now_us);
    void keep(const std::string& key, std::shared_ptr<const Rows> rows, std::int64_t now_us);
    std::size_t bytes() const;

private:
    struct Entry {
        std::string key;
        std::shared_ptr<const Rows> rows;
        std::size_t bytes = 0;
        std::int64_t kept_at_us = 0;
    };
    struct State {
        std::list<Entry> entries;  // the one asked for last comes first
        std::unordered_map<std::string, std::list<Entry>::iterator> by_key;
        std::size_t bytes = 0;
    };
    static void drop(State& state, std::list<Entry>::iterator entry);

    const CacheOptions options_;
    Guarded<State> state_;
};

struct Answered {
    std::shared_ptr<const Rows> rows;
    bool cached = false;
};

// Any thread.
class Results {
public:
    Results(CacheOptions options, const DashboardParts& parts);
    // `inputs`: what the statement reads, as it was before; nothing: it may change at any time.
    Result<Answered> run(
        const std::string& sql,
        const std::optional<std::vector<Input>>& inputs,
        const RunOptions& options
    );

private:
    // Empty: what is read now is not to be kept.
    std::string key_of(
        const std::string& sql, const std::vector<Input>& inputs, const RunOptions& options
    );
    Result<std::shared_ptr<const Rows>> ask(const std::string& sql, const RunOptions& options);

    const CacheOptions options_;
    engine::Engine& engine_;
    os::Clock& clock_;
    RowCache cache_;
    Counter& hits_;
    Counter& misses_;
};

}  // namespace tradewind::dashboard

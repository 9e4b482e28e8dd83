#include "dashboard/results.h"

#include <iterator>
#include <utility>

namespace tradewind::dashboard {

void RowCache::drop(State& state, std::list<Entry>::iterator entry) {
    state.bytes -= entry->bytes;
    state.by_key.erase(entry->key);
    state.entries.erase(entry);
}

std::shared_ptr<const Rows> RowCache::find(const std::string& key, std::int64_t now_us) {
    return state_.with_lock([&](State& state) -> std::shared_ptr<const Rows> {
        const auto found = state.by_key.find(key);
        if (found == state.by_key.end()) return nullptr;
        if (now_us - found->second->kept_at_us > options_.kept_us) {
            drop(state, found->second);
            return nullptr;
        }
        state.entries.splice(state.entries.begin(), state.entries, found->second);
        return found->second->rows;
    });
}

void RowCache::keep(const std::string& key, std::shared_ptr<const Rows> rows, std::int64_t now_us) {
    const std::size_t bytes = 2 * key.size() + rows->json.size() + sizeof(Entry);
    if (bytes > options_.entry_bytes_max) return;
    state_.with_lock([&](State& state) {
        if (state.by_key.contains(key)) return;
        state.entries.push_front({key, std::move(rows), bytes, now_us});
        state.by_key[key] = state.entries.begin();
        state.bytes += bytes;
        while (state.bytes > options_.bytes_max) drop(state, std::prev(state.entries.end()));
    });
}

std::size_t RowCache::bytes() const {
    return state_.with_lock([](const State& state) { return state.bytes; });
}

Results::Results(CacheOptions options, const DashboardParts& parts)
    : options_(options),
      engine_(*parts.engine),
      clock_(*parts.clock),
      cache_(options),
      hits_(parts.metrics->counter(
          "tradewind_dashboard_hits_total", "Statements of dashboards answered from memory."
      )),
      misses_(parts.metrics->counter(
          "tradewind_dashboard_misses_total", "Statements of dashboards that were run."
      )) {}

std::string Results::key_of(
    const std::string& sql, const std::vector<Input>& inputs, const RunOptions& options
) {
    std::string key = std::to_string(options.rows_max);
    const std::int64_t now_us = clock_.now().micros;
    for (const Input& input : inputs) {
        if (now_us - input.committed_at.micros < options_.settled_us) return {};
        key += " " + input.table + "=" + std::to_string(input.version);
    }
    return key + "\n" + sql;
}

Result<std::shared_ptr<const Rows>> Results::ask(
    const std::string& sql, const RunOptions& options
) {
    engine::QueryRequest request;
    request.sql = sql;
    request.rows_max = options.rows_max;
    request.timeout_us = options.timeout_us;
    request.cancelled = options.cancelled;
    const auto result = TRY(engine_.query(request));
    auto rows = std::make_shared<Rows>();
    rows->columns = result->columns();
    while (const std::int64_t more =
               TRY(result->append_rows(engine::ResultFormat::JsonRows, rows->json)))
        rows->row_count += more;
    rows->truncated = result->truncated();
    return std::shared_ptr<const Rows>(std::move(rows));
}

Result<Answered> Results::run(
    const std::string& sql,
    const std::optional<std::vector<Input>>& inputs,
    const RunOptions& options
) {
    const std::string key = inputs ? key_of(sql, *inputs, options) : "";
    if (!key.empty()) {
        if (auto known = cache_.find(key, clock_.monotonic_us())) {
            hits_.add();
            return Answered{std::move(known), true};
        }
    }
    misses_.add();
    auto rows = TRY(ask(sql, options));
    if (!key.empty()) cache_.keep(key, rows, clock_.monotonic_us());
    return Answered{std::move(rows), false};
}

}  // namespace tradewind::dashboard

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "deliver/deliver.h"
#include "deliver/error_files.h"
#include "deliver/letters_sink.h"
#include "deliver/load.h"
#include "deliver/originals.h"
#include "deliver/raw_sink.h"
#include "deliver/raw_table.h"
#include "deliver/serving_rebuild.h"
#include "deliver/serving_sink.h"
#include "deliver/sink.h"
#include "deliver/table_sink.h"

namespace tradewind::deliver {

namespace {

class SourceDelivery : public Delivery {
public:
    SourceDelivery(
        const DeliverySettings& settings, DeliveryParts parts, std::unique_ptr<RawTable> table
    )
        : settings_(settings),
          parts_(std::move(parts)),
          table_(std::move(table)),
          rebuild_(parts_, *table_),
          filtered_(parts_.contract->name(), *parts_.metrics) {
        if (parts_.stream != nullptr) add_sinks();
    }

    ~SourceDelivery() override {
        stop(0);
        if (parts_.stream != nullptr) parts_.dead_letters->on_look(contract().name(), nullptr);
    }

    const contract::Contract& contract() const override { return *parts_.contract; }
    stream::Stream* stream() override { return parts_.stream; }

    Result<void> start() override {
        try_rebuild();
        for (auto& runner : runners_) runner->try_open();
        // Finishes replays, whose records the table is to have, too.
        if (auto* letters = find("dead_letters")) {
            parts_.dead_letters->on_look(contract().name(), [letters] {
                return letters->catch_up();
            });
        }
        if (auto* table = find("table")) table->try_catch_up();
        if (settings_.own_threads) {
            for (auto& runner : runners_) runner->start_thread();
        }
        return {};
    }

    void stop(std::int64_t drain_timeout_us) override {
        // One time for all: they drain side by side, and several may be stuck.
        const std::int64_t until_us = parts_.clock->monotonic_us() + drain_timeout_us;
        for (auto& runner : runners_)
            runner->begin_stop(std::max<std::int64_t>(0, until_us - parts_.clock->monotonic_us()));
        for (auto& runner : runners_) runner->stop();
    }

    Result<bool> step(const std::string& sink) override {
        return TRY(runner(sink))
        ->step();
    }

    std::vector<SinkStatus> sinks() override {
        std::vector<SinkStatus> all;
        for (auto& runner : runners_) all.push_back(runner->status());
        return all;
    }

    Result<void> pause(const std::string& sink, bool paused) override {
        TRY(runner(sink))
        ->set_paused(paused);
        return {};
    }

    Result<void> wait_applied(Position position, std::int64_t timeout_us) override {
        const std::int64_t until_us = parts_.clock->monotonic_us() + timeout_us;
        for (auto& runner : runners_) {
            const std::int64_t left_us =
                std::max<std::int64_t>(0, until_us - parts_.clock->monotonic_us());
            if (!runner->wait_applied(position, left_us)) {
                return Error(
                    ErrorCode::DeadlineExceeded,
                    "sink " + runner->name() + " of " + contract().name() + " lags behind"
                );
            }
        }
        return {};
    }

    // All of them, whatever one of them answers.
    Result<void> flush() override {
        std::optional<Error> first;
        for (auto& runner : runners_) {
            auto flushed = runner->flush();
            if (!flushed.ok() && !first)
                first = std::move(flushed).error().in("sink " + runner->name());
        }
        return first ? Result<void>(*std::move(first)) : Result<void>();
    }

    Result<std::unique_ptr<Load>> begin_load(const LoadTicket& ticket) override {
        try_rebuild();
        TRY(traffic_.with_lock([](Traffic& traffic) -> Result<void> {
            if (traffic.rebuilding)
                return Error(ErrorCode::Unavailable, "the serving tables are being rebuilt");
            ++traffic.load_count;
            return {};
        }));
        // Called when the load, or the try to make one, is over.
        std::shared_ptr<void> leave(nullptr, [this](void*) {
            traffic_.with_lock([](Traffic& traffic) { --traffic.load_count; });
        });
        return make_load(settings_, parts_, ticket, *table_, filtered_, std::move(leave));
    }

    Result<std::string> keep_original(const LoadTicket& ticket, const std::string& path) override {
        return deliver::keep_original(parts_, ticket, path);
    }

    Result<std::optional<KeptVersion>> kept_version(OriginId origin, std::int64_t number) override {
        return table_->kept_version(origin, number);
    }

    Result<void> rebuild_serving() override {
        if (parts_.serving == nullptr) return {};
        auto* sink = find("serving");
        const auto rebuild = [this] { return rebuild_.run(); };
        TRY(without_loads([&] { return sink == nullptr ? rebuild() : sink->while_resting(rebuild); }
        ));
        // The files do not hold the newest records: the stream does.
        return sink == nullptr ? Result<void>() : sink->catch_up();
    }

    Result<void> republish() override {
        TRY(table_->republish());
        try_rebuild();
        return {};
    }

    std::vector<contract::FilteredCount> filtered() override { return filtered_.list(); }

private:
    // A rebuild brings what is published: a load that began before would have its first rows
    // cleared, one that ends meanwhile would be missed.
    struct Traffic {
        int load_count = 0;
        bool rebuilding = false;
    };

    Result<void> without_loads(const std::function<Result<void>()>& rebuild) {
        TRY(traffic_.with_lock([](Traffic& traffic) -> Result<void> {
            if (traffic.load_count > 0 || traffic.rebuilding)
                return Error(ErrorCode::Unavailable, "an import or a rebuild is under way")
                    .with_hint("Try again when it has ended.");
            traffic.rebuilding = true;
            return {};
        }));
        auto rebuilt = rebuild();
        traffic_.with_lock([](Traffic& traffic) { traffic.rebuilding = false; });
        return rebuilt;
    }

    Result<void> rebuild_if_due() {
        if (rebuild_.settled()) return {};
        return without_loads([this] { return rebuild_.run_if_due(); });
    }

    // Where there is a sink it rebuilds before it goes on, and is stuck until that works.
    void try_rebuild() {
        if (parts_.serving == nullptr || find("serving") != nullptr) return;
        const auto rebuilt = rebuild_if_due();
        if (rebuilt.ok()) return;
        log::error(
            "serving tables are not rebuilt",
            {{"source", contract().name()}, {"error", rebuilt.error().describe()}}
        );
    }

    void add_sinks() {
        const auto& contract = parts_.contract;
        reader_ = std::make_unique<BatchReader>(*parts_.stream, settings_.batch_records_max);
        add(make_letters_sink(
            contract, *parts_.dead_letters, filtered_, settings_.serving_flush_age_us, *parts_.clock
        ));
        if (parts_.serving != nullptr) {
            add(make_serving_sink(
                contract,
                settings_.serving_flush_age_us,
                *parts_.serving,
                *parts_.clock,
                [this] { return rebuild_if_due(); }
            ));
        }
        add(make_table_sink(
            {settings_.table_append_rows, settings_.table_flush_rows, settings_.table_flush_age_us},
            contract,
            *table_,
            *parts_.clock
        ));
        add(make_raw_sink(
            {contract->name(), settings_.raw_flush_bytes, settings_.raw_flush_age_us},
            *parts_.lake,
            *parts_.clock
        ));
        add(make_errors_sink(contract, settings_.raw_flush_age_us, *parts_.lake, *parts_.clock));
    }

    void add(std::unique_ptr<Sink> sink) {
        runners_.push_back(std::make_unique<SinkRunner>(
            std::move(sink), *parts_.stream, *reader_, settings_.retry_delay_us_max, *parts_.metrics
        ));
    }

    SinkRunner* find(const std::string& name) {
        for (auto& runner : runners_) {
            if (runner->name() == name) return runner.get();
        }
        return nullptr;
    }

    Result<SinkRunner*> runner(const std::string& name) {
        if (auto* found = find(name)) return found;
        return Error(ErrorCode::NotFound, contract().name() + " has no sink " + name);
    }

    const DeliverySettings settings_;
    const DeliveryParts parts_;
    std::unique_ptr<RawTable> table_;
    ServingRebuild rebuild_;
    FilterCounts filtered_;
    Guarded<Traffic> traffic_;
    std::unique_ptr<BatchReader> reader_;
    std::vector<std::unique_ptr<SinkRunner>> runners_;
};

}  // namespace

Result<std::unique_ptr<Delivery>> open_delivery(DeliverySettings settings, DeliveryParts parts) {
    auto table = TRY(RawTable::open(*parts.contract, *parts.lake, *parts.engine));
    return std::unique_ptr<Delivery>(
        std::make_unique<SourceDelivery>(settings, std::move(parts), std::move(table))
    );
}

}  // namespace tradewind::deliver

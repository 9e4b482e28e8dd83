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
#include "deliver/serving_sink.h"
#include "deliver/sink.h"
#include "deliver/table_sink.h"

namespace tradewind::deliver {

namespace {

constexpr std::size_t rebuild_batch_rows = 65'536;

// Set while serving is being rebuilt: a crash in between is seen at the next start.
std::string rebuild_marker(const std::string& source) {
    return "rebuild/" + source;
}

class SourceDelivery : public Delivery {
public:
    SourceDelivery(
        const DeliverySettings& settings, DeliveryParts parts, std::unique_ptr<RawTable> table
    )
        : settings_(settings),
          parts_(std::move(parts)),
          table_(std::move(table)),
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
        if (parts_.serving != nullptr) TRY(rebuild_where_needed());
        for (auto& runner : runners_) runner->try_open();
        if (auto* table = find("table")) table->try_catch_up();
        if (auto* letters = find("dead_letters")) {
            parts_.dead_letters->on_look(contract().name(), [letters] {
                return letters->catch_up();
            });
        }
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

    Result<void> rebuild_serving() override {
        if (parts_.serving == nullptr) return {};
        TRY(traffic_.with_lock([](Traffic& traffic) -> Result<void> {
            if (traffic.load_count > 0 || traffic.rebuilding)
                return Error(ErrorCode::Unavailable, "an import or a rebuild is under way")
                    .with_hint("Try again when it has ended.");
            traffic.rebuilding = true;
            return {};
        }));
        auto* sink = find("serving");
        auto rebuilt =
            sink == nullptr ? rebuild() : sink->while_resting([this] { return rebuild(); });
        traffic_.with_lock([](Traffic& traffic) { traffic.rebuilding = false; });
        TRY(std::move(rebuilt));
        // The files do not hold the newest records: the stream does.
        return sink == nullptr ? Result<void>() : sink->catch_up();
    }

    std::vector<contract::FilteredCount> filtered() override { return filtered_.list(); }

private:
    // A rebuild brings what is published: a load that began before would have its first rows
    // cleared, one that ends meanwhile would be missed.
    struct Traffic {
        int load_count = 0;
        bool rebuilding = false;
    };

    void add_sinks() {
        const auto& contract = parts_.contract;
        reader_ = std::make_unique<BatchReader>(*parts_.stream, settings_.batch_records_max);
        add(make_letters_sink(
            contract, *parts_.dead_letters, filtered_, settings_.serving_flush_age_us, *parts_.clock
        ));
        if (parts_.serving != nullptr) {
            add(make_serving_sink(
                contract, settings_.serving_flush_age_us, *parts_.serving, *parts_.clock
            ));
        }
        add(make_table_sink(
            {settings_.table_flush_rows, settings_.table_flush_age_us},
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

    // Serving is derived. It begins anew when its store was lost (it knows nothing of rows that the
    // table's files hold), when a rebuild was interrupted, or when a table's definition changed.
    Result<void> rebuild_where_needed() {
        const std::string& source = contract().name();
        const bool interrupted = TRY(parts_.serving->cursor(rebuild_marker(source)))
        .value_or(0) != 0;
        bool stale = false;
        for (const std::string& name : parts_.serving->stale_tables()) {
            for (const auto& table : parts_.serving->tables())
                stale = stale || (table.name == name && table.source == source);
        }
        const bool never_built = !TRY(parts_.serving->cursor(built_cursor(source)))
        .has_value();
        const bool lost = never_built && !TRY(table_->current())
        .files.empty();
        if (interrupted || stale || lost) {
            log::info(
                "serving tables are rebuilt",
                {{"source", source},
                 {"why",
                  stale         ? "definition changed"
                  : interrupted ? "interrupted"
                                : "store is new"}}
            );
            return rebuild();
        }
        return never_built ? mark(built_cursor(source), 1) : Result<void>();
    }

    // By an apply without rows, so that the cursor is this source's: clearing another one's tables
    // takes away what belongs to nobody.
    Result<void> mark(const std::string& cursor, std::int64_t value) {
        return parts_.serving->apply(
            contract().name(), RowBatch(table_->columns()), {cursor, value}, false
        );
    }

    static std::string built_cursor(const std::string& source) { return "built/" + source; }

    Result<void> rebuild() {
        const std::string& source = contract().name();
        // Its files must not go before they are read.
        const auto pin = TRY(parts_.lake->pin(table_->dataset()));
        const lake::Version& version = pin->version();
        TRY(parts_.serving->clear(source));
        TRY(mark(rebuild_marker(source), 1));
        std::int64_t batch_count = 0;
        for (const lake::DataFile& file : version.files) TRY(apply_file(file, batch_count));
        const auto contained = version.positions.find("table");
        if (contained != version.positions.end())
            TRY(mark(serving_cursor(source), contained->second.value));
        TRY(mark(built_cursor(source), 1));
        TRY(parts_.serving->set_cursor({rebuild_marker(source), 0}));
        return parts_.serving->flush();
    }

    Result<void> apply_file(const lake::DataFile& file, std::int64_t& batch_count) {
        const std::string& source = contract().name();
        auto reader = TRY(parts_.engine->read_row_file(
            parts_.lake->absolute(file.path), table_->columns(), file.origin, rebuild_batch_rows
        ));
        RowBatch rows(table_->columns());
        while (TRY(reader->next(rows))) {
            TRY(parts_.serving->apply(source, rows, {"rebuilding/" + source, ++batch_count}, false)
            );
        }
        return {};
    }

    const DeliverySettings settings_;
    const DeliveryParts parts_;
    std::unique_ptr<RawTable> table_;
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

#include "app/stores.h"

#include "app/stored_partitions.h"
#include "base/log.h"

namespace tradewind::app {

Result<void> Stores::set_aside(const std::string& path, const Error& damage) {
    const std::string to = os::join(
        paths_.quarantine, os::base_name(path) + "-" + std::to_string(clock_.now().micros)
    );
    log::error(
        "damaged and set aside", {{"path", path}, {"to", to}, {"damage", damage.describe()}}
    );
    return files_.rename(path, to);
}

Result<std::unique_ptr<os::Database>> Stores::open_database() {
    auto database = os::Database::open(paths_.meta);
    if (database.ok() || database.error().code() != ErrorCode::Corruption) return database;
    TRY(set_aside(paths_.meta, database.error()));
    // A log that is left behind would be played into the new one.
    for (const char* companion : {"-wal", "-shm"}) {
        if (files_.exists(paths_.meta + companion))
            TRY(set_aside(paths_.meta + companion, database.error()));
    }
    return os::Database::open(paths_.meta);
}

Result<std::unique_ptr<serving::Serving>> Stores::open_serving(
    const Settings& settings, const Declarations& declared, MetricsRegistry& metrics
) {
    serving::ServingOptions options = settings.serving;
    options.folder = paths_.serving;
    auto store = serving::open_serving(options, declared.tables, metrics);
    if (store.ok() || store.error().code() != ErrorCode::Corruption) return store;
    TRY(set_aside(paths_.serving, store.error()));
    return serving::open_serving(options, declared.tables, metrics);
}

Result<Streams> Stores::open_streams(
    const Settings& settings, const Declarations& declared, MetricsRegistry& metrics
) {
    Streams streams;
    for (const auto& contract : declared.contracts) {
        if (!contract->has_stream()) continue;
        stream::StreamOptions options = settings.stream;
        options.name = contract->name();
        options.folder = os::join(paths_.stream, contract->name());
        options.partition_count = contract->partition_count();
        auto opened = stream::open_stream(options, paths_.quarantine, files_, clock_, metrics);
        if (!opened.ok())
            return at_partitions(declared, contract->name(), std::move(opened).error());
        streams[contract->name()] = std::move(opened).take();
    }
    return streams;
}

void stop_streams(const Streams& streams) {
    for (const auto& [name, stream] : streams) {
        const auto stopped = stream->stop();
        if (!stopped.ok())
            log::error(
                "stream did not stop cleanly",
                {{"stream", name}, {"error", stopped.error().describe()}}
            );
    }
}

}  // namespace tradewind::app

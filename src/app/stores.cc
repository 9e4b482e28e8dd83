#include "app/stores.h"

#include "app/stored_partitions.h"
#include "base/log.h"
#include "os/database_copy.h"
#include "os/process.h"

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
    if (only_reading_) return os::copy_database(paths_.meta);
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

Result<std::unique_ptr<lake::Lake>> Stores::open_lake(const Settings& settings) {
    lake::LakeOptions options = settings.lake;
    options.root = paths_.lake;
    options.quarantine_folder = paths_.quarantine;
    auto lake = TRY(lake::open_lake(options, files_, clock_));
    // Told of in the log and by doctor; what is damaged is not served.
    static_cast<void>(lake->quarantine_changed().ok());
    return lake;
}

Result<std::unique_ptr<engine::Engine>> Stores::open_engine(
    const Settings& settings, MetricsRegistry& metrics
) {
    engine::EngineOptions options = settings.engine;
    options.temp_folder = os::join(paths_.temp, "engine");
    options.readable_folders = {paths_.lake};
    options.extension_folder = os::executable_folder();
    return engine::open_engine(options, metrics);
}

Result<std::unique_ptr<serving::Serving>> Stores::open_serving(
    const Settings& settings, const Declarations& declared, MetricsRegistry& metrics
) {
    if (only_reading_) return std::unique_ptr<serving::Serving>();
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
        if (!opened.ok() && only_reading_) {
            log::warn(
                "a stream cannot be opened: its newest records are missing in SQL",
                {{"stream", contract->name()}, {"reason", opened.error().describe()}}
            );
            continue;
        }
        if (!opened.ok())
            return at_partitions(declared, contract->name(), std::move(opened).error());
        streams[contract->name()] = std::move(opened).take();
    }
    return streams;
}

std::vector<stream::Stream*> all_of(const Streams& streams) {
    std::vector<stream::Stream*> all;
    for (const auto& [name, stream] : streams) all.push_back(stream.get());
    return all;
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

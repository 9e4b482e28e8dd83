#include "app/settings_table.h"

#include <utility>

namespace tradewind::app {

namespace {

constexpr std::int64_t kib = 1 << 10;
constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t ms_us = 1000;
constexpr std::int64_t many = 1'000'000'000;

// The door's limit and the server's are one.
Result<void> read_body_bytes(Settings& settings, std::string_view text) {
    const std::int64_t bytes = TRY(read_bytes(text, kib));
    assign(settings.server.body_bytes_max, bytes);
    assign(settings.ingest.body_bytes_max, bytes);
    return {};
}

#define MEMBER(expression) [](Settings& s) -> auto& { return s.expression; }

std::vector<Setting> server_settings() {
    return {
        {"server",
         "listen",
         "127.0.0.1:8080",
         "Address and port of the HTTP server. Anything but loopback is refused until tokens "
         "exist.",
         read_listen},
        {"server",
         "io_threads",
         "1",
         "Threads that move bytes between sockets and the program.",
         count(MEMBER(server.io_threads), 1, 64)},
        {"server",
         "worker_threads",
         "4",
         "Threads for operations that take a moment.",
         count(MEMBER(api.worker_threads), 1, 256)},
        {"server",
         "worker_queue",
         "1024",
         "Such operations that may wait; more are answered 503.",
         count(MEMBER(api.worker_queue_max), 1, many)},
        {"server",
         "slow_threads",
         "4",
         "Threads for SQL, profiles, previews, checks, crawls and upkeep.",
         count(MEMBER(api.slow_threads), 1, 256)},
        {"server",
         "slow_queue",
         "64",
         "Operations of that kind that may wait; more are answered 503.",
         count(MEMBER(api.slow_queue_max), 1, many)},
        {"server",
         "connections",
         "16384",
         "Connections held at once.",
         count(MEMBER(server.connections_max), 1, many)},
        {"server",
         "event_clients",
         "500",
         "Clients that follow live updates at once; more are answered 503.",
         count(MEMBER(events.clients_max), 1, many)},
        {"server",
         "events_kept",
         "4096",
         "Live updates kept for clients that were slow or away.",
         count(MEMBER(events.kept_max), 1, many)},
        {"server",
         "body_bytes",
         "16MiB",
         "Largest request body, as received and unpacked; larger is answered 413.",
         read_body_bytes},
        {"server",
         "upload_bytes",
         "64GiB",
         "Largest uploaded file.",
         bytes(MEMBER(server.upload_bytes_max), kib)},
        {"server",
         "header_timeout",
         "10s",
         "How long a client may take to send a request's head.",
         duration(MEMBER(server.header_timeout_us), ms_us)},
        {"server",
         "body_timeout",
         "60s",
         "How long a body may stand still.",
         duration(MEMBER(server.body_timeout_us), ms_us)},
        {"server",
         "idle_timeout",
         "75s",
         "How long an idle connection is kept.",
         duration(MEMBER(server.idle_timeout_us), ms_us)},
        {"server",
         "drain_timeout",
         "10s",
         "How long a stop waits for the sinks to take what is durable.",
         duration(MEMBER(drain_timeout_us), 0)},
    };
}

std::vector<Setting> ingest_settings() {
    return {
        {"ingest",
         "records",
         "100000",
         "Records in one request.",
         count(MEMBER(ingest.records_max), 1, many)},
    };
}

std::vector<Setting> stream_settings() {
    return {
        {"stream",
         "segment_bytes",
         "64MiB",
         "Size at which a segment of a stream is sealed.",
         bytes(MEMBER(stream.segment_bytes_max), mib)},
        {"stream",
         "append_queue_bytes",
         "64MiB",
         "Bytes that may wait to be written; more are answered 503.",
         bytes(MEMBER(stream.append_queue_bytes_max), mib)},
        {"stream",
         "retention_age",
         "7d",
         "Segments older than this go, once every sink has read them.",
         duration(MEMBER(stream.retention_age_us), 0)},
        {"stream",
         "retention_bytes",
         "0",
         "Segments beyond this size go, oldest first, once every sink has read them; 0: no limit.",
         bytes(MEMBER(stream.retention_bytes_max), 0)},
        {"stream",
         "idempotency_window",
         "24h",
         "How long an idempotency key is remembered.",
         duration(MEMBER(stream.idempotency_window_us), 0)},
        {"stream",
         "idempotency_keys",
         "1000000",
         "How many of them are remembered.",
         count(MEMBER(stream.idempotency_keys_max), 1, many)},
    };
}

std::vector<Setting> disk_settings() {
    return {
        {"disk",
         "reserve",
         "256MiB",
         "With less free disk than this, records and files are answered 503; sinks and retention "
         "go on.",
         bytes(MEMBER(stream.disk_reserve_bytes), 0)},
    };
}

std::vector<Setting> delivery_settings() {
    return {
        {"delivery",
         "raw_flush_bytes",
         "64MiB",
         "Raw files are finished at this size, before compression, or at raw_flush_age.",
         bytes(MEMBER(delivery.raw_flush_bytes), kib)},
        {"delivery",
         "raw_flush_age",
         "60s",
         "A raw file that is not empty is finished at this age, whatever its size.",
         duration(MEMBER(delivery.raw_flush_age_us), ms_us)},
        {"delivery",
         "table_flush_rows",
         "1000000",
         "Hot rows of a SQL table are written to Parquet at this number, or at table_flush_age.",
         count(MEMBER(delivery.table_flush_rows), 1, many)},
        {"delivery",
         "table_flush_age",
         "5m",
         "Hot rows are written at this age, however few they are.",
         duration(MEMBER(delivery.table_flush_age_us), ms_us)},
        {"delivery",
         "batch_records",
         "50000",
         "Records that a sink takes at once.",
         count(MEMBER(delivery.batch_records_max), 1, 1'000'000)},
        {"delivery",
         "import_rejections",
         "100000",
         "A file with more bad rows than this is refused as a whole.",
         count(MEMBER(delivery.import_rejections_max), 0, many)},
    };
}

std::vector<Setting> lake_settings() {
    return {
        {"lake",
         "version_retention",
         "7d",
         "Versions of a table that are older than this go, but see versions_kept.",
         duration(MEMBER(lake.version_retention_us), 0)},
        {"lake",
         "versions_kept",
         "10",
         "At least so many of the newest versions are kept, however old.",
         count(MEMBER(lake.versions_kept_min), 1, 1'000'000)},
    };
}

std::vector<Setting> serving_settings() {
    return {
        {"serving",
         "cache_bytes",
         "128MiB",
         "Memory for look-ups.",
         bytes(MEMBER(serving.cache_bytes), mib)},
        {"serving",
         "memtable_bytes",
         "64MiB",
         "Memory for writes that are not yet in files.",
         bytes(MEMBER(serving.memtable_bytes), mib)},
    };
}

std::vector<Setting> engine_settings() {
    return {
        {"engine",
         "memory_limit",
         "auto",
         "Memory of the SQL engine, all roles together; auto: 384MiB more than "
         "query_memory_limit, at least 1GiB.",
         or_auto(MEMBER(engine.memory_bytes_max), bytes(MEMBER(engine.memory_bytes_max), 64 * mib))
        },
        {"engine",
         "query_memory_limit",
         "auto",
         "Memory of it for user SQL and hot rows; auto: a quarter of the machine's, at most 2GiB "
         "and "
         "half of memory_limit.",
         or_auto(
             MEMBER(engine.user_memory_bytes_max),
             bytes(MEMBER(engine.user_memory_bytes_max), 32 * mib)
         )},
        {"engine",
         "temp_limit",
         "4GiB",
         "Disk that SQL may spill to.",
         bytes(MEMBER(engine.temp_bytes_max), 0)},
        {"engine",
         "threads",
         "auto",
         "Threads of the SQL engine; auto: one for each core.",
         or_auto(MEMBER(engine.threads), count(MEMBER(engine.threads), 1, 1024))},
    };
}

std::vector<Setting> import_settings() {
    return {
        {"import",
         "memory_limit",
         "512MiB",
         "Memory for reading one file.",
         bytes(MEMBER(import.memory_bytes_max), 64 * mib)},
        {"import",
         "batch_rows",
         "65536",
         "Rows that are delivered at once.",
         count(MEMBER(import.batch_rows), 1, 10'000'000)},
        {"import",
         "watch",
         "on",
         "on or off: while a server runs, files put into landing/<source>/ are imported by "
         "themselves.",
         words(
             {{"on", [](Settings& s) { s.watch_landing = true; }},
              {"off", [](Settings& s) { s.watch_landing = false; }}}
         )},
        {"import",
         "watch_scan",
         "30s",
         "Landing is looked through that often, for files that no event told of.",
         duration(MEMBER(landing.scan_interval_us), 100'000)},
    };
}

std::vector<Setting> pipeline_settings() {
    return {
        {"pipeline",
         "refresh",
         "on",
         "on or off: assets that ask for it follow their sources by themselves.",
         words(
             {{"on", [](Settings& s) { s.pipeline.refresh = true; }},
              {"off", [](Settings& s) { s.pipeline.refresh = false; }}}
         )},
        {"pipeline",
         "kernels",
         "on",
         "on or off: tables of interactions are made by the kernel, in up to a quarter of "
         "engine.memory_limit besides; off: by the SQL that they stand for, with the same rows.",
         words(
             {{"on", [](Settings& s) { s.pipeline.kernels = true; }},
              {"off", [](Settings& s) { s.pipeline.kernels = false; }}}
         )},
        {"pipeline",
         "run_timeout",
         "2h",
         "A run that takes longer is stopped.",
         duration(MEMBER(pipeline.run_timeout_us), 1)},
        {"pipeline",
         "parallel",
         "2",
         "Assets of a run that are made at once.",
         count(MEMBER(pipeline.parallel), 1, 64)},
        {"pipeline",
         "runs_at_once",
         "2",
         "Runs of different packages that are under way at once.",
         count(MEMBER(pipeline.runs_at_once), 1, 64)},
        {"pipeline",
         "retries",
         "2",
         "So often an asset is tried again after a failure that may pass.",
         count(MEMBER(pipeline.retries), 0, 100)},
        {"pipeline",
         "retry_delay",
         "5s",
         "How long it waits before, doubled each time.",
         duration(MEMBER(pipeline.retry_delay_us), 1)},
        {"pipeline",
         "runs_kept",
         "1000",
         "So many of the newest runs are remembered.",
         count(MEMBER(pipeline.runs_kept), 1, 1'000'000)},
    };
}

std::vector<Setting> log_settings() {
    return {
        {"log",
         "level",
         "info",
         "debug, info, warn, error or off.",
         words(
             {{"info", [](Settings& s) { s.log_level = log::Level::Info; }},
              {"debug", [](Settings& s) { s.log_level = log::Level::Debug; }},
              {"warn", [](Settings& s) { s.log_level = log::Level::Warn; }},
              {"error", [](Settings& s) { s.log_level = log::Level::Error; }},
              {"off", [](Settings& s) { s.log_level = log::Level::Off; }}}
         )},
        {"log",
         "format",
         "text",
         "text or json.",
         words(
             {{"text", [](Settings& s) { s.log_format = log::Format::Text; }},
              {"json", [](Settings& s) { s.log_format = log::Format::Json; }}}
         )},
    };
}

#undef MEMBER

}  // namespace

const std::vector<Setting>& all_settings() {
    static const std::vector<Setting> settings = [] {
        std::vector<Setting> all;
        for (const auto& section :
             {server_settings,
              ingest_settings,
              stream_settings,
              disk_settings,
              delivery_settings,
              lake_settings,
              serving_settings,
              engine_settings,
              import_settings,
              pipeline_settings,
              outward_settings,
              log_settings}) {
            for (Setting& setting : section()) all.push_back(std::move(setting));
        }
        return all;
    }();
    return settings;
}

}  // namespace tradewind::app

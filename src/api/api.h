// The operations of the platform: one table behind HTTP, OpenAPI and the command line. A command
// runs an operation by building the same Request that an HTTP client would send.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "contract/contract.h"
#include "crawl/crawl.h"
#include "deliver/deliver.h"
#include "engine/engine.h"
#include "extract/extract.h"
#include "importer/importer.h"
#include "ingest/ingest.h"
#include "lake/lake.h"
#include "lookup/lookup.h"
#include "model/model.h"
#include "notify/notify.h"
#include "os/clock.h"
#include "package/package.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"
#include "schedule/schedule.h"
#include "serving/serving.h"
#include "stream/stream.h"

namespace tradewind::api {

class Events;

// What the operations work on; made and owned by app. Pointers live as long as the Api.
struct Services {
    std::vector<package::Package> packages;
    std::map<std::string, stream::Stream*> streams;
    std::map<std::string, deliver::Delivery*> deliveries;  // by source
    ingest::Ingest* ingest = nullptr;
    deliver::DeadLetters* dead_letters = nullptr;
    serving::Serving* serving = nullptr;
    engine::Engine* engine = nullptr;
    importer::Importer* importer = nullptr;
    lake::Lake* lake = nullptr;
    catalog::Catalog* catalog = nullptr;
    crawl::Crawler* crawler = nullptr;
    crawl::SystemTables* system_tables = nullptr;
    quality::Quality* quality = nullptr;
    pipeline::Pipeline* pipeline = nullptr;
    schedule::Scheduler* scheduler = nullptr;
    schedule::Backfills* backfills = nullptr;
    notify::Notifier* notifier = nullptr;
    extract::Extractor* extractor = nullptr;
    model::Models* models = nullptr;
    lookup::Lookups* lookups = nullptr;
    // Brings in what is new of a source of kind database; nothing: there is nothing new.
    std::function<Result<std::optional<importer::Import>>(
        const std::string& source, const std::shared_ptr<std::atomic<bool>>& cancelled
    )>
        bring_in;
    Events* events = nullptr;
    MetricsRegistry* metrics = nullptr;
    os::Clock* clock = nullptr;
    std::string upload_folder;   // for multipart imports
    std::string landing_folder;  // files here can be imported by any client
    std::string temp_folder;
    std::uint64_t disk_reserve_bytes = 0;  // uploads leave so much free
    std::function<bool()> ready;           // recovery is done
    std::string only_reading;  // why operations that change something are 503; empty: they are not
    std::function<Result<std::string>()> doctor;  // JSON report
    std::string version;
};

// Takes a body piece by piece where it must not be held in memory (uploads). Called from a worker's
// thread, one piece at a time; destroyed without its request: what it kept is removed.
class BodySink {
public:
    virtual ~BodySink() = default;
    virtual Result<void> write(std::string_view piece) = 0;
};

struct Request {
    std::string method = "GET";
    std::string target;                          // path and query as sent
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::shared_ptr<BodySink> sink;  // took the body, where open_body gave one
    // In process or through the control socket: this client may do to the machine's files what the
    // program may. Others came over the network.
    bool from_owner = true;
    // Set when the client is gone or pressed Ctrl-C: long operations stop.
    std::shared_ptr<std::atomic<bool>> cancelled;
};

// The rest of a body, made piece by piece; called from a worker's thread. Empty: the end.
class BodySource {
public:
    virtual ~BodySource() = default;
    virtual Result<std::string> next() = 0;
};

struct LivePiece {
    std::string text;
    bool last = false;  // the body ends with it
};

// A body that grows as things happen, for as long as its client stays. It costs no thread.
class LiveBody {
public:
    virtual ~LiveBody() = default;
    // What came since the piece before; empty: `wake` is called once, from any thread, when there
    // is more. The server's thread asks, and only when the client took the piece before: the answer
    // comes at once, and what the client does not take waits with whoever makes it.
    virtual LivePiece next(std::function<void()> wake) = 0;
    // Sent when nothing else was for a while: both sides learn whether the other is still there.
    virtual std::string heartbeat() const = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::map<std::string, std::string> headers;
    std::string body;
    std::unique_ptr<BodySource> rest;  // after `body`, where set
    std::unique_ptr<LiveBody> live;    // instead of both, where set; only the server knows it
};

using Reply = std::function<void(Response)>;

// Dispatches requests to operations. `handle` never blocks: quick operations run in the caller's
// thread, the others on a pool; `reply` is called exactly once from any thread. Any thread.
class Api {
public:
    virtual ~Api() = default;
    virtual void handle(Request request, Reply reply) = 0;
    // For a request whose head is known: where its body goes. Null: into Request::body. A command
    // in process need not ask.
    virtual std::shared_ptr<BodySink> open_body(const Request& head) = 0;
    // OpenAPI 3.1 as JSON.
    virtual const std::string& openapi() const = 0;
    // Waits for running operations; new ones are answered 503.
    virtual void stop() = 0;
};

// Threads for each kind of operation, and how many requests may wait for one of them: more are
// answered 503 with Retry-After.
struct ApiOptions {
    int worker_threads = 4;
    std::size_t worker_queue_max = 1024;
    // SQL, profiles, previews, checks, crawls, upkeep: one may take minutes. Few wait, since the
    // last of them waits for all before it.
    int slow_threads = 4;
    std::size_t slow_queue_max = 64;
    // Requests that wait for a run to end: they cost a thread and nothing else.
    int waiting_threads = 16;
    std::size_t waiting_queue_max = 256;
};

std::unique_ptr<Api> make_api(ApiOptions options, Services services);

// Tables of the platform's own state: those that the statement may mean, by their names in its
// text, say what is so now.
Result<void> refresh_system_tables(const Services& services, const std::string& sql);

// ---------------------------------------------------------------- live updates

enum class EventType { Run, Asset, Lag, Kpi, Job, Backfill, Notice };
constexpr EventType event_types[] = {
    EventType::Run,
    EventType::Asset,
    EventType::Lag,
    EventType::Kpi,
    EventType::Job,
    EventType::Backfill,
    EventType::Notice
};
const char* to_string(EventType type);

struct EventOptions {
    // What a client may have missed and still gets when it comes back; whichever is reached first.
    std::size_t kept_max = 4096;
    std::size_t kept_bytes_max = 4u << 20;
    std::size_t clients_max = 500;      // more are answered 503
    std::int64_t look_us = 500'000;     // progress, lags and figures are looked at that often
    std::int64_t count_us = 5'000'000;  // what must be counted, that often
};

struct FollowRequest {
    std::vector<EventType> types;  // empty: all
    std::string since;             // the id of the last event seen; empty: from now on
};

// What happens, told to whoever follows (GET /v1/events). Telling costs no more than putting a few
// bytes into a list, never fails and waits for no client. Any thread.
class Events : public pipeline::RunListener {
public:
    virtual void on_job(const schedule::Job& job) = 0;
    virtual void on_backfill(const schedule::Backfill& backfill) = 0;
    virtual void on_notice(const notify::NoticeRecord& notice) = 0;
    // Begins to look, while somebody follows, at what does not tell of itself: how far assets
    // under way are, lags, figures. What `services` name outlives stop().
    virtual void watch(Services services) = 0;
    // Unavailable: too many follow already, or it stops.
    virtual Result<std::unique_ptr<LiveBody>> follow(const FollowRequest& request) = 0;
    virtual void stop() = 0;
};

std::unique_ptr<Events> make_events(
    EventOptions options, os::Clock& clock, MetricsRegistry& metrics
);

// ---------------------------------------------------------------- the server

struct ServerOptions {
    std::string address = "127.0.0.1";  // empty: only the control socket
    int port = 8080;                    // 0: any free one
    std::string control_socket;         // empty: none; mode 0600
    int io_threads = 1;
    std::size_t connections_max = 16'384;
    std::int64_t header_timeout_us = 10'000'000;
    std::int64_t body_timeout_us = 60'000'000;  // without any progress
    std::int64_t idle_timeout_us = 75'000'000;
    std::size_t body_bytes_max = 16u << 20;  // larger for multipart uploads, which go to a file
    std::size_t upload_bytes_max = std::size_t{64} << 30;
    std::size_t header_bytes_max = 32u << 10;   // request line and header fields: 431
    std::size_t bodies_bytes_max = 512u << 20;  // of all requests under way together: 503 beyond it
    std::int64_t drain_timeout_us = 10'000'000;  // stop() waits that long for requests under way
    std::int64_t heartbeat_us = 15'000'000;      // of live bodies
    int body_threads = 2;    // make streamed bodies: a slow query's rows may take their time
    int upload_threads = 2;  // write uploads to the disk
};

// HTTP/1.1 over TCP and the control socket, in front of an Api.
class Server {
public:
    virtual ~Server() = default;
    virtual int port() const = 0;
    // Until no client is connected, or the time is up (then false).
    virtual bool wait_until_alone(std::int64_t timeout_us) = 0;
    // Closes the listeners. Who is connected by then is served on, until he leaves or stop() comes.
    virtual void take_no_more() = 0;
    // Closes the listeners, lets requests under way finish (bounded by drain_timeout_us), closes
    // connections. A reply that comes even later is dropped; the Server may be gone by then.
    virtual void stop() = 0;
};

// Unavailable: the address is taken or not ours.
Result<std::unique_ptr<Server>> start_server(
    ServerOptions options, Api& api, MetricsRegistry& metrics
);

}  // namespace tradewind::api

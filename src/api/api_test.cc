#include "api/api.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include "api/operations.h"
#include "api/router.h"
#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;

// Proves that what leads nowhere is a problem that says where to look.
TEST(Api, UnknownRoutesAndMethods) {
    TestPlatform platform;
    Response unknown = platform.get("/v1/nothing?x=1");
    EXPECT_EQ(
        expect_problem(unknown, 404),
        "there is nothing at /v1/nothing | GET /openapi.json lists what there is."
    );
    Response method = platform.post("/v1/invoices/1", "");
    expect_problem(method, 405);
    EXPECT_EQ(platform.post("/v1/invoices/1", "").headers.at("allow"), "GET, HEAD");
    Request odd;
    odd.method = "BREW";
    odd.target = "/v1/streams/online_retail/records";
    Response brew = platform.call(odd);
    EXPECT_EQ(brew.headers.at("allow"), "GET, HEAD, POST");
    odd.method = "HEAD";
    EXPECT_EQ(platform.call(odd).status, 200);
}

// Proves that a path which cannot be read is told from one where nothing is.
TEST(Api, UnreadableTargets) {
    TestPlatform platform;
    const char* targets[] = {"/v1/%zz", "/v1/imports%2", "/%", "/v1/invoices/%zz", "/v1/imports#x"};
    for (const char* target : targets) {
        Response refused = platform.get(target);
        expect_problem(refused, 400);
    }
    Response unknown = platform.get("/v1/a%20b?%zz");
    expect_problem(unknown, 404);
}

// Proves that a packed body is not read as if it were plain where nothing is unpacked.
TEST(Api, PackedBodies) {
    TestPlatform platform;
    for (const char* coding : {"gzip", "br", "gzip, identity"}) {
        Response refused =
            platform.post("/v1/query", R"({"sql":"SELECT 1"})", {{"content-encoding", coding}});
        expect_problem(refused, 415);
        EXPECT_EQ(refused.headers.at("accept-encoding"), "identity");
    }
    for (const char* coding : {"", "identity"}) {
        const auto plain =
            platform.post("/v1/query", R"({"sql":"SELECT 1"})", {{"content-encoding", coding}});
        EXPECT_EQ(plain.status, 200);
    }
    const auto records =
        platform.post("/v1/streams/online_retail/records", "{}", {{"content-encoding", "gzip"}});
    EXPECT_EQ(records.status, 200);
}

// Proves that nothing but the system's own operations is answered before recovery is done.
TEST(Api, NotReady) {
    TestPlatform platform;
    platform.services.ready = [] { return false; };
    for (const char* target : {"/readyz", "/v1/streams", "/v1/invoices/1"}) {
        Response response = platform.get(target);
        expect_problem(response, 503);
    }
    for (const char* target :
         {"/healthz", "/metrics", "/openapi.json", "/v1/version", "/v1/doctor"}) {
        EXPECT_EQ(platform.get(target).status, 200) << target;
    }
}

// Proves that a form on a stranger's page cannot make a browser write here, and that our own can.
TEST(Api, OtherSitesCannotWrite) {
    TestPlatform platform;
    const std::map<std::string, std::string> stranger = {
        {"host", "localhost:8080"}, {"origin", "http://evil.example"}
    };
    Response refused = platform.post("/v1/streams/online_retail/records", "{}", stranger);
    expect_problem(refused, 403);
    Response opaque = platform.post(
        "/v1/streams/online_retail/records", "{}", {{"host", "localhost"}, {"origin", "null"}}
    );
    expect_problem(opaque, 403);
    Response own = platform.post(
        "/v1/streams/online_retail/records",
        "{}",
        {{"host", "localhost:8080"}, {"origin", "http://localhost:8080"}}
    );
    EXPECT_EQ(own.status, 200);
}

// Proves that a name of somebody else's that leads to this machine is not answered over the
// network.
TEST(Api, OtherNamesAreNotAnswered) {
    TestPlatform platform;
    const auto ask = [&](const std::string& host, bool from_owner) {
        Request request;
        request.target = "/v1/streams";
        request.headers["host"] = host;
        request.from_owner = from_owner;
        return platform.call(std::move(request)).status;
    };
    for (const char* host :
         {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080"})
        EXPECT_EQ(ask(host, false), 200) << host;
    for (const char* host :
         {"evil.example", "evil.example:8080", "localhost.evil.example", "128.0.0.1"})
        EXPECT_EQ(ask(host, false), 403) << host;
    EXPECT_EQ(ask("evil.example", true), 200);
}

// Proves that no operation has another answer for strangers than 403, whatever statuses it gives to
// its own errors.
TEST(Api, StrangersAreRefusedEverywhere) {
    TestPlatform platform;
    const std::string openapi;
    for (const Operation& operation : all_operations(platform.services, openapi)) {
        Request request;
        request.method = operation.method;
        request.target = operation.path;
        request.from_owner = false;
        request.body = "{}";
        request.headers["host"] = "evil.example";
        Response by_name = platform.call(request);
        EXPECT_EQ(by_name.status, 403) << operation.id;
        if (operation.method == "GET") continue;
        request.headers = {{"host", "localhost"}, {"origin", "http://evil.example"}};
        Response by_page = platform.call(request);
        EXPECT_EQ(by_page.status, 403) << operation.id;
    }
}

// Proves that waiting requests are bounded: the one too many is refused at once, the others are
// answered.
TEST(Api, FullQueueRefuses) {
    TestPlatform platform;
    platform.options.worker_threads = 1;
    platform.options.worker_queue_max = 2;
    std::promise<void> entered;
    std::promise<void> release;
    const auto released = release.get_future().share();
    platform.services.doctor = [&entered, released]() -> Result<std::string> {
        entered.set_value();
        released.wait();
        return std::string("{}");
    };
    Api& api = platform.open();
    std::vector<std::promise<Response>> answers(4);
    const auto ask = [&](std::size_t i, const char* target) {
        Request request;
        request.target = target;
        api.handle(std::move(request), [&answers, i](Response response) {
            answers[i].set_value(std::move(response));
        });
    };
    ask(0, "/v1/doctor");
    entered.get_future().wait();
    ask(1, "/v1/streams");
    ask(2, "/v1/streams");
    ask(3, "/v1/streams");
    Response refused = answers[3].get_future().get();
    expect_problem(refused, 503);
    release.set_value();
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(answers[i].get_future().get().status, 200);
}

// Asks of several clients at once; all wait for their answers until the test looks.
class Clients {
public:
    explicit Clients(Api& api) : api_(api) {}
    std::future<Response> get(std::string target) { return ask("GET", std::move(target), ""); }
    std::future<Response> post(std::string target, std::string body) {
        return ask("POST", std::move(target), std::move(body));
    }

private:
    std::future<Response> ask(std::string method, std::string target, std::string body) {
        Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        auto answered = std::make_shared<std::promise<Response>>();
        api_.handle(std::move(request), [answered](Response response) {
            answered->set_value(std::move(response));
        });
        return answered->get_future();
    }
    Api& api_;
};

// Proves that slow queries stand in nobody's way but their own: with all of their threads busy the
// rest answers, one query more waits, and the one after it is refused.
TEST(Api, SlowQueriesHoldUpOnlyEachOther) {
    TestPlatform platform;
    platform.options.slow_threads = 4;
    platform.options.slow_queue_max = 1;
    std::promise<void> release;
    const auto released = release.get_future().share();
    std::atomic<int> busy = 0;
    platform.engine.at_query = [&] {
        busy.fetch_add(1);
        busy.notify_all();
        released.wait();
    };
    Clients clients(platform.open());
    const std::string slow = R"x({"sql":"SELECT count(*) FROM range(100000000000)"})x";
    std::vector<std::future<Response>> queries;
    for (int i = 0; i < 4; ++i) {
        queries.push_back(clients.post("/v1/query", slow));
        busy.wait(i);
    }
    queries.push_back(clients.post("/v1/queries/online_retail/sales_by_country", ""));
    std::vector<std::future<Response>> others;
    for (const char* target :
         {"/v1/customers/17850",
          "/v1/customers/17850/invoices",
          "/v1/invoices/536365",
          "/v1/deadletters?limit=1",
          "/v1/streams",
          "/v1/imports",
          "/v1/doctor",
          "/v1/streams/online_retail/records?partition=0&offset=0"})
        others.push_back(clients.get(target));
    others.push_back(clients.post("/v1/streams/online_retail/sinks/raw/pause", ""));
    others.push_back(clients.post(
        "/v1/streams/online_retail/records", "\"" + std::string(quick_body_bytes_max, 'x') + "\""
    ));
    std::future<Response> one_too_many = clients.post("/v1/query", slow);
    const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    bool at_once = one_too_many.wait_until(soon) == std::future_status::ready;
    for (auto& other : others) at_once &= other.wait_until(soon) == std::future_status::ready;
    EXPECT_TRUE(at_once);
    release.set_value();
    for (auto& other : others) EXPECT_EQ(other.get().status, 200);
    Response refused = one_too_many.get();
    expect_problem(refused, 503);
    for (auto& query : queries) EXPECT_EQ(query.get().status, 200);
}

// Proves that a query whose client went while it waited for its turn is not run.
TEST(Api, NobodyWaitsForThisQuery) {
    TestPlatform platform;
    Request request;
    request.method = "POST";
    request.target = "/v1/query";
    request.body = R"({"sql":"SELECT 1"})";
    request.cancelled = std::make_shared<std::atomic<bool>>(true);
    Response response = platform.call(std::move(request));
    expect_problem(response, 503);
    EXPECT_EQ(platform.engine.last.sql, "");
}

// Proves that stop() waits for answers still to come from other rooms, and refuses what comes after
// it.
TEST(Api, StopWaitsForAnswers) {
    TestPlatform platform;
    ingest::Done waiting;
    platform.ingest.on_post = [&waiting](ingest::Post, ingest::Done done) {
        waiting = std::move(done);
    };
    Api& api = platform.open();
    std::atomic<bool> answered = false;
    Request request;
    request.method = "POST";
    request.target = "/v1/streams/online_retail/records";
    request.body = "{}";
    api.handle(request, [&answered](Response) { answered = true; });
    std::thread committer([&] {
        waiting(fakes::accepted(1));
        waiting = nullptr;
    });
    api.stop();
    EXPECT_TRUE(answered.load());
    committer.join();
    Response late = platform.get("/healthz");
    EXPECT_EQ(expect_problem(late, 503), "the server is stopping | ");
}

// Proves that a room that forgets its answer leaves no client waiting.
TEST(Api, ForgottenAnswersAreProblems) {
    TestPlatform platform;
    platform.ingest.on_post = [](ingest::Post, ingest::Done) {};
    Response response = platform.post("/v1/streams/online_retail/records", "{}");
    expect_problem(response, 500);
}

// Proves that answers are counted by operation and status.
TEST(Api, Metrics) {
    TestPlatform platform;
    platform.get("/v1/invoices/536365");
    platform.get("/v1/invoices/0");
    platform.get("/nowhere");
    const std::string text = platform.get("/metrics").body;
    for (const char* line :
         {"tradewind_api_requests_total{operation=\"get_invoice\",status=\"200\"} 1",
          "tradewind_api_requests_total{operation=\"get_invoice\",status=\"404\"} 1",
          "tradewind_api_requests_total{operation=\"none\",status=\"404\"} 1",
          "tradewind_api_request_seconds_count{operation=\"get_invoice\"} 2"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line;
    }
}

// Proves that upkeep reaches the rooms and reports what they say.
TEST(Api, Upkeep) {
    TestPlatform platform;
    EXPECT_EQ(platform.post("/v1/streams/online_retail/sinks/raw/pause", "").status, 200);
    EXPECT_TRUE(platform.delivery.paused["raw"]);
    EXPECT_EQ(platform.post("/v1/streams/online_retail/sinks/raw/resume", "").status, 200);
    EXPECT_FALSE(platform.delivery.paused["raw"]);
    Response unknown = platform.post("/v1/streams/online_retail/sinks/old/pause", "");
    expect_problem(unknown, 404);
    EXPECT_EQ(platform.post("/v1/streams/online_retail/sinks/old/forget", "").status, 200);
    EXPECT_EQ(platform.stream.forgotten, "old");
    platform.delivery.statuses = {{"raw", Position(0), 0, false, ""}};
    Response in_use = platform.post("/v1/streams/online_retail/sinks/raw/forget", "");
    expect_problem(in_use, 409);
    EXPECT_EQ(platform.post("/v1/rebuild/serving", "").status, 200);
    EXPECT_EQ(platform.post("/v1/verify", "").status, 200);
    EXPECT_EQ(platform.delivery.republished, 1);
    platform.stream.damage = Error(ErrorCode::Corruption, "block at 512 is damaged");
    Response damaged = platform.post("/v1/verify", "");
    EXPECT_NE(expect_problem(damaged, 500).find("block at 512 is damaged"), std::string::npos);
}

// Proves that the table is fit to be documented: ids are unique, the parameters of a path are those
// of its template in its order, every success has a schema, and every example is what it claims to
// be.
TEST(OperationTable, IsConsistent) {
    TestPlatform platform;
    const std::string openapi;
    std::set<std::string> ids;
    for (const Operation& operation : all_operations(platform.services, openapi)) {
        EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
        EXPECT_FALSE(operation.summary.empty() || operation.tag.empty() || !operation.handler)
            << operation.id;
        std::vector<std::string_view> in_path;
        for (const Parameter& parameter : operation.parameters) {
            EXPECT_FALSE(parameter.description.empty()) << operation.id << " " << parameter.name;
            if (parameter.in == In::Path) in_path.push_back(parameter.name);
        }
        EXPECT_EQ(in_path, template_parameters(operation.path)) << operation.id;
        ASSERT_FALSE(operation.answers.empty()) << operation.id;
        for (const Answer& answer : operation.answers)
            EXPECT_FALSE(answer.media.empty()) << operation.id;
        if (!operation.body) continue;
        for (const Media& media : operation.body->media) {
            EXPECT_TRUE(media.example.empty() || json::parse(media.example).ok()) << operation.id;
        }
    }
}

// Proves that OpenAPI lists exactly the table, and parses.
TEST(OperationTable, IsWhatOpenApiSays) {
    TestPlatform platform;
    const json::Value document = MUST(json::parse(platform.get("/openapi.json").body));
    EXPECT_EQ(document.text_or("openapi", ""), "3.1.0");
    std::size_t described = 0;
    for (const auto& [path, item] : document.find("paths")->members()) {
        EXPECT_EQ(path.find("..."), std::string::npos);
        described += item.members().size();
    }
    const std::string openapi;
    EXPECT_EQ(described, all_operations(platform.services, openapi).size());
}

}  // namespace
}  // namespace tradewind::api

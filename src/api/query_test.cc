#include "api/query.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "api/test_platform.h"
#include "base/limits.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;
using fakes::whole_body;

constexpr const char* select = R"({"sql":"SELECT 1"})";

// Proves each format's whole shape, and which of them have a limit that nobody asked for.
TEST(Query, Formats) {
    TestPlatform platform;
    Response json = platform.post("/v1/query", select);
    EXPECT_EQ(
        whole_body(json),
        R"({"columns":[{"name":"n","type":"BIGINT"},{"name":"t","type":"STRING"}],"rows":[[0,"r0"],[1,"r1"],[2,"r2"]],"truncated":false})"
    );
    EXPECT_EQ(platform.engine.last.rows_max, limits::query_rows_default);
    EXPECT_EQ(platform.engine.last.timeout_us, 30'000'000);
    Response csv = platform.post("/v1/query", select, {{"accept", "text/csv"}});
    EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
    EXPECT_EQ(whole_body(csv), "n,t\n0,r0\n1,r1\n2,r2\n");
    EXPECT_EQ(platform.engine.last.rows_max, std::nullopt);
    Response lines = platform.post("/v1/query", select, {{"accept", "application/x-ndjson"}});
    EXPECT_EQ(
        whole_body(lines),
        "{\"n\":0,\"t\":\"r0\"}\n{\"n\":1,\"t\":\"r1\"}\n{\"n\":2,\"t\":\"r2\"}\n"
    );
    EXPECT_EQ(platform.engine.last.rows_max, std::nullopt);
    Response arrow =
        platform.post("/v1/query", select, {{"accept", "application/vnd.apache.arrow.stream"}});
    EXPECT_EQ(arrow.content_type, "application/vnd.apache.arrow.stream");
    EXPECT_EQ(whole_body(arrow), "<r0><r1><r2>");
    EXPECT_EQ(platform.engine.last.rows_max, std::nullopt);
    Response none = platform.post("/v1/query", select, {{"accept", "text/html"}});
    expect_problem(none, 406);
}

// Proves that a limit cuts and says so.
TEST(Query, TruncatesAndTells) {
    TestPlatform platform;
    Response response =
        platform.post("/v1/query", R"({"sql":"SELECT 1","limit":2,"timeout_ms":1500})");
    const json::Value body = json_of(response);
    EXPECT_EQ(body.find("rows")->items().size(), 2u);
    EXPECT_TRUE(body.boolean_or("truncated", false));
    EXPECT_EQ(platform.engine.last.timeout_us, 1'500'000);
}

// Proves that a Parquet result is the file, whole, and that the file is gone afterwards.
TEST(Query, Parquet) {
    TestPlatform platform;
    {
        Response response =
            platform.post("/v1/query", select, {{"accept", "application/vnd.apache.parquet"}});
        const std::string body = whole_body(response);
        EXPECT_EQ(body.size(), 100'008u);
        EXPECT_TRUE(body.starts_with("PAR1") && body.ends_with("PAR1"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(platform.folder.path()));
    platform.engine.refuse = Error(ErrorCode::InvalidArgument, "no");
    Response refused =
        platform.post("/v1/query", select, {{"accept", "application/vnd.apache.parquet"}});
    expect_problem(refused, 400);
}

// Proves that a long result comes in pieces of bounded size, and is whole.
TEST(Query, LongResultsFlow) {
    TestPlatform platform;
    platform.engine.next.rows = 20'000;
    platform.engine.next.padding = std::string(50, 'x');
    Response response = platform.post("/v1/query", R"({"sql":"SELECT 1","limit":100000})");
    ASSERT_NE(response.rest, nullptr);
    EXPECT_LT(response.body.size(), 70'000u);
    std::string body = response.body;
    while (true) {
        const std::string piece = MUST(response.rest->next());
        if (piece.empty()) break;
        EXPECT_LT(piece.size(), 70'000u);
        body += piece;
    }
    EXPECT_EQ(MUST(json::parse(body)).find("rows")->items().size(), 20'000u);
    response.rest.reset();
    EXPECT_EQ(platform.engine.alive->load(), 0);
}

// Proves that an error is a status as long as no row went out, and the end of the body after that.
TEST(Query, ErrorsBeforeAndAfterTheFirstRows) {
    TestPlatform platform;
    platform.engine.next.error = Error(ErrorCode::InvalidArgument, "a cast failed");
    Response early = platform.post("/v1/query", select);
    expect_problem(early, 400);
    platform.engine.next.rows = 20'000;
    platform.engine.next.padding = std::string(50, 'x');
    Response late = platform.post("/v1/query", select, {{"accept", "text/csv"}});
    EXPECT_EQ(late.status, 200);
    Result<std::string> piece = std::string("x");
    while (piece.ok() && !piece->empty()) piece = late.rest->next();
    EXPECT_FALSE(piece.ok());
}

// Proves that a client who is gone ends the result that is being made for him.
TEST(Query, StopsWhenTheClientIsGone) {
    TestPlatform platform;
    platform.engine.next.rows = 1'000'000;
    Request request;
    request.method = "POST";
    request.target = "/v1/query";
    request.body = select;
    request.headers = {{"accept", "text/csv"}};
    request.cancelled = std::make_shared<std::atomic<bool>>(false);
    const auto cancelled = request.cancelled;
    Response response = platform.call(std::move(request));
    EXPECT_EQ(platform.engine.last.cancelled, cancelled);
    cancelled->store(true);
    const auto piece = response.rest->next();
    ASSERT_FALSE(piece.ok());
    EXPECT_EQ(piece.error().code(), ErrorCode::Cancelled);
}

// Proves the statuses of DESIGN §4, and that a missing table is not a missing page.
TEST(Query, StatusOfEngineErrors) {
    TestPlatform platform;
    const std::pair<ErrorCode, int> cases[] = {
        {ErrorCode::InvalidArgument, 400},
        {ErrorCode::NotFound, 400},
        {ErrorCode::DeadlineExceeded, 408},
        {ErrorCode::ResourceExhausted, 422},
        {ErrorCode::Unavailable, 503},
    };
    for (const auto& [code, status] : cases) {
        platform.engine.refuse = Error(code, "no");
        Response response = platform.post("/v1/query", select);
        expect_problem(response, status);
    }
}

// Proves that a wrong body is refused before the engine hears of it.
TEST(Query, WrongBodies) {
    TestPlatform platform;
    platform.engine.refuse = Error(ErrorCode::Io, "must not be asked");
    for (const char* body :
         {"",
          "  ",
          "[]",
          "\"SELECT 1\"",
          "{",
          "{\"sql\":1}",
          "{\"sql\":\"\"}",
          "{}",
          "{\"sql\":\"x\",\"limt\":1}",
          "{\"sql\":\"x\",\"limit\":-1}",
          "{\"sql\":\"x\",\"limit\":1.5}",
          "{\"sql\":\"x\",\"timeout_ms\":0}",
          "{\"sql\":\"x\",\"timeout_ms\":300001}",
          "\xff"}) {
        Response response = platform.post("/v1/query", body);
        expect_problem(response, 400);
    }
    Response type = platform.post("/v1/query", select, {{"content-type", "text/plain"}});
    expect_problem(type, 415);
    Response form =
        platform.post("/v1/query", select, {{"content-type", "application/x-www-form-urlencoded"}});
    expect_problem(form, 500);  // as curl -d sends it: taken
}

// Proves that results that nobody reads cannot pile up without end.
TEST(Query, BoundsOpenResults) {
    TestPlatform platform;
    platform.engine.next.rows = 1'000'000;
    std::vector<Response> open;
    for (int i = 0; i < query_results_max; ++i)
        open.push_back(platform.post("/v1/query", select, {{"accept", "text/csv"}}));
    Response more = platform.post("/v1/query", select, {{"accept", "text/csv"}});
    expect_problem(more, 503);
    open.pop_back();
    Response again = platform.post("/v1/query", select, {{"accept", "text/csv"}});
    EXPECT_EQ(again.status, 200);
}

// Proves that a package's questions are listed with their SQL, run by name, and missed by name.
TEST(SavedQueries, ListedAndRun) {
    TestPlatform platform;
    Response list = platform.get("/v1/queries");
    EXPECT_EQ(
        list.body,
        R"({"queries":[{"package":"online_retail","name":"sales_by_country","description":"Sales by country.","sql":"SELECT 1"}]})"
    );
    Response rows = platform.post("/v1/queries/online_retail/sales_by_country", "");
    EXPECT_EQ(json_of(rows).find("rows")->items().size(), 3u);
    EXPECT_EQ(platform.engine.last.sql, "SELECT 1");
    Response limited = platform.post("/v1/queries/online_retail/sales_by_country", "{\"limit\":1}");
    EXPECT_EQ(json_of(limited).find("rows")->items().size(), 1u);
    Response name = platform.post("/v1/queries/online_retail/sales_by_county", "");
    EXPECT_EQ(
        expect_problem(name, 404),
        "package online_retail has no query 'sales_by_county' | Did you mean 'sales_by_country'?"
    );
    Response package = platform.post("/v1/queries/x/y", "");
    expect_problem(package, 404);
    Response body = platform.post("/v1/queries/online_retail/sales_by_country", "{\"sql\":\"x\"}");
    expect_problem(body, 400);
}

}  // namespace
}  // namespace tradewind::api

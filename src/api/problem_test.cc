#include "api/problem.h"

#include <gtest/gtest.h>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

// Proves that the one table gives each error code the status that clients act on.
TEST(Problem, StatusOfEveryCode) {
    const std::pair<ErrorCode, int> expected[] = {
        {ErrorCode::InvalidArgument, 400},
        {ErrorCode::NotFound, 404},
        {ErrorCode::AlreadyExists, 409},
        {ErrorCode::Conflict, 409},
        {ErrorCode::PermissionDenied, 403},
        {ErrorCode::ResourceExhausted, 429},
        {ErrorCode::DeadlineExceeded, 408},
        {ErrorCode::Unavailable, 503},
        {ErrorCode::Corruption, 500},
        {ErrorCode::Io, 500},
        {ErrorCode::Cancelled, 503},
    };
    for (const auto& [code, status] : expected) {
        EXPECT_EQ(status_of(code), status) << to_string(code);
        Response response = problem(Error(code, "it failed"));
        fakes::expect_problem(response, status);
    }
    EXPECT_EQ(status_of(ErrorCode::Conflict, {{ErrorCode::Conflict, 422}}), 422);
}

// Proves that message, place, detail and hint all arrive, whatever characters they hold.
TEST(Problem, KeepsAllThatTheErrorSays) {
    Response response = problem(Error(ErrorCode::InvalidArgument, "bad \"name\"\n")
                                    .with_detail("It is \x01.")
                                    .with_hint("Try é.")
                                    .at({"a.yml", 3, 1}));
    const json::Value body = fakes::json_of(response);
    EXPECT_EQ(body.text_or("detail", ""), "a.yml:3: bad \"name\"\n. It is \x01.");
    EXPECT_EQ(body.text_or("hint", ""), "Try é.");
    EXPECT_EQ(body.text_or("type", ""), "urn:tradewind:problem:invalid_argument");
    EXPECT_EQ(body.text_or("title", ""), "Bad Request");
}

// Proves that each bad record is named by its place, and that their number is not cut with the
// list.
TEST(Problem, ListsBadRecords) {
    Problem problem{.status = 400, .type = "invalid_records", .detail = "2 records are bad"};
    problem.errors = {
        {0, "missing_field", "quantity", "quantity is missing"}, {7, "invalid_json", "", "no JSON"}
    };
    problem.error_indexes = {0, 7, 8};
    Response response = to_response(problem);
    const json::Value body = fakes::json_of(response);
    EXPECT_EQ(body.integer_or("error_count", 0), 3);
    EXPECT_EQ(body.find("error_indexes")->dump(), "[0,7,8]");
    ASSERT_EQ(body.find("errors")->items().size(), 2u);
    EXPECT_EQ(body.find("errors")->items()[1].integer_or("index", -1), 7);
    EXPECT_EQ(body.find("errors")->items()[0].text_or("field", ""), "quantity");
}

}  // namespace
}  // namespace tradewind::api

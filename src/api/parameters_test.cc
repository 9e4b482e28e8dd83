#include "api/parameters.h"

#include <gtest/gtest.h>

namespace tradewind::api {
namespace {

Operation records_operation() {
    Operation operation;
    operation.path = "/v1/streams/{stream}/records";
    operation.parameters = {
        {.name = "stream", .in = In::Path, .required = true},
        {.name = "partition", .type = ValueType::Integer, .min = 0},
        {.name = "limit",
         .type = ValueType::Integer,
         .required = true,
         .description = "How many.",
         .min = 1,
         .max = 100},
        {.name = "time", .type = ValueType::Timestamp},
        {.name = "state", .choices = {"open", "replayed"}},
    };
    return operation;
}

Result<Arguments> read(std::string_view stream, std::string_view query) {
    static const Operation operation = records_operation();
    RouteMatch match;
    match.values[0] = stream;
    match.value_count = 1;
    return read_arguments(operation, match, query);
}

std::string refused(std::string_view stream, std::string_view query) {
    const auto arguments = read(stream, query);
    if (arguments.ok()) return "accepted";
    EXPECT_EQ(arguments.error().code(), ErrorCode::InvalidArgument);
    return arguments.error().message() + " | " + arguments.error().hint();
}

// Proves that every kind of wrong parameter is refused by name, with what would be right.
TEST(Parameters, RefusesWithTheReason) {
    EXPECT_EQ(refused("s", ""), "parameter 'limit' is missing | How many.");
    EXPECT_EQ(refused("s", "limt=5"), "unknown parameter 'limt' | Did you mean 'limit'?");
    EXPECT_EQ(
        refused("s", "zzzzzzzz=5"),
        "unknown parameter 'zzzzzzzz' | There are: partition, limit, time, state."
    );
    EXPECT_EQ(refused("s", "limit=5&limit=6"), "parameter 'limit' is given twice | ");
    EXPECT_EQ(refused("s", "limit=five"), "limit: 'five' is not an integer | ");
    EXPECT_EQ(refused("s", "limit="), "limit: '' is not an integer | ");
    EXPECT_EQ(refused("s", "limit"), "limit: '' is not an integer | ");
    EXPECT_EQ(
        refused("s", "limit=99999999999999999999"),
        "limit: '99999999999999999999' is not an integer | "
    );
    EXPECT_EQ(refused("s", "limit=0"), "limit: 0 is out of range | It can be from 1 to 100.");
    EXPECT_EQ(refused("s", "limit=101"), "limit: 101 is out of range | It can be from 1 to 100.");
    EXPECT_EQ(
        refused("s", "limit=5&partition=-1"), "partition: -1 is out of range | It is at least 0."
    );
    EXPECT_EQ(
        refused("s", "limit=5&time=yesterday"),
        "time: 'yesterday' is not a time | Write it as 2010-12-01T08:26:00, in UTC."
    );
    EXPECT_EQ(
        refused("s", "limit=5&state=lost"),
        "state: 'lost' is not one of its values | It can be open, replayed."
    );
}

// Proves that escapes that are none, bytes that are no text and zero bytes get no further.
TEST(Parameters, RefusesBadText) {
    EXPECT_EQ(refused("a%2", "limit=5"), "bad percent escape in stream | ");
    EXPECT_EQ(refused("a%zz", "limit=5"), "bad percent escape in stream | ");
    EXPECT_EQ(refused("%ff", "limit=5"), "stream is not UTF-8 text | ");
    EXPECT_EQ(refused("a%00b", "limit=5"), "stream is not UTF-8 text | ");
    EXPECT_EQ(refused("s", "limit=5&state=%"), "bad percent escape in state | ");
    EXPECT_EQ(refused("s", "%e2%28=5"), "a parameter's name is not UTF-8 text | ");
}

// Proves that values arrive decoded: a plus is a space in a query and itself in a path.
TEST(Parameters, Decodes) {
    const auto arguments =
        MUST(read("caf%C3%A9%2Fa+b", "&&limit=%31%30&time=2010-12-01+08:26:00&"));
    EXPECT_EQ(arguments.text("stream"), "café/a+b");
    EXPECT_EQ(arguments.integer_or("limit", 0), 10);
    EXPECT_EQ(arguments.text("time"), "2010-12-01 08:26:00");
    EXPECT_EQ(arguments.integer_or("partition", 3), 3);
    EXPECT_EQ(arguments.optional_text("state"), std::nullopt);
}

// Proves that path and query are told apart in all forms that a request line allows.
TEST(Parameters, SplitsTargets) {
    EXPECT_EQ(split_target("/a/b?c=d?e").path, "/a/b");
    EXPECT_EQ(split_target("/a/b?c=d?e").query, "c=d?e");
    EXPECT_EQ(split_target("/a#x?y").path, "/a");
    EXPECT_EQ(split_target("http://localhost:8080/a?b").path, "/a");
    EXPECT_EQ(split_target("http://localhost").path, "/");
    EXPECT_EQ(split_target("").path, "");
}

}  // namespace
}  // namespace tradewind::api

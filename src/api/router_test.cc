#include "api/router.h"

#include <gtest/gtest.h>

namespace tradewind::api {
namespace {

std::vector<Operation> table() {
    std::vector<Operation> operations;
    for (const char* path :
         {"/healthz",
          "/v1/invoices",
          "/v1/invoices/{no}",
          "/v1/customers/{id}/invoices",
          "/v1/deadletters",
          "/v1/deadletters/{id...}",
          "/v1/deadletters/{id...}/replay",
          "/v1/imports/{id}",
          "/v1/imports/resume"}) {
        operations.emplace_back();
        operations.back().path = path;
    }
    return operations;
}

// The template found for a path and its raw values, as one text; "-" for none.
std::string found(std::string_view path) {
    static const std::vector<Operation> operations = table();
    static const Router router(operations);
    const RouteMatch match = router.find(path);
    if (match.operations == nullptr) return "-";
    std::string text = operations[match.operations->front()].path;
    for (std::size_t i = 0; i < match.value_count; ++i) text += " " + std::string(match.values[i]);
    return text;
}

// Proves that only whole paths match: neither a prefix, nor an empty segment, nor a slash too many.
TEST(Router, RefusesWhatIsNotThere) {
    for (const char* path :
         {"",
          "/",
          "healthz",
          "/health",
          "/healthz/",
          "//healthz",
          "/v1",
          "/v1/invoices/",
          "/v1/invoices/1/2",
          "/v1//invoices",
          "/v1/customers//invoices",
          "/v1/customers/1/invoices/",
          "/v1/deadletters/",
          "/HEALTHZ",
          "*"}) {
        EXPECT_EQ(found(path), "-") << path;
    }
}

// Proves that parameters take one segment, as sent, and that fixed segments win over them.
TEST(Router, FindsParameters) {
    EXPECT_EQ(found("/healthz"), "/healthz");
    EXPECT_EQ(found("/v1/invoices"), "/v1/invoices");
    EXPECT_EQ(found("/v1/invoices/C536379"), "/v1/invoices/{no} C536379");
    EXPECT_EQ(found("/v1/invoices/a%2Fb"), "/v1/invoices/{no} a%2Fb");
    EXPECT_EQ(found("/v1/customers/17850/invoices"), "/v1/customers/{id}/invoices 17850");
    EXPECT_EQ(found("/v1/imports/resume"), "/v1/imports/resume");
    EXPECT_EQ(found("/v1/imports/7"), "/v1/imports/{id} 7");
}

// Proves that an id with slashes is taken whole, escaped or not, and that a verb behind it counts.
TEST(Router, TakesTheRestOfThePath) {
    EXPECT_EQ(found("/v1/deadletters/s/request/ab/0"), "/v1/deadletters/{id...} s/request/ab/0");
    EXPECT_EQ(
        found("/v1/deadletters/s%2Frequest%2Fab%2F0"),
        "/v1/deadletters/{id...} s%2Frequest%2Fab%2F0"
    );
    EXPECT_EQ(found("/v1/deadletters/s/1/2/replay"), "/v1/deadletters/{id...}/replay s/1/2");
    EXPECT_EQ(
        found("/v1/deadletters/s%2F1%2F2/replay"), "/v1/deadletters/{id...}/replay s%2F1%2F2"
    );
    EXPECT_EQ(found("/v1/deadletters/replay"), "/v1/deadletters/{id...} replay");
}

// Proves that the names of a template's parameters come in its order.
TEST(Router, NamesParameters) {
    EXPECT_EQ(
        template_parameters("/v1/serving/{table}/{key}/rows"),
        (std::vector<std::string_view>{"table", "key"})
    );
    EXPECT_EQ(
        template_parameters("/v1/deadletters/{id...}/replay"), (std::vector<std::string_view>{"id"})
    );
    EXPECT_TRUE(template_parameters("/healthz").empty());
}

}  // namespace
}  // namespace tradewind::api

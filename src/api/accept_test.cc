#include "api/accept.h"

#include <gtest/gtest.h>

namespace tradewind::api {
namespace {

const std::vector<std::string_view> offers = {
    "application/json", "text/csv", "application/x-ndjson"
};

// Proves that the client's wish decides: the closest range, its quality, and our order among
// equals.
TEST(Accept, ChoosesByQualityAndCloseness) {
    const std::pair<const char*, std::optional<std::size_t>> cases[] = {
        {"", 0},
        {"*/*", 0},
        {"text/csv", 1},
        {"TEXT/CSV; charset=utf-8", 1},
        {"text/*", 1},
        {"text/html, */*;q=0.1", 0},
        {"application/json;q=0.2, text/csv;q=0.9", 1},
        {"application/json;q=0, */*", 1},
        {"application/*;q=0.5, application/x-ndjson", 2},
        {"text/html", std::nullopt},
        {"*/*;q=0", std::nullopt},
        {"text/csv;q=abc", std::nullopt},
        {",,;;=,", std::nullopt},
    };
    for (const auto& [accept, choice] : cases)
        EXPECT_EQ(choose_media(accept, offers), choice) << accept;
}

}  // namespace
}  // namespace tradewind::api

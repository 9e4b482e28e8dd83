// docs/CHECKS.md says what the program knows: each kind has its section, and every example parses.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "quality/kinds.h"
#include "quality/test_support.h"

namespace tradewind::quality {
namespace {

std::string page() {
    std::ifstream file(std::string(TRADEWIND_ROOT) + "/docs/CHECKS.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Pieces of a text between two marks.
std::vector<std::string> between(
    const std::string& text, const std::string& begin, const std::string& end
) {
    std::vector<std::string> pieces;
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
        at += begin.size();
        const std::size_t until = text.find(end, at);
        if (until == std::string::npos) break;
        pieces.push_back(text.substr(at, until - at));
        at = until;
    }
    return pieces;
}

// Sections and kinds are the same names in the same order.
TEST(ChecksPage, HasEveryKind) {
    std::vector<std::string> kinds;
    for (const Kind kind : all_kinds()) kinds.push_back(to_string(kind));
    EXPECT_EQ(between(page(), "### `", "`"), kinds);
}

// Every key of the table is in the page, and every example is accepted; each kind has one.
TEST(ChecksPage, ExamplesParse) {
    const std::string text = page();
    for (const std::string_view key : common_keys())
        EXPECT_NE(text.find("| `" + std::string(key) + "` |"), std::string::npos) << key;
    std::set<Kind> shown;
    for (const std::string& example : between(text, "```yaml\n", "```")) {
        if (example.starts_with("table:")) {
            const auto document = yaml::parse(example, "docs/CHECKS.md");
            ASSERT_TRUE(document.ok());
            EXPECT_TRUE(parse_checks_file("basket", *document).ok()) << example;
            continue;
        }
        for (const Check& check : checks_of(example)) shown.insert(check.kind);
    }
    EXPECT_EQ(shown.size(), all_kinds().size());
}

}  // namespace
}  // namespace tradewind::quality

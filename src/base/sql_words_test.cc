#include "base/sql_words.h"

#include <gtest/gtest.h>

namespace tradewind {

namespace {

std::string joined(std::string_view sql) {
    std::string text;
    for (const SqlWord& word : sql_words(sql)) {
        EXPECT_EQ(sql.substr(word.at, word.text.size()), word.text);
        text += (text.empty() ? "" : " ") + std::string(word.text) + std::to_string(word.depth);
    }
    return text;
}

// Proves that words, signs and quoted texts come out whole with their depth, and that comments and
// what they hold do not; also where something is not closed.
TEST(SqlWords, QuotesAndCommentsAreOne) {
    EXPECT_EQ(
        joined("SELECT f(a, 'x;y''z') AS \"a \"\"b\" -- c;\n, /* ( */ d"),
        "SELECT0 f0 (0 a1 ,1 'x;y''z'1 )0 AS0 \"a \"\"b\"0 ,0 d0"
    );
    EXPECT_EQ(joined("a 'b"), "a0 'b0");
    EXPECT_EQ(joined("a /* b"), "a0");
    EXPECT_EQ(joined("größe;"), "größe0 ;0");
    EXPECT_EQ(joined(""), "");
}

TEST(SqlWords, NamesAreTheSameInAnyCaseAndQuoted) {
    // Proves how a word is taken for a name.
    const auto words = sql_words("Total \"to\"\"tal\" 'total'");
    EXPECT_TRUE(names(words[0], "total"));
    EXPECT_TRUE(names(words[1], "TO\"TAL"));
    EXPECT_FALSE(names(words[2], "total"));
}

}  // namespace

}  // namespace tradewind

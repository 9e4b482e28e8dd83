#include "lookup/search_index.h"

#include <gtest/gtest.h>

#include "lookup/folded_text.h"

namespace tradewind::lookup {
namespace {

// Keys of what is found, in order.
std::vector<std::string> find(const SearchIndex& index, const std::string& asked) {
    Question question;
    question.text = asked;
    question.folded = fold(asked);
    question.words = words_of(question.folded);
    std::vector<std::string> keys;
    for (const auto& found : index.find(question, 100)) keys.push_back(index.key(found.row));
    return keys;
}

// Rows come in as they are best.
SearchIndex index_of(const std::vector<std::pair<std::string, std::string>>& rows) {
    SearchIndex index;
    for (const auto& [key, text] : rows) index.add({key, text, ""});
    index.end();
    return index;
}

using Keys = std::vector<std::string>;

// Proves that case, marks and signs make no difference, and that other scripts are words too.
TEST(FoldedText, CaseMarksAndSigns) {
    const std::pair<const char*, const char*> cases[] = {
        {"CRÈME-Brûlée", "creme brulee"},
        {"Straße Ærø ŁÓDŹ", "strasse aero lodz"},
        {"CHILDREN'S children’s", "childrens childrens"},
        {"Ёлка ΆΛΦΑ", "елка αλφα"},
        {"£20.00", " 20 00"},
        {"e\xCC\x81t\xC3\xA9", "ete"},
        {"日本", "日本"},
        {"a\xFFz", "a z"},
        {"", ""},
    };
    for (const auto& [text, folded] : cases) EXPECT_EQ(fold(text), folded) << text;
    EXPECT_EQ(words_of("  red   bag ").size(), 2u);
    EXPECT_TRUE(words_of(" - ").empty() || words_of(" - ")[0] == "-");
}

// Proves that all words must be there, the last may be a beginning, and a word that is whole and
// rarer counts more.
TEST(SearchIndex, WordsAndTheBeginningOfTheLast) {
    const SearchIndex index = index_of({
        {"1", "RED HEARTS GARLAND"},
        {"2", "red heart"},
        {"3", "Blue heart"},
        {"4", "red bag"},
    });
    EXPECT_EQ(find(index, "red heart"), (Keys{"2", "1"}));
    EXPECT_EQ(find(index, "heart red"), (Keys{"2"}));
    EXPECT_EQ(find(index, "re"), (Keys{"2", "4", "1"}));
    EXPECT_EQ(find(index, "HÉART"), (Keys{"2", "3", "1"}));
    EXPECT_TRUE(find(index, "green").empty());
    EXPECT_TRUE(find(index, "red green").empty());
    EXPECT_TRUE(find(index, "eart").empty());
}

// Proves that a rare word counts more than a common one, a short text more than a long one, and
// that equals stand in the order in which they came in.
TEST(SearchIndex, Ranks) {
    const SearchIndex index = index_of({
        {"best", "lamp shade"},
        {"next", "lamp shade"},
        {"long", "lamp shade with a very long name"},
        {"twice", "lamp lamp"},
    });
    EXPECT_EQ(find(index, "lamp"), (Keys{"twice", "best", "next", "long"}));
    EXPECT_EQ(find(index, "shade lamp"), (Keys{"best", "next", "long"}));
}

// Proves that a key comes first, exactly as it stands before another spelling, and before longer
// keys; and that a word without a digit is no beginning of a key.
TEST(SearchIndex, KeysFirst) {
    const SearchIndex index = index_of({
        {"85123AB", "other"},
        {"85123a", "small"},
        {"85123A", "WHITE HANGING HEART"},
        {"7", "about 85123A"},
        {"bag1", "something"},
        {"9", "paper bag"},
        {"POST", "POSTAGE"},
        {"10", "post box"},
    });
    EXPECT_EQ(find(index, "85123A"), (Keys{"85123A", "85123a", "85123AB", "7"}));
    EXPECT_EQ(find(index, "85123"), (Keys{"85123AB", "85123a", "85123A", "7"}));
    EXPECT_EQ(find(index, "bag"), (Keys{"9", "bag1"}));
    EXPECT_EQ(find(index, "post"), (Keys{"POST", "10"}));
    EXPECT_EQ(find(index, "heart 85123a"), (Keys{"85123A"}));
}

// Proves that nothing is found in nothing.
TEST(SearchIndex, Empty) {
    EXPECT_TRUE(find(index_of({}), "a").empty());
    EXPECT_TRUE(find(index_of({{"1", ""}}), "a").empty());
}

}  // namespace
}  // namespace tradewind::lookup

// What readers send as the values of filters: every shape that is none is refused by name.
#include "dashboard/test_support.h"

namespace tradewind::dashboard {
namespace {

Result<FilterValues> read(const std::string& json) {
    static const Definition definition = must_parse(small_dashboard);
    const json::Value filters = MUST(json::parse(json));
    return read_filter_values(definition, &filters);
}

TEST(FilterValues, ReadsWhatIsChosen) {
    const auto values =
        read(R"({"period": {"from": "2011-01-01"}, "country": ["france", null, 5]})");
    ASSERT_TRUE(values.ok()) << values.error().describe();
    EXPECT_EQ(values->at("period").range.from, "2011-01-01");
    EXPECT_EQ(values->at("period").range.to, "");
    const auto& chosen = values->at("country").values;
    ASSERT_EQ(chosen.size(), 3u);
    EXPECT_EQ(chosen[0], "france");
    EXPECT_FALSE(chosen[1]);
    EXPECT_EQ(chosen[2], "5");
    EXPECT_EQ(read(R"({"country": "spain"})")->at("country").values.size(), 1u);
    EXPECT_EQ(read(R"({"period": {"preset": "last_month"}})")->at("period").preset, "last_month");
}

// Nothing, null, an empty list and open ends are not set.
TEST(FilterValues, NothingIsNotSet) {
    for (const char* json :
         {"{}",
          R"({"country": null, "period": null})",
          R"({"country": []})",
          R"({"period": {}})",
          R"({"period": {"from": null, "to": null}})",
          R"({"period": {"preset": "all"}})"})
        EXPECT_TRUE(read(json)->empty()) << json;
}

// A default holds until something is sent for it, null included.
TEST(FilterValues, DefaultsHoldUntilSaidOtherwise) {
    std::string text = small_dashboard;
    text.replace(text.find("kind: choice, "), 14, "kind: choice, default: [france], ");
    const Definition definition = must_parse(text);
    EXPECT_EQ(read_filter_values(definition, nullptr)->at("country").values.size(), 1u);
    const json::Value nothing = MUST(json::parse(R"({"country": null})"));
    EXPECT_TRUE(read_filter_values(definition, &nothing)->empty());
}

TEST(FilterValues, RefusesOtherShapes) {
    const std::pair<std::string, const char*> cases[] = {
        {R"([])", "filters must map filters to what is chosen"},
        {R"({"contry": ["x"]})", "there is no filter 'contry'. Did you mean country?"},
        {R"({"country": true})", "filter country: a value is a text or a number"},
        {R"({"country": [["x"]]})", "filter country: a value is a text or a number"},
        {R"({"country": {"value": "x"}})", "filter country: a value is a text or a number"},
        {R"({"country": [")" + std::string(1025, 'x') + R"("]})", "more than 1,024 bytes"},
        {R"({"period": "2011-01-01"})", "filter period: this is no range of days"},
        {R"({"period": {"form": "2011-01-01"}})", "filter period: unknown member 'form'"},
        {R"({"period": {"from": "01.02.2011"}})", "filter period: '01.02.2011' is no day"},
        {R"({"period": {"from": 2011}})", "filter period: from is no day"},
        {R"({"period": {"from": "2011-02-01", "to": "2011-01-01"}})", "it ends before it begins"},
        {R"({"period": {"preset": "last_moth"}})",
         "there is no preset 'last_moth'. Did you mean last_month?"},
        {R"({"period": {"preset": 1}})", "filter period: a preset is a name"},
    };
    for (const auto& [json, expected] : cases) {
        const auto values = read(json);
        ASSERT_FALSE(values.ok()) << json;
        EXPECT_NE(values.error().describe().find(expected), std::string::npos)
            << values.error().describe();
    }
    std::string many = R"({"country": ["x")";
    for (int i = 0; i < 1000; ++i) many += ",\"x\"";
    EXPECT_FALSE(read(many + "]}").ok());
}

}  // namespace
}  // namespace tradewind::dashboard

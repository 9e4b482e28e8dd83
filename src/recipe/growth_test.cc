// Chains of steps that change one column again and again are planned at once, too.
#include "recipe/growth.h"

#include "recipe/recipe_test_support.h"

namespace tradewind::recipe {

namespace {

// A name counts as often as it stands in the expression; what is only passed on stays as it was.
TEST(Growth, CountsNames) {
    const ColumnWeights before = {{"a", 3}, {"b", 5}};
    const ColumnWeights after = weights_after(
        "SELECT \"b\", CASE WHEN \"a\" < 0 THEN 'a, b' ELSE greatest(\"A\", b) END AS \"a\", \"x\" "
        "AS \"y\"\n"
        "FROM (SELECT *, \"b\" + \"b\" AS \"h\" FROM t)",
        before
    );
    EXPECT_EQ(after.at("a"), 11);
    EXPECT_EQ(after.at("b"), 5);
    EXPECT_EQ(after.at("y"), 1);
    EXPECT_EQ(after.at("h"), 10);
}

// Forty steps that each triple an expression, and a filter at their end, take no time to plan.
TEST_F(RecipeTest, PlansLongChains) {
    std::string steps;
    for (int i = 0; i < 40; ++i) steps += "  - clip: {columns: [price], min: 0, max: 50}\n";
    steps +=
        "  - filter: {where: price > 1}\n  - keep: {columns: [price]}\n  - sort: {by: [price]}\n";
    EXPECT_EQ(run(steps), "price / 1.5000 / 50.0000");
    const auto outcome = compiled(steps);
    ASSERT_TRUE(outcome.ok());
    EXPECT_NE(outcome.value().sql.find("AS MATERIALIZED ("), std::string::npos);
    std::string doubled;
    for (int i = 0; i < 30; ++i) doubled += "  - add: {columns: {weight: weight - 0 * weight}}\n";
    EXPECT_EQ(
        run(doubled + "  - filter: {where: weight > 2 AND id = 3}\n  - keep: {columns: [weight]}\n"
        ),
        "weight / 2.5"
    );
    std::string modes;
    for (int i = 0; i < 30; ++i) modes += "  - fill: {columns: [country], method: mode}\n";
    EXPECT_EQ(fault(modes), "");
}

// A recipe as people write them needs none of it.
TEST_F(RecipeTest, MaterializesNothingWithoutNeed) {
    const auto outcome = compiled(
        "  - trim: {columns: [country]}\n  - case: {columns: [country], to: lower}\n"
        "  - null_if: {columns: [country]}\n  - fill: {columns: [country], method: mode}\n"
        "  - clip: {columns: [price, weight], min: 0}\n  - scale: {columns: [weight], method: "
        "robust}\n"
    );
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
    EXPECT_EQ(outcome.value().sql.find("MATERIALIZED"), std::string::npos);
}

}  // namespace

}  // namespace tradewind::recipe

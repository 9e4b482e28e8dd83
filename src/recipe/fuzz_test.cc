// Recipes that no person wrote: seeded changes to good ones; a failure prints its round. The
// sanitizers watch.
#include "base/fuzz_kit.h"
#include "recipe/growth.h"
#include "recipe/recipe_test_support.h"
#include "recipe/step.h"

namespace tradewind::recipe {

namespace {

std::string any_steps(FuzzRandom& random) {
    const auto& kinds = step_kinds();
    std::string text;
    for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
        const StepKind& kind = kinds[random.below(kinds.size())];
        text += "  - " + kind.name + ": {" + kind.example + "}\n";
    }
    return text;
}

// Whatever stands in the file, it is a recipe or an error with its place; never more than that.
TEST_F(RecipeTest, TakesAnyFile) {
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string steps = mutated(random, any_steps(random));
        const auto outcome = compiled(steps);
        if (outcome.ok() || outcome.error().code() != ErrorCode::InvalidArgument) return;
        EXPECT_TRUE(outcome.error().where().has_value()) << steps << outcome.error().describe();
    });
}

// What walks over SQL by its quotes ends at the end of any text, and loses nothing of it.
TEST(RecipeText, WalksOverAnyText) {
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string text = random.pieces(
            {"'", "\"", "''", "\\", "`", "(", ")", ",", " AS ", "SELECT ", "FROM ", "a", "\n", "é"},
            40
        );
        weights_after(text, {{"a", 2}});
        EXPECT_GE(with_spark_quotes(text).size() * 2, text.size());
        std::string plain = indent(text, 4);
        std::erase(plain, ' ');
        std::string wanted = text;
        std::erase(wanted, ' ');
        EXPECT_EQ(plain, wanted);
    });
}

}  // namespace

}  // namespace tradewind::recipe

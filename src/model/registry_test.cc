// Versions on disk: whole or not at all, checked when read, found again, rolled back.
#include "model/registry.h"

#include <gmock/gmock.h>

#include "os/simulated_filesystem.h"
#include "os/temporary_folder.h"

namespace tradewind::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RegistryTest : public testing::Test {
protected:
    json::Value card(const std::string& note) {
        json::Value value = json::Value::object();
        value.set("note", note);
        value.set("auc", json::Value::number_text("0.812500"));
        return value;
    }
    std::int64_t add(const std::string& note) {
        return MUST(registry.add("basket/again", card(note), {{"trees.ubj", note + " trees"}}));
    }
    void overwrite(const std::string& path, const std::string& text) {
        MUST(os::write_file_atomic(*files, os::join(folder.path(), path), text));
    }

    std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    os::TemporaryFolder folder;
    Registry registry{*files, folder.path()};
};

// What was added comes back as it was, and numbers go up.
TEST_F(RegistryTest, KeepsVersions) {
    EXPECT_TRUE(MUST(registry.versions("basket/again")).empty());
    EXPECT_EQ(add("first"), 1);
    EXPECT_EQ(add("second"), 2);
    EXPECT_THAT(MUST(registry.versions("basket/again")), ElementsAre(2, 1));
    const StoredVersion stored = MUST(registry.load("basket/again", 1));
    EXPECT_EQ(stored.card.text_or("note", ""), "first");
    EXPECT_EQ(stored.files.at("trees.ubj"), "first trees");
    EXPECT_EQ(registry.load("basket/again", 3).error().code(), ErrorCode::NotFound);
}

// Promoting and going back, across a restart.
TEST_F(RegistryTest, PromotesAndRollsBack) {
    add("first");
    add("second");
    EXPECT_EQ(MUST(registry.promoted("basket/again")), 0);
    EXPECT_EQ(registry.rollback("basket/again").error().code(), ErrorCode::Conflict);
    MUST(registry.promote("basket/again", 1));
    MUST(registry.promote("basket/again", 2));
    MUST(registry.promote("basket/again", 2));
    Registry later(*files, folder.path());
    EXPECT_EQ(MUST(later.promoted("basket/again")), 2);
    EXPECT_EQ(MUST(later.rollback("basket/again")), 1);
    EXPECT_EQ(MUST(registry.promoted("basket/again")), 1);
}

// A file or a card that is not what was written is Corruption by its name, and verify finds it.
TEST_F(RegistryTest, FindsDamage) {
    add("first");
    add("second");
    add("third");
    overwrite("basket/again/2/trees.ubj", "other trees");
    overwrite("basket/again/3/model.json", "{\"note\": \"third\"}");
    const auto trees = registry.load("basket/again", 2);
    EXPECT_EQ(trees.error().code(), ErrorCode::Corruption);
    EXPECT_THAT(trees.error().message(), HasSubstr("trees.ubj"));
    EXPECT_EQ(registry.load("basket/again", 3).error().code(), ErrorCode::Corruption);
    EXPECT_TRUE(registry.load("basket/again", 1).ok());
    const auto damage = registry.verify();
    ASSERT_EQ(damage.size(), 1u);
    EXPECT_EQ(damage.at("basket/again").size(), 2u);
}

// Old versions go, the promoted one stays however old it is.
TEST_F(RegistryTest, DropsOldVersions) {
    add("first");
    MUST(registry.promote("basket/again", 1));
    for (int i = 0; i < 14; ++i) add("more");
    const auto left = MUST(registry.versions("basket/again"));
    EXPECT_EQ(left.front(), 15);
    EXPECT_EQ(left.back(), 1);
    EXPECT_EQ(left.size(), 11u);
}

}  // namespace
}  // namespace tradewind::model

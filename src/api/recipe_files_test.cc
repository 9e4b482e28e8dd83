// Recipes as files of a package: opened, saved over what was read and over nothing else.
#include "api/recipe_files.h"

#include <gtest/gtest.h>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

constexpr const char* first_text = "recipe: sold\ninput: raw.t\nsteps: []\n";
constexpr const char* other_text = "recipe: sold\ninput: raw.t\nsteps: [{sort: {by: [v]}}]\n";

struct RecipeFilesTest : testing::Test {
    fakes::TempFolder folder;
    std::unique_ptr<os::Filesystem> disk = os::make_posix_filesystem();

    std::string path() const { return folder / "shop/recipes/sold.yml"; }

    void put(const std::string& text) {
        MUST(disk->create_folders(folder / "shop/recipes"));
        MUST(os::write_file_atomic(*disk, path(), text));
    }
    // As the package's loader found it.
    RecipeFiles open() {
        package::Package shop;
        shop.name = "shop";
        shop.folder = folder / "shop";
        package::SqlAsset& daily = shop.assets.emplace_back();
        daily.name = "daily";
        daily.path = "assets/daily.sql";
        if (disk->exists(path())) shop.recipes.push_back({"recipes/sold.yml", {}});
        return RecipeFiles({shop});
    }
};

// What was there at the start is what runs use; a text that came later is not, until the next
// start.
TEST_F(RecipeFilesTest, a_newer_text_waits_for_the_next_start) {
    put(first_text);
    RecipeFiles files = open();
    const RecipeFile begun = MUST(files.read("shop", "sold"));
    EXPECT_TRUE(begun.in_use);
    const RecipeFile saved = MUST(files.write("shop", "sold", other_text, begun.etag));
    EXPECT_FALSE(saved.in_use);
    EXPECT_EQ(MUST(os::read_file(*disk, path(), 1000)), other_text);
    EXPECT_FALSE(MUST(files.list()).front().in_use);
    EXPECT_TRUE(MUST(open().read("shop", "sold")).in_use);
}

// An editor that read an older text writes nothing, and neither does one that thinks there is none.
TEST_F(RecipeFilesTest, what_somebody_else_wrote_is_kept) {
    put(first_text);
    RecipeFiles files = open();
    const std::string read = MUST(files.read("shop", "sold")).etag;
    put(other_text);
    EXPECT_EQ(files.write("shop", "sold", first_text, read).error().code(), ErrorCode::Conflict);
    EXPECT_EQ(files.write("shop", "sold", first_text, "").error().code(), ErrorCode::AlreadyExists);
    EXPECT_EQ(MUST(os::read_file(*disk, path(), 1000)), other_text);
    EXPECT_TRUE(files.write("shop", "sold", first_text, "*").ok());
    EXPECT_EQ(MUST(os::read_file(*disk, path(), 1000)), first_text);
}

// A file that is gone is not written over; a new one makes its folder.
TEST_F(RecipeFilesTest, a_new_recipe_makes_its_folder) {
    RecipeFiles files = open();
    EXPECT_EQ(files.write("shop", "sold", first_text, "abc").error().code(), ErrorCode::Conflict);
    EXPECT_TRUE(files.write("shop", "sold", first_text, "").ok());
    EXPECT_EQ(MUST(files.list()).size(), 1u);
}

// No name leads out of the folder, or to a table that another file makes.
TEST_F(RecipeFilesTest, names_that_are_refused) {
    RecipeFiles files = open();
    for (const char* name : {"", "../up", "a/b", "Sold", "1st", "a.b"}) {
        EXPECT_EQ(files.write("shop", name, first_text, "").error().code(), ErrorCode::NotFound)
            << name;
    }
    EXPECT_EQ(
        files.write("shop", "daily", first_text, "").error().code(), ErrorCode::InvalidArgument
    );
    EXPECT_EQ(files.read("shop", "none").error().code(), ErrorCode::NotFound);
    EXPECT_EQ(files.read("shpo", "sold").error().hint(), "Did you mean shop?");
}

// Numbers in quotes stay texts, and an editor that writes them back writes the same.
TEST_F(RecipeFilesTest, yaml_as_json) {
    const yaml::Node node =
        MUST(yaml::parse("a: 1.50\nb: '1.50'\nc: true\nd: [x, 007, null]\ne: {f: 'true'}\n", "x"));
    EXPECT_EQ(
        json_of(node).dump(),
        R"({"a":1.50,"b":"1.50","c":true,"d":["x","007",null],"e":{"f":"true"}})"
    );
}

}  // namespace
}  // namespace tradewind::api

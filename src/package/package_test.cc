// Packages as people keep them: what is out of place is named.
#include "package/package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "os/simulated_filesystem.h"

namespace tradewind::package {
namespace {

using Tree = std::map<std::string, std::string>;

const Tree good = {
    {"package.yml", "name: shop\ndescription: a shop\n"},
    {"README.md", "read me\n"},
    {".gitignore", "x\n"},
    {"sources/orders.yml", "source: orders\n"},
    {"sources/.orders.yml.swp", "\xff"},
    {"sources/returns.yml", "source: returns\n"},
    {"serving/invoices.yml", "table: invoices\n"},
    {"queries/daily.sql", "/* Sales a day.\n * Net of returns. */\nSELECT 1;\n"},
    {"queries/plain.sql", "-- a note\nSELECT 2"},
};

class PackageTest : public testing::Test {
protected:
    void write(const std::string& path, const std::string& text) {
        ASSERT_TRUE(files_.create_folders(os::parent_folder(path)).ok());
        const auto written = os::write_file_atomic(files_, path, text);
        ASSERT_TRUE(written.ok()) << written.error().describe();
    }
    void write_tree(const Tree& tree, const std::string& folder = "/w/packages/shop") {
        for (const auto& [path, text] : tree) write(folder + "/" + path, text);
    }
    std::string refusal(const std::string& folder = "/w/packages/shop") {
        const auto package = load_package(files_, folder);
        if (package.ok() && !package->faults.empty()) return package->faults[0].error.describe();
        if (package.ok()) return "accepted";
        EXPECT_EQ(package.error().code(), ErrorCode::InvalidArgument);
        return package.error().describe();
    }

    os::SimulatedFilesystem files_{1};
};

// A package's parts come sorted, with their paths; what editors leave is passed over.
TEST_F(PackageTest, Loads) {
    write_tree(good);
    const auto package = load_package(files_, "/w/packages/shop");
    ASSERT_TRUE(package.ok()) << package.error().describe();
    EXPECT_EQ(package->name, "shop");
    EXPECT_EQ(package->description, "a shop");
    EXPECT_EQ(package->folder, "/w/packages/shop");
    ASSERT_EQ(package->sources.size(), 2u);
    EXPECT_EQ(package->sources[0].path, "sources/orders.yml");
    EXPECT_EQ(package->sources[1].document["source"].scalar(), "returns");
    EXPECT_EQ(package->sources[0].document.where().file, "/w/packages/shop/sources/orders.yml");
    ASSERT_EQ(package->serving.size(), 1u);
    ASSERT_EQ(package->queries.size(), 2u);
    EXPECT_EQ(package->queries[0].name, "daily");
    EXPECT_EQ(package->queries[0].description, "Sales a day. Net of returns.");
    EXPECT_EQ(package->queries[0].sql, good.at("queries/daily.sql"));
    EXPECT_EQ(package->queries[1].description, "");
}

// Each thing out of place, with the file and what was probably meant.
TEST_F(PackageTest, RefusesWhatIsOutOfPlace) {
    struct Case {
        const char* path;
        const char* text;
        const char* expected;
    };
    const Case cases[] = {
        {"sorces/x.yml",
         "a: 1",
         "/w/packages/p/sorces: a package has no such folder. Did you mean sources?"},
        {"other/x.yml",
         "a: 1",
         "A package has package.yml, and the folders assets, checks, dashboards, models, queries, "
         "recipes, serving and sources."},
        {"package.yaml",
         "name: p",
         "/w/packages/p/package.yaml: a package has no such file. Did you mean package.yml?"},
        {"sources/x.yaml", "a: 1", "/w/packages/p/sources/x.yaml: what lies here ends in .yml"},
        {"sources/deep/x.yml", "a: 1", "/w/packages/p/sources/deep: what lies here ends in .yml"},
        {"sources/My Orders.yml", "a: 1", "not a name: 'My Orders'"},
        {"sources/x.yml", "a: [1", "/w/packages/p/sources/x.yml:1:"},
        {"sources/.yml", "a: 1", "accepted"},
        {"queries/x.txt", "SELECT 1", "/w/packages/p/queries/x.txt: what lies here ends in .sql"},
        {"queries/x.sql", "", "/w/packages/p/queries/x.sql:1:1: there is no SQL in this file"},
        {"queries/x.sql", "/* only */ -- words\n ;", "there is no SQL in this file"},
        {"queries/x.sql", "/* never ends SELECT 1", "the comment does not end"},
        {"queries/x.sql", "SELECT '\xff'", "not valid UTF-8"},
        {"package.yml",
         "name: q",
         "/w/packages/p/package.yml:1:7: the package is called 'q', but its folder 'p'"},
        {"package.yml", "name: P", "not a name for a package: 'P'"},
        {"package.yml", "nme: p", "unknown key 'nme'"},
        {"package.yml", "name: p\nschedule: []", "unknown key 'schedule'"},
        {"package.yml", "- p", "package.yml holds name: and description:"},
        {"package.yml", "", "/w/packages/p/package.yml"},
    };
    for (const Case& c : cases) {
        ASSERT_TRUE(os::remove_tree(files_, "/w/packages/p").ok());
        write("/w/packages/p/package.yml", "name: p\n");
        write(std::string("/w/packages/p/") + c.path, c.text);
        const std::string answer = refusal("/w/packages/p");
        EXPECT_NE(answer.find(c.expected), std::string::npos) << c.path << "\n" << answer;
    }
}

// A folder without a manifest is a copy that was cut off, or no package.
TEST_F(PackageTest, NeedsAManifest) {
    write("/w/packages/shop/sources/orders.yml", "source: orders\n");
    EXPECT_NE(
        refusal().find("/w/packages/shop/package.yml: there is no package.yml"), std::string::npos
    );
}

// A file of a package has a bound.
TEST_F(PackageTest, BoundsFiles) {
    write_tree(good);
    write("/w/packages/shop/sources/huge.yml", std::string((1u << 20) + 1, '#'));
    const auto package = load_package(files_, "/w/packages/shop");
    ASSERT_FALSE(package.ok());
    EXPECT_EQ(package.error().code(), ErrorCode::ResourceExhausted);
}

// A workspace has any number of packages, also none; files beside them are not packages.
TEST_F(PackageTest, LoadsAll) {
    EXPECT_TRUE(load_packages(files_, "/w/packages")->empty());
    write_tree(good);
    write_tree({{"package.yml", "name: basket\n"}}, "/w/packages/basket");
    write("/w/packages/notes.txt", "x");
    write("/w/packages/.git/config", "x");
    const auto packages = load_packages(files_, "/w/packages");
    ASSERT_TRUE(packages.ok()) << packages.error().describe();
    ASSERT_EQ(packages->size(), 2u);
    EXPECT_EQ((*packages)[0].name, "basket");
    EXPECT_EQ((*packages)[1].name, "shop");
    write("/w/packages/broken/package.yml", "name: other\n");
    EXPECT_FALSE(load_packages(files_, "/w/packages").ok());
}

// An asset's header is YAML in its comment, with the file's places; its SQL is the whole file.
TEST_F(PackageTest, LoadsAssetsWithHeaders) {
    write_tree(good);
    write(
        "/w/packages/shop/assets/mart/daily.sql",
        "/* asset:\n  description: Sales a day.\n  layer: mart\n*/\nSELECT 1 AS a\n"
    );
    write("/w/packages/shop/assets/plain.sql", "/* Just words. */\nSELECT 2 AS b");
    const auto package = load_package(files_, "/w/packages/shop");
    ASSERT_TRUE(package.ok()) << package.error().describe();
    ASSERT_EQ(package->assets.size(), 2u);
    const SqlAsset& daily = package->assets[0];
    EXPECT_EQ(daily.name, "daily");
    EXPECT_EQ(daily.folder, "mart");
    EXPECT_EQ(daily.header["description"].scalar(), "Sales a day.");
    EXPECT_EQ(daily.header["layer"].where().line, 3);
    EXPECT_TRUE(daily.sql.starts_with("/* asset:"));
    EXPECT_EQ(package->assets[1].folder, "");
    EXPECT_FALSE(package->assets[1].header.present());
}

// Two files of one name would be one table.
TEST_F(PackageTest, RefusesAssetsThatShareAName) {
    write_tree(good);
    write("/w/packages/shop/assets/a/daily.sql", "SELECT 1");
    write("/w/packages/shop/assets/b/daily.sql", "SELECT 1");
    EXPECT_THAT(refusal(), testing::HasSubstr("the asset daily is there twice"));
}

// A fault in a file that nothing else depends on leaves the rest of the package as it is; one in
// what records are read by does not.
TEST_F(PackageTest, GoesOnWithoutAFaultyFile) {
    write_tree(good);
    write("/w/packages/shop/assets/daily.sql", "/* asset:\n  a: [\n*/\nSELECT 1");
    write("/w/packages/shop/assets/other.sql", "SELECT 1 AS a");
    write("/w/packages/shop/assets/mart/notes.txt", "x");
    write("/w/packages/shop/checks/c.yml", "table: 'daily\n");
    write("/w/packages/shop/recipes/r.yml", "a: b: c");
    write("/w/packages/shop/queries/empty.sql", "");
    const auto package = load_package(files_, "/w/packages/shop");
    ASSERT_TRUE(package.ok()) << package.error().describe();
    std::string told;
    for (const FileFault& fault : package->faults) {
        told += fault.folder + " " + fault.name + ";";
        EXPECT_THAT(fault.error.describe(), testing::HasSubstr("/w/packages/shop/" + fault.path));
    }
    EXPECT_EQ(told, "queries empty;assets daily;assets notes;checks c;recipes r;");
    ASSERT_EQ(package->assets.size(), 1u);
    EXPECT_EQ(package->assets[0].name, "other");
    write("/w/packages/shop/sources/bad.yml", "source: 'x\n");
    EXPECT_FALSE(load_package(files_, "/w/packages/shop").ok());
}

// A fault in a header is told with the line of the file.
TEST_F(PackageTest, NamesTheLineOfABadHeader) {
    write_tree(good);
    write("/w/packages/shop/assets/daily.sql", "\n/* asset:\n  a: 1\n  a: 2\n*/\nSELECT 1");
    EXPECT_THAT(refusal(), testing::HasSubstr("daily.sql:4"));
}

}  // namespace
}  // namespace tradewind::package

// What the files of one command are known by.
#include "cli/file_names.h"

#include <gtest/gtest.h>

namespace tradewind::cli {
namespace {

// Each file, known at first by its name alone.
std::vector<std::string> names_of(const std::vector<std::string>& paths) {
    std::vector<NamedFile> files;
    for (const std::string& path : paths) files.push_back({path, path.substr(path.rfind('/') + 1)});
    tell_apart(files);
    std::vector<std::string> names;
    for (const NamedFile& file : files) names.push_back(file.identity);
    return names;
}

using Names = std::vector<std::string>;

// A file whose name no other has keeps it; else the folder tells them apart.
TEST(FileNames, FoldersTellApart) {
    EXPECT_EQ(names_of({"/d/a.csv", "/d/b.csv"}), (Names{"a.csv", "b.csv"}));
    EXPECT_EQ(
        names_of({"/d/one/x.csv", "/d/two/x.csv", "/d/y.csv"}),
        (Names{"one/x.csv", "two/x.csv", "y.csv"})
    );
}

// Files at the root of the disk have no folder to be told by, and never an absolute name.
TEST(FileNames, AtTheRoot) {
    EXPECT_EQ(names_of({"/x.csv", "/a/x.csv"}), (Names{"x.csv", "a/x.csv"}));
    EXPECT_EQ(names_of({"/a/x.csv", "/x.csv"}), (Names{"a/x.csv", "x.csv"}));
    EXPECT_EQ(names_of({"//x.csv", "/a/x.csv"}), (Names{"x.csv", "a/x.csv"}));
}

// Where folders are called alike as well, all that differs counts.
TEST(FileNames, FoldersOfOneName) {
    EXPECT_EQ(
        names_of({"/d/one/data/x.csv", "/d/two/data/x.csv"}),
        (Names{"one/data/x.csv", "two/data/x.csv"})
    );
    EXPECT_EQ(names_of({"/a/x.csv", "/b/a/x.csv"}), (Names{"a/x.csv", "b/a/x.csv"}));
    EXPECT_EQ(
        names_of({"/d/shop1/data/x.csv", "/d/shop12/data/x.csv"}),
        (Names{"shop1/data/x.csv", "shop12/data/x.csv"})
    );
}

// One file that is named twice is one file.
TEST(FileNames, TheSameFileTwice) {
    EXPECT_EQ(names_of({"/d/x.csv", "/d/x.csv"}), (Names{"x.csv", "x.csv"}));
    EXPECT_EQ(
        names_of({"/d/x.csv", "/d/x.csv", "/e/x.csv"}), (Names{"d/x.csv", "d/x.csv", "e/x.csv"})
    );
}

// A name that another file has got meanwhile is not taken a second time.
TEST(FileNames, ANameThatIsTaken) {
    std::vector<NamedFile> files = {
        {"/d/one/x.csv", "x.csv"}, {"/d/two/x.csv", "x.csv"}, {"/z/one/x.csv", "one/x.csv"}
    };
    tell_apart(files);
    EXPECT_EQ(files[0].identity, "d/one/x.csv");
    EXPECT_EQ(files[1].identity, "two/x.csv");
    EXPECT_EQ(files[2].identity, "z/one/x.csv");
}

}  // namespace
}  // namespace tradewind::cli

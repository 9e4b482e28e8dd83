// The packages inside the program.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "os/simulated_filesystem.h"
#include "package/package.h"

namespace tradewind::package {
namespace {

// What is inside is what the repository holds, byte for byte.
TEST(Shipped, HoldsTheRepositorysFiles) {
    const auto names = shipped_names();
    EXPECT_NE(std::find(names.begin(), names.end(), "online_retail"), names.end());
    for (const std::string& name : names) {
        const auto files = shipped_files(name);
        ASSERT_TRUE(files.ok());
        for (const SourceFile& file : *files) {
            std::ifstream in(
                TRADEWIND_ROOT "/packages/" + name + "/" + file.path, std::ios::binary
            );
            ASSERT_TRUE(in.good()) << file.path;
            std::stringstream text;
            text << in.rdbuf();
            EXPECT_EQ(text.str(), file.text) << file.path;
        }
    }
}

// Every shipped package installs and loads; a second installation does not overwrite the first.
TEST(Shipped, InstallsAndLoads) {
    os::SimulatedFilesystem files(1);
    for (const std::string& name : shipped_names()) {
        const std::string folder = "/w/packages/" + name;
        const auto installed = install_shipped(files, name, folder);
        ASSERT_TRUE(installed.ok()) << installed.error().describe();
        const auto package = load_package(files, folder);
        ASSERT_TRUE(package.ok()) << package.error().describe();
        EXPECT_EQ(package->name, name);
        EXPECT_FALSE(package->description.empty());
        EXPECT_EQ(install_shipped(files, name, folder).error().code(), ErrorCode::AlreadyExists);
    }
}

// A name that is none is answered with those there are.
TEST(Shipped, UnknownName) {
    const auto files = shipped_files("online_retial");
    ASSERT_FALSE(files.ok());
    EXPECT_EQ(files.error().code(), ErrorCode::NotFound);
    const std::string message = files.error().describe();
    EXPECT_NE(message.find("There are: basket, online_retail, store_week"), std::string::npos)
        << message;
    EXPECT_NE(message.find("Did you mean 'online_retail'?"), std::string::npos) << message;
    for (const char* name : {"", "online", "online_retail/", "online_retail/sources", "/"}) {
        EXPECT_FALSE(shipped_files(name).ok()) << name;
    }
}

// A power failure anywhere in an installation leaves no folder that passes for a whole package.
TEST(Shipped, InstallationIsWholeOrNotLoaded) {
    const std::string folder = "/w/packages/online_retail";
    const std::size_t whole = shipped_files("online_retail")->size();
    for (std::uint64_t calls = 0;; ++calls) {
        os::SimulatedFilesystem files(calls + 1);
        files.crash_after(calls);
        const bool done = install_shipped(files, "online_retail", folder).ok();
        if (done) break;
        files.crash();
        if (!load_package(files, folder).ok()) continue;
        EXPECT_EQ(os::list_tree(files, folder)->size(), whole) << "crash after " << calls;
    }
}

}  // namespace
}  // namespace tradewind::package

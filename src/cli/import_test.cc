// What import makes of files, folders and answers.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "cli/test_backend.h"
#include "os/random.h"

namespace tradewind::cli {

namespace {

class ImportCommand : public CommandTest {
protected:
    ImportCommand()
        : folder_(std::filesystem::temp_directory_path() / ("tw-import-" + os::random_id())) {
        std::filesystem::create_directories(folder_);
    }
    ~ImportCommand() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name) {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name) << "InvoiceNo\n";
        return (folder_ / name).string();
    }
    static std::string imported(
        const std::string& state, int rows, int rejected, const std::string& message
    ) {
        return R"({"imports":[{"id":1,"identity":"a.csv","state":")" + state + R"(","row_count":)" +
               std::to_string(rows) + R"(,"rejected_count":)" + std::to_string(rejected) +
               R"(,"filtered_count":4,"replaces":null,"format":{"kind":"csv","compression":"gzip",)" +
               R"("encoding":"utf-8","delimiter":";","header":true},"message":")" + message +
               R"("}]})";
    }

    const std::filesystem::path folder_;
};

TEST_F(ImportCommand, ComesInWithAtLeastOneRow) {
    // Proves that the exit code says what the state says: 0 where at least one file came in.
    const std::string path = file("a.csv");
    const std::tuple<const char*, int, int, int> cases[] = {
        {"succeeded", 2, 0, 0},
        {"succeeded", 1, 9, 0},
        {"succeeded", 0, 0, 0},
        {"failed", 0, 2, 1},
        {"skipped", 0, 0, 1},
        {"refused", 0, 0, 1},
    };
    for (const auto& [state, rows, rejected, code] : cases) {
        answered_.body = imported(state, rows, rejected, "");
        EXPECT_EQ(run_command({"import", path, "--source", "s"}).code, code) << state << rows;
        EXPECT_EQ(run_command({"import", path, "--source", "s", "--json"}).code, code);
    }
}

TEST_F(ImportCommand, MessagesStandBelowTheTable) {
    // Proves that a long message does not stretch the table, that filtered rows are shown, and
    // where the bad rows are.
    answered_.body = imported("failed", 0, 2, "no row of the file could be used: line 2: why");
    const Outcome outcome = run_command({"import", file("a.csv"), "--source", "s"});
    EXPECT_EQ(
        outcome.out,
        "file   state   rows  rejected  filtered  replaced  read as\n"
        "─────  ──────  ────  ────────  ────────  ────────  ───────────────────────────\n"
        "a.csv  failed     0         2         4            csv, semicolon, utf-8, gzip\n"
        "\n"
        "a.csv: no row of the file could be used: line 2: why\n"
    );
    EXPECT_NE(outcome.err.find("tradewind deadletters list"), std::string::npos);
}

TEST_F(ImportCommand, AFolderIsMoreThanItsFiles) {
    // Proves that sockets, pipes, broken links and hidden files keep nothing else out, and are
    // told of.
    file("a.csv");
    file("2011/b.csv");
    file(".hidden.csv");
    ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    std::filesystem::create_symlink("nowhere", folder_ / "link.csv");
    std::filesystem::create_directory_symlink(folder_, folder_ / "circle");
    const int socket_number = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder_ / "sock").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(bind(socket_number, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    close(socket_number);

    answered_.body = imported("succeeded", 2, 0, "");
    const Outcome outcome = run_command({"import", folder_.string(), "--source", "s"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(heard_.targets.size(), 2u);
    for (const char* name : {"link.csv", "pipe", "sock"}) {
        const std::string line = std::string(name) + ": it is no regular file\n";
        EXPECT_NE(outcome.out.find(line), std::string::npos) << outcome.out;
    }
    EXPECT_NE(
        outcome.out.find("circle: it is a link back to a folder above it"), std::string::npos
    );
    EXPECT_EQ(outcome.out.find("hidden"), std::string::npos);
}

TEST_F(ImportCommand, LinksToFoldersAreFollowed) {
    // Proves that a link to a folder brings in what lies there, under the link's name, once, and
    // after what lies in the folder itself; and that one which leads in a circle, or where files
    // come in already, is told of.
    file("named/a.csv");
    file("named/z/b.csv");
    file("elsewhere/c.csv");
    file("elsewhere/deep/d.csv");
    const auto link = [&](const std::string& to, const std::string& name) {
        std::filesystem::create_directory_symlink(folder_ / to, folder_ / name);
    };
    link("elsewhere", "named/2011");
    link("elsewhere/deep", "named/2012");  // comes in with 2011 already
    link("named/z", "named/again");
    link("named", "named/z/circle");
    link("named", "elsewhere/back");
    link(".", "named/above");
    answered_.body = imported("succeeded", 1, 0, "");
    const Outcome outcome =
        run_command({"import", (folder_ / "named").string(), "--source", "s", "--json"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    std::vector<std::string> names;
    for (const std::string& body : heard_.bodies) {
        const json::Value order = MUST(json::parse(body));
        names.push_back(order.text_or("identity", order.text_or("path", "")));
    }
    EXPECT_EQ(
        names,
        (std::vector<std::string>{
            folder_ / "named/a.csv", "z/b.csv", "2011/c.csv", "2011/deep/d.csv"
        })
    );
    std::set<std::string> skipped;
    const json::Value report = MUST(json::parse(outcome.out));
    for (const json::Value& one : report.find("imports")->items()) {
        if (one.text_or("state", "") == "skipped")
            skipped.insert(one.text_or("identity", "") + one.text_or("message", "").substr(0, 10));
    }
    EXPECT_EQ(
        skipped,
        (std::set<std::string>{
            "2012its files ",
            "againits files ",
            "z/circleit is a li",
            "2011/backit is a li",
            "aboveit is a li"
        })
    );
}

TEST_F(ImportCommand, PatternsReachIntoFolders) {
    // Proves that every part of a pattern may have wildcards, that files are known by their paths
    // below the part that has none, and that hidden ones and circles are left out.
    for (const char* name :
         {"d1/data.csv", "d2/data.csv", "d2/other.csv", "d2/deep/data.csv", ".d3/data.csv"})
        file(name);
    std::filesystem::create_directory_symlink(folder_, folder_ / "d1" / "circle");
    answered_.body = imported("succeeded", 2, 0, "");
    using Names = std::vector<std::string>;
    const auto known_as = [&](const std::string& pattern) {
        heard_.bodies.clear();
        const Outcome outcome =
            run_command({"import", (folder_ / pattern).string(), "--source", "s"});
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        Names names;
        for (const std::string& body : heard_.bodies) {
            const json::Value order = MUST(json::parse(body));
            const std::string path = order.text_or("path", "");
            names.push_back(order.text_or("identity", path.substr(path.rfind('/') + 1)));
            EXPECT_NE(order.find("keep_identity"), nullptr);
        }
        std::ranges::sort(names);
        return names;
    };
    EXPECT_EQ(known_as("d*/data.csv"), (Names{"d1/data.csv", "d2/data.csv"}));
    EXPECT_EQ(known_as("d2/*.csv"), (Names{"data.csv", "other.csv"}));
    EXPECT_EQ(known_as("**/data.csv"), (Names{"d1/data.csv", "d2/data.csv", "d2/deep/data.csv"}));
    EXPECT_EQ(known_as("d2/**"), (Names{"data.csv", "deep/data.csv", "other.csv"}));
    EXPECT_EQ(known_as("d2/**/**/d*.csv"), (Names{"data.csv", "deep/data.csv"}));
    EXPECT_EQ(known_as("d[2-9]/dee?/*"), (Names{"d2/deep/data.csv"}));
    EXPECT_EQ(known_as(".d*/*"), (Names{".d3/data.csv"}));
    const Outcome told =
        run_command({"import", (folder_ / "**/data.csv").string(), "--source", "s"});
    EXPECT_NE(told.out.find("d1/circle: it is a link to a folder, which **"), std::string::npos);
    const Outcome folders = run_command({"import", (folder_ / "d2/*").string(), "--source", "s"});
    EXPECT_NE(folders.out.find("deep: it is a folder"), std::string::npos) << folders.out;
    const Outcome none = run_command({"import", (folder_ / "e*/*").string(), "--source", "s"});
    EXPECT_EQ(none.code, 1);
    EXPECT_NE(none.err.find("no file matches"), std::string::npos) << none.err;
}

TEST_F(ImportCommand, NothingIsBegunBeforeAllFilesAreFound) {
    // Proves that a misspelt name leaves the others alone.
    const Outcome outcome =
        run_command({"import", file("a.csv"), (folder_ / "b.csv").string(), "--source", "s"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(
        outcome.err.find("there is no file " + (folder_ / "b.csv").string()), std::string::npos
    );
    EXPECT_TRUE(heard_.targets.empty());
}

TEST_F(ImportCommand, ResumeWithFiles) {
    // Proves that what was interrupted goes on first and the files follow, that what is there
    // already is no failure then, and that a file that is not there changes nothing.
    answered_.body = imported("skipped", 0, 0, "the same bytes");
    EXPECT_EQ(run_command({"import", file("a.csv"), "--source", "s", "--resume"}).code, 0);
    ASSERT_GE(heard_.targets.size(), 2u);
    EXPECT_EQ(heard_.targets[0], "POST /v1/imports/resume");
    EXPECT_EQ(heard_.targets[1], "POST /v1/imports");
    heard_.targets.clear();
    const Outcome missing =
        run_command({"import", (folder_ / "b.csv").string(), "--source", "s", "--resume"});
    EXPECT_EQ(missing.code, 1);
    EXPECT_TRUE(heard_.targets.empty());
    EXPECT_EQ(run_command({"import", file("a.csv"), "--resume"}).code, 2);
    const Outcome klingon =
        run_command({"import", file("a.csv"), "--source", "s", "--encoding", "klingon"});
    EXPECT_EQ(klingon.code, 2);
    EXPECT_NE(klingon.err.find("--encoding"), std::string::npos) << klingon.err;
    EXPECT_TRUE(heard_.targets.empty());
}

TEST_F(ImportCommand, WhoseRowsWentIsAWarning) {
    // Proves that a file that took another's place says so on stderr too, also beside JSON.
    answered_.body = imported("succeeded", 3, 0, "not the file of import 1, /d1/a.csv, whose");
    for (const char* json : {"--json", "--again"}) {
        const Outcome outcome = run_command({"import", file("a.csv"), "--source", "s", json});
        EXPECT_EQ(
            outcome.err.find("warning: a.csv is not the file of import 1, /d1/a.csv, whose"), 0u
        ) << outcome.err;
    }
}

TEST_F(ImportCommand, WhatNoFileCanDoIsAnError) {
    // Proves that an order that the server refuses for every file is said once, as an error.
    answered_ = {.status = 404, .body = R"({"detail":"there is no source 's'"})"};
    const Outcome outcome = run_command({"import", file("a.csv"), file("b.csv"), "--source", "s"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "tradewind: there is no source 's'\n");
    answered_ = {.status = 503, .body = R"({"detail":"the disk has no room"})"};
    heard_.targets.clear();
    EXPECT_EQ(run_command({"import", folder_.string(), "--source", "s"}).code, 1);
    EXPECT_EQ(heard_.targets.size(), 1u);
}

}  // namespace

}  // namespace tradewind::cli

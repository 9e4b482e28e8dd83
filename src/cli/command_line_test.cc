#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "cli/test_backend.h"

namespace tradewind::cli {

namespace {

class CommandLine : public CommandTest {
protected:
    CommandLine() { unsetenv("TRADEWIND_WORKSPACE"); }
    ~CommandLine() override { unsetenv("TRADEWIND_WORKSPACE"); }
};

TEST_F(CommandLine, WrongUseIsExit2AndReachesNoWorkspace) {
    // Proves that nothing is opened or sent before the arguments are right, and that stdout stays
    // clean.
    const std::vector<std::vector<std::string>> wrong = {
        {},
        {"nonsense"},
        {"query"},
        {"query", "SELECT 1", "another"},
        {"run"},
        {"run", "shop:"},
        {"run", ":orders"},
        {"run", "shop", "--from", "2025-13-01"},
        {"run", "shop", "--to", "soon"},
        {"serve", "--listen", "127.0.0.1:99999"},
        {"serve", "--listen", "8080"},
        {"query", "SELECT 1", "--format", "xml"},
        {"query", "SELECT 1", "--limit", "0"},
        {"query", "SELECT 1", "--limit", "many"},
        {"query", "SELECT 1", "--timeout", "301"},
        {"query", "SELECT 1", "--colour"},
        {"init"},
        {"import"},
        {"import", "x.csv"},
        {"import", "x.csv", "--source", "a", "--package", "b"},
        {"send"},
        {"send", "x.csv"},
        {"send", "x.csv", "--package", "p"},
        {"send", "x.csv", "--stream", "s", "--batch", "0"},
        {"send", "x.csv", "--stream", "s", "--rate", "-1"},
        {"send", "x.csv", "--stream", "s", "--retry-for", "-1"},
        {"generate", "nothing", "--out", "x"},
        {"generate", "online_retail"},
        {"generate", "online_retail", "--out", "x", "--scale", "0"},
        {"generate", "online_retail", "--out", "x", "--scale", "nan"},
        {"generate", "online_retail", "--out", "x", "--scale", "inf"},
        {"send", "x.csv", "--stream", "s", "--rate", "nan"},
        {"send", "x.csv", "--stream", "s", "--url", "ftp://x"},
        {"send", "x.csv", "--stream", "s", "--sample", "0"},
        {"send", "x.csv", "--stream", "s", "--count", "0"},
        {"run", "shop", "--param", "foo"},
        {"run", "shop", "--param", "=x"},
        {"run", "shop", "--from", "2025-02-01", "--to", "2025-01-01"},
        {"run", "shop", "--from", "2025-02-30"},
        {"run-log", "-1"},
        {"run-log", "0"},
        {"backfill", "shop", "--from", "2025-02-01", "--to", "2025-02-01"},
        {"backfill", "shop", "--from", "2025-02-29", "--to", "2025-03-01"},
        {"backfill", "shop", "--from", "2025-02-01", "--to", "2025-03-01", "--param", "x"},
        {"schedules", "start", "shop:night", "--date", "x"},
        {"schedules", "start", "shop:night", "--param", "x"},
        {"simulate-day", "--date", "2025-13-09"},
        {"extract", "shop:night", "--date", "2025-02-30"},
        {"generate", "store_week", "--out", "x", "--date", "2025-02-30"},
        {"generate", "online_retail", "--out", "x", "--scale", "1e12"},
        {"generate", "online_retail", "--out", "x", "--date", "2025-02-01"},
        {"send", "x.csv", "--stream", "s", "--url", "localhost:8080"},
        {"deadletters"},
        {"deadletters", "show"},
        {"deadletters", "list", "--state", "lost"},
        {"deadletters", "list", "--limit", "1001"},
        {"query", "SELECT 1", "--saved", "x"},
        {"query", "--saved", "x", "--list"},
        {"imports", "--limit", "0"},
        {"deadletters", "discard"},
        {"rebuild"},
        {"rebuild", "everything"},
        {"-C"},
    };
    for (const auto& arguments : wrong) {
        const Outcome outcome = run_command(arguments);
        std::string line;
        for (const std::string& word : arguments) line += " " + word;
        EXPECT_EQ(outcome.code, 2) << line;
        EXPECT_EQ(outcome.out, "") << line;
        EXPECT_NE(outcome.err, "") << line;
        EXPECT_LT(outcome.err.size(), 200u) << outcome.err;
    }
    EXPECT_EQ(heard_.opened.workspace, "");
    EXPECT_TRUE(heard_.targets.empty());
}

TEST_F(CommandLine, UnknownCommandsAreNamed) {
    // Proves that a word that is no command is said, with the nearest that is one, at any depth.
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{"imprt", "x.csv"}, "there is no command 'imprt'. Did you mean 'import'?"},
        {{"--json", "-C", "shop", "qery"}, "there is no command 'qery'. Did you mean 'query'?"},
        {{"deadletters", "lst"},
         "there is no command 'deadletters lst'. Did you mean 'deadletters list'?"},
        {{"nonsense"}, "there is no command 'nonsense'. See them with: tradewind --help"},
        {{"sink", "nonsense"},
         "there is no command 'sink nonsense'. See them with: tradewind sink --help"},
    };
    for (const auto& [arguments, message] : cases) {
        const Outcome outcome = run_command(arguments);
        EXPECT_EQ(outcome.code, 2);
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.err, "tradewind: " + message + "\n");
    }
}

TEST_F(CommandLine, ASinkIsPausedWhereAServerRuns) {
    // Proves that a pause that nobody would keep is refused and not said to be done.
    const Outcome outcome = run_command({"sink", "pause", "raw", "--stream", "s"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("no server is running"), std::string::npos);
    EXPECT_TRUE(heard_.targets.empty());
}

TEST_F(CommandLine, HelpAndVersionAreExit0OnStdout) {
    // Proves that help can be piped, for the program and for each command.
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--help"}, {"query", "--help"}, {"deadletters", "list", "-h"}}) {
        const Outcome outcome = run_command(arguments);
        EXPECT_EQ(outcome.code, 0);
        EXPECT_NE(outcome.out.find("Usage: tradewind"), std::string::npos);
        EXPECT_EQ(outcome.err, "");
    }
    EXPECT_EQ(run_command({"--version"}).out, "tradewind 9.8.7\n");
    EXPECT_EQ(run_command({"version"}).out, "tradewind 9.8.7 (SQL engine v1)\n");
    EXPECT_EQ(
        run_command({"version", "--json"}).out, "{\"version\":\"9.8.7\",\"engine\":\"v1\"}\n"
    );
}

TEST_F(CommandLine, TheWorkspaceIsNamedByOptionThenVariableThenFolder) {
    // Proves the order, that options may follow the command, and that the path becomes absolute.
    const std::string here = std::filesystem::current_path().string();
    run_command({"query", "SELECT 1"});
    EXPECT_EQ(heard_.opened.workspace, here);
    setenv("TRADEWIND_WORKSPACE", "/shops/one/", 1);
    run_command({"query", "SELECT 1"});
    EXPECT_EQ(heard_.opened.workspace, "/shops/one");
    run_command({"-C", "two", "query", "SELECT 1"});
    EXPECT_EQ(heard_.opened.workspace, here + "/two");
    run_command({"query", "SELECT 1", "-C", "/x/../three/./"});
    EXPECT_EQ(heard_.opened.workspace, "/three");
    setenv("TRADEWIND_WORKSPACE", "", 1);
    run_command({"query", "SELECT 1"});
    EXPECT_EQ(heard_.opened.workspace, here);
    EXPECT_FALSE(heard_.opened.listen);
}

TEST_F(CommandLine, CommandsAreOperationsOfTheApi) {
    // Proves which request each command makes of the platform.
    const std::pair<std::vector<std::string>, std::string> commands[] = {
        {{"deadletters", "list", "--stream", "a&b", "--state", "open", "--limit", "7"},
         "GET /v1/deadletters?limit=7&stream=a%26b&state=open"},
        {{"deadletters", "show", "s/0/5"}, "GET /v1/deadletters/s%2F0%2F5"},
        {{"deadletters", "replay", "s/0/5", "--with", "{}"}, "POST /v1/deadletters/s%2F0%2F5/replay"
        },
        {{"deadletters", "list", "--cursor", "a=="}, "GET /v1/deadletters?limit=100&cursor=a%3D%3D"
        },
        {{"deadletters", "discard", "s/0/5"}, "POST /v1/deadletters/s%2F0%2F5/discard"},
        {{"imports"}, "GET /v1/imports?limit=20"},
        {{"imports", "--source", "a b", "--limit", "3"}, "GET /v1/imports?limit=3&source=a%20b"},
        {{"query", "--list"}, "GET /v1/queries"},
        {{"query", "--saved", "p/q"}, "POST /v1/queries/p/q"},
        {{"sink", "list"}, "GET /v1/streams"},
        {{"sink", "forget", "a b", "--stream", "s"}, "POST /v1/streams/s/sinks/a%20b/forget"},
        {{"verify"}, "POST /v1/verify"},
        {{"notices", "--limit", "3"}, "GET /v1/notices?limit=3"},
        {{"extract", "shop:a b", "--date", "2025-07-01"}, "POST /v1/extracts/shop/a%20b"},
        {{"extract", "--source", "a b"}, "POST /v1/sources/a%20b/read"},
        {{"connections"}, "GET /v1/connections"},
        {{"connections", "shop"}, "GET /v1/connections/shop/tables"},
        {{"rebuild", "serving"}, "POST /v1/rebuild/serving"},
        {{"rebuild", "catalog"}, "POST /v1/rebuild/catalog"},
        {{"import", "--resume"}, "POST /v1/imports/resume"},
        {{"schedules"}, "GET /v1/schedules"},
        {{"schedules", "jobs", "p:n"}, "GET /v1/schedules/p/n/jobs"},
        {{"schedules", "pause", "p:n"}, "POST /v1/schedules/p/n/pause"},
        {{"schedules", "resume", "p:n"}, "POST /v1/schedules/p/n/resume"},
    };
    for (const auto& [arguments, request] : commands) {
        heard_.targets.clear();
        const Outcome outcome = run_command(arguments);
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(heard_.targets, std::vector<std::string>{request});
    }
}

TEST_F(CommandLine, WhatTheServerSaysIsSaid) {
    // Proves that a problem becomes exit 1 with its detail and hint on stderr, and nothing on
    // stdout.
    answered_ = {
        .status = 404, .body = R"({"detail":"there is no such sink","hint":"See sink list."})"
    };
    const Outcome outcome = run_command({"sink", "forget", "raw", "--stream", "s"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "tradewind: there is no such sink. See sink list.\n");
    answered_ = {.status = 502, .body = "<html>a proxy</html>"};
    EXPECT_NE(
        run_command({"verify"}).err.find("the server answered 502: <html>"), std::string::npos
    );
}

TEST_F(CommandLine, AWorkspaceThatCannotBeOpenedIsExit1) {
    // Proves that an error with a place is printed as file:line and that serve adds what to do.
    refused_ =
        Error(ErrorCode::InvalidArgument, "unknown section x").at({"/w/tradewind.yml", 3, 1});
    const Outcome outcome = run_command({"query", "SELECT 1"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err, "tradewind: /w/tradewind.yml:3:1: unknown section x\n");
    refused_ = Error(ErrorCode::Conflict, "the workspace is owned by process 7");
    const Outcome served = run_command({"serve"});
    EXPECT_EQ(served.code, 1);
    EXPECT_NE(served.err.find("Stop that process first"), std::string::npos);
}

TEST_F(CommandLine, InitNamesFolderAndPackages) {
    // Proves that a relative folder becomes absolute and packages can be repeated.
    const Outcome outcome = run_command({"init", "shop", "--package", "a", "--package", "b"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(heard_.init_folder, (std::filesystem::current_path() / "shop").string());
    EXPECT_EQ(heard_.init_packages, (std::vector<std::string>{"a", "b"}));
    EXPECT_NE(outcome.out.find("is ready"), std::string::npos);
}

TEST_F(CommandLine, FindingsDecideTheExitCode) {
    // Proves what doctor and validate print for people and for programs, and their exit codes.
    report_ = std::string(
        R"({"ok":false,"findings":[{"subject":"disk","health":"failed","message":"full","hint":"Make room."}]})"
    );
    const Outcome outcome = run_command({"doctor"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "✗ disk: full\n    Make room.\n");
    EXPECT_EQ(run_command({"validate", "--json"}).out, *report_ + "\n");
}

// Proves that a sink's name is enough where one stream has it, that several are named with exit 2,
// and that none is a failure.
TEST_F(CommandLine, ASinkIsFoundByItsName) {
    answered_.body = R"({"streams":[{"name":"till"}],"sinks":[],"consumers":[{"name":"old"}]})";
    const Outcome one = run_command({"-C", "/shop", "sink", "forget", "old"});
    EXPECT_EQ(one.code, 0) << one.err;
    EXPECT_EQ(heard_.targets.back(), "POST /v1/streams/till/sinks/old/forget");
    EXPECT_NE(one.out.find("of till"), std::string::npos) << one.out;
    heard_.targets.clear();
    EXPECT_EQ(run_command({"-C", "/shop", "sink", "forget", "other"}).code, 1);
    answered_.body =
        R"({"streams":[{"name":"till"},{"name":"web"}],"sinks":[{"name":"old"}],"consumers":[]})";
    const Outcome several = run_command({"-C", "/shop", "sink", "forget", "old"});
    EXPECT_EQ(several.code, 2);
    EXPECT_NE(several.err.find("till, web"), std::string::npos) << several.err;
    for (const std::string& target : heard_.targets) EXPECT_TRUE(target.starts_with("GET"));
    heard_.targets.clear();
    EXPECT_EQ(run_command({"-C", "/shop", "sink", "forget", "old", "--stream", "web"}).code, 0);
    EXPECT_EQ(heard_.targets.size(), 1u) << "what was named is not looked for";
}

// Proves that a fault that nobody caught is told as an error, and ends nothing but the command.
TEST_F(CommandLine, NoExceptionEscapes) {
    Backend throwing = backend();
    throwing.doctor = [](const std::string&) -> Result<std::string> {
        return std::filesystem::canonical("/nothing there").string();
    };
    std::vector<std::string> words{"tradewind", "-C", "/shop", "doctor"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    testing::internal::CaptureStderr();
    EXPECT_EQ(run(static_cast<int>(argv.size()), argv.data(), throwing), 1);
    EXPECT_NE(
        testing::internal::GetCapturedStderr().find("unexpected: filesystem error"),
        std::string::npos
    );
}

}  // namespace

}  // namespace tradewind::cli

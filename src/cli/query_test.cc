#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "cli/test_backend.h"
#include "os/temporary_folder.h"

namespace tradewind::cli {

namespace {

class Query : public CommandTest {
protected:
    static std::string content(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        std::stringstream all;
        all << in.rdbuf();
        return all.str();
    }
    std::size_t files() const {
        const std::filesystem::directory_iterator all(folder_.path());
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    const os::TemporaryFolder folder_;
};

const Answered two_rows = {
    .body =
        R"({"columns":[{"name":"country","type":"STRING"},{"name":"n","type":"BIGINT"}],"rows":[["Österreich",12],[null,3]],"truncated":false})"
};

TEST_F(Query, FormatsAreAskedForByAccept) {
    // Proves that each format asks the platform for it and passes the answer through untouched.
    const std::pair<std::string, std::string> formats[] = {
        {"csv", "text/csv"},
        {"json", "application/json"},
        {"parquet", "application/vnd.apache.parquet"},
    };
    for (const auto& [format, accept] : formats) {
        answered_ = {.body = "first,", .rest = {"se\0cond"}};
        if (format == "json") answered_.rest.clear();
        const Outcome outcome = run_command({"query", "SELECT 1", "--format", format});
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(heard_.headers.back().at("accept"), accept);
        EXPECT_EQ(heard_.bodies.back(), R"({"sql":"SELECT 1","timeout_ms":30000})");
        EXPECT_EQ(outcome.out, format == "json" ? "first,\n" : "first,se");
    }
}

TEST_F(Query, ControlCharactersOfDataStayInTheirCell) {
    // Proves that data can neither steer the terminal nor break a row of the table, and that other
    // forms have it as it is.
    answered_ = {
        .body =
            "{\"columns\":[{\"name\":\"t\",\"type\":\"STRING\"}],\"rows\":[[\"a\\u001b[31mb\\u0007"
            "\\n\\tc\\u009bd é\"]],\"truncated\":false}"
    };
    const Outcome table = run_command({"query", "SELECT 1"});
    EXPECT_NE(table.out.find("a\\x1b[31mb\\x07\\n\\tc\\x9bd é\n"), std::string::npos) << table.out;
    answered_ = {.body = "a\x1b[31m\n"};
    EXPECT_EQ(run_command({"query", "SELECT 1", "--format", "csv"}).out, "a\x1b[31m\n");
}

TEST_F(Query, LimitAndTimeoutArePassedOn) {
    // Proves that options reach the operation, and that a table has a limit of its own.
    answered_ = two_rows;
    run_command({"query", "SELECT 1", "--limit", "5", "--timeout", "7", "--format", "csv"});
    EXPECT_EQ(heard_.bodies.back(), R"({"sql":"SELECT 1","limit":5,"timeout_ms":7000})");
    run_command({"query", "SELECT 1"});
    EXPECT_EQ(heard_.bodies.back(), R"({"sql":"SELECT 1","limit":10000,"timeout_ms":30000})");
}

TEST_F(Query, TablesAreForEyes) {
    // Proves that columns line up by characters, numbers stand right and null is empty; a result
    // that was cut says so on stderr.
    answered_ = two_rows;
    const Outcome outcome = run_command({"query", "SELECT 1"});
    EXPECT_EQ(outcome.out, "country      n\n──────────  ──\nÖsterreich  12\n             3\n");
    EXPECT_EQ(outcome.err, "");
    answered_.body.replace(answered_.body.find("false"), 5, "true");
    EXPECT_NE(run_command({"query", "SELECT 1"}).err.find("--limit"), std::string::npos);
}

TEST_F(Query, EveryFormatCanGoToAFile) {
    // Proves that --output is never ignored, and that the file holds what stdout would have.
    for (const std::string format : {"table", "csv", "json", "parquet"}) {
        answered_ = two_rows;
        const std::string expected =
            format == "parquet" ? two_rows.body
                                : run_command({"query", "SELECT 1", "--format", format}).out;
        const std::string path = folder_.path("result");
        const Outcome outcome =
            run_command({"query", "SELECT 1", "--format", format, "--output", path});
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(content(path), expected) << format;
    }
    EXPECT_EQ(files(), 1u);
}

TEST_F(Query, AFailureLeavesTheEarlierFileAlone) {
    // Proves that a result which breaks off, or never begins, replaces nothing and leaves nothing.
    const std::string path = folder_.path("result.csv");
    std::ofstream(path) << "yesterday's";
    const std::vector<std::string> command = {
        "query", "SELECT 1", "--format", "csv", "--output", path
    };
    answered_ = {
        .body = "a,b\n", .rest = {"1,2\n"}, .broken = Error(ErrorCode::Unavailable, "gone")
    };
    EXPECT_EQ(run_command(command).code, 1);
    answered_ = {.status = 400, .body = R"({"detail":"no such table"})"};
    EXPECT_EQ(run_command(command).code, 1);
    EXPECT_EQ(content(path), "yesterday's");
    EXPECT_EQ(files(), 1u);
}

TEST_F(Query, AFolderThatIsNotThereIsNamed) {
    // Proves that a path which cannot be written is an error that says why, before the query runs.
    const Outcome outcome =
        run_command({"query", "SELECT 1", "--format", "csv", "--output", folder_.path("no/where")});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("no/where: No such file or directory"), std::string::npos);
    EXPECT_TRUE(heard_.targets.empty());
}

TEST_F(Query, ADeviceIsWrittenToAsItIs) {
    // Proves that /dev/null and its like are not replaced by a file.
    answered_ = two_rows;
    const Outcome outcome =
        run_command({"query", "SELECT 1", "--format", "csv", "--output", "/dev/null"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    struct stat info {};
    ASSERT_EQ(stat("/dev/null", &info), 0);
    EXPECT_TRUE(S_ISCHR(info.st_mode));
}

TEST_F(Query, SavedQueriesGoByName) {
    // Proves that a name is enough where it stands for one query, and what is said where it does
    // not.
    answered_.body =
        R"({"queries":[{"package":"a","name":"top"},{"package":"b","name":"top"},{"package":"b","name":"daily"}],"columns":[],"rows":[]})";
    run_command({"query", "--saved", "daily", "--limit", "3"});
    EXPECT_EQ(
        heard_.targets, (std::vector<std::string>{"GET /v1/queries", "POST /v1/queries/b/daily"})
    );
    EXPECT_EQ(heard_.bodies.back(), R"({"limit":3,"timeout_ms":30000})");
    EXPECT_NE(
        run_command({"query", "--saved", "top"}).err.find("--saved a/top or --saved b/top"),
        std::string::npos
    );
    EXPECT_NE(
        run_command({"query", "--saved", "dialy"}).err.find("Did you mean 'daily'?"),
        std::string::npos
    );
}

}  // namespace

}  // namespace tradewind::cli

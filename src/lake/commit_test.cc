#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

const std::string table = "raw/online_retail/table";

// Everything here runs on the real file system and on the simulated one.
class LakeCommit : public ::testing::TestWithParam<bool> {
protected:
    LakeCommit() {
        quiet();
        if (GetParam()) {
            files_ = std::make_unique<os::SimulatedFilesystem>(3);
        } else {
            files_ = os::make_posix_filesystem();
        }
        options_.root = folder_.path() + "/lake";
        options_.quarantine_folder = folder_.path() + "/quarantine";
        open();
    }
    void open() {
        lake_.reset();
        lake_ = MUST(open_lake(options_, *files_, clock_));
    }
    Lake& lake() { return *lake_; }

    TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_;
    os::ManualClock clock_{start_of_tests};
    LakeOptions options_;

private:
    std::unique_ptr<Lake> lake_;
};

INSTANTIATE_TEST_SUITE_P(Filesystems, LakeCommit, ::testing::Bool(), [](const auto& kind) {
    return std::string(kind.param ? "simulated" : "posix");
});

TEST_P(LakeCommit, HostileNamesAreRefusedEverywhere) {
    // Proves that every way into the lake checks its names.
    for (const std::string bad : {"../x", "/etc/x", "a/../../x", "", "a/_versions/1", "a\nb"}) {
        EXPECT_EQ(lake().current(bad).error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(lake().version(bad, 1).error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(lake().pin(bad).error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(lake().commit(bad, {}, std::nullopt).error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(lake().create(bad).error().code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(lake().read(bad, 100).error().code(), ErrorCode::InvalidArgument);
        DataFile file;
        file.path = bad;
        EXPECT_EQ(
            lake().commit(table, adding({file}), std::nullopt).error().code(),
            ErrorCode::InvalidArgument
        );
        const std::string scratch = MUST(lake().scratch_path(""));
        EXPECT_EQ(lake().adopt(scratch, bad, 0).error().code(), ErrorCode::InvalidArgument);
        EXPECT_TRUE(lake().discard(bad).ok());
    }
    EXPECT_EQ(lake().scratch_path("/../x").error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(
        lake().adopt(folder_.path() + "/elsewhere", "a/b", 0).error().code(),
        ErrorCode::InvalidArgument
    );
    EXPECT_EQ(
        lake().adopt(options_.root + "/_scratch/99", "a/b", 0).error().code(),
        ErrorCode::InvalidArgument
    );
    EXPECT_EQ(MUST(lake().datasets()).size(), 0u);
}

TEST_P(LakeCommit, RefusedCommitsChangeNothing) {
    // Proves each refusal's code, and that the version stays as it was after all of them.
    const DataFile one = put(lake(), table + "/1", "one");
    MUST(lake().commit(table, adding({one}), std::nullopt));
    const auto code = [&](const Commit& commit, std::optional<std::int64_t> expected = std::nullopt
                      ) { return lake().commit(table, commit, expected).error().code(); };
    EXPECT_EQ(code({}, 0), ErrorCode::Conflict);
    EXPECT_EQ(code({}, 2), ErrorCode::Conflict);
    EXPECT_EQ(code(adding({one})), ErrorCode::Conflict);
    EXPECT_EQ(code(removing({table + "/2"})), ErrorCode::Conflict);

    DataFile absent = one;
    absent.path = table + "/absent";
    EXPECT_EQ(code(adding({absent})), ErrorCode::NotFound);
    const DataFile two = put(lake(), table + "/2", "two");
    EXPECT_EQ(code(adding({two, two})), ErrorCode::InvalidArgument);
    DataFile wrong = two;
    wrong.bytes = 4;
    EXPECT_EQ(code(adding({wrong})), ErrorCode::InvalidArgument);
    wrong = two;
    wrong.crc32c ^= 1;
    EXPECT_EQ(code(adding({wrong})), ErrorCode::InvalidArgument);
    wrong = two;
    wrong.row_count = -1;
    EXPECT_EQ(code(adding({wrong})), ErrorCode::InvalidArgument);
    wrong = two;
    wrong.partition["country"] = "\xff";
    EXPECT_EQ(code(adding({wrong})), ErrorCode::InvalidArgument);
    Commit bad = adding({two});
    bad.positions["\xff"] = Position(1);
    EXPECT_EQ(code(bad), ErrorCode::InvalidArgument);
    bad = adding({two});
    bad.run = "\xff";
    EXPECT_EQ(code(bad), ErrorCode::InvalidArgument);

    EXPECT_EQ(MUST(lake().current(table)).number, 1);
    EXPECT_EQ(MUST(lake().commit(table, adding({two}), 1)).number, 2);
    EXPECT_EQ(MUST(lake().version(table, 1)).files.size(), 1u);
    EXPECT_EQ(lake().version(table, 3).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(lake().version(table, -1).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(lake().version("raw/nothing", 1).error().code(), ErrorCode::NotFound);
}

TEST_P(LakeCommit, EverythingAVersionSaysSurvivesReopening) {
    // Proves that columns, positions, run, extra, files and their facts come back, and that what a
    // commit does not mention stays.
    Commit first = adding({put(lake(), table + "/country=a%20b/1", "hello")});
    first.add[0].partition["country"] = "a b";
    first.add[0].origin = OriginId(3);
    first.add[0].extra = json::Value::number(5);
    first.columns = {{"price", ColumnType::Decimal, 12, 4}};
    first.positions = {{"table", Position(10)}, {"other", Position(4)}};
    first.extra = json::Value::string("kept");
    MUST(lake().commit(table, first, 0));
    clock_.advance_us(5);
    Commit second = adding({put_by_adoption(lake(), *files_, table + "/2", "world!")});
    second.positions = {{"table", Position(20)}};
    second.run = "second";
    MUST(lake().commit(table, second, 1));
    for (int round = 0; round < 2; ++round) {
        const Version version = MUST(lake().current(table));
        EXPECT_EQ(version.number, 2);
        EXPECT_EQ(version.published_at.micros, start_of_tests.micros + 5);
        EXPECT_EQ(version.run, "second");
        EXPECT_EQ(version.extra.text(), "kept");
        ASSERT_EQ(version.columns.size(), 1u);
        EXPECT_EQ(to_sql(version.columns[0]), "DECIMAL(12,4)");
        EXPECT_EQ(
            version.positions,
            (std::map<std::string, Position>{{"other", Position(4)}, {"table", Position(20)}})
        );
        EXPECT_EQ(
            paths_of(version), (std::vector<std::string>{table + "/2", table + "/country=a%20b/1"})
        );
        EXPECT_EQ(version.files[1].partition.at("country"), "a b");
        EXPECT_EQ(version.files[1].origin, OriginId(3));
        EXPECT_EQ(version.files[1].extra.text(), "5");
        EXPECT_EQ(version.row_count(), 11);
        EXPECT_EQ(version.bytes(), 11u);
        EXPECT_EQ(MUST(lake().read(table + "/2", 100)), "world!");
        EXPECT_EQ(lake().read(table + "/2", 5).error().code(), ErrorCode::ResourceExhausted);
        EXPECT_EQ(MUST(lake().version(table, 1)).positions.at("table"), Position(10));
        EXPECT_EQ(MUST(lake().version(table, 1)).run, "test");
        const auto infos = MUST(lake().datasets());
        ASSERT_EQ(infos.size(), 1u);
        EXPECT_EQ(infos[0].name, table);
        EXPECT_EQ(infos[0].file_count, 2u);
        EXPECT_EQ(infos[0].damage, "");
        EXPECT_TRUE(lake().verify(false).ok());
        open();
    }
    EXPECT_EQ(MUST(lake().current("raw/nothing")).number, 0);
}

TEST_P(LakeCommit, LargeFilesAreWrittenInPieces) {
    // Proves that a file larger than every buffer arrives whole, written or adopted.
    std::string content;
    for (int i = 0; content.size() < (3u << 20) + 17; ++i) content += std::to_string(i) + ",";
    auto file = MUST(lake().create(table + "/big"));
    for (std::size_t at = 0; at < content.size(); at += 70'001)
        MUST(file->append(std::string_view(content).substr(at, 70'001)));
    const DataFile written = MUST(file->finish());
    const DataFile adopted = put_by_adoption(lake(), *files_, table + "/big2", content);
    EXPECT_EQ(written.bytes, content.size());
    EXPECT_EQ(written.crc32c, adopted.crc32c);
    MUST(lake().commit(table, adding({written, adopted}), std::nullopt));
    EXPECT_EQ(MUST(lake().read(table + "/big", content.size())), content);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_P(LakeCommit, APathIsTakenOnce) {
    // Proves that a path which is being written, waits, or is named by any kept version cannot be
    // written again, and that a discarded one can.
    auto writing = MUST(lake().create(table + "/1"));
    EXPECT_EQ(lake().create(table + "/1").error().code(), ErrorCode::AlreadyExists);
    writing.reset();  // unfinished: gone
    EXPECT_FALSE(files_->exists(options_.root + "/" + table + "/1"));
    const DataFile file = put(lake(), table + "/1", "x");
    EXPECT_EQ(lake().create(table + "/1").error().code(), ErrorCode::AlreadyExists);
    MUST(lake().discard(table + "/1"));
    EXPECT_FALSE(files_->exists(options_.root + "/" + table + "/1"));
    const DataFile again = put(lake(), table + "/1", "y");
    MUST(lake().commit(table, adding({again}), std::nullopt));
    EXPECT_EQ(lake().create(table + "/1").error().code(), ErrorCode::AlreadyExists);
    MUST(lake().discard(table + "/1"));  // belongs to a version: stays
    EXPECT_EQ(MUST(lake().read(table + "/1", 10)), "y");
    MUST(lake().commit(table, removing({table + "/1"}), std::nullopt));
    EXPECT_EQ(lake().create(table + "/1").error().code(), ErrorCode::AlreadyExists);
    // Version 1 still has it, so a commit may name it again.
    MUST(lake().commit(table, adding({again}), std::nullopt));
    EXPECT_EQ(MUST(lake().version(table, 2)).files.size(), 0u);
    EXPECT_EQ(MUST(lake().current(table)).files.size(), 1u);
}

TEST_P(LakeCommit, AHundredCommitsEqualAModel) {
    // Proves by a model that every one of 100 versions reads back right through whatever chain of
    // whole and delta files there is, before and after reopening.
    options_.full_version_every = 8;
    open();
    os::Random random(11);
    std::vector<std::map<std::string, std::string>> history(1);
    for (int number = 1; number <= 100; ++number) {
        std::map<std::string, std::string> model = history.back();
        Commit commit;
        for (auto at = model.begin(); at != model.end();) {
            const bool drop = random.chance(0.1);
            if (drop && random.chance(0.5))
                commit.remove.push_back(at->first);
            else if (drop)
                commit.remove_if = [before = commit.remove_if,
                                    path = at->first](const DataFile& file) {
                    return file.path == path || (before && before(file));
                };
            at = drop ? model.erase(at) : std::next(at);
        }
        for (std::uint64_t i = random.below(4); i > 0; --i) {
            const std::string path = table + "/" + std::to_string(number) + "-" + std::to_string(i);
            const std::string content = "content of " + path;
            commit.add.push_back(
                random.chance(0.5) ? put(lake(), path, content)
                                   : put_by_adoption(lake(), *files_, path, content)
            );
            model[path] = content;
        }
        commit.positions["table"] = Position(number * 10);
        ASSERT_EQ(MUST(lake().commit(table, commit, number - 1)).number, number);
        history.push_back(model);
        if (number % 33 == 0) open();
    }
    open();
    for (std::int64_t number = 1; number <= 100; ++number) {
        const Version version = MUST(lake().version(table, number));
        const auto& model = history[static_cast<std::size_t>(number)];
        ASSERT_EQ(version.files.size(), model.size()) << number;
        for (const auto& [path, content] : model) {
            ASSERT_NE(version.files.find(path), nullptr) << number;
            EXPECT_EQ(version.files.find(path)->bytes, content.size());
        }
        EXPECT_EQ(version.positions.at("table"), Position(number * 10));
    }
    for (const auto& [path, content] : history.back())
        EXPECT_EQ(MUST(lake().read(path, 1000)), content);
    std::size_t whole = 0;
    for (const auto& info : MUST(files_->list(options_.root + "/" + table + "/_versions"))) {
        whole += info.name.ends_with(".whole.json") ? 1 : 0;
    }
    EXPECT_GE(whole, 5u);
    EXPECT_LE(whole, 12u);
    EXPECT_TRUE(lake().verify(false).ok());
}

}  // namespace

}  // namespace tradewind::lake

// Which files are handed over, and when: with a clock that only moves when told to.
#include "landing/lookout.h"

#include <gtest/gtest.h>

#include <set>

#include "landing/test_kit.h"

namespace tradewind::landing {
namespace {

constexpr std::int64_t settle_us = 300'000;
constexpr std::int64_t quiet_us = 3'000'000;
constexpr std::int64_t cut_off_us = 60'000'000;
constexpr std::int64_t retry_us = 1'000'000;

class LookoutTest : public ::testing::Test {
protected:
    LookoutTest() { open(); }

    // As a new process would.
    void open() {
        lookout_.reset();
        database_.reset();
        std::filesystem::create_directories(landing_.path());
        database_ = MUST(os::Database::open(landing_.outside("meta.sqlite")));
        LandingOptions options;
        options.folder = landing_.path();
        LookoutParts parts;
        parts.sources = two_.sources();
        parts.files = files_.get();
        parts.clock = &clock_;
        parts.submit = [this](const auto& requests) { return submit(requests); };
        parts.writers = [this](const std::string& path) {
            return written_.contains(path) ? os::Writers::Some : os::Writers::None;
        };
        parts.found_folder = [this](const std::string& path) { folders_.insert(path); };
        lookout_ = std::make_unique<Lookout>(options, parts, MUST(HandedOver::open(*database_)));
    }

    Result<void> submit(const std::vector<importer::ImportRequest>& requests) {
        if (refusal_) return *refusal_;
        for (const auto& request : requests) {
            if (request.identity == unwanted_)
                return Error(ErrorCode::InvalidArgument, "it cannot be taken");
        }
        for (const auto& request : requests) {
            EXPECT_EQ(request.path, landing_.path(request.identity));
            EXPECT_TRUE(request.identity.starts_with(request.source + "/"));
            taken_.push_back(request.identity);
        }
        return {};
    }

    // Files of these tests are as old as the test, and so is the clock.
    void after(std::int64_t micros) {
        clock_.advance_us(micros);
        lookout_->look();
    }
    std::vector<std::string> taken() { return std::exchange(taken_, {}); }
    using Names = std::vector<std::string>;

    testing_support::TwoSources two_;
    testing_support::LandingFolder landing_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    os::ManualClock clock_{os::make_system_clock()->now()};
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<Lookout> lookout_;
    std::set<std::string> written_;
    std::set<std::string> folders_;
    std::optional<Error> refusal_;
    std::string unwanted_;
    Names taken_;
};

// A file that was closed is handed over once, when it stayed the same for a moment, and not before.
TEST_F(LookoutTest, ClosedAndStable) {
    lookout_->closed(landing_.write("shop/2010/day.csv", "id\n1\n"));
    after(0);
    after(settle_us - 1);
    EXPECT_EQ(taken(), Names());
    after(1);
    EXPECT_EQ(taken(), Names{"shop/2010/day.csv"});
    EXPECT_FALSE(lookout_->next_look_us());
    lookout_->scan();
    after(cut_off_us);
    EXPECT_EQ(taken(), Names());
}

// One that still grows is waited for: the time counts from its last change.
TEST_F(LookoutTest, HalfWritten) {
    lookout_->closed(landing_.write("shop/day.csv", "id\n1\n"));
    landing_.write("shop/day.csv", "id\n1\n2\n");
    after(settle_us);
    EXPECT_EQ(taken(), Names());
    landing_.write("shop/day.csv", "id\n1\n2\n3\n");
    lookout_->closed(landing_.path("shop/day.csv"));
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
}

// One that was only found must be quiet for longer, and nobody may have it open for writing,
// however quiet it is.
TEST_F(LookoutTest, FoundByTheScan) {
    written_.insert(landing_.write("shop/day.csv", "id\n1\n"));
    lookout_->scan();
    after(settle_us);
    after(quiet_us - settle_us);
    after(cut_off_us);
    EXPECT_EQ(taken(), Names());
    written_.clear();
    after(retry_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
}

// What lay there long before the server started need not be quiet for long.
TEST_F(LookoutTest, OldFiles) {
    landing_.write("shop/day.csv", "id\n1\n");
    clock_.advance_us(quiet_us + 3'600'000'000);
    lookout_->scan();
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
}

// What was handed over is remembered over a restart; other bytes or an event bring it again.
TEST_F(LookoutTest, AgainOnlyWhenItChanged) {
    lookout_->closed(landing_.write("shop/day.csv", "id\n1\n"));
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
    open();
    lookout_->scan();
    after(cut_off_us);
    EXPECT_EQ(taken(), Names());
    landing_.write("shop/day.csv", "id\n1\n2\n");  // its event was lost
    lookout_->scan();
    after(settle_us);
    after(quiet_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
    lookout_->closed(landing_.path("shop/day.csv"));  // delivered once more as it was
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
}

// A name under which it was written leads to nothing; the one it was given in the end does.
TEST_F(LookoutTest, RenamedIntoPlace) {
    lookout_->closed(landing_.write("shop/.day.csv.a1b2", "id\n1\n"));
    lookout_->closed(landing_.write("shop/day.csv.part", "id\n1\n"));
    EXPECT_FALSE(lookout_->next_look_us());
    std::filesystem::rename(landing_.path("shop/.day.csv.a1b2"), landing_.path("shop/day.csv"));
    lookout_->closed(landing_.path("shop/day.csv"));
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/day.csv"});
}

// A file that is gone before its time is forgotten; so is one that was handed over, in the end.
TEST_F(LookoutTest, Gone) {
    lookout_->closed(landing_.write("shop/a.csv", "id\n1\n"));
    std::filesystem::remove(landing_.path("shop/a.csv"));
    after(settle_us);
    EXPECT_EQ(lookout_->waiting_count(), 0U);
    lookout_->closed(landing_.write("shop/b.csv", "id\n1\n"));
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/b.csv"});
    std::filesystem::remove(landing_.path("shop/b.csv"));
    lookout_->scan();
    EXPECT_EQ(MUST(HandedOver::open(*database_)).names(), Names());
}

// A packed file whose end is missing is waited for; one that never gets it is handed over in the
// end, so that somebody says so.
TEST_F(LookoutTest, CutOff) {
    lookout_->closed(landing_.write("store/a.parquet", "PAR1 columns"));
    lookout_->closed(landing_.write("store/b.parquet", "PAR1 columns"));
    lookout_->closed(landing_.write("store/empty", ""));
    after(settle_us);
    after(retry_us);
    EXPECT_EQ(taken(), Names());
    lookout_->closed(landing_.write("store/a.parquet", "PAR1 columns footer PAR1"));
    after(settle_us);
    EXPECT_EQ(taken(), Names{"store/a.parquet"});
    after(cut_off_us);
    EXPECT_EQ(taken(), (Names{"store/b.parquet", "store/empty"}));
}

// A new folder is watched before it is looked into, with what is in it, however deep; what nobody
// writes there any more is taken as soon as what is seen to be closed, and nothing earlier.
TEST_F(LookoutTest, NewFolder) {
    landing_.write("shop/2011/01/day.csv", "id\n1\n");
    written_.insert(landing_.write("shop/2011/01/later.csv", "id\n1\n"));
    landing_.write("shop/.git/day.csv", "id\n1\n");
    lookout_->scan_below(landing_.path("shop/2011"));
    lookout_->scan_below(landing_.path("shop/.git"));
    EXPECT_EQ(
        folders_, (std::set<std::string>{landing_.path("shop/2011"), landing_.path("shop/2011/01")})
    );
    after(settle_us - 1);
    EXPECT_EQ(taken(), Names());
    after(1);
    EXPECT_EQ(taken(), Names{"shop/2011/01/day.csv"});
    written_.clear();
    lookout_->closed(landing_.path("shop/2011/01/later.csv"));
    after(settle_us);
    EXPECT_EQ(taken(), Names{"shop/2011/01/later.csv"});
}

// What is no source's, and links, are counted and left alone; names that are no text do no harm.
TEST_F(LookoutTest, Strays) {
    landing_.write("day.csv", "id\n1\n");
    landing_.write("other/day.csv", "id\n1\n");
    landing_.write("shop/readme.md", "read me");
    const std::string elsewhere = landing_.outside("secret.csv");
    std::ofstream(elsewhere) << "id\n1\n";
    std::filesystem::create_symlink(elsewhere, landing_.path("shop/link.csv"));
    for (int i = 0; i < 2; ++i) {
        lookout_->scan();
        lookout_->closed(landing_.path("shop/link.csv"));
        after(cut_off_us);
    }
    EXPECT_EQ(taken(), Names());
    EXPECT_EQ(lookout_->stray_count(), 4U);
    std::filesystem::remove(landing_.path("day.csv"));
    lookout_->scan();
    EXPECT_EQ(lookout_->stray_count(), 3U);
}

// One that the importer cannot take does not hold up the others, and is tried again with the scan.
TEST_F(LookoutTest, OneThatCannotBeTaken) {
    unwanted_ = "shop/b.csv";
    for (const char* name : {"shop/c.csv", "shop/b.csv", "shop/a.csv"})
        lookout_->closed(landing_.write(name, "id\n1\n"));
    after(settle_us);
    EXPECT_EQ(taken(), (Names{"shop/a.csv", "shop/c.csv"}));
    EXPECT_EQ(lookout_->stray_count(), 1U);
    unwanted_.clear();
    after(LandingOptions().scan_interval_us);
    EXPECT_EQ(taken(), Names{"shop/b.csv"});
    EXPECT_EQ(lookout_->stray_count(), 0U);
}

// While the importer takes nothing all wait; nothing is lost.
TEST_F(LookoutTest, TheImporterIsBusy) {
    refusal_ = Error(ErrorCode::Unavailable, "the importer has stopped");
    lookout_->closed(landing_.write("shop/a.csv", "id\n1\n"));
    after(settle_us);
    EXPECT_EQ(lookout_->waiting_count(), 1U);
    refusal_.reset();
    after(retry_us);
    EXPECT_EQ(taken(), Names{"shop/a.csv"});
}

}  // namespace
}  // namespace tradewind::landing

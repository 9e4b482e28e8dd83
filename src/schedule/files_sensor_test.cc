// The nightly dump of five files, as a chain's database delivers it: 03:00 and 03:30 in New York.
#include <zlib.h>
#include <zstd.h>

#include "schedule/file_set.h"
#include "schedule/test_kit.h"

namespace tradewind::schedule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string gzip(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
    return out;
}

// Text that does not pack to nothing.
std::string rows(std::size_t count) {
    std::string text = "trans_id,qty\n";
    os::Random random(7);
    for (std::size_t i = 0; i < count; ++i)
        text += std::to_string(random.next()) + "," + std::to_string(i) + "\n";
    return text;
}

class FilesSensorTest : public SchedulerTest {
protected:
    FilesSensorTest() { clock_.set("2026-07-01T04:00:00"); }  // midnight in New York

    static std::string dump(const std::string& more = "") {
        return "timezone: America/New_York\nsensors:\n  dump:\n    kind: files\n"
               "    scans: ['0 3 * * *', '30 3 * * *']\n    files:\n"
               "      sales: sales_{date}.csv\n      inventory: inventory_{date}.csv\n"
               "      store: store_{date}.csv\n" +
               more + "    steps: [run]\n";
    }
    void deliver(const std::string& table, const std::string& date, bool packed = true) {
        const std::string text = "a,b\n1," + date + "\n";
        write(table + "_" + date + (packed ? ".csv.gz" : ".csv"), packed ? gzip(text) : text);
    }
    void deliver_all(const std::string& date) {
        for (const char* table : {"sales", "inventory", "store"}) deliver(table, date);
    }
    std::string waiting() { return scheduler_->status("shop", "dump")->waiting; }
    static std::string next_day(const std::string& date) {
        return format_date(to_days(parse_iso(date).take()) + 1);
    }
    void night(const std::string& until) { pass_until(until, 5 * second_us); }
    std::string path(const std::string& name) { return folder_.path("landing/" + name); }
};

// All is there at the first scan: the run gets the very paths and the date, once, also when the
// program starts again and again that day.
TEST_F(FilesSensorTest, StartsOnce) {
    open(dump());
    deliver("sales", "2026-07-01");
    deliver("inventory", "2026-07-01", false);
    deliver("store", "2026-07-01");
    write("notes.txt", "somebody's");
    night("2026-07-01T06:59:55");
    EXPECT_THAT(jobs("dump"), IsEmpty());
    night("2026-07-01T07:00:30");
    ASSERT_THAT(params_, SizeIs(1));
    EXPECT_EQ(params_[0].at("sales"), path("sales_2026-07-01.csv.gz"));
    EXPECT_EQ(params_[0].at("inventory"), path("inventory_2026-07-01.csv"));
    EXPECT_EQ(params_[0].at("date"), "2026-07-01");
    deliver("sales", "2026-07-01");  // delivered again: no second start
    for (int i = 0; i < 3; ++i) {
        open(dump());
        pass(2 * hour_us, 10 * minute_us);
    }
    EXPECT_THAT(jobs("dump"), SizeIs(1));
    EXPECT_THAT(told(), ElementsAre("success"));
}

// A whole night as it goes wrong: files arrive one by one, one is late, a person is told its name,
// it comes, the run starts at once, and the person is told that all is well.
TEST_F(FilesSensorTest, ANightWithALateFile) {
    open(dump());
    deliver_all("2026-06-30");  // yesterday's are there all the time
    night("2026-07-01T06:10:00");
    deliver("inventory", "2026-07-01");
    night("2026-07-01T06:40:00");
    deliver("store", "2026-07-01");
    night("2026-07-01T07:01:00");
    EXPECT_EQ(waiting(), "sales_2026-07-01.csv is not there");
    EXPECT_THAT(told(), IsEmpty());
    night("2026-07-01T07:31:00");
    ASSERT_THAT(told(), ElementsAre("missing_files"));
    EXPECT_EQ(notices_[0].facts.at("missing"), "sales_2026-07-01.csv is not there");
    EXPECT_EQ(notices_[0].facts.at("date"), "2026-07-01");
    EXPECT_THAT(
        notices_[0].text, AllOf(HasSubstr("sales_2026-07-01.csv"), Not(HasSubstr("store")))
    );
    open(dump());  // a restart tells nobody again
    night("2026-07-01T08:10:00");
    EXPECT_THAT(jobs("dump"), IsEmpty());
    write("sales_2026-07-01.csv.gz.part", "on its way");
    night("2026-07-01T08:11:00");
    EXPECT_THAT(jobs("dump"), IsEmpty());
    deliver("sales", "2026-07-01");
    night("2026-07-01T08:11:30");
    EXPECT_THAT(states("dump"), ElementsAre("succeeded"));
    EXPECT_THAT(told(), ElementsAre("missing_files", "success", "recovery"));
    deliver_all("2026-07-02");
    night("2026-07-02T07:10:00");
    EXPECT_EQ(params_.back().at("date"), "2026-07-02");
    EXPECT_THAT(told(), ElementsAre("missing_files", "success", "recovery", "success"));
}

// A late set may want a person's word; until then nothing starts, and after midnight he may still
// give it.
TEST_F(FilesSensorTest, AsksBeforeALateStart) {
    open(dump("    late: ask\n"));
    night("2026-07-01T07:31:30");
    deliver_all("2026-07-01");
    night("2026-07-01T07:35:00");
    ASSERT_THAT(told(), ElementsAre("missing_files", "question"));
    EXPECT_EQ(notices_[1].facts.at("answer"), "/v1/schedules/shop/dump/start");
    EXPECT_THAT(waiting(), HasSubstr("a person's word"));
    EXPECT_THAT(jobs("dump"), IsEmpty());
    pass_until("2026-07-02T05:00:00", 10 * minute_us);
    EXPECT_THAT(jobs("dump"), IsEmpty());
    const auto job = scheduler_->ask({"shop", "dump", "2026-07-01", {}});
    ASSERT_TRUE(job.ok()) << job.error().describe();
    tick();
    EXPECT_EQ(params_.front().at("date"), "2026-07-01");
    EXPECT_THAT(told(), ElementsAre("missing_files", "question", "success", "recovery"));
    EXPECT_EQ(
        scheduler_->ask({"shop", "dump", "2026-07-01", {}}).error().code(), ErrorCode::Conflict
    );
}

// A file that grows is waited for; one that is cut off, damaged or empty never starts anything.
TEST_F(FilesSensorTest, HalfWrittenFiles) {
    open(dump());
    deliver_all("2026-07-01");
    const std::string whole = gzip(rows(200'000));
    night("2026-07-01T06:59:50");
    for (int i = 1; i <= 10; ++i) {  // it grows all through the first scan
        write("sales_2026-07-01.csv.gz", whole.substr(0, whole.size() * std::size_t(i) / 12));
        night(format_iso({clock_.now().micros + 4 * second_us}));
    }
    EXPECT_THAT(jobs("dump"), IsEmpty());
    EXPECT_THAT(waiting(), HasSubstr("sales_2026-07-01.csv.gz may still grow"));
    night("2026-07-01T07:35:00");  // it stopped too early
    EXPECT_THAT(told(), ElementsAre("missing_files"));
    EXPECT_EQ(notices_[0].facts.at("missing"), "sales_2026-07-01.csv.gz is cut off");
    std::string damaged = whole;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    write("sales_2026-07-01.csv.gz", damaged);
    night("2026-07-01T07:36:00");
    EXPECT_THAT(waiting(), HasSubstr("is damaged"));
    write("sales_2026-07-01.csv.gz", "");
    night("2026-07-01T07:37:00");
    EXPECT_THAT(waiting(), HasSubstr("is empty"));
    EXPECT_THAT(jobs("dump"), IsEmpty());
    write("sales_2026-07-01.csv.gz", whole);
    night("2026-07-01T07:38:00");
    EXPECT_THAT(states("dump"), ElementsAre("succeeded"));
}

// A set that is whole when its day's last scan begins it starts, and nobody is told of missing
// files: with two scans and with a single one, with a word to be asked for and without.
TEST_F(FilesSensorTest, StartsAtTheLastScan) {
    for (const std::string scans : {"[0 3 * * *, 30 3 * * *]", "[30 3 * * *]"}) {
        for (const std::string late : {"start", "ask"}) {
            const std::string date = format_date(to_days(clock_.now()));
            const std::size_t jobs_before = params_.size();
            open(
                "timezone: America/New_York\nsensors:\n  dump: {kind: files, scans: " + scans +
                ", late: " + late + ", files: {sales: 'sales_{date}.csv'}, steps: [run]}\n"
            );
            night(date + "T07:10:00");  // after the first of two
            deliver("sales", date);
            night(date + "T07:29:55");
            EXPECT_EQ(params_.size(), jobs_before);
            night(date + "T08:00:00");
            ASSERT_EQ(params_.size(), jobs_before + 1) << scans << late;
            EXPECT_EQ(params_.back().at("date"), date);
            pass_until(next_day(date) + "T05:00:00", 10 * minute_us);
        }
    }
    EXPECT_THAT(told(), ElementsAre("success", "success", "success", "success"));
    for (const Notice& notice : notices_) EXPECT_NE(notice.facts.at("date"), "");
}

// Links are not followed: who may write here need not be one who may read there.
TEST_F(FilesSensorTest, Links) {
    open(dump());
    deliver_all("2026-07-01");
    write("elsewhere/real.csv", "a\n1\n");
    std::filesystem::remove(path("sales_2026-07-01.csv.gz"));
    std::filesystem::create_symlink("/etc/passwd", path("sales_2026-07-01.csv"));
    night("2026-07-01T07:32:00");
    EXPECT_THAT(notices_.at(0).facts.at("missing"), HasSubstr("is a link"));
}

// The date is the package's: at 23:30 in New York it is still the day before UTC's.
TEST_F(FilesSensorTest, DateOfThePackagesZone) {
    open(
        "timezone: America/New_York\nsensors:\n  dump: {kind: files, scans: [30 23 * * *], "
        "files: {sales: 'sales_{date}.csv'}, steps: [run]}\n"
    );
    deliver("sales", "2026-07-02");  // UTC's date then
    write("sales_20260701.csv", "a\n1\n");
    night("2026-07-02T03:31:00");
    ASSERT_THAT(params_, SizeIs(1));
    EXPECT_EQ(params_[0].at("sales"), path("sales_20260701.csv"));
}

// A machine that sleeps over the scans makes up for today's when it wakes, never for yesterday's.
TEST_F(FilesSensorTest, SleepsOverTheScans) {
    open(dump());
    tick();
    deliver_all("2026-07-01");
    deliver_all("2026-07-03");
    clock_.advance_us(2 * 24 * hour_us + 10 * hour_us);
    night(format_iso({clock_.now().micros + 30 * second_us}));
    ASSERT_THAT(params_, SizeIs(1));
    EXPECT_EQ(params_[0].at("date"), "2026-07-03");
}

// The clock goes back after the start: the same date does not start again.
TEST_F(FilesSensorTest, ClockSetBack) {
    open(dump());
    deliver_all("2026-07-01");
    night("2026-07-01T07:01:00");
    clock_.set("2026-07-01T05:00:00");
    pass_until("2026-07-01T09:00:00", 30 * second_us);
    EXPECT_THAT(jobs("dump"), SizeIs(1));
}

// A failed job of a date may be asked for again by a person, and by nobody else.
TEST_F(FilesSensorTest, FailedDateByHand) {
    deeds_["run"] = [](const StepOrder&) -> Result<StepResult> {
        return StepResult{true, "no", "failure"};
    };
    open(dump());
    deliver_all("2026-07-01");
    pass_until("2026-07-01T12:00:00", 10 * second_us);
    EXPECT_THAT(states("dump"), ElementsAre("failed"));
    deeds_.clear();
    ASSERT_TRUE(scheduler_->ask({"shop", "dump", "2026-07-01", {}}).ok());
    tick();
    EXPECT_THAT(states("dump"), ElementsAre("failed", "succeeded"));
    EXPECT_EQ(
        scheduler_->ask({"shop", "dump", "2026-07-05", {}}).error().code(), ErrorCode::Conflict
    );
    EXPECT_EQ(
        scheduler_->ask({"shop", "dump", "tomorrow", {}}).error().code(), ErrorCode::InvalidArgument
    );
}

// A manifest says how many rows each file has; with fewer the set is not whole.
TEST_F(FilesSensorTest, RowCounts) {
    open(dump("    manifest: rows_{date}.json\n"));
    deliver_all("2026-07-01");
    write("sales_2026-07-01.csv.gz", gzip("a,b\n1,\"two\nlines\"\n2,x\n3,y"));
    night("2026-07-01T07:01:00");
    EXPECT_THAT(waiting(), HasSubstr("rows_2026-07-01.json is not there"));
    write("rows_2026-07-01.json", "{\"sales_2026-07-01.csv.gz\": 4, \"store_2026-07-01.csv\": 1}");
    night("2026-07-01T07:32:00");
    EXPECT_THAT(
        notices_.at(0).facts.at("missing"),
        AllOf(
            HasSubstr("has 3 rows, and the manifest says 4"),
            HasSubstr("inventory_2026-07-01.csv.gz is not in the manifest")
        )
    );
    write("rows_2026-07-01.json", "[]");
    night("2026-07-01T07:33:00");
    EXPECT_THAT(waiting(), HasSubstr("no JSON object"));
    write(
        "rows_2026-07-01.json",
        "{\"sales_2026-07-01.csv.gz\": 3, \"store_2026-07-01.csv\": 1, "
        "\"inventory_2026-07-01.csv.gz\": 1}"
    );
    night("2026-07-01T07:34:00");
    EXPECT_THAT(states("dump"), ElementsAre("succeeded"));
}

// _SUCCESS has no date: it counts only when it came after the files.
TEST_F(FilesSensorTest, SuccessMarker) {
    open(dump("    manifest: _SUCCESS\n"));
    write("_SUCCESS", "");
    deliver_all("2026-07-01");
    night("2026-07-01T07:01:30");
    EXPECT_THAT(waiting(), HasSubstr("_SUCCESS is older than"));
    write("_SUCCESS", "");
    night("2026-07-01T07:31:00");
    EXPECT_THAT(states("dump"), ElementsAre("succeeded"));
}

// Every cut of a packed file is found, whatever its last bytes are; whole ones are whole, and their
// rows are counted.
TEST_F(FilesSensorTest, WholeFiles) {
    const std::atomic<bool> go_on{false};
    const std::string text = rows(1000);
    const auto verdict = [&](const std::string& bytes, CountRows count) {
        write("file", bytes);
        auto one = examine_file(*files_, path("file"), count, go_on);
        EXPECT_TRUE(one.ok());
        return one.ok() ? *one : FileVerdict{"?", {}};
    };
    for (const std::string& packed : {gzip(text), zstd(text), gzip(text) + gzip("1,2\n")}) {
        EXPECT_EQ(verdict(packed, CountRows::No).fault, "");
        for (std::size_t size = packed.size() - 40; size < packed.size(); ++size) {
            if (size == gzip(text).size()) continue;  // a whole member
            EXPECT_NE(verdict(packed.substr(0, size), CountRows::No).fault, "") << size;
        }
        EXPECT_NE(verdict(packed.substr(0, 3) + "x" + packed.substr(4), CountRows::No).fault, "x");
    }
    EXPECT_EQ(verdict(gzip(text) + std::string(512, '\0'), CountRows::No).fault, "");
    EXPECT_EQ(verdict(gzip(text) + "garbage", CountRows::No).fault, "is damaged");
    EXPECT_EQ(verdict(gzip(text), CountRows::CsvBelowHeader).row_count, 1000);
    EXPECT_EQ(verdict(zstd(text), CountRows::CsvBelowHeader).row_count, 1000);
    EXPECT_EQ(verdict(text, CountRows::CsvBelowHeader).row_count, 1000);
    EXPECT_EQ(verdict("{}\n{}\r\n\n{}", CountRows::Lines).row_count, 3);
    EXPECT_EQ(verdict("a\r\n", CountRows::CsvBelowHeader).row_count, 0);
}

// Names as they may be written, in the order in which they are looked for.
TEST(FileNames, AtADate) {
    EXPECT_THAT(
        names_at("x/sales_{date}.csv", "2025-07-01"),
        ElementsAre(
            "x/sales_2025-07-01.csv",
            "x/sales_20250701.csv",
            "x/sales_2025-07-01.csv.gz",
            "x/sales_20250701.csv.gz",
            "x/sales_2025-07-01.csv.zst",
            "x/sales_20250701.csv.zst"
        )
    );
}

// A table's new version starts a job with it, once; what came meanwhile is one job more.
TEST_F(FilesSensorTest, TableChanged) {
    versions_["raw.orders"] = 3;
    open("sensors:\n  t: {kind: table, tables: [raw.orders, raw.items], every: 10s, steps: [run]}\n"
    );
    night("2026-07-01T04:01:00");
    EXPECT_THAT(params_, IsEmpty());
    versions_["raw.orders"] = 5;
    versions_["raw.items"] = 1;
    night("2026-07-01T04:02:00");
    ASSERT_THAT(params_, SizeIs(1));
    EXPECT_THAT(
        params_[0], ElementsAre(testing::Pair("raw.items", "1"), testing::Pair("raw.orders", "5"))
    );
    open("sensors:\n  t: {kind: table, tables: [raw.orders, raw.items], every: 10s, steps: [run]}\n"
    );
    night("2026-07-01T04:03:00");
    EXPECT_THAT(params_, SizeIs(1));
    versions_["raw.items"] = 2;
    night("2026-07-01T04:04:00");
    EXPECT_THAT(params_, SizeIs(2));
}

// A package's run that ends as asked starts a job; one that ended before, or otherwise, does not;
// one that failed and was gone on with does.
TEST_F(FilesSensorTest, RunFinished) {
    const std::string manifest = "sensors:\n  r: {kind: run, package: other, steps: [crawl]}\n";
    runs_ = {{1, "other", "succeeded"}, {2, "other", "running"}};
    open(manifest);
    night("2026-07-01T04:01:00");
    EXPECT_THAT(params_, IsEmpty());
    runs_[1].state = "failed";
    runs_.push_back({3, "third", "succeeded"});
    night("2026-07-01T04:02:00");
    EXPECT_THAT(params_, IsEmpty());
    open(manifest);
    runs_[1].state = "succeeded";
    night("2026-07-01T04:03:00");
    ASSERT_THAT(params_, SizeIs(1));
    EXPECT_EQ(params_[0].at("run"), "2");
    runs_.push_back({4, "other", "succeeded"});
    runs_.push_back({5, "other", "succeeded"});
    night("2026-07-01T04:05:00");
    ASSERT_THAT(params_, SizeIs(2));
    EXPECT_EQ(params_[1].at("run"), "5");
}

}  // namespace
}  // namespace tradewind::schedule

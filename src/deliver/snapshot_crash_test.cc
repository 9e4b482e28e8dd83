// Snapshots on a machine that loses its power at every step: the table shows what was told, or what
// was under way, and never an older date.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.h"
#include "base/time.h"
#include "deliver/simulated_life.h"
#include "os/temporary_folder.h"

namespace tradewind::deliver::simulation {

namespace {

constexpr const char* contract_text = R"yaml(
source: orders
kind: files
files: ["orders_{date}.csv"]
load: snapshot
fields:
  invoice: {type: text, required: true}
  id: {type: integer, required: true}
  parts: {type: integer, required: true}
transform:
  - add: {share: {type: "decimal(12,4)", expression: "round(12 / parts, 4)"}}
)yaml";

struct Dump {
    std::string date;
    std::int64_t replaces = 0;
    Ids ids;
    Ids shown_after;  // what the table shows when it is in
};

// Import n is dumps[n - 1].
const std::vector<Dump> dumps = {
    {"2025-07-02", 0, {21, 22}, {21, 22}},
    {"2025-07-01", 0, {11}, {21, 22}},      // older
    {"2025-07-01", 2, {12, 13}, {21, 22}},  // a correction of the older one
    {"2025-07-02", 1, {23}, {23}},          // of what is shown
    {"2025-07-03", 0, {31, 32}, {31, 32}},
    {"2025-07-02", 4, {24}, {31, 32}},
};

class Night {
public:
    Night(std::uint64_t seed, os::Database& database) : machine_(seed, database, {}) {
        machine_.contract =
            MUST(contract::parse_contract(MUST(yaml::parse(contract_text, "orders.yml"))));
    }

    os::SimulatedFilesystem& files() { return machine_.files; }

    // Goes on where the last life stopped. False: the power went, or something failed.
    bool run() {
        auto life = Life::open(machine_);
        if (!life.ok()) return false;
        life_ = std::move(life).take();
        for (; done_ < dumps.size(); ++done_) {
            const auto report = bring(done_);
            if (!report.ok()) return false;
            versions_.push_back(report->table_version);
        }
        return true;
    }

    // What is wrong after the power came back; empty: nothing.
    std::string lose_power_and_look(std::size_t kept) {
        life_.reset();
        machine_.lose_power(kept);
        auto life = Life::open(machine_);
        if (!life.ok()) return "does not open: " + life.error().describe();
        life_ = std::move(life).take();
        const auto held = life_->holdings();
        if (!held.ok()) return held.error().describe();
        Ids table = held->table;
        std::sort(table.begin(), table.end());
        const Ids before = done_ == 0 ? Ids() : dumps[done_ - 1].shown_after;
        const Ids after = done_ < dumps.size() ? dumps[done_].shown_after : before;
        if (table != before && table != after)
            return "the table shows something else after " + std::to_string(done_) + " dumps";
        life_.reset();
        return asides();
    }

    std::string end() {
        const auto held = life_->holdings();
        if (!held.ok()) return held.error().describe();
        Ids table = held->table;
        Ids serving = held->serving;
        std::sort(table.begin(), table.end());
        std::sort(serving.begin(), serving.end());
        if (table != dumps.back().shown_after) return "the table is wrong at the end";
        if (serving != table) return "serving is wrong at the end";
        return asides();
    }

private:
    Result<LoadReport> bring(std::size_t index) {
        const Dump& dump = dumps[index];
        LoadTicket ticket;
        ticket.origin = OriginId(static_cast<std::int64_t>(index) + 1);
        ticket.identity = "orders_" + dump.date + ".csv";
        ticket.content_hash = std::to_string(index);
        if (dump.replaces != 0) ticket.replaces = OriginId(dump.replaces);
        ticket.received_at = machine_.clock.now();
        ticket.date = to_days(MUST(parse_iso(dump.date)));
        auto load = TRY(life_->delivery().begin_load(ticket));
        RowBatch rows(machine_.contract->columns());
        std::int64_t row = 1;
        for (const std::int64_t id : dump.ids) {
            rows.column(0).add_text("A1");
            rows.column(1).add_integer(id);
            rows.column(2).add_integer(2);
            rows.commit_row({PartitionId(0), row++, ticket.received_at});
        }
        TRY(load->add(std::move(rows), {}));
        return load->commit();
    }

    // Every version that was told of is there, with that import's rows alone.
    std::string asides() {
        const auto life = Life::open(machine_);
        if (!life.ok()) return life.error().describe();
        for (std::size_t i = 0; i < versions_.size(); ++i) {
            const std::string name = "version " + std::to_string(versions_[i]);
            const auto version = (*life)->lake().version("raw/orders/table", versions_[i]);
            if (!version.ok()) return name + ": " + version.error().describe();
            if (version->row_count() != static_cast<std::int64_t>(dumps[i].ids.size()))
                return name + " has other rows";
            for (const lake::DataFile& file : version->files) {
                if (file.origin.value != static_cast<std::int64_t>(i) + 1)
                    return name + " has rows of another import";
                const auto read = (*life)->lake().read(file.path, 1u << 20);
                if (!read.ok()) return name + ": " + read.error().describe();
            }
        }
        return "";
    }

    Machine machine_;
    std::unique_ptr<Life> life_;
    std::size_t done_ = 0;
    std::vector<std::int64_t> versions_;
};

class SnapshotCrash : public ::testing::Test {
protected:
    SnapshotCrash() {
        log::configure(log::Level::Off, log::Format::Text);
        database_ = MUST(os::Database::open(folder_.path("letters.sqlite")));
        MUST(database_->run("PRAGMA synchronous = OFF"));
    }
    std::uint64_t steps_of_night() {
        Night night(1, *database_);
        EXPECT_TRUE(night.run());
        EXPECT_EQ(night.end(), "");
        return night.files().mutation_count();
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Database> database_;
};

TEST_F(SnapshotCrash, NeverAnOlderDate) {
    // Proves that wherever the power goes while newer, older and corrected dumps come in, the table
    // shows the newest date that was told or the one under way, that the versions that were told
    // of are kept, and that going on brings everything to its end.
    const std::uint64_t steps = steps_of_night();
    ASSERT_GT(steps, 100u);
    for (std::uint64_t step = 0; step <= steps; ++step) {
        SCOPED_TRACE("power lost after step " + std::to_string(step));
        Night night(100 + step, *database_);
        night.files().crash_after(step);
        night.run();
        ASSERT_EQ(night.lose_power_and_look(step % 3 == 0 ? 0 : 1'000'000), "");
        ASSERT_TRUE(night.run());
        ASSERT_EQ(night.end(), "");
    }
}

TEST_F(SnapshotCrash, TwiceInARow) {
    // Proves the same where the power goes again while things go on.
    const std::uint64_t steps = steps_of_night();
    for (std::uint64_t step = 0; step <= steps; step += 17) {
        for (std::uint64_t again = 1; again <= 41; again += 5) {
            SCOPED_TRACE(std::to_string(step) + ", then " + std::to_string(again));
            Night night(step, *database_);
            night.files().crash_after(step);
            night.run();
            ASSERT_EQ(night.lose_power_and_look(0), "");
            night.files().crash_after(again);
            night.run();
            ASSERT_EQ(night.lose_power_and_look(again), "");
            ASSERT_TRUE(night.run());
            ASSERT_EQ(night.end(), "");
        }
    }
}

}  // namespace

}  // namespace tradewind::deliver::simulation

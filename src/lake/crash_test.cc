// The lake loses its power at every single step of a scenario, many times over.
#include <functional>
#include <set>

#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

const std::string table = "raw/shop/table";
const std::string stream = "raw/shop/stream";

// What a dataset must hold: path → content, and how far a consumer was.
struct Expected {
    std::map<std::string, std::string> files;
    std::int64_t position = 0;
};

// One life of the machine: runs the scenario until it ends or the power goes, and remembers what
// was acknowledged and what was under way.
class Life {
public:
    Life(std::uint64_t seed, int full_every) : files_(seed) {
        quiet();
        options_.root = "/data/lake";
        options_.quarantine_folder = "/data/quarantine";
        options_.full_version_every = full_every;
        options_.version_retention_us = day_us;
        options_.versions_kept_min = 2;
    }

    os::SimulatedFilesystem& files() { return files_; }

    // False: the power went.
    bool run() {
        auto opened = open_lake(options_, files_, clock_);
        if (!opened.ok()) return false;
        lake_ = std::move(opened).take();
        const bool ended = scenario();
        lake_.reset();
        return ended;
    }

    // After the power came back: is every dataset what it was before or after the step that was cut
    // off, whole, and of further use? Says what is wrong, or nothing.
    std::string check() {
        files_.crash();
        // No retention from here on: it would finish what was cut off before anybody looks.
        options_.version_retention_us = 10'000 * day_us;
        auto opened = open_lake(options_, files_, clock_);
        if (!opened.ok()) return "does not open: " + opened.error().describe();
        lake_ = std::move(opened).take();
        for (const std::string& dataset : {table, stream}) {
            if (const std::string fault = compare(dataset); !fault.empty())
                return dataset + ": " + fault;
        }
        if (const std::string fault = compare_aside(); !fault.empty()) return "aside: " + fault;
        const auto verified = lake_->verify(false);
        if (!verified.ok()) return verified.error().describe();
        if (const std::string orphan = find_orphan(); !orphan.empty()) return "orphan " + orphan;
        if (!MUST(lake_->datasets()).empty() && files_.exists("/data/quarantine"))
            return "something is in quarantine";
        return go_on();
    }

private:
    bool scenario() {
        for (int round = 0; round < 3; ++round) {
            const std::string n = std::to_string(round);
            if (!add(table, {table + "/a" + n, table + "/b" + n}, false)) return false;
            if (!add(stream, {stream + "/hour=0" + n + "/s"}, false)) return false;
            if (!add(table, {table + "/c" + n}, true)) return false;
            if (!compact(n)) return false;
            if (!put_aside(n)) return false;
            if (!give_up(n)) return false;
            clock_.advance_us(day_us + 1);
            aside_.reset();  // the sweep may give it up
            if (!lake_->sweep().ok()) return false;
        }
        return add(table, {table + "/last"}, true);
    }

    bool add(const std::string& dataset, const std::vector<std::string>& paths, bool adopted) {
        Commit commit;
        Expected next = acknowledged_[dataset];
        for (const std::string& path : paths) {
            const std::string content = path + std::string(700, 'x') + path;
            auto file = adopted ? write_adopted(path, content) : write_new(path, content);
            if (!file) return false;
            commit.add.push_back(*file);
            next.files[path] = content;
        }
        return commit_as(dataset, commit, next);
    }

    // Two files become one.
    bool compact(const std::string& n) {
        const std::string path = table + "/compact" + n;
        Expected next = acknowledged_[table];
        const std::string content = next.files[table + "/a" + n] + next.files[table + "/b" + n];
        auto file = write_adopted(path, content);
        if (!file) return false;
        Commit commit = removing({table + "/a" + n, table + "/b" + n});
        commit.add = {*file};
        next.files.erase(table + "/a" + n);
        next.files.erase(table + "/b" + n);
        next.files[path] = content;
        return commit_as(table, commit, next);
    }

    // An older state of the whole table, which must never be seen as the current one.
    bool put_aside(const std::string& n) {
        const std::string path = table + "/aside" + n;
        auto file = write_new(path, path);
        if (!file) return false;
        Commit commit = adding({*file});
        commit.remove_if = [](const DataFile&) { return true; };
        commit.aside = true;
        const auto version = lake_->commit(table, commit, std::nullopt);
        if (!version.ok()) return false;
        aside_ = {version->number, path};
        return true;
    }

    std::string compare_aside() {
        if (!aside_) return "";
        const auto& [number, path] = *aside_;
        const auto version = lake_->version(table, number);
        if (!version.ok()) return version.error().describe();
        if (version->files.size() != 1 || version->files.find(path) == nullptr)
            return "version " + std::to_string(number) + " holds other files";
        const auto read = lake_->read(path, 10'000);
        return read.ok() && *read == path ? "" : path + " has other content";
    }

    // Files that never get into a version.
    bool give_up(const std::string& n) {
        auto file = write_new(table + "/given_up" + n, "x");
        if (!file || !lake_->discard(file->path).ok()) return false;
        if (!write_new(table + "/forgotten" + n, "x")) return false;
        auto unfinished = lake_->create(table + "/unfinished" + n);
        return unfinished.ok() && (*unfinished)->append("x").ok();
    }

    std::optional<DataFile> write_new(const std::string& path, const std::string& content) {
        auto file = lake_->create(path);
        if (!file.ok() || !(*file)->append(content).ok()) return std::nullopt;
        auto finished = (*file)->finish();
        return finished.ok() ? std::optional(*finished) : std::nullopt;
    }

    std::optional<DataFile> write_adopted(const std::string& path, const std::string& content) {
        const auto scratch = lake_->scratch_path(".parquet");
        if (!scratch.ok()) return std::nullopt;
        auto file = files_.open(*scratch, os::OpenMode::CreateNew);
        if (!file.ok() || !(*file)->write_at(0, content).ok()) return std::nullopt;
        auto adopted = lake_->adopt(*scratch, path, 1);
        return adopted.ok() ? std::optional(*adopted) : std::nullopt;
    }

    bool commit_as(const std::string& dataset, Commit& commit, Expected next) {
        ++next.position;
        commit.positions["sink"] = Position(next.position);
        attempted_[dataset] = next;
        if (!lake_->commit(dataset, commit, std::nullopt).ok()) return false;
        acknowledged_[dataset] = next;
        attempted_.erase(dataset);
        return true;
    }

    std::string compare(const std::string& dataset) {
        const auto version = lake_->current(dataset);
        if (!version.ok()) return version.error().describe();
        const auto at = version->positions.find("sink");
        const std::int64_t position = at == version->positions.end() ? 0 : at->second.value;
        Expected expected = acknowledged_[dataset];
        if (attempted_.contains(dataset) && position == attempted_[dataset].position)
            expected = attempted_[dataset];
        if (position != expected.position)
            return "acknowledged position " + std::to_string(expected.position) + " is " +
                   std::to_string(position);
        if (version->files.size() != expected.files.size())
            return "has " + std::to_string(version->files.size()) + " files";
        for (const auto& [path, content] : expected.files) {
            const auto read = lake_->read(path, 10'000);
            if (!read.ok()) return path + ": " + read.error().describe();
            if (*read != content) return path + " has other content";
        }
        acknowledged_[dataset] = expected;
        attempted_.erase(dataset);
        return "";
    }

    std::string find_orphan() {
        std::set<std::string> named;
        for (const std::string& dataset : {table, stream}) {
            // Every version file that lies there can be read, and what it names is there.
            const auto listed = files_.list("/data/lake/" + dataset + "/_versions");
            if (!listed.ok()) continue;
            for (const auto& info : *listed) {
                const auto version = lake_->version(dataset, std::stoll(info.name.substr(0, 12)));
                if (!version.ok()) return version.error().describe();
                for (const DataFile& file : version->files) {
                    if (!files_.exists("/data/lake/" + file.path)) return "missing " + file.path;
                    named.insert(file.path);
                }
            }
        }
        for (const std::string& path : MUST(os::list_tree(files_, "/data/lake"))) {
            // Of a dataset that never had a version nobody knows that it is one.
            const std::string dataset = path.starts_with(table) ? table : stream;
            if (!files_.exists("/data/lake/" + dataset + "/_versions")) continue;
            if (path.find("_versions/") == std::string::npos && !named.contains(path)) return path;
        }
        return "";
    }

    std::string go_on() {
        if (!add(table, {table + "/afterwards"}, false)) return "the next commit fails";
        if (const std::string fault = compare(table); !fault.empty())
            return "after another commit: " + fault;
        return lake_->sweep().ok() ? "" : "cannot be swept";
    }

    os::SimulatedFilesystem files_;
    os::ManualClock clock_{start_of_tests};
    LakeOptions options_;
    std::unique_ptr<Lake> lake_;
    std::map<std::string, Expected> acknowledged_;
    std::map<std::string, Expected> attempted_;
    std::optional<std::pair<std::int64_t, std::string>> aside_;  // a version, and its only file
};

std::uint64_t steps_of_scenario(int full_every) {
    Life life(1, full_every);
    EXPECT_TRUE(life.run());
    return life.files().mutation_count();
}

// Tries crash points until one shows damage; what it shows.
std::string first_damage(const std::function<void(os::SimulatedFilesystem&)>& take_guard_out) {
    const std::uint64_t steps = steps_of_scenario(3);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        for (std::uint64_t step = 0; step <= steps; ++step) {
            Life life(seed, 3);
            take_guard_out(life.files());
            life.files().crash_after(step);
            [[maybe_unused]] const bool ended = life.run();
            if (const std::string fault = life.check(); !fault.empty()) return fault;
        }
    }
    return "";
}

TEST(LakeCrash, EveryStepLeavesTheOldOrTheNewVersion) {
    // Proves that wherever the power goes in a scenario of commits, adoptions, compactions, whole
    // version files, retention and sweeps, each dataset comes back as before or after the step
    // under way, its files whole, nothing left over, and usable.
    for (const int full_every : {1, 3, 100}) {
        const std::uint64_t steps = steps_of_scenario(full_every);
        ASSERT_GT(steps, 200u);
        for (std::uint64_t step = 0; step <= steps; ++step) {
            Life life(1000 + step, full_every);
            life.files().crash_after(step);
            life.run();
            ASSERT_EQ(life.check(), "") << "step " << step << ", every " << full_every;
        }
    }
}

TEST(LakeCrash, ACrashWhileRecoveringIsRecovered) {
    // Proves that opening after a crash may itself be cut off at any step.
    const std::uint64_t steps = steps_of_scenario(3);
    for (std::uint64_t step = 0; step <= steps; step += 7) {
        for (std::uint64_t again = 0; again < 12; ++again) {
            Life life(step, 3);
            life.files().crash_after(step);
            life.run();
            life.files().crash();
            life.files().crash_after(again);
            {
                os::ManualClock clock(start_of_tests);
                LakeOptions options;
                options.root = "/data/lake";
                options.quarantine_folder = "/data/quarantine";
                [[maybe_unused]] const auto opened = open_lake(options, life.files(), clock);
            }
            ASSERT_EQ(life.check(), "") << "step " << step << ", then " << again;
        }
    }
}

TEST(LakeCrash, WithoutADataFilesSyncACommitIsLost) {
    // Proves that the simulation sees what the sync of data files is for.
    const std::string fault = first_damage([](os::SimulatedFilesystem& files) {
        files.ignore_file_sync([](const std::string& path) {
            return path.find("/_scratch/") != std::string::npos;
        });
    });
    EXPECT_NE(fault, "");
}

TEST(LakeCrash, WithoutTheDataFoldersSyncACommitIsLost) {
    // Proves that the simulation sees what the sync of the folder that a data file is moved to is
    // for.
    const std::string fault = first_damage([](os::SimulatedFilesystem& files) {
        files.ignore_folder_sync([](const std::string& path) {
            return path.ends_with("/table") || path.find("/hour=") != std::string::npos;
        });
    });
    EXPECT_NE(fault, "");
}

TEST(LakeCrash, WithoutTheVersionFilesSyncACommitIsLost) {
    // Proves that the simulation sees what the sync of a version file is for.
    const std::string fault = first_damage([](os::SimulatedFilesystem& files) {
        files.ignore_file_sync([](const std::string& path) {
            return path.find("/_versions/") != std::string::npos;
        });
    });
    EXPECT_NE(fault, "");
}

TEST(LakeCrash, WithoutTheVersionsFolderSyncACommitIsLost) {
    // Proves that the simulation sees what the sync of `_versions` is for: it makes the rename, the
    // commit point, durable.
    const std::string fault = first_damage([](os::SimulatedFilesystem& files) {
        files.ignore_folder_sync([](const std::string& path) {
            return path.ends_with("/_versions");
        });
    });
    EXPECT_NE(fault.find("acknowledged position"), std::string::npos) << fault;
}

}  // namespace

}  // namespace tradewind::lake

#include "extract/dump_run.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "extract/file_name.h"
#include "extract/new_files.h"
#include "extract/packed_file.h"

namespace tradewind::extract {

namespace {

class DumpAttempt {
public:
    DumpAttempt(const DumpTask& task, const SessionParts& parts, NewFiles files)
        : task_(task),
          parts_(with_own_end(parts)),
          files_(std::move(files)),
          dumped_(task.dump.tables.size()) {}

    Result<std::vector<DumpedTable>> carry_out() {
        auto first = TRY(open_session(task_.connection, parts_));
        auto sessions = TRY(open_others(*first));
        sessions.push_back(std::move(first));
        // The first session outlives the others: what they see is what it holds.
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i + 1 < sessions.size(); ++i)
            threads.emplace_back([this, session = sessions[i].get()] { take_tables(*session); });
        take_tables(*sessions.back());
        for (std::thread& thread : threads) thread.join();
        if (error_) return *std::move(error_);
        TRY(publish());
        return std::move(dumped_);
    }

private:
    // An attempt ends for all its sessions when one of them failed.
    SessionParts with_own_end(const SessionParts& parts) {
        SessionParts own = parts;
        own.give_up = [this, asked = parts.give_up] {
            return failed_.load() || (asked && asked());
        };
        return own;
    }

    Result<std::vector<std::unique_ptr<Session>>> open_others(Session& first) {
        std::vector<std::unique_ptr<Session>> others;
        const std::size_t wanted =
            std::min<std::size_t>(static_cast<std::size_t>(task_.dump.parallel), dumped_.size());
        while (others.size() + 1 < wanted) {
            auto session = TRY(first.another());
            if (session == nullptr) break;
            others.push_back(std::move(session));
        }
        return others;
    }

    void take_tables(Session& session) {
        for (std::size_t i = next_++; i < dumped_.size() && !failed_; i = next_++) {
            auto dumped = dump_table(session, task_.dump.tables[i]);
            if (dumped.ok()) {
                dumped_[i] = std::move(dumped).take();
                continue;
            }
            std::lock_guard lock(mutex_);
            if (!failed_)
                error_ = std::move(dumped).error().in("table " + task_.dump.tables[i].name);
            failed_ = true;
        }
    }

    Result<DumpedTable> dump_table(Session& session, const DumpTable& table) {
        const std::string name = file_name(task_.dump.files, table.name, task_.date);
        auto file =
            TRY(PackedFile::create(*parts_.files, files_.path(name), name, task_.disk_reserve_bytes)
            );
        DumpedTable dumped;
        dumped.table = table.name;
        dumped.path = os::join(task_.folder, name);
        dumped.row_count = TRY(session.copy(table.query, nullptr, [&](std::string_view bytes) {
            return file->write(bytes);
        }));
        TRY(file->finish());
        dumped.bytes = file->bytes();
        return dumped;
    }

    // Who looks at the manifest sees it after all that it names; the one before it is gone before
    // any of them changes.
    Result<void> publish() {
        std::vector<std::string> names;
        for (const DumpedTable& table : dumped_) names.push_back(os::base_name(table.path));
        if (!task_.dump.manifest.empty()) {
            const std::string name = file_name(task_.dump.manifest, "", task_.date);
            TRY(os::write_file_atomic(*parts_.files, files_.path(name), manifest()));
            const std::string before = os::join(task_.folder, name);
            if (parts_.files->exists(before)) {
                TRY(parts_.files->remove(before));
                TRY(parts_.files->sync_folder(task_.folder));
            }
            names.push_back(name);
        }
        return files_.publish(names);
    }

    std::string manifest() const {
        json::Value rows = json::Value::object();
        for (const DumpedTable& table : dumped_)
            rows.set(os::base_name(table.path), table.row_count);
        return rows.dump_pretty() + "\n";
    }

    const DumpTask& task_;
    std::atomic<bool> failed_{false};
    const SessionParts parts_;
    NewFiles files_;
    std::vector<DumpedTable> dumped_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace

Result<std::vector<DumpedTable>> dump_once(const DumpTask& task, const SessionParts& parts) {
    auto files =
        TRY(NewFiles::begin(*parts.files, task.folder, task.dump.package + "." + task.dump.name));
    return DumpAttempt(task, parts, std::move(files)).carry_out();
}

}  // namespace tradewind::extract

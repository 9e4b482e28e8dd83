// For tests: a power supply that can be cut at every durable step, and a database that needs it.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/database.h"

namespace tradewind::importer::testing_support {

inline Error power_is_gone() {
    return {ErrorCode::Io, "power is gone"};
}

// Counts durable steps; after the last one nothing works any more, until it is restored.
class Power {
public:
    // False: it is gone.
    bool use() {
        std::lock_guard lock(mutex_);
        if (left_ == 0) {
            gone_ = true;
            changed_.notify_all();
            return false;
        }
        --left_;
        ++used_;
        return true;
    }
    void cut_after(int steps) {
        std::lock_guard lock(mutex_);
        left_ = steps;
        gone_ = false;
    }
    void restore() { cut_after(1'000'000'000); }
    bool gone() {
        std::lock_guard lock(mutex_);
        return gone_;
    }
    // After so many statements with these words there is no room for more, until the disk is
    // emptied.
    void fill_disk_after(std::string words, int count) {
        std::lock_guard lock(mutex_);
        full_for_ = std::move(words);
        room_for_ = count;
        disk_full_ = false;
    }
    void empty_disk() { fill_disk_after("", 0); }
    bool full_for(std::string_view sql) {
        std::lock_guard lock(mutex_);
        if (full_for_.empty() || sql.find(full_for_) == std::string_view::npos) return false;
        if (room_for_-- > 0) return false;
        room_for_ = 0;
        disk_full_ = true;
        changed_.notify_all();
        return true;
    }
    void await_full_disk() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return disk_full_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int left_ = 1'000'000'000;
    int used_ = 0;
    bool gone_ = false;
    std::string full_for_;
    int room_for_ = 0;
    bool disk_full_ = false;
};

class PoweredDatabase : public os::Database {
public:
    PoweredDatabase(std::unique_ptr<os::Database> real, Power& power)
        : real_(std::move(real)), power_(power) {}

    Result<std::vector<os::SqlRow>> run(
        std::string_view sql, const std::vector<os::SqlValue>& parameters
    ) override {
        if (!power_.use()) return power_is_gone();
        if (power_.full_for(sql))
            return Error(ErrorCode::ResourceExhausted, "database or disk is full");
        return real_->run(sql, parameters);
    }
    std::int64_t changes() override { return real_->changes(); }
    Result<void> transaction(const std::function<Result<void>()>& f) override {
        if (!power_.use()) return power_is_gone();
        return real_->transaction(f);
    }
    Result<void> migrate(const std::vector<std::string_view>& scripts) override {
        return real_->migrate(scripts);
    }
    Result<void> backup_to(const std::string& path) override { return real_->backup_to(path); }

private:
    std::unique_ptr<os::Database> real_;
    Power& power_;
};

}  // namespace tradewind::importer::testing_support

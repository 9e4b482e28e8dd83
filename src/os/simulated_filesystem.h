// A file system in memory for simulations: what was not synced may be lost or torn at a crash, and
// every call can be made to fail. Deterministic by its seed; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::os {

struct SimulatedState;

class SimulatedFilesystem : public Filesystem {
public:
    explicit SimulatedFilesystem(std::uint64_t seed);
    ~SimulatedFilesystem() override;

    // After that many more calls that change something, every call fails with Io as if the power
    // had gone, until crash() is called. Nothing: never.
    void crash_after(std::optional<std::uint64_t> mutation_count);
    bool crashed() const;
    // The machine comes back: of unsynced writes any subset of 512-byte sectors survives (chosen by
    // the seed), unsynced names (creations, renames, removals) may be there or not. Open Files are
    // dead.
    void crash();
    std::uint64_t mutation_count() const;

    void set_capacity(std::uint64_t bytes);  // default: no limit
    void fail_next_sync();                   // one sync() fails and its bytes are lost
    // Turns bits over in what is stored: damage that a checksum must find.
    Result<void> flip_byte(const std::string& path, std::uint64_t offset);
    // "Forget the guard" switches: that kind of sync becomes a no-op for paths the predicate picks,
    // so that a test can show what the sync is for.
    void ignore_file_sync(std::function<bool(const std::string& path)> pick);
    void ignore_folder_sync(std::function<bool(const std::string& path)> pick);

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<void> create_folders(const std::string& path) override;
    Result<void> sync_folder(const std::string& path) override;
    Result<std::vector<FileInfo>> list(const std::string& path) override;
    Result<FileInfo> info(const std::string& path) override;
    Result<std::uint64_t> free_bytes(const std::string& path) override;
    Result<std::unique_ptr<Lock>> lock(const std::string& path) override;

private:
    std::shared_ptr<SimulatedState> state_;
};

}  // namespace tradewind::os

// What the simulated file system knows: what a program sees ("live"), what the medium holds, and
// the changes in between that a crash may take or leave.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/random.h"

namespace tradewind::os {

struct SimulatedNode;
using NodePointer = std::shared_ptr<SimulatedNode>;
using Names = std::map<std::string, NodePointer>;

// A file's bytes. The medium keeps 512-byte sectors whole; everything else may tear.
class SimulatedBytes {
public:
    static constexpr std::size_t sector_size = 512;

    const std::string& live() const { return live_; }
    void write(std::uint64_t offset, std::string_view bytes, Random& random);
    void resize(std::uint64_t size, Random& random);
    // All that is dirty reaches the medium.
    void sync();
    // The kernel's way with a failed fsync: the pages count as clean, and never reach the medium.
    void forget_dirty();
    void crash(Random& random);
    void flip(std::uint64_t offset, char mask);

private:
    void mark_dirty(std::size_t first_byte, std::size_t end_byte, Random& random);
    void write_back(std::size_t sector);

    std::string live_;
    std::string medium_;  // may be longer than medium_size_: blocks without a size to show them
    std::size_t medium_size_ = 0;
    std::set<std::size_t> dirty_;  // sectors
    bool size_dirty_ = false;
};

// An inode: a file or a folder.
struct SimulatedNode {
    bool folder = false;
    SimulatedBytes bytes;
    std::int64_t modified = 0;
    Names live_names;
    Names medium_names;
};

// One atomic change of names (a rename has two) that no folder sync has covered yet.
struct NameOperation {
    struct Change {
        NodePointer folder;
        std::string name;
        NodePointer node;  // null: the name goes
    };
    std::vector<Change> changes;
    bool chosen = false;
};

struct SimulatedState {
    explicit SimulatedState(std::uint64_t seed);

    // Walks the live tree.
    NodePointer find(const std::string& path) const;
    // The folder that holds (or would hold) the path, and the last name; null when there is no such
    // folder.
    std::pair<NodePointer, std::string> find_parent(const std::string& path) const;
    std::uint64_t used_bytes(const SimulatedNode& folder) const;
    std::uint64_t free() const;

    void change_names(std::vector<NameOperation::Change> changes);
    void sync_names(const NodePointer& folder);
    void crash();

    // Runs `apply` as one call that changes something. When the power goes during it, the change
    // may have happened, but nobody hears of it.
    template <typename F>
    auto mutate(F apply) -> decltype(apply()) {
        using Outcome = decltype(apply());
        if (!powered) return power_error();
        if (budget && *budget == 0) {
            powered = false;
            if (random.chance(0.5)) [[maybe_unused]]
                const Outcome unheard = apply();
            return power_error();
        }
        Outcome outcome = apply();
        ++mutations;
        if (budget) --*budget;
        return outcome;
    }
    static Error power_error();

    Random random;
    NodePointer root;
    std::vector<NameOperation> pending;
    std::set<std::string> locks;
    std::optional<std::uint64_t> capacity;
    std::optional<std::uint64_t> budget;  // mutations left until the power goes
    std::uint64_t mutations = 0;
    std::uint64_t epoch = 0;  // counts crashes; Files of an earlier one are dead
    bool powered = true;
    bool next_sync_fails = false;
    std::function<bool(const std::string&)> file_sync_ignored;
    std::function<bool(const std::string&)> folder_sync_ignored;

private:
    void commit_chosen();
    void settle(const NodePointer& folder);
};

}  // namespace tradewind::os

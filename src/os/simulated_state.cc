#include "os/simulated_state.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::os {

namespace {

// "/a//b/./c" and "a/b/c" are the same: the process stands in the root folder.
std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> parts;
    for (std::string& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else {
            parts.push_back(std::move(part));
        }
    }
    return parts;
}

NodePointer child(const NodePointer& folder, const std::string& name) {
    if (folder == nullptr || !folder->folder) return nullptr;
    const auto found = folder->live_names.find(name);
    return found == folder->live_names.end() ? nullptr : found->second;
}

bool share_a_name(const NameOperation& a, const NameOperation& b) {
    for (const auto& x : a.changes) {
        for (const auto& y : b.changes) {
            if (x.folder == y.folder && x.name == y.name) return true;
        }
    }
    return false;
}

void apply(Names& names, const NameOperation::Change& change) {
    if (change.node == nullptr) {
        names.erase(change.name);
    } else {
        names[change.name] = change.node;
    }
}

}  // namespace

SimulatedState::SimulatedState(std::uint64_t seed)
    : random(seed), root(std::make_shared<SimulatedNode>()) {
    root->folder = true;
}

NodePointer SimulatedState::find(const std::string& path) const {
    NodePointer at = root;
    for (const std::string& part : parts_of(path)) at = child(at, part);
    return at;
}

std::pair<NodePointer, std::string> SimulatedState::find_parent(const std::string& path) const {
    std::vector<std::string> parts = parts_of(path);
    if (parts.empty()) return {nullptr, ""};
    const std::string name = std::move(parts.back());
    parts.pop_back();
    NodePointer at = root;
    for (const std::string& part : parts) at = child(at, part);
    if (at != nullptr && !at->folder) at = nullptr;
    return {at, name};
}

std::uint64_t SimulatedState::used_bytes(const SimulatedNode& folder) const {
    std::uint64_t used = 0;
    for (const auto& [name, node] : folder.live_names) {
        used += node->folder ? used_bytes(*node) : node->bytes.live().size();
    }
    return used;
}

std::uint64_t SimulatedState::free() const {
    constexpr std::uint64_t plenty = std::uint64_t{1} << 40;
    if (!capacity) return plenty;
    const std::uint64_t used = used_bytes(*root);
    return used < *capacity ? *capacity - used : 0;
}

void SimulatedState::change_names(std::vector<NameOperation::Change> changes) {
    for (const auto& change : changes) apply(change.folder->live_names, change);
    pending.push_back({std::move(changes), false});
}

void SimulatedState::sync_names(const NodePointer& folder) {
    for (NameOperation& operation : pending) {
        for (const auto& change : operation.changes)
            operation.chosen = operation.chosen || change.folder == folder;
    }
    commit_chosen();
}

// A change never reaches the medium without those before it that concern the same names; of
// changes that have nothing in common any may survive.
void SimulatedState::commit_chosen() {
    for (std::size_t later = pending.size(); later-- > 0;) {
        if (!pending[later].chosen) continue;
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            if (share_a_name(pending[earlier], pending[later])) pending[earlier].chosen = true;
        }
    }
    std::vector<NameOperation> left;
    for (NameOperation& operation : pending) {
        if (operation.chosen) {
            for (const auto& change : operation.changes) apply(change.folder->medium_names, change);
        } else {
            left.push_back(std::move(operation));
        }
    }
    pending = std::move(left);
}

void SimulatedState::settle(const NodePointer& folder) {
    folder->live_names = folder->medium_names;
    for (const auto& [name, node] : folder->live_names) {
        if (node->folder) {
            settle(node);
        } else {
            node->bytes.crash(random);
        }
    }
}

void SimulatedState::crash() {
    for (NameOperation& operation : pending) operation.chosen = random.chance(0.5);
    commit_chosen();
    pending.clear();
    settle(root);
    locks.clear();
    budget.reset();
    next_sync_fails = false;
    powered = true;
    ++epoch;
}

Error SimulatedState::power_error() {
    return Error(ErrorCode::Io, "the simulated machine has lost its power");
}

}  // namespace tradewind::os

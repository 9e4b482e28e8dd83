#include "os/simulated_filesystem.h"

#include "os/simulated_file.h"
#include "os/simulated_state.h"

namespace tradewind::os {

namespace {

Error no_such(const std::string& path) {
    return simulated_error(ErrorCode::NotFound, path, "no such file or folder");
}

NodePointer make_node(bool folder) {
    auto node = std::make_shared<SimulatedNode>();
    node->folder = folder;
    return node;
}

bool contains(const NodePointer& folder, const NodePointer& wanted) {
    if (folder == wanted) return true;
    for (const auto& [name, node] : folder->live_names) {
        if (contains(node, wanted)) return true;
    }
    return false;
}

FileInfo to_info(const std::string& name, const SimulatedNode& node) {
    FileInfo info;
    info.name = name;
    info.folder = node.folder;
    info.size = node.bytes.live().size();
    info.modified_at = Timestamp{node.modified};
    return info;
}

class SimulatedLock : public Lock {
public:
    SimulatedLock(std::shared_ptr<SimulatedState> state, std::string path)
        : state_(std::move(state)), path_(std::move(path)), epoch_(state_->epoch) {}
    ~SimulatedLock() override {
        if (epoch_ == state_->epoch) state_->locks.erase(path_);
    }

private:
    std::shared_ptr<SimulatedState> state_;
    std::string path_;
    std::uint64_t epoch_;
};

}  // namespace

SimulatedFilesystem::SimulatedFilesystem(std::uint64_t seed)
    : state_(std::make_shared<SimulatedState>(seed)) {}
SimulatedFilesystem::~SimulatedFilesystem() = default;

void SimulatedFilesystem::crash_after(std::optional<std::uint64_t> mutation_count) {
    state_->budget = mutation_count;
}

bool SimulatedFilesystem::crashed() const {
    return !state_->powered;
}

void SimulatedFilesystem::crash() {
    state_->crash();
}

std::uint64_t SimulatedFilesystem::mutation_count() const {
    return state_->mutations;
}

void SimulatedFilesystem::set_capacity(std::uint64_t bytes) {
    state_->capacity = bytes;
}

void SimulatedFilesystem::fail_next_sync() {
    state_->next_sync_fails = true;
}

Result<void> SimulatedFilesystem::flip_byte(const std::string& path, std::uint64_t offset) {
    const NodePointer node = state_->find(path);
    if (node == nullptr || node->folder) return no_such(path);
    if (offset >= node->bytes.live().size())
        return simulated_error(ErrorCode::InvalidArgument, path, "no such byte");
    node->bytes.flip(offset, static_cast<char>(1 + state_->random.below(255)));
    return {};
}

void SimulatedFilesystem::ignore_file_sync(std::function<bool(const std::string& path)> pick) {
    state_->file_sync_ignored = std::move(pick);
}

void SimulatedFilesystem::ignore_folder_sync(std::function<bool(const std::string& path)> pick) {
    state_->folder_sync_ignored = std::move(pick);
}

Result<std::unique_ptr<File>> SimulatedFilesystem::open(const std::string& path, OpenMode mode) {
    if (!state_->powered) return SimulatedState::power_error();
    NodePointer node = state_->find(path);
    if (mode == OpenMode::CreateNew) {
        if (node != nullptr)
            return simulated_error(ErrorCode::AlreadyExists, path, "exists already");
        const auto [folder, name] = state_->find_parent(path);
        if (folder == nullptr) return no_such(parent_folder(path));
        node = make_node(false);
        TRY(state_->mutate([&, in = folder, as = name]() -> Result<void> {
            state_->change_names({{in, as, node}});
            return {};
        }));
    }
    if (node == nullptr) return no_such(path);
    if (node->folder) return simulated_error(ErrorCode::InvalidArgument, path, "is a folder");
    return std::unique_ptr<File>(
        std::make_unique<SimulatedFile>(state_, node, path, mode != OpenMode::Read)
    );
}

Result<void> SimulatedFilesystem::rename(const std::string& from, const std::string& to) {
    if (!state_->powered) return SimulatedState::power_error();
    const NodePointer node = state_->find(from);
    const NodePointer target = state_->find(to);
    const auto [from_folder, from_name] = state_->find_parent(from);
    const auto [to_folder, to_name] = state_->find_parent(to);
    if (node == nullptr || from_folder == nullptr) return no_such(from);
    if (to_folder == nullptr) return no_such(parent_folder(to));
    if (node == target) return {};
    if (target != nullptr && target->folder != node->folder) {
        return simulated_error(
            ErrorCode::InvalidArgument, to, "a folder cannot replace a file, nor a file a folder"
        );
    }
    if (target != nullptr && !target->live_names.empty())
        return simulated_error(ErrorCode::Conflict, to, "the folder is not empty");
    if (contains(node, to_folder))
        return simulated_error(ErrorCode::InvalidArgument, to, "a folder cannot move into itself");
    return state_->mutate(
        [&, in = from_folder, as = from_name, into = to_folder, anew = to_name]() -> Result<void> {
            state_->change_names({{in, as, nullptr}, {into, anew, node}});
            return {};
        }
    );
}

Result<void> SimulatedFilesystem::remove(const std::string& path) {
    if (!state_->powered) return SimulatedState::power_error();
    const NodePointer node = state_->find(path);
    const auto [folder, name] = state_->find_parent(path);
    if (node == nullptr || folder == nullptr) return no_such(path);
    if (!node->live_names.empty())
        return simulated_error(ErrorCode::Conflict, path, "the folder is not empty");
    return state_->mutate([&, in = folder, as = name]() -> Result<void> {
        state_->change_names({{in, as, nullptr}});
        return {};
    });
}

Result<void> SimulatedFilesystem::create_folders(const std::string& path) {
    if (!state_->powered) return SimulatedState::power_error();
    if (const NodePointer node = state_->find(path); node != nullptr) {
        return node->folder ? Result<void>()
                            : simulated_error(ErrorCode::AlreadyExists, path, "is a file");
    }
    const std::string parent = parent_folder(path);
    TRY(create_folders(parent));
    const auto [folder, name] = state_->find_parent(path);
    TRY(state_->mutate([&, in = folder, as = name]() -> Result<void> {
        state_->change_names({{in, as, make_node(true)}});
        return {};
    }));
    return sync_folder(parent);
}

Result<void> SimulatedFilesystem::sync_folder(const std::string& path) {
    if (!state_->powered) return SimulatedState::power_error();
    const NodePointer node = state_->find(path);
    if (node == nullptr || !node->folder) return no_such(path);
    return state_->mutate([&]() -> Result<void> {
        if (state_->folder_sync_ignored && state_->folder_sync_ignored(path)) return {};
        state_->sync_names(node);
        return {};
    });
}

Result<std::vector<FileInfo>> SimulatedFilesystem::list(const std::string& path) {
    if (!state_->powered) return SimulatedState::power_error();
    const NodePointer node = state_->find(path);
    if (node == nullptr || !node->folder) return no_such(path);
    std::vector<FileInfo> out;
    for (const auto& [name, child] : node->live_names) out.push_back(to_info(name, *child));
    return out;
}

Result<FileInfo> SimulatedFilesystem::info(const std::string& path) {
    if (!state_->powered) return SimulatedState::power_error();
    const NodePointer node = state_->find(path);
    if (node == nullptr) return no_such(path);
    return to_info(base_name(path), *node);
}

Result<std::uint64_t> SimulatedFilesystem::free_bytes(const std::string& path) {
    TRY(info(path));
    return state_->free();
}

Result<std::unique_ptr<Lock>> SimulatedFilesystem::lock(const std::string& path) {
    if (!state_->powered) return SimulatedState::power_error();
    if (state_->find(path) == nullptr) TRY(open(path, OpenMode::CreateNew));
    if (!state_->locks.insert(path).second) {
        return simulated_error(ErrorCode::Conflict, path, "is locked by another process")
            .with_detail("Somebody in this simulation holds it.");
    }
    return std::unique_ptr<Lock>(std::make_unique<SimulatedLock>(state_, path));
}

}  // namespace tradewind::os

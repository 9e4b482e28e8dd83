#include "os/simulated_file.h"

namespace tradewind::os {

namespace {

Error disk_full(const std::string& path) {
    return simulated_error(
        ErrorCode::ResourceExhausted, path, "no space left on the simulated device"
    );
}

}  // namespace

Error simulated_error(ErrorCode code, const std::string& path, const char* why) {
    return Error(code, "'" + path + "': " + why);
}

SimulatedFile::SimulatedFile(
    std::shared_ptr<SimulatedState> state, NodePointer node, std::string path, bool writable
)
    : state_(std::move(state)),
      node_(std::move(node)),
      path_(std::move(path)),
      writable_(writable),
      epoch_(state_->epoch) {}

Result<std::string> SimulatedFile::read_at(std::uint64_t offset, std::size_t size) {
    TRY(check_alive());
    const std::string& live = node_->bytes.live();
    if (offset >= live.size()) return std::string();
    return live.substr(static_cast<std::size_t>(offset), size);
}

Result<void> SimulatedFile::write_at(std::uint64_t offset, std::string_view bytes) {
    return change([&]() -> Result<void> {
        const std::uint64_t size = node_->bytes.live().size();
        const std::uint64_t end = offset + bytes.size();
        const std::uint64_t room = end > size && state_->capacity ? size + state_->free() : end;
        // A full disk takes what fits, as the real one does.
        if (room > offset) {
            node_->bytes.write(
                offset, bytes.substr(0, static_cast<std::size_t>(room - offset)), state_->random
            );
        }
        return room < end ? Result<void>(disk_full(path_)) : Result<void>();
    });
}

Result<void> SimulatedFile::preallocate(std::uint64_t size) {
    return change([&]() -> Result<void> {
        const std::uint64_t now = node_->bytes.live().size();
        if (size <= now) return {};
        if (size - now > state_->free()) return disk_full(path_);
        node_->bytes.resize(size, state_->random);
        return {};
    });
}

Result<void> SimulatedFile::truncate(std::uint64_t size) {
    return change([&]() -> Result<void> {
        node_->bytes.resize(size, state_->random);
        return {};
    });
}

Result<std::uint64_t> SimulatedFile::size() {
    TRY(check_alive());
    return static_cast<std::uint64_t>(node_->bytes.live().size());
}

Result<void> SimulatedFile::sync() {
    TRY(check_alive());
    return state_->mutate([&]() -> Result<void> {
        if (state_->file_sync_ignored && state_->file_sync_ignored(path_)) return {};
        if (state_->next_sync_fails) {
            state_->next_sync_fails = false;
            node_->bytes.forget_dirty();
            return simulated_error(ErrorCode::Io, path_, "sync failed on the simulated device");
        }
        node_->bytes.sync();
        return {};
    });
}

Result<void> SimulatedFile::check_alive() const {
    if (epoch_ != state_->epoch || !state_->powered) return SimulatedState::power_error();
    return {};
}

template <typename F>
Result<void> SimulatedFile::change(F apply) {
    TRY(check_alive());
    if (!writable_) return simulated_error(ErrorCode::Io, path_, "not open for writing");
    return state_->mutate([&]() -> Result<void> {
        node_->modified = static_cast<std::int64_t>(state_->mutations);
        return apply();
    });
}

}  // namespace tradewind::os

// An open file of the simulated machine.
#pragma once

#include <memory>
#include <string>

#include "os/filesystem.h"
#include "os/simulated_state.h"

namespace tradewind::os {

// "'path': why".
Error simulated_error(ErrorCode code, const std::string& path, const char* why);

class SimulatedFile : public File {
public:
    SimulatedFile(
        std::shared_ptr<SimulatedState> state, NodePointer node, std::string path, bool writable
    );

    Result<std::string> read_at(std::uint64_t offset, std::size_t size) override;
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override;
    Result<void> preallocate(std::uint64_t size) override;
    Result<void> truncate(std::uint64_t size) override;
    Result<std::uint64_t> size() override;
    Result<void> sync() override;

private:
    Result<void> check_alive() const;
    template <typename F>
    Result<void> change(F apply);

    std::shared_ptr<SimulatedState> state_;
    NodePointer node_;
    std::string path_;
    bool writable_;
    std::uint64_t epoch_;
};

}  // namespace tradewind::os

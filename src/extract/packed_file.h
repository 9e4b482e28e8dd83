// A new file, packed as its name says (.gz, .zst, else as it is), in bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::extract {

// Makes its output from its input piece by piece.
class Packer {
public:
    virtual ~Packer() = default;
    // Appends to `out` what is ready; `last`: all that is left.
    virtual Result<void> pack(std::string_view bytes, bool last, std::string& out) = 0;
};
std::unique_ptr<Packer> make_packer(std::string_view file_name);

// One thread.
class PackedFile {
public:
    // The file must not be there. `final_name` says how it is packed.
    static Result<std::unique_ptr<PackedFile>> create(
        os::Filesystem& files,
        const std::string& path,
        std::string_view final_name,
        std::uint64_t disk_reserve_bytes
    );

    // ResourceExhausted: the disk is full, or would have less than its reserve.
    Result<void> write(std::string_view bytes);
    // All of it is on the medium when this returns ok.
    Result<void> finish();
    std::uint64_t bytes() const { return bytes_; }

private:
    PackedFile(
        os::Filesystem& files,
        std::string path,
        std::unique_ptr<os::File> file,
        std::unique_ptr<Packer> packer,
        std::uint64_t disk_reserve_bytes
    );
    Result<void> pack(std::string_view bytes, bool last);
    Result<void> keep_reserve();

    os::Filesystem& files_;
    const std::string path_;
    const std::unique_ptr<os::File> file_;
    const std::unique_ptr<Packer> packer_;
    const std::uint64_t disk_reserve_bytes_;
    std::string waiting_;  // small pieces are packed together
    std::string packed_;
    std::uint64_t bytes_ = 0;
    std::uint64_t next_look_ = 0;
};

}  // namespace tradewind::extract

#include "engine/byte_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

// Read at once: it stays in a processor's cache until it was looked at.
constexpr std::size_t piece_bytes = 256u << 10;

class FileSource : public ByteSource {
public:
    FileSource(
        std::unique_ptr<os::Filesystem> files, std::unique_ptr<os::File> file, std::uint64_t size
    )
        : files_(std::move(files)), file_(std::move(file)), size_(size) {}

    Result<std::size_t> read(char* to, std::size_t size) override {
        const std::string bytes = TRY(file_->read_at(at_, std::min(size, piece_bytes)));
        std::memcpy(to, bytes.data(), bytes.size());
        at_ += bytes.size();
        return bytes.size();
    }
    std::uint64_t bytes_read() const override { return at_; }
    std::uint64_t bytes_total() const override { return size_; }

private:
    std::unique_ptr<os::Filesystem> files_;
    std::unique_ptr<os::File> file_;
    std::uint64_t size_;
    std::uint64_t at_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file_bytes(const std::string& path) {
    std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    const os::FileInfo info = TRY(files->info(path));
    if (info.folder) return Error(ErrorCode::InvalidArgument, path + " is a folder");
    std::unique_ptr<os::File> file = TRY(files->open(path, os::OpenMode::Read));
    return std::unique_ptr<ByteSource>(
        std::make_unique<FileSource>(std::move(files), std::move(file), info.size)
    );
}

Result<void> check_unpacked(
    const UnpackLimits& limits, std::uint64_t packed, std::uint64_t unpacked
) {
    if (limits.bytes_max > 0 && unpacked > limits.bytes_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            "the file unpacks to more than " +
                format_bytes(static_cast<std::int64_t>(limits.bytes_max))
        );
    }
    const double ratio =
        static_cast<double>(unpacked) / static_cast<double>(std::max<std::uint64_t>(packed, 1));
    if (unpacked > unpacked_bytes_always_allowed && ratio > limits.ratio_max) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   "the file unpacks to more than " +
                       format_count(static_cast<std::int64_t>(limits.ratio_max)) + " times its size"
        )
            .with_hint("If it is what it should be, unpack it and import that.");
    }
    return {};
}

}  // namespace tradewind::engine

#include "engine/zip_verify.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t block_bytes = 256u << 10;

using TakePiece = std::function<Result<void>(std::string_view piece)>;

class EntryCheck {
public:
    EntryCheck(
        os::File& file, const ZipEntry& entry, const UnpackLimits& limits, TakePiece hand_on = {}
    )
        : file_(file),
          entry_(entry),
          limits_(limits),
          hand_on_(std::move(hand_on)),
          unpacked_(block_bytes) {
        constexpr int raw_window_bits = -15;
        CHECK(inflateInit2(&stream_, raw_window_bits) == Z_OK);
    }
    ~EntryCheck() { inflateEnd(&stream_); }
    EntryCheck(const EntryCheck&) = delete;
    EntryCheck& operator=(const EntryCheck&) = delete;

    Result<void> run() {
        std::uint64_t at = TRY(zip_entry_begin(file_, entry_));
        std::uint64_t left = entry_.packed_bytes;
        while (left > 0 && !end_) {
            const std::string packed = TRY(file_.read_at(
                at, static_cast<std::size_t>(std::min<std::uint64_t>(left, block_bytes))
            ));
            if (packed.empty()) return damaged();
            at += packed.size();
            left -= packed.size();
            TRY(take(packed));
        }
        const bool whole = left == 0 && (end_ || !entry_.deflated);
        if (!whole || bytes_ != entry_.unpacked_bytes || checksum_ != entry_.checksum)
            return damaged();
        return {};
    }

private:
    Error damaged() const {
        return Error(
                   ErrorCode::InvalidArgument,
                   "the part \"" + entry_.name + "\" of the zip archive is damaged"
        )
            .with_hint("Fetch or save the file again.");
    }

    Result<void> take(const std::string& packed) {
        if (!entry_.deflated) return add(packed.data(), packed.size());
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = static_cast<uInt>(packed.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(unpacked_.data());
            stream_.avail_out = static_cast<uInt>(unpacked_.size());
            const int code = inflate(&stream_, Z_NO_FLUSH);
            if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return damaged();
            TRY(add(unpacked_.data(), unpacked_.size() - stream_.avail_out));
            end_ = code == Z_STREAM_END;
        } while (!end_ && (stream_.avail_in > 0 || stream_.avail_out == 0));
        return {};
    }

    Result<void> add(const char* bytes, std::size_t size) {
        bytes_ += size;
        checksum_ = static_cast<std::uint32_t>(
            crc32(checksum_, reinterpret_cast<const Bytef*>(bytes), static_cast<uInt>(size))
        );
        TRY(check_unpacked(limits_, entry_.packed_bytes, bytes_));
        return hand_on_ ? hand_on_({bytes, size}) : Result<void>();
    }

    os::File& file_;
    const ZipEntry& entry_;
    const UnpackLimits& limits_;
    const TakePiece hand_on_;
    std::vector<char> unpacked_;
    z_stream stream_{};
    std::uint64_t bytes_ = 0;
    std::uint32_t checksum_ = 0;
    bool end_ = false;
};

}  // namespace

Result<void> verify_zip(
    const std::string& path,
    const std::vector<ZipEntry>& entries,
    const UnpackLimits& limits,
    const LookAtPiece& look
) {
    const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    const std::unique_ptr<os::File> file = TRY(files->open(path, os::OpenMode::Read));
    for (const ZipEntry& entry : entries) {
        TakePiece hand_on;
        if (look) {
            hand_on = [&](std::string_view piece) -> Result<void> {
                look(entry, piece);
                return {};
            };
        }
        TRY(EntryCheck(*file, entry, limits, std::move(hand_on)).run());
    }
    return {};
}

Result<void> read_zip_blocks(
    const std::string& path,
    const ZipEntry& entry,
    const UnpackLimits& limits,
    const std::function<Result<void>(std::string_view piece)>& take
) {
    const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    const std::unique_ptr<os::File> file = TRY(files->open(path, os::OpenMode::Read));
    return EntryCheck(*file, entry, limits, take).run();
}

}  // namespace tradewind::engine

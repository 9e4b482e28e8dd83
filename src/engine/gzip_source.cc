#include <zlib.h>

#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/byte_source.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t packed_block_bytes = 256u << 10;

// A gzip file is one member after another; zeros may follow the last one (tape blocks).
class GzipSource : public ByteSource {
public:
    GzipSource(std::unique_ptr<ByteSource> packed, UnpackLimits limits)
        : packed_(std::move(packed)), limits_(limits), input_(packed_block_bytes) {
        constexpr int gzip_window_bits = 15 + 16;
        CHECK(inflateInit2(&stream_, gzip_window_bits) == Z_OK);
    }
    ~GzipSource() override { inflateEnd(&stream_); }

    Result<std::size_t> read(char* to, std::size_t size) override;
    std::uint64_t bytes_read() const override { return packed_->bytes_read(); }
    std::uint64_t bytes_total() const override { return packed_->bytes_total(); }

private:
    Result<void> refill();
    Result<bool> next_member();
    Error damaged(const char* what) const;

    std::unique_ptr<ByteSource> packed_;
    UnpackLimits limits_;
    std::vector<char> input_;
    z_stream stream_{};
    std::uint64_t unpacked_ = 0;
    bool packed_end_ = false;
    bool member_end_ = false;
    bool finished_ = false;
};

Error GzipSource::damaged(const char* what) const {
    const std::uint64_t at = packed_->bytes_read() - stream_.avail_in;
    return Error(
        ErrorCode::InvalidArgument,
        std::string("the gzip file is ") + what + " at byte " + std::to_string(at)
    );
}

Result<void> GzipSource::refill() {
    if (stream_.avail_in > 0 || packed_end_) return {};
    const std::size_t size = TRY(packed_->read(input_.data(), input_.size()));
    packed_end_ = size == 0;
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(size);
    return {};
}

// After a member: false when only zeros follow.
Result<bool> GzipSource::next_member() {
    while (true) {
        TRY(refill());
        if (stream_.avail_in == 0) return false;
        if (*stream_.next_in != 0) break;
        ++stream_.next_in;
        --stream_.avail_in;
    }
    if (*stream_.next_in != 0x1f) return damaged("followed by something else");
    CHECK(inflateReset(&stream_) == Z_OK);
    member_end_ = false;
    return true;
}

Result<std::size_t> GzipSource::read(char* to, std::size_t size) {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out > 0 && !finished_) {
        if (member_end_ && !TRY(next_member())) {
            finished_ = true;
            break;
        }
        TRY(refill());
        if (stream_.avail_in == 0) return damaged("cut off");
        const int code = inflate(&stream_, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            member_end_ = true;
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            return damaged("damaged");
        }
    }
    const std::size_t given = size - stream_.avail_out;
    unpacked_ += given;
    TRY(check_unpacked(limits_, packed_->bytes_read(), unpacked_));
    return given;
}

}  // namespace

std::unique_ptr<ByteSource> make_gzip_source(
    std::unique_ptr<ByteSource> packed, UnpackLimits limits
) {
    return std::make_unique<GzipSource>(std::move(packed), limits);
}

}  // namespace tradewind::engine

#include <zstd.h>

#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/byte_source.h"

namespace tradewind::engine {

namespace {

class ZstdSource : public ByteSource {
public:
    ZstdSource(std::unique_ptr<ByteSource> packed, UnpackLimits limits)
        : packed_(std::move(packed)),
          limits_(limits),
          input_(ZSTD_DStreamInSize()),
          context_(ZSTD_createDCtx()) {
        CHECK(context_ != nullptr);
    }
    ~ZstdSource() override { ZSTD_freeDCtx(context_); }

    Result<std::size_t> read(char* to, std::size_t size) override;
    std::uint64_t bytes_read() const override { return packed_->bytes_read(); }
    std::uint64_t bytes_total() const override { return packed_->bytes_total(); }

private:
    Error damaged(const std::string& what) const {
        const std::uint64_t at = packed_->bytes_read() - (buffer_.size - buffer_.pos);
        return Error(
            ErrorCode::InvalidArgument,
            "the zstd file is " + what + " at byte " + std::to_string(at)
        );
    }

    std::unique_ptr<ByteSource> packed_;
    UnpackLimits limits_;
    std::vector<char> input_;
    ZSTD_DCtx* context_;
    ZSTD_inBuffer buffer_{};
    std::uint64_t unpacked_ = 0;
    bool frame_open_ = false;
};

Result<std::size_t> ZstdSource::read(char* to, std::size_t size) {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos < out.size) {
        if (buffer_.pos == buffer_.size) {
            buffer_ = { input_.data(), TRY(packed_->read(input_.data(), input_.size())), 0 };
        }
        const bool packed_end = buffer_.size == 0;
        if (packed_end && !frame_open_) break;
        const std::size_t before = out.pos;
        const std::size_t code = ZSTD_decompressStream(context_, &out, &buffer_);
        if (ZSTD_isError(code) != 0)
            return damaged(std::string("damaged (") + ZSTD_getErrorName(code) + ")");
        frame_open_ = code != 0;
        if (packed_end && frame_open_ && out.pos == before) return damaged("cut off");
    }
    unpacked_ += out.pos;
    TRY(check_unpacked(limits_, packed_->bytes_read(), unpacked_));
    return out.pos;
}

}  // namespace

std::unique_ptr<ByteSource> make_zstd_source(
    std::unique_ptr<ByteSource> packed, UnpackLimits limits
) {
    return std::make_unique<ZstdSource>(std::move(packed), limits);
}

}  // namespace tradewind::engine

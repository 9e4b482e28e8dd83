#include "ingest/body.h"

#include <zlib.h>
#include <zstd.h>

#include <memory>

namespace tradewind::ingest {

namespace {

// Output grows in steps, so that a small body never costs the limit.
constexpr std::size_t step_bytes = 256u << 10;

Error too_large(std::size_t bytes_max) {
    return Error(
               ErrorCode::ResourceExhausted,
               "body is larger than " + std::to_string(bytes_max) + " bytes when unpacked"
    )
        .with_hint("Send fewer records in a request.");
}

Error damaged(const char* kind, const char* why) {
    return Error(
               ErrorCode::InvalidArgument, std::string("body is no whole ") + kind + " data: " + why
    )
        .with_hint("Check the Content-Encoding header and that the body was sent to its end.");
}

}  // namespace

Result<std::string> unpack_gzip(std::string_view packed, std::size_t bytes_max) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (inflateInit2(&stream, gzip_window) != Z_OK)
        return Error(ErrorCode::ResourceExhausted, "no memory to unpack the body");
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());

    std::string plain;
    for (;;) {
        const std::size_t filled = plain.size();
        plain.resize(filled + step_bytes);
        stream.next_out = reinterpret_cast<Bytef*>(plain.data() + filled);
        stream.avail_out = static_cast<uInt>(step_bytes);
        const int state = inflate(&stream, Z_NO_FLUSH);
        plain.resize(plain.size() - stream.avail_out);
        if (plain.size() > bytes_max) return too_large(bytes_max);
        if (state == Z_STREAM_END) {
            if (stream.avail_in == 0) return plain;
            inflateReset(&stream);  // a gzip file may have several members
        } else if (state != Z_OK) {
            return damaged("gzip", state == Z_BUF_ERROR ? "it is cut off" : "it is damaged");
        } else if (stream.avail_in == 0 && stream.avail_out != 0) {
            return damaged("gzip", "it is cut off");
        }
    }
}

Result<std::string> unpack_zstd(std::string_view packed, std::size_t bytes_max) {
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(
        ZSTD_createDStream(), &ZSTD_freeDStream
    );
    if (!stream) return Error(ErrorCode::ResourceExhausted, "no memory to unpack the body");
    // A frame may ask for a window of up to 2 GiB; ours never need more than the body's limit.
    constexpr int window_log_max = 25;
    ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, window_log_max);

    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    std::string plain;
    for (;;) {
        const std::size_t filled = plain.size();
        plain.resize(filled + step_bytes);
        ZSTD_outBuffer out{plain.data() + filled, step_bytes, 0};
        const std::size_t state = ZSTD_decompressStream(stream.get(), &out, &in);
        plain.resize(filled + out.pos);
        if (ZSTD_isError(state)) return damaged("zstd", ZSTD_getErrorName(state));
        if (plain.size() > bytes_max) return too_large(bytes_max);
        const bool input_used_up = in.pos == in.size && out.pos < out.size;
        if (state == 0 && in.pos == in.size) return plain;
        if (input_used_up) return damaged("zstd", "it is cut off");
    }
}

}  // namespace tradewind::ingest

#include "generate/gzip_pieces.h"

#include <zlib.h>

#include "base/check.h"

namespace tradewind::generate {

namespace {

// On such tables 6, gzip's default, takes five times as long for a file a quarter smaller.
constexpr int level = 1;
constexpr int raw_deflate = -MAX_WBITS;  // neither header nor trailer: they are the file's
// RFC 1952: deflate, no name, no time (the same rows are the same bytes), made on Unix.
constexpr std::string_view header("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
// An empty last block, with which the deflate stream ends.
constexpr std::string_view last_block("\x03\x00", 2);

std::string little_endian(std::uint32_t number) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
    return bytes;
}

}  // namespace

struct GzipPacker::State {
    z_stream stream = {};
};

GzipPacker::GzipPacker() : state_(std::make_unique<State>()) {
    CHECK(
        deflateInit2(
            &state_->stream, level, Z_DEFLATED, raw_deflate, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY
        ) == Z_OK
    );
}

GzipPacker::~GzipPacker() {
    if (state_ != nullptr) deflateEnd(&state_->stream);
}

GzipPacker::GzipPacker(GzipPacker&&) noexcept = default;

GzipPiece GzipPacker::pack(std::string_view raw) {
    z_stream& stream = state_->stream;
    CHECK(deflateReset(&stream) == Z_OK);
    GzipPiece piece;
    piece.raw_bytes = raw.size();
    const auto* bytes = reinterpret_cast<const Bytef*>(raw.data());
    piece.crc = static_cast<std::uint32_t>(crc32_z(0, bytes, raw.size()));
    // A flush adds an empty block to what deflateBound counts.
    piece.bytes.resize(deflateBound(&stream, raw.size()) + 16);
    stream.next_in = const_cast<Bytef*>(bytes);
    stream.avail_in = static_cast<uInt>(raw.size());
    stream.next_out = reinterpret_cast<Bytef*>(piece.bytes.data());
    stream.avail_out = static_cast<uInt>(piece.bytes.size());
    CHECK(deflate(&stream, Z_FULL_FLUSH) == Z_OK);
    CHECK(stream.avail_in == 0 && stream.avail_out > 0);
    piece.bytes.resize(piece.bytes.size() - stream.avail_out);
    piece.bytes.shrink_to_fit();
    return piece;
}

Result<void> GzipFile::begin() {
    return out_.append(file_, header);
}

Result<void> GzipFile::append(const GzipPiece& piece) {
    TRY(out_.append(file_, piece.bytes));
    out_.count_rows(file_, piece.row_count);
    crc_ = static_cast<std::uint32_t>(
        crc32_combine(crc_, piece.crc, static_cast<z_off_t>(piece.raw_bytes))
    );
    raw_bytes_ += piece.raw_bytes;
    return {};
}

Result<void> GzipFile::end() {
    const auto size = static_cast<std::uint32_t>(raw_bytes_);  // modulo 2^32, as RFC 1952 has it
    return out_.append(file_, std::string(last_block) + little_endian(crc_) + little_endian(size));
}

}  // namespace tradewind::generate

#include "extract/packed_file.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace tradewind::extract {

namespace {

constexpr std::size_t piece_bytes = 256 << 10;
// The disk is looked at after so many bytes.
constexpr std::uint64_t look_bytes = 32 << 20;
// Level 5 packs tables of numbers about as well as gzip's own 6 in two thirds of the time.
constexpr int gzip_level = 5;
constexpr int gzip_window = 15 + 16;  // 16: with gzip's head and checksum
constexpr int gzip_memory = 8;
constexpr int zstd_level = 3;

class PlainPacker : public Packer {
public:
    Result<void> pack(std::string_view bytes, bool, std::string& out) override {
        out += bytes;
        return {};
    }
};

class GzipPacker : public Packer {
public:
    GzipPacker() {
        CHECK(
            deflateInit2(
                &stream_, gzip_level, Z_DEFLATED, gzip_window, gzip_memory, Z_DEFAULT_STRATEGY
            ) == Z_OK
        );
    }
    ~GzipPacker() override { deflateEnd(&stream_); }
    GzipPacker(const GzipPacker&) = delete;
    GzipPacker& operator=(const GzipPacker&) = delete;

    Result<void> pack(std::string_view bytes, bool last, std::string& out) override {
        // zlib does not write to its input.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        while (true) {
            const std::size_t before = out.size();
            out.resize(before + piece_bytes);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
            stream_.avail_out = static_cast<uInt>(piece_bytes);
            const int code = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            out.resize(out.size() - stream_.avail_out);
            CHECK(code != Z_STREAM_ERROR);
            if (stream_.avail_out > 0) return {};
        }
    }

private:
    z_stream stream_{};
};

class ZstdPacker : public Packer {
public:
    ZstdPacker() : context_(ZSTD_createCCtx()) {
        CHECK(context_ != nullptr);
        ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, zstd_level);
        ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
    }
    ~ZstdPacker() override { ZSTD_freeCCtx(context_); }
    ZstdPacker(const ZstdPacker&) = delete;
    ZstdPacker& operator=(const ZstdPacker&) = delete;

    Result<void> pack(std::string_view bytes, bool last, std::string& out) override {
        ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
        while (true) {
            const std::size_t before = out.size();
            out.resize(before + piece_bytes);
            ZSTD_outBuffer output{out.data() + before, piece_bytes, 0};
            const std::size_t left = ZSTD_compressStream2(
                context_, &output, &input, last ? ZSTD_e_end : ZSTD_e_continue
            );
            out.resize(before + output.pos);
            if (ZSTD_isError(left) != 0)
                return Error(ErrorCode::ResourceExhausted, "no memory to pack a file");
            if (last ? left == 0 : input.pos == input.size) return {};
        }
    }

private:
    ZSTD_CCtx* context_;
};

}  // namespace

std::unique_ptr<Packer> make_packer(std::string_view file_name) {
    if (file_name.ends_with(".gz")) return std::make_unique<GzipPacker>();
    if (file_name.ends_with(".zst")) return std::make_unique<ZstdPacker>();
    return std::make_unique<PlainPacker>();
}

Result<std::unique_ptr<PackedFile>> PackedFile::create(
    os::Filesystem& files,
    const std::string& path,
    std::string_view final_name,
    std::uint64_t disk_reserve_bytes
) {
    auto file = TRY(files.open(path, os::OpenMode::CreateNew));
    return std::unique_ptr<PackedFile>(
        new PackedFile(files, path, std::move(file), make_packer(final_name), disk_reserve_bytes)
    );
}

PackedFile::PackedFile(
    os::Filesystem& files,
    std::string path,
    std::unique_ptr<os::File> file,
    std::unique_ptr<Packer> packer,
    std::uint64_t disk_reserve_bytes
)
    : files_(files),
      path_(std::move(path)),
      file_(std::move(file)),
      packer_(std::move(packer)),
      disk_reserve_bytes_(disk_reserve_bytes) {
    waiting_.reserve(2 * piece_bytes);
}

Result<void> PackedFile::write(std::string_view bytes) {
    waiting_ += bytes;
    if (waiting_.size() < piece_bytes) return {};
    TRY(pack(waiting_, false));
    waiting_.clear();
    return {};
}

Result<void> PackedFile::finish() {
    TRY(pack(waiting_, true));
    return file_->sync();
}

Result<void> PackedFile::pack(std::string_view bytes, bool last) {
    packed_.clear();
    TRY(packer_->pack(bytes, last, packed_));
    if (packed_.empty()) return {};
    TRY(keep_reserve());
    TRY(file_->write_at(bytes_, packed_));
    bytes_ += packed_.size();
    return {};
}

Result<void> PackedFile::keep_reserve() {
    if (disk_reserve_bytes_ == 0 || bytes_ < next_look_) return {};
    next_look_ = bytes_ + look_bytes;
    if (TRY(files_.free_bytes(os::parent_folder(path_))) >= disk_reserve_bytes_ + packed_.size())
        return {};
    return Error(ErrorCode::ResourceExhausted, "the disk is nearly full")
        .with_detail("Less than disk.reserve would be left in " + os::parent_folder(path_) + ".");
}

}  // namespace tradewind::extract

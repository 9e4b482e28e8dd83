#include "deliver/lake_file.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/time.h"

namespace tradewind::deliver {

namespace {

constexpr std::size_t push_bytes = 256u << 10;
// Level 1 writes 500 MB/s a core; level 3 saves a tenth of the size for twice the time.
constexpr int compression_level = 1;

}  // namespace

struct CompressedFile::Compressor {
    Compressor() : context(ZSTD_createCCtx()) {
        CHECK(context != nullptr);
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, compression_level);
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    }
    ~Compressor() { ZSTD_freeCCtx(context); }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    ZSTD_CCtx* context;
    std::array<char, 128u << 10> out;
};

CompressedFile::CompressedFile(std::unique_ptr<lake::NewFile> file)
    : file_(std::move(file)), compressor_(std::make_unique<Compressor>()) {}

CompressedFile::~CompressedFile() = default;

Result<std::unique_ptr<CompressedFile>> CompressedFile::create(
    lake::Lake& lake, const std::string& path
) {
    auto file =
        TRY(with_free_name(path, [&](const std::string& name) { return lake.create(name); }));
    return std::unique_ptr<CompressedFile>(new CompressedFile(std::move(file)));
}

Result<void> CompressedFile::add_line(std::string_view line) {
    const std::size_t begin = plain_.size();
    plain_.append(line);
    for (const char end : {'\n', '\r'}) {
        // Nearly no record has one: looking for it costs less than replacing it.
        for (std::size_t at = begin; (at = plain_.find(end, at)) != std::string::npos;)
            plain_[at] = ' ';
    }
    plain_.push_back('\n');
    plain_bytes_ += line.size() + 1;
    ++line_count_;
    if (plain_.size() >= push_bytes) return push(false);
    return {};
}

Result<void> CompressedFile::push(bool end) {
    ZSTD_inBuffer in{plain_.data(), plain_.size(), 0};
    for (;;) {
        ZSTD_outBuffer out{compressor_->out.data(), compressor_->out.size(), 0};
        const std::size_t left = ZSTD_compressStream2(
            compressor_->context, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue
        );
        CHECK(!ZSTD_isError(left));
        if (out.pos > 0) TRY(file_->append(std::string_view(compressor_->out.data(), out.pos)));
        if (end ? left == 0 : in.pos == in.size) break;
    }
    plain_.clear();
    return {};
}

Result<lake::DataFile> CompressedFile::finish() {
    TRY(push(true));
    auto file = TRY(file_->finish());
    file.row_count = line_count_;
    return file;
}

namespace {

struct Decompressor {
    Decompressor() : context(ZSTD_createDCtx()) { CHECK(context != nullptr); }
    ~Decompressor() { ZSTD_freeDCtx(context); }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    ZSTD_DCtx* context;
};

// Calls f with the whole lines of a text, which keeps what follows them.
Result<void> take_lines(
    std::string& text, const std::function<Result<void>(std::string_view line)>& f
) {
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
        TRY(f(std::string_view(text).substr(begin, end - begin)));
        begin = end + 1;
    }
    text.erase(0, begin);
    return {};
}

}  // namespace

Result<void> for_each_line(
    os::Filesystem& files,
    const std::string& path,
    const std::function<Result<void>(std::string_view line)>& f
) {
    const auto file = TRY(files.open(path, os::OpenMode::Read));
    const Decompressor decompressor;
    std::string out(push_bytes, '\0');
    std::string text;
    std::size_t left = 1;
    std::uint64_t offset = 0;
    for (;;) {
        const std::string packed = TRY(file->read_at(offset, push_bytes));
        if (packed.empty()) break;
        offset += packed.size();
        ZSTD_inBuffer in{packed.data(), packed.size(), 0};
        for (bool full = true; full || in.pos < in.size;) {
            ZSTD_outBuffer plain{out.data(), out.size(), 0};
            left = ZSTD_decompressStream(decompressor.context, &plain, &in);
            if (ZSTD_isError(left)) return Error(ErrorCode::Corruption, path + " is damaged");
            full = plain.pos == plain.size;
            text.append(out.data(), plain.pos);
            TRY(take_lines(text, f));
            if (left == 0 && in.pos == in.size) break;
        }
    }
    if (left == 0 && text.empty()) return {};
    return Error(ErrorCode::Corruption, path + " is cut off");
}

std::string numbered_path(const std::string& path, int number) {
    const std::size_t dot = path.find('.', path.rfind('/') + 1);
    const std::size_t at = std::min(dot, path.size());
    return path.substr(0, at) + "-" + std::to_string(number) + path.substr(at);
}

std::string day_folder(Timestamp at) {
    const CivilTime civil = to_civil(at);
    std::array<char, 64> text{};
    const int size = std::snprintf(
        text.data(),
        text.size(),
        "year=%04d/month=%02d/day=%02d",
        civil.year,
        civil.month,
        civil.day
    );
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace tradewind::deliver

#include "schedule/whole_file.h"

#include <zlib.h>
#include <zstd.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "os/file_end.h"

namespace tradewind::schedule {

namespace {

constexpr std::size_t piece_bytes = 256u << 10;
constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";

// Rows of a text as its pieces come by. Line ends within quotes are part of a CSV value.
class RowCounter {
public:
    explicit RowCounter(CountRows count) : count_(count) {}

    void take(std::string_view bytes) {
        if (count_ == CountRows::No) return;
        for (const char c : bytes) {
            if (c == '\n' && !quoted_) {
                rows_ += blank_ ? 0 : 1;
                blank_ = true;
                continue;
            }
            if (c == '"' && count_ == CountRows::CsvBelowHeader) quoted_ = !quoted_;
            if (c != '\r') blank_ = false;
        }
    }
    std::optional<std::int64_t> rows() const {
        if (count_ == CountRows::No) return std::nullopt;
        const std::int64_t all = rows_ + (blank_ ? 0 : 1);
        return count_ == CountRows::CsvBelowHeader && all > 0 ? all - 1 : all;
    }

private:
    const CountRows count_;
    std::int64_t rows_ = 0;
    bool quoted_ = false;
    bool blank_ = true;
};

// The bytes of a file, piece by piece; empty at the end.
class Pieces {
public:
    Pieces(os::File& file, const std::atomic<bool>& give_up) : file_(file), give_up_(give_up) {}
    Result<std::string_view> next() {
        if (give_up_.load())
            return Error(ErrorCode::Cancelled, "looking through the file was given up");
        piece_ = TRY(file_.read_at(at_, piece_bytes));
        at_ += piece_.size();
        return std::string_view(piece_);
    }

private:
    os::File& file_;
    const std::atomic<bool>& give_up_;
    std::uint64_t at_ = 0;
    std::string piece_;
};

class Inflater {
public:
    Inflater() : out_(piece_bytes) {
        constexpr int gzip_window_bits = 15 + 16;
        CHECK(inflateInit2(&stream_, gzip_window_bits) == Z_OK);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { inflateEnd(&stream_); }

    // False: damaged.
    bool take(std::string_view piece, RowCounter& rows) {
        // zlib's interface has no const; it only reads.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
        stream_.avail_in = static_cast<uInt>(piece.size());
        while (stream_.avail_in > 0 || full_) {
            if (ended_ && !next_member()) return !garbage_;
            stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
            stream_.avail_out = static_cast<uInt>(out_.size());
            const int code = inflate(&stream_, Z_NO_FLUSH);
            const std::size_t made = out_.size() - stream_.avail_out;
            rows.take({out_.data(), made});
            full_ = stream_.avail_out == 0;
            if (code == Z_STREAM_END) {
                ended_ = true;
                full_ = false;
            } else if (code != Z_OK && code != Z_BUF_ERROR) {
                return false;
            }
        }
        return true;
    }
    bool ended() const { return ended_; }

private:
    // After a member another may follow, or zeros (tape blocks).
    bool next_member() {
        while (stream_.avail_in > 0 && *stream_.next_in == 0) {
            ++stream_.next_in;
            --stream_.avail_in;
        }
        if (stream_.avail_in == 0) return false;
        garbage_ = *stream_.next_in != 0x1f;
        if (garbage_) return false;
        CHECK(inflateReset(&stream_) == Z_OK);
        ended_ = false;
        return true;
    }

    z_stream stream_{};
    std::vector<char> out_;
    bool full_ = false;
    bool ended_ = false;
    bool garbage_ = false;
};

Result<std::string> inflate_all(Pieces& pieces, RowCounter& rows) {
    Inflater inflater;
    for (std::string_view piece = TRY(pieces.next()); !piece.empty(); piece = TRY(pieces.next())) {
        if (!inflater.take(piece, rows)) return std::string("is damaged");
    }
    return std::string(inflater.ended() ? "" : "is cut off");
}

Result<std::string> unzstd_all(Pieces& pieces, RowCounter& rows) {
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(
        ZSTD_createDCtx(), ZSTD_freeDCtx
    );
    CHECK(context != nullptr);
    std::vector<char> out(ZSTD_DStreamOutSize());
    std::size_t left = 0;  // 0: a frame ended
    for (std::string_view piece = TRY(pieces.next()); !piece.empty(); piece = TRY(pieces.next())) {
        ZSTD_inBuffer input{piece.data(), piece.size(), 0};
        bool full = false;
        while (input.pos < input.size || full) {
            ZSTD_outBuffer output{out.data(), out.size(), 0};
            left = ZSTD_decompressStream(context.get(), &output, &input);
            if (ZSTD_isError(left) != 0) return std::string("is damaged");
            rows.take({out.data(), output.pos});
            full = output.pos == output.size && left != 0;
        }
    }
    return std::string(left == 0 ? "" : "is cut off");
}

}  // namespace

Result<FileVerdict> examine_file(
    os::Filesystem& files,
    const std::string& path,
    CountRows count,
    const std::atomic<bool>& give_up
) {
    const auto file = TRY(files.open(path, os::OpenMode::Read));
    FileVerdict verdict;
    const std::string start = TRY(file->read_at(0, zstd_magic.size()));
    RowCounter rows(count);
    Pieces pieces(*file, give_up);
    if (start.empty()) {
        verdict.fault = "is empty";
    } else if (start.starts_with(gzip_magic)) {
        verdict.fault = TRY(inflate_all(pieces, rows));
    } else if (start == zstd_magic) {
        verdict.fault = TRY(unzstd_all(pieces, rows));
    } else if (!TRY(os::ends_well(files, path))) {
        verdict.fault = "is cut off";
    } else if (count != CountRows::No) {
        for (std::string_view piece = TRY(pieces.next()); !piece.empty();
             piece = TRY(pieces.next()))
            rows.take(piece);
    }
    if (verdict.fault.empty()) verdict.row_count = rows.rows();
    return verdict;
}

}  // namespace tradewind::schedule

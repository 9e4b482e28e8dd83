#include "importer/file_hash.h"

#include "base/hash.h"

namespace tradewind::importer {

namespace {

// It stays in a processor's cache.
constexpr std::size_t piece_bytes = 256u << 10;

}  // namespace

Result<std::string> hash_file(
    os::Filesystem& files, const std::string& path, const Attention& attention
) {
    const auto file = TRY(files.open(path, os::OpenMode::Read));
    Sha256 hash;
    for (std::uint64_t offset = 0;;) {
        if (attention.wanted()) return Error(ErrorCode::Cancelled, "interrupted");
        const std::string piece = TRY(file->read_at(offset, piece_bytes));
        if (piece.empty()) return hash.finish_hex();
        hash.update(piece);
        offset += piece.size();
    }
}

}  // namespace tradewind::importer

#include "engine/csv_write.h"

#include <memory>

#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

// Written at once: the cost of a call disappears beside that of the bytes, which are still in a
// processor's cache.
constexpr std::size_t piece_bytes = 256u << 10;

}  // namespace

Result<WrittenFile> write_csv(QueryResult& query, const std::string& path, bool header) {
    const auto files = os::make_posix_filesystem();
    const auto file = TRY(files->open(path, os::OpenMode::CreateNew));
    WrittenFile written{path, 0, 0, {}};
    std::string piece = header ? csv_header(query.columns()) : std::string();
    const auto flush = [&]() -> Result<void> {
        TRY(file->write_at(written.bytes, piece));
        written.bytes += piece.size();
        piece.clear();
        return {};
    };
    while (const std::int64_t rows = TRY(query.append_rows(ResultFormat::Csv, piece))) {
        written.row_count += rows;
        if (piece.size() >= piece_bytes) TRY(flush());
    }
    TRY(flush());
    return written;
}

}  // namespace tradewind::engine

#include "pipeline/line_file.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace tradewind::pipeline {

namespace {

constexpr std::uint64_t piece_bytes = 64 << 10;

}  // namespace

Result<std::unique_ptr<os::File>> LineFile::open() {
    auto there = files_.open(path_, os::OpenMode::ReadWrite);
    if (there.ok() || there.error().code() != ErrorCode::NotFound) return there;
    TRY(files_.create_folders(os::parent_folder(path_)));
    return files_.open(path_, os::OpenMode::CreateNew);
}

// Just after the last line break; 0: there is none.
Result<std::uint64_t> LineFile::end_of_lines(os::File& file) {
    std::uint64_t end = TRY(file.size());
    while (end > 0) {
        const std::uint64_t begin = end - std::min(end, piece_bytes);
        const std::string piece = TRY(file.read_at(begin, end - begin));
        const std::size_t found = piece.rfind('\n');
        if (found != std::string::npos) return begin + found + 1;
        end = begin;
    }
    return end;
}

Result<void> LineFile::append(std::string_view line) {
    const auto file = TRY(open());
    const std::uint64_t size = TRY(file->size());
    const bool whole = size == 0 || TRY(file->read_at(size - 1, 1))
    == "\n";
    const std::uint64_t end = whole ? size : TRY(end_of_lines(*file));
    if (!whole) {
        log::warn("a torn line was cut off", {{"file", path_}, {"bytes", size - end}});
        TRY(file->truncate(end));
    }
    const Result<void> written = file->write_at(end, line);
    if (!written.ok()) static_cast<void>(file->truncate(end).ok());
    return written;
}

}  // namespace tradewind::pipeline

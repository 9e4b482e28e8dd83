// Are the files of crawled tables what the crawl saw? They are not ours: anybody may change them.
#include "catalog/catalog.h"
#include "catalog/crawl_records.h"

namespace tradewind::catalog {

namespace {

enum class FileState { Same, Gone, Hidden, Changed };

// Of one that cannot be looked at: it is gone, or only out of reach.
FileState state_of(const Error& error) {
    return error.code() == ErrorCode::NotFound ? FileState::Gone : FileState::Hidden;
}

// A copy is ours, and stays as it is.
FileState state_of(
    os::Filesystem& disk, const std::string& path, std::uint64_t bytes, std::int64_t modified_us
) {
    const auto now = disk.info(path);
    if (!now.ok()) return state_of(now.error());
    const std::int64_t then_us = modified_us < 0 ? -modified_us : modified_us;
    const bool same_time = then_us == 0 || now->modified_at.micros == then_us;
    return now->size == bytes && same_time ? FileState::Same : FileState::Changed;
}

FileState state_of(os::Filesystem& disk, const CrawledFile& file) {
    if (file.copy.empty()) return state_of(disk, file.path, file.bytes, file.modified_at.micros);
    const auto copy = disk.info(file.copy);
    return copy.ok() ? FileState::Same : state_of(copy.error());
}

Error other_file(const CrawledTable& table, const std::string& path, FileState state) {
    if (state == FileState::Gone) {
        return Error(ErrorCode::Corruption, "its file '" + path + "' is not there any more")
            .with_hint("Put it back, or tell of it with: tradewind crawl " + table.root)
            .in("table " + table.name.text());
    }
    return Error(ErrorCode::Conflict, "its file '" + path + "' has changed since it was crawled")
        .with_hint("Have it looked at anew with: tradewind crawl " + table.root)
        .in("table " + table.name.text());
}

Error hidden_file(const CrawledTable& table, const std::string& path, os::Filesystem& files) {
    const auto now = files.info(path);
    Error error(ErrorCode::Io, "its file '" + path + "' cannot be read");
    // It may be in reach again by now.
    if (now.ok()) return std::move(error).in("table " + table.name.text());
    return std::move(error)
        .with_detail("The system says: " + now.error().message() + ".")
        .with_hint(now.error().hint())
        .in("table " + table.name.text());
}

}  // namespace

Result<void> CrawlRecords::check_files(
    const CrawledTable& table, std::int64_t number, os::Filesystem& files
) {
    const Id id = TRY(existing_id(table.name));
    const auto rows = TRY(database_->run(
        "SELECT path, bytes, modified_at FROM crawled_files WHERE table_id = ? AND since <= ? AND "
        "(until IS NULL OR until > ?) AND length(copy) = 0 ORDER BY path",
        {id.table, number, number}
    ));
    std::string changed;
    for (const os::SqlRow& row : rows) {
        const std::string path = os::text_of(row[0]);
        const auto bytes = static_cast<std::uint64_t>(os::integer_of(row[1]));
        const FileState state = state_of(files, path, bytes, os::integer_of(row[2]));
        if (state == FileState::Gone) return other_file(table, path, state);
        if (state == FileState::Hidden) return hidden_file(table, path, files);
        if (state == FileState::Changed && changed.empty()) changed = path;
    }
    return changed.empty() ? Result<void>() : other_file(table, changed, FileState::Changed);
}

Result<std::vector<std::string>> missing_crawled_files(
    os::Database& database, os::Filesystem& files, const TableName& name
) {
    constexpr std::size_t page_files = 4096;
    CrawlRecords records = CrawlRecords::view(database);
    std::vector<std::string> others;
    std::string after;
    while (true) {
        const std::vector<CrawledFile> page = TRY(records.page(name, after, page_files));
        for (const CrawledFile& file : page) {
            if (state_of(files, file) != FileState::Same)
                others.push_back(file.copy.empty() ? file.path : file.copy);
        }
        if (page.size() < page_files) return others;
        after = page.back().path;
    }
}

}  // namespace tradewind::catalog

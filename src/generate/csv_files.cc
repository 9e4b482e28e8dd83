#include "generate/csv_files.h"

#include "base/check.h"

namespace tradewind::generate {

namespace {

// Large enough that the disk sees few calls, small enough to stay in the processor's cache.
constexpr std::size_t buffer_bytes = 1u << 20;

}  // namespace

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted.push_back('"');
        quoted.push_back(c);
    }
    quoted.push_back('"');
    return quoted;
}

Result<std::unique_ptr<CsvFiles>> CsvFiles::create(
    os::Filesystem& files, const std::string& folder, const std::vector<std::string>& names
) {
    auto set = TRY(FileSet::create(files, folder, names));
    std::unique_ptr<CsvFiles> made(new CsvFiles(std::move(set)));
    made->buffer_.reserve(buffer_bytes + (buffer_bytes / 4));
    return made;
}

Result<void> CsvFiles::open_next() {
    TRY(close_current());
    ++opened_;
    return files_->append(opened_ - 1, {});
}

Result<bool> CsvFiles::flush_if_full() {
    if (buffer_.size() < buffer_bytes) return false;
    TRY(flush());
    return true;
}

Result<void> CsvFiles::flush() {
    CHECK(opened_ > 0);
    TRY(files_->append(opened_ - 1, buffer_));
    buffer_.clear();
    return {};
}

Result<void> CsvFiles::close_current() {
    if (opened_ == 0) return {};
    TRY(flush());
    return files_->close(opened_ - 1);
}

Result<std::vector<GeneratedFile>> CsvFiles::publish() {
    TRY(close_current());
    return files_->publish();
}

}  // namespace tradewind::generate

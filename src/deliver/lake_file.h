// NDJSON files in the lake, compressed with zstd while they are written.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "lake/lake.h"
#include "os/filesystem.h"

namespace tradewind::deliver {

// One file being written. Memory: the compressor's window, not the file.
class CompressedFile {
public:
    static Result<std::unique_ptr<CompressedFile>> create(
        lake::Lake& lake, const std::string& path
    );
    ~CompressedFile();

    // One line; line breaks inside (only between a JSON record's tokens) become blanks.
    Result<void> add_line(std::string_view line);
    std::int64_t line_count() const { return line_count_; }
    std::uint64_t plain_bytes() const { return plain_bytes_; }
    // The file under its final path, an orphan until a commit names it.
    Result<lake::DataFile> finish();

private:
    struct Compressor;
    explicit CompressedFile(std::unique_ptr<lake::NewFile> file);
    Result<void> push(bool end);

    std::unique_ptr<lake::NewFile> file_;
    std::unique_ptr<Compressor> compressor_;
    std::string plain_;
    std::int64_t line_count_ = 0;
    std::uint64_t plain_bytes_ = 0;
};

// Calls f with each line of such a file, in bounded memory (but for its longest line). Corruption:
// it is cut off or damaged.
Result<void> for_each_line(
    os::Filesystem& files,
    const std::string& path,
    const std::function<Result<void>(std::string_view line)>& f
);

// Calls f(path), and while the name is taken f with numbered ones: a commit that failed may leave
// its files in doubt, and then they keep their names until the next start.
std::string numbered_path(const std::string& path, int number);  // "a/b.x.y", 2 → "a/b-2.x.y"
template <typename F>
auto with_free_name(const std::string& path, F f) {
    constexpr int names_max = 100;
    auto made = f(path);
    for (int number = 2;
         number <= names_max && !made.ok() && made.error().code() == ErrorCode::AlreadyExists;
         ++number)
        made = f(numbered_path(path, number));
    return made;
}

// "year=2010/month=12/day=01" of an arrival, UTC.
std::string day_folder(Timestamp at);

}  // namespace tradewind::deliver

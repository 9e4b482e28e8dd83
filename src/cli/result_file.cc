#include "cli/result_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "os/process.h"

namespace tradewind::cli {

namespace {

bool takes_no_rename(const std::string& path) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

}  // namespace

Result<std::unique_ptr<ResultFile>> ResultFile::open(const std::string& path) {
    const std::string unfinished = path.empty() || takes_no_rename(path)
                                       ? std::string()
                                       : path + ".unfinished-" + std::to_string(os::process_id());
    std::unique_ptr<ResultFile> result(new ResultFile(path, unfinished));
    result->file_ =
        path.empty() ? stdout : std::fopen((unfinished.empty() ? path : unfinished).c_str(), "wb");
    if (result->file_ == nullptr) return result->failed();
    return result;
}

ResultFile::~ResultFile() {
    if (file_ == nullptr || file_ == stdout) return;
    std::fclose(file_);
    if (!unfinished_.empty()) std::remove(unfinished_.c_str());
}

Error ResultFile::failed() const {
    if (errno == EPIPE && file_ == stdout)
        return {ErrorCode::Cancelled, "nobody reads the result any more"};
    const std::string to = path_.empty() ? "the result" : path_;
    return {ErrorCode::Io, "cannot write " + to + ": " + std::strerror(errno)};
}

Result<void> ResultFile::write(std::string_view piece) {
    if (std::fwrite(piece.data(), 1, piece.size(), file_) == piece.size()) return {};
    return failed();
}

Result<void> ResultFile::finish() {
    if (std::fflush(file_) != 0) return failed();
    if (file_ == stdout) return {};
    if (std::fclose(std::exchange(file_, nullptr)) != 0) return failed();
    if (unfinished_.empty() || std::rename(unfinished_.c_str(), path_.c_str()) == 0) return {};
    const Error error = failed();
    std::remove(unfinished_.c_str());
    return error;
}

}  // namespace tradewind::cli

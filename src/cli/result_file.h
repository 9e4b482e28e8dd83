// Where a result goes that is written piece by piece: a file takes its name only when it is whole.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::cli {

// One thread. Dropped before finish(): what was at the path before is still there.
class ResultFile {
public:
    // Empty path: stdout. A path that is there and no regular file (a pipe, a device) is written to
    // as it is.
    static Result<std::unique_ptr<ResultFile>> open(const std::string& path);
    ~ResultFile();
    ResultFile(const ResultFile&) = delete;
    ResultFile& operator=(const ResultFile&) = delete;

    Result<void> write(std::string_view piece);
    Result<void> finish();

private:
    ResultFile(std::string path, std::string unfinished)
        : path_(std::move(path)), unfinished_(std::move(unfinished)) {}
    Error failed() const;

    const std::string path_;
    const std::string unfinished_;  // its name until then; empty: none
    std::FILE* file_ = nullptr;
};

}  // namespace tradewind::cli

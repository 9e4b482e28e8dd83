#include "cli/standard_files.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tradewind::cli {

namespace {

bool nobody_reads_stdout() {
    pollfd watched{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&watched, 1, 0) == 1 && (watched.revents & POLLERR) != 0;
}

}  // namespace

void keep_standard_files_apart() {
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(file, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest free number: this one. Opened for reading it refuses what is written.
        const int flags = file == STDERR_FILENO ? O_WRONLY : O_RDONLY;
        if (::open("/dev/null", flags) != file) return;
    }
}

Result<void> finish_stdout() {
    errno = 0;
    const bool flushed = std::fflush(stdout) == 0;
    const int why = errno;
    if ((flushed && std::ferror(stdout) == 0) || nobody_reads_stdout()) return {};
    const std::string reason = why == 0 ? "" : std::string(": ") + std::strerror(why);
    return Error(ErrorCode::Io, "cannot write the result" + reason);
}

}  // namespace tradewind::cli

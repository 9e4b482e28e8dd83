#include "os/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/posix_error.h"

namespace tradewind::os {

namespace {

constexpr mode_t file_mode = 0666;  // the umask takes away what the operator wants gone

// Calls f again as long as a signal interrupts it.
template <typename F>
auto retry_interrupted(F f) {
    auto result = f();
    while (result < 0 && errno == EINTR) result = f();
    return result;
}

int flags_of(OpenMode mode) {
    switch (mode) {
        case OpenMode::Read:
            return O_RDONLY;
        case OpenMode::ReadWrite:
            return O_RDWR;
        case OpenMode::CreateNew:
            return O_RDWR | O_CREAT | O_EXCL;
    }
    return O_RDONLY;
}

class PosixFile : public File {
public:
    PosixFile(Descriptor descriptor, std::string path)
        : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

    Result<std::string> read_at(std::uint64_t offset, std::size_t size) override {
        // Not more memory than there are bytes, whatever a damaged length field asks for.
        const std::uint64_t end = TRY(this->size());
        const std::uint64_t there = offset < end ? end - offset : 0;
        std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size, there)), '\0');
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t got = retry_interrupted([&] {
                return pread(
                    number(),
                    bytes.data() + done,
                    bytes.size() - done,
                    static_cast<off_t>(offset + done)
                );
            });
            if (got < 0) return posix_error("cannot read", path_, errno);
            if (got == 0) break;  // truncated meanwhile
            done += static_cast<std::size_t>(got);
        }
        bytes.resize(done);
        return bytes;
    }

    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t put = retry_interrupted([&] {
                return pwrite(number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            });
            if (put < 0) return posix_error("cannot write", path_, errno);
            if (put == 0) return posix_error("cannot write", path_, EIO);
            offset += static_cast<std::uint64_t>(put);
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
        return {};
    }

    Result<void> preallocate(std::uint64_t size) override {
        if (size == 0) return {};
        // Returns the error instead of setting errno.
        int code = EINTR;
        while (code == EINTR) code = posix_fallocate(number(), 0, static_cast<off_t>(size));
        if (code != 0) return posix_error("cannot set room aside for", path_, code);
        return {};
    }

    Result<void> truncate(std::uint64_t size) override {
        const int status =
            retry_interrupted([&] { return ftruncate(number(), static_cast<off_t>(size)); });
        if (status != 0) return posix_error("cannot truncate", path_, errno);
        return {};
    }

    Result<std::uint64_t> size() override {
        struct stat info {};
        if (fstat(number(), &info) != 0) return posix_error("cannot look at", path_, errno);
        return static_cast<std::uint64_t>(info.st_size);
    }

    Result<void> sync() override {
        if (retry_interrupted([&] { return fdatasync(number()); }) != 0) {
            return posix_error("cannot sync", path_, errno);
        }
        return {};
    }

private:
    int number() const { return descriptor_.number(); }

    Descriptor descriptor_;
    std::string path_;
};

}  // namespace

Descriptor::~Descriptor() {
    // EINTR too means closed on Linux, and what was written was synced before it was promised.
    if (number_ >= 0) ::close(number_);
}

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
    const int number =
        retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, file_mode); });
    if (number < 0)
        return posix_error((flags & O_CREAT) != 0 ? "cannot create" : "cannot open", path, errno);
    return Descriptor(number);
}

Result<std::unique_ptr<File>> open_posix_file(const std::string& path, OpenMode mode) {
    Descriptor descriptor = TRY(open_descriptor(path, flags_of(mode) | O_NONBLOCK));
    struct stat info {};
    if (fstat(descriptor.number(), &info) != 0) return posix_error("cannot look at", path, errno);
    // open(2) gives a folder for reading without a word.
    if (S_ISDIR(info.st_mode)) return posix_error("cannot open", path, EISDIR);
    // A pipe would keep its reader waiting for ever.
    if (mode == OpenMode::Read && !S_ISREG(info.st_mode))
        return Error(ErrorCode::InvalidArgument, path + " is no regular file");
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(descriptor), path));
}

}  // namespace tradewind::os

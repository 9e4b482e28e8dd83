#include "os/posix_error.h"

#include <cerrno>
#include <system_error>

namespace tradewind::os {

namespace {

struct Meaning {
    int code;
    ErrorCode kind;
    const char* hint;
};

constexpr Meaning meanings[] = {
    {ENOENT, ErrorCode::NotFound, ""},
    {ENOTDIR, ErrorCode::NotFound, "A part of the path is a file, not a folder."},
    {EEXIST, ErrorCode::AlreadyExists, ""},
    {ENOTEMPTY, ErrorCode::Conflict, "The folder still holds files."},
    {EACCES,
     ErrorCode::PermissionDenied,
     "Give this user the right to it, or run as the user who owns the workspace."},
    {EPERM,
     ErrorCode::PermissionDenied,
     "Give this user the right to it, or run as the user who owns the workspace."},
    {EROFS,
     ErrorCode::PermissionDenied,
     "The file system is mounted read-only: remount it for writing, or use another folder."},
    {ENOSPC, ErrorCode::ResourceExhausted, "Free some room on that disk."},
    {EDQUOT,
     ErrorCode::ResourceExhausted,
     "The user's disk quota is used up: raise it or free some room."},
    {EFBIG,
     ErrorCode::ResourceExhausted,
     "The file would be larger than this file system or the process's limit allows."},
    {EMFILE, ErrorCode::ResourceExhausted, "Raise the process's limit of open files (ulimit -n)."},
    {ENFILE, ErrorCode::ResourceExhausted, "The machine's limit of open files is reached."},
    {ENOMEM, ErrorCode::ResourceExhausted, ""},
    {ENAMETOOLONG, ErrorCode::InvalidArgument, "Use a shorter path."},
    {EISDIR, ErrorCode::InvalidArgument, "It is a folder; a file is wanted."},
    {EINVAL, ErrorCode::InvalidArgument, ""},
    {ELOOP, ErrorCode::InvalidArgument, "Symbolic links lead in a circle."},
};

}  // namespace

Error posix_error(const std::string& doing, const std::string& path, int code) {
    const std::string message =
        doing + " '" + path + "': " + std::error_code(code, std::generic_category()).message();
    for (const Meaning& meaning : meanings) {
        if (meaning.code == code) return Error(meaning.kind, message).with_hint(meaning.hint);
    }
    return Error(ErrorCode::Io, message);
}

}  // namespace tradewind::os

#include "os/sqlite_error.h"

#include <sqlite3.h>

namespace tradewind::os {

namespace {

struct Meaning {
    int code;
    ErrorCode kind;
    const char* hint;
};

constexpr Meaning extended_meanings[] = {
    {SQLITE_CONSTRAINT_UNIQUE, ErrorCode::AlreadyExists, ""},
    {SQLITE_CONSTRAINT_PRIMARYKEY, ErrorCode::AlreadyExists, ""},
    {SQLITE_CONSTRAINT_ROWID, ErrorCode::AlreadyExists, ""},
};

constexpr Meaning meanings[] = {
    {SQLITE_ERROR, ErrorCode::InvalidArgument, ""},
    {SQLITE_CONSTRAINT, ErrorCode::InvalidArgument, ""},
    {SQLITE_MISMATCH, ErrorCode::InvalidArgument, ""},
    {SQLITE_RANGE, ErrorCode::InvalidArgument, ""},
    {SQLITE_TOOBIG, ErrorCode::ResourceExhausted, ""},
    {SQLITE_FULL, ErrorCode::ResourceExhausted, "Free some room on that disk."},
    {SQLITE_NOMEM, ErrorCode::ResourceExhausted, ""},
    {SQLITE_BUSY, ErrorCode::Unavailable, "Another process holds the database; try again."},
    {SQLITE_LOCKED, ErrorCode::Unavailable, ""},
    {SQLITE_INTERRUPT, ErrorCode::Cancelled, ""},
    {SQLITE_CORRUPT,
     ErrorCode::Corruption,
     "Restore it from a backup, or move it away to begin anew."},
    {SQLITE_NOTADB,
     ErrorCode::Corruption,
     "Restore it from a backup, or move it away to begin anew."},
    {SQLITE_PERM, ErrorCode::PermissionDenied, ""},
    {SQLITE_AUTH, ErrorCode::PermissionDenied, ""},
    {SQLITE_READONLY,
     ErrorCode::PermissionDenied,
     "Give this user the right to write the file and its folder."},
    {SQLITE_CANTOPEN, ErrorCode::Io, "See that its folder exists and may be written."},
};

}  // namespace

Error sqlite_error(sqlite3* connection, int code, const std::string& doing) {
    const char* words = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    const std::string message = doing + ": " + words;
    for (const Meaning& meaning : extended_meanings) {
        if (meaning.code == code) return Error(meaning.kind, message).with_hint(meaning.hint);
    }
    for (const Meaning& meaning : meanings) {
        if (meaning.code == (code & 0xff))
            return Error(meaning.kind, message).with_hint(meaning.hint);
    }
    return Error(ErrorCode::Io, message);
}

}  // namespace tradewind::os

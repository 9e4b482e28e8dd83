// The machine says when a file in a folder is complete: it was closed after writing, or moved in.
// Events are a help and not the truth: some file systems send none, and a full queue drops some.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace tradewind::os {

struct FolderEvent {
    std::string path;
    bool folder = false;  // a folder that is new here; else a file
};

struct FolderNews {
    std::vector<FolderEvent> events;
    bool missed = false;  // some were dropped: look at everything
};

// add and wait: one thread. wake: any thread.
class FolderEvents {
public:
    // Works on a machine without such events too; then wait() is only a wait.
    static Result<std::unique_ptr<FolderEvents>> open();
    virtual ~FolderEvents() = default;
    // Of the folder itself, not of those below. Again for the same one: nothing changes.
    virtual Result<void> add(const std::string& folder) = 0;
    // Returns at the first news, when woken, or after the time.
    virtual FolderNews wait(std::int64_t timeout_us) = 0;
    virtual void wake() = 0;
};

enum class Writers { None, Some, Unknown };
// Whether a process of this machine has the file open for writing. Unknown: the file system or the
// file's owner does not let us ask.
Writers writers_of(const std::string& path);

}  // namespace tradewind::os

// A folder that a command makes for itself: in the temporary one, or where it is told. What was not
// asked for, or did not become what it was made for, is gone afterwards.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::cli {

class OwnFolder {
public:
    // `chosen` empty: a temporary folder, which goes with this. AlreadyExists: it is not empty, or
    // no folder.
    static Result<std::unique_ptr<OwnFolder>> make(
        const std::string& chosen, const std::string& purpose
    );
    // A chosen one goes too, unless keep() was called.
    ~OwnFolder();
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;

    const std::string& path() const { return path_; }
    bool temporary() const { return temporary_; }
    void keep() { kept_ = !temporary_; }

private:
    OwnFolder(std::string path, bool temporary, bool was_there)
        : path_(std::move(path)), temporary_(temporary), was_there_(was_there) {}

    const std::string path_;  // absolute
    const bool temporary_;
    const bool was_there_;  // then it stays, empty
    bool kept_ = false;
};

}  // namespace tradewind::cli

// A socket's path has at most 107 bytes; a workspace may lie deeper than that.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace tradewind::os {

// A path that leads to the same name and is short enough, for as long as this lives: the path
// itself, or one by way of its folder, held open.
class SocketPath {
public:
    // NotFound and others as of opening the folder.
    static Result<SocketPath> make(const std::string& path);
    const std::string& text() const { return text_; }

private:
    SocketPath(std::string text, std::shared_ptr<const int> folder)
        : text_(std::move(text)), folder_(std::move(folder)) {}

    std::string text_;
    std::shared_ptr<const int> folder_;  // its number; closed with the last copy
};

}  // namespace tradewind::os

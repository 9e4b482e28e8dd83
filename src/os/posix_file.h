// An open file of the machine.
#pragma once

#include <memory>
#include <string>

#include "os/filesystem.h"

namespace tradewind::os {

// Closes a descriptor at the end of its life.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();
    int number() const { return number_; }

private:
    int number_;
};

// open(2) with O_CLOEXEC, again when a signal came in between.
Result<Descriptor> open_descriptor(const std::string& path, int flags);

Result<std::unique_ptr<File>> open_posix_file(const std::string& path, OpenMode mode);

}  // namespace tradewind::os

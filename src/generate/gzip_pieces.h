// A gzip file whose parts are packed side by side: one member, as gzip itself writes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "generate/file_set.h"

namespace tradewind::generate {

// Ends at a byte and refers to nothing before it, so that pieces can simply follow each other.
struct GzipPiece {
    std::string bytes;
    std::uint32_t crc = 0;
    std::uint64_t raw_bytes = 0;
    std::int64_t row_count = 0;
};

// One thread; for one piece after the other.
class GzipPacker {
public:
    GzipPacker();
    ~GzipPacker();
    GzipPacker(GzipPacker&&) noexcept;

    GzipPiece pack(std::string_view raw);

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Writes a file of the set: begin(), pieces, end().
class GzipFile {
public:
    GzipFile(FileSet& out, std::size_t file) : out_(out), file_(file) {}
    Result<void> begin();
    Result<void> append(const GzipPiece& piece);
    Result<void> end();

private:
    FileSet& out_;
    std::size_t file_;
    std::uint32_t crc_ = 0;
    std::uint64_t raw_bytes_ = 0;
};

}  // namespace tradewind::generate

// Words by range, in blocks in memory, and in a file what the memory does not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/radix_sort.h"
#include "os/filesystem.h"

namespace tradewind::kernel {

// Adding: one thread; then load(), keep() and kept() of different ranges from any.
class LineStore {
public:
    // `memory_bytes_max`: of the words here.
    LineStore(
        os::Filesystem& files,
        std::string scratch_folder,
        std::size_t ranges,
        std::uint64_t memory_bytes_max
    )
        : files_(files),
          scratch_folder_(std::move(scratch_folder)),
          memory_bytes_max_(memory_bytes_max),
          ranges_(ranges) {}

    Result<void> add(std::size_t range, Word word) {
        Range& to = ranges_[range];
        if (to.next == to.end) TRY(begin_block(to));
        *to.next++ = word;
        ++to.count;
        return {};
    }
    std::uint64_t count(std::size_t range) const { return ranges_[range].count; }
    bool spilled() const { return file_ != nullptr; }

    // All words of the range, in no order that counts.
    Result<void> load(std::size_t range, std::vector<Word>& words) const;
    // The range is these words from now on. Not when it has spilled.
    void keep(std::size_t range, std::vector<Word> words);
    const std::vector<Word>& kept(std::size_t range) const { return ranges_[range].kept; }

private:
    using Block = std::unique_ptr<Word[]>;
    static constexpr std::size_t block_words = 512;
    static constexpr std::uint64_t block_bytes = block_words * sizeof(Word);

    struct Extent {
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
    };
    struct Range {
        Word* next = nullptr;  // in the last block
        Word* end = nullptr;
        std::uint64_t count = 0;
        std::vector<Block> blocks;
        std::vector<Extent> extents;
        std::vector<Word> kept;
    };

    Result<void> begin_block(Range& range);
    Result<void> spill();
    Result<void> open_file();
    Result<void> flush(std::string& bytes);

    os::Filesystem& files_;
    const std::string scratch_folder_;
    const std::uint64_t memory_bytes_max_;
    std::vector<Range> ranges_;
    std::uint64_t memory_bytes_ = 0;
    std::unique_ptr<os::File> file_;
    std::uint64_t file_bytes_ = 0;
};

}  // namespace tradewind::kernel

// The part of a text that is in memory: grows at its end, shrinks at its front. What was handed out
// as views stays valid as long as somebody holds the memory it lies in.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/text_source.h"

namespace tradewind::engine {

// Bytes that scanners may read past the end of a view (they hold zeros or older text).
constexpr std::size_t window_padding = 64;

// One thread; the memory may be let go of in any.
class TextWindow {
public:
    explicit TextWindow(TextSource source) : source_(std::move(source)) {}

    // What was read and not yet consumed.
    std::string_view text() const { return {block_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t size) { begin_ += size; }
    // Reads more behind what is there; false when the text ends here. Changes where text() lies.
    Result<bool> more();
    // Nothing comes after text().
    bool complete() const { return complete_; }
    // A NUL was read since the window was made.
    bool has_nul() const { return has_nul_; }
    // Holds what text() lies in now.
    std::shared_ptr<void> memory() const { return block_; }
    const TextSource& source() const { return source_; }

private:
    void make_room();

    TextSource source_;
    std::shared_ptr<char[]> block_;
    std::size_t block_size_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool complete_ = false;
    bool has_nul_ = false;
};

}  // namespace tradewind::engine

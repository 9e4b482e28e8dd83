#include "engine/text_window.h"

#include <algorithm>
#include <cstring>

namespace tradewind::engine {

namespace {
// Large enough that the row cut in two at its end costs nothing, small enough to stay in a cache.
constexpr std::size_t block_bytes = 1u << 20;
}  // namespace

// The old block is left to those who hold views into it; what is unread moves to a fresh one.
void TextWindow::make_room() {
    constexpr std::size_t room_min = block_bytes / 2;
    if (block_ && block_size_ - end_ >= room_min) return;
    const std::string_view unread = text();
    block_size_ = std::max(block_bytes, 2 * unread.size() + room_min);
    std::shared_ptr<char[]> fresh =
        std::make_shared_for_overwrite<char[]>(block_size_ + window_padding);
    if (!unread.empty()) std::memcpy(fresh.get(), unread.data(), unread.size());
    std::memset(fresh.get() + block_size_, 0, window_padding);
    block_ = std::move(fresh);
    end_ = unread.size();
    begin_ = 0;
}

Result<bool> TextWindow::more() {
    if (complete_) return false;
    make_room();
    char* to = block_.get() + end_;
    const std::size_t size = TRY(source_.read(to, block_size_ - end_));
    if (size == 0) {
        complete_ = true;
        return false;
    }
    has_nul_ = has_nul_ || std::memchr(to, 0, size) != nullptr;
    end_ += size;
    return true;
}

}  // namespace tradewind::engine

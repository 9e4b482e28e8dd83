// Bytes received and not yet understood. Small while a connection is idle, larger while a body
// comes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace tradewind::api {

class ReadBuffer {
public:
    std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
    std::size_t size() const { return end_ - begin_; }
    bool empty() const { return begin_ == end_; }
    void consume(std::size_t n) {
        begin_ += n;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    void clear() { begin_ = end_ = 0; }

    // Room for at least one byte more, in a buffer of at least `capacity`; an empty one that is
    // larger than that shrinks to it. Nothing may point into it.
    void make_room(std::size_t capacity) {
        if (empty() && capacity_ != capacity) return reallocate(capacity);
        if (end_ < capacity_ && capacity <= capacity_) return;
        if (begin_ > 0 && capacity <= capacity_) {
            std::memmove(data_.get(), data_.get() + begin_, size());
            end_ -= begin_;
            begin_ = 0;
            return;
        }
        reallocate(std::max(capacity, 2 * size()));
    }
    char* free_space() { return data_.get() + end_; }
    std::size_t free_size() const { return capacity_ - end_; }
    void added(std::size_t n) { end_ += n; }

private:
    void reallocate(std::size_t capacity) {
        std::unique_ptr<char[]> larger(new char[capacity]);  // not make_unique: no need for zeros
        const std::size_t kept = size();
        if (kept > 0) std::memcpy(larger.get(), data_.get() + begin_, kept);
        data_ = std::move(larger);
        capacity_ = capacity;
        begin_ = 0;
        end_ = kept;
    }

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace tradewind::api

// Lines of CSV put together quickly: a row's bytes go straight to where they belong.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tradewind::generate {

inline char* put_text(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

inline char* put_integer(char* at, std::int64_t value) {
    return std::to_chars(at, at + 20, value).ptr;
}

// Two decimals: -1234 is "-12.34".
inline char* put_cents(char* at, std::int64_t cents) {
    if (cents < 0) *at++ = '-';
    const std::int64_t amount = cents < 0 ? -cents : cents;
    at = put_integer(at, amount / 100);
    *at++ = '.';
    *at++ = static_cast<char>('0' + amount / 10 % 10);
    *at++ = static_cast<char>('0' + amount % 10);
    return at;
}

class CsvRows {
public:
    // A row starts at the pointer and has at most that many bytes; end() takes where it ended.
    char* begin(std::size_t bytes_max) {
        if (bytes_.size() - size_ < bytes_max) bytes_.resize((bytes_.size() + bytes_max) * 2);
        return bytes_.data() + size_;
    }
    void end(const char* at) {
        size_ = static_cast<std::size_t>(at - bytes_.data());
        ++row_count_;
    }
    void clear() {
        size_ = 0;
        row_count_ = 0;
    }
    std::string_view text() const { return {bytes_.data(), size_}; }
    std::int64_t row_count() const { return row_count_; }

private:
    std::string bytes_;
    std::size_t size_ = 0;
    std::int64_t row_count_ = 0;
};

}  // namespace tradewind::generate

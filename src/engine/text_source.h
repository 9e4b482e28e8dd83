// A file's text as UTF-8, whatever its encoding. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/byte_source.h"

namespace tradewind::engine {

enum class Encoding {
    Detect,  // so far only ASCII was seen, which all of them share (but UTF-16)
    Utf8,    // passed on as it is: bytes that are not UTF-8 are the reader's business
    Utf16Little,
    Utf16Big,
    Latin1,
    Windows1252,
};

// "utf-8", "utf-16", "iso-8859-1", "windows-1252"; Detect counts as utf-8.
std::string to_string(Encoding encoding);
// The same and usual aliases, without regard to case; empty: Detect. InvalidArgument otherwise.
Result<Encoding> parse_encoding(const std::string& name);

// What the front of a text says by a byte-order mark, or by the zeros of UTF-16.
Encoding detect_by_mark(std::string_view front);
// What bytes beyond ASCII say. `whole`: the text ends here, so that a sequence cut off is damage
// rather than a matter of what comes next; else Detect when there was nothing but that.
Encoding detect_by_bytes(std::string_view bytes, bool whole);

class TextSource {
public:
    TextSource(std::unique_ptr<ByteSource> bytes, Encoding encoding);

    // Up to `size` bytes of UTF-8 (size ≥ 16); 0 at the end. A lone surrogate of UTF-16 comes out
    // as three bytes that are not UTF-8.
    Result<std::size_t> read(char* to, std::size_t size);
    Encoding encoding() const { return encoding_; }
    std::uint64_t bytes_read() const { return bytes_->bytes_read(); }
    std::uint64_t bytes_total() const { return bytes_->bytes_total(); }

private:
    Result<void> refill();
    Result<void> decide();
    Result<std::size_t> read_through(char* to, std::size_t size);
    Result<std::size_t> decode(char* to, std::size_t size);
    std::size_t decode_utf16(char* to, std::size_t size);
    std::size_t decode_single_bytes(char* to, std::size_t size);

    std::unique_ptr<ByteSource> bytes_;
    Encoding encoding_;
    bool detected_;
    bool begun_ = false;
    bool end_ = false;
    std::vector<char> raw_;  // read but not decoded: [raw_at_, raw_size_)
    std::size_t raw_at_ = 0;
    std::size_t raw_size_ = 0;
};

}  // namespace tradewind::engine

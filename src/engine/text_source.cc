#include "engine/text_source.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "engine/engine.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t raw_block_bytes = 1u << 20;
// At most this many UTF-8 bytes for one character of the other encodings.
constexpr std::size_t character_bytes_max = 4;

// Code points of the bytes 0x80–0x9f in windows-1252; the five without one stay control characters.
constexpr std::array<std::uint16_t, 32> windows_1252{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

// How many of the bytes at the front are ASCII.
std::size_t ascii_prefix(const char* bytes, std::size_t size) {
    std::size_t at = 0;
    for (; at + 16 <= size; at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
        const int mask = _mm_movemask_epi8(block);
        if (mask != 0)
            return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
    }
    while (at < size && static_cast<signed char>(bytes[at]) >= 0) ++at;
    return at;
}

// Writes the code point as UTF-8 (surrogates too, as three bytes that no decoder takes).
std::size_t put_utf8(char* to, std::uint32_t point) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) {
        to[0] = static_cast<char>(point);
        return 1;
    }
    if (point < 0x800) {
        to[0] = static_cast<char>(0xc0 | point >> 6);
        to[1] = tail(0);
        return 2;
    }
    if (point < 0x10000) {
        to[0] = static_cast<char>(0xe0 | point >> 12);
        to[1] = tail(6);
        to[2] = tail(0);
        return 3;
    }
    to[0] = static_cast<char>(0xf0 | point >> 18);
    to[1] = tail(12);
    to[2] = tail(6);
    to[3] = tail(0);
    return 4;
}

bool looks_like_utf16(std::string_view front, std::size_t zero_at) {
    const std::size_t pairs = std::min<std::size_t>(front.size(), 4096) / 2;
    std::size_t zeros = 0;
    std::size_t other_zeros = 0;
    for (std::size_t i = 0; i < pairs; ++i) {
        zeros += front[2 * i + zero_at] == 0 ? 1 : 0;
        other_zeros += front[2 * i + 1 - zero_at] == 0 ? 1 : 0;
    }
    return pairs >= 2 && zeros * 10 >= pairs * 7 && other_zeros == 0;
}

}  // namespace

std::string to_string(Encoding encoding) {
    switch (encoding) {
        case Encoding::Detect:
        case Encoding::Utf8:
            return "utf-8";
        case Encoding::Utf16Little:
        case Encoding::Utf16Big:
            return "utf-16";
        case Encoding::Latin1:
            return "iso-8859-1";
        case Encoding::Windows1252:
            return "windows-1252";
    }
    return "utf-8";
}

Result<void> check_encoding(const std::string& name) {
    TRY(parse_encoding(name));
    return {};
}

Result<Encoding> parse_encoding(const std::string& name) {
    struct Alias {
        std::string_view name;
        Encoding encoding;
    };
    // "utf-16" without a byte-order mark is little-endian, as Windows writes it.
    constexpr std::array aliases{
        Alias{"", Encoding::Detect},
        Alias{"utf-8", Encoding::Utf8},
        Alias{"utf8", Encoding::Utf8},
        Alias{"ascii", Encoding::Utf8},
        Alias{"utf-16", Encoding::Utf16Little},
        Alias{"utf16", Encoding::Utf16Little},
        Alias{"utf-16le", Encoding::Utf16Little},
        Alias{"utf-16be", Encoding::Utf16Big},
        Alias{"iso-8859-1", Encoding::Latin1},
        Alias{"iso8859-1", Encoding::Latin1},
        Alias{"latin-1", Encoding::Latin1},
        Alias{"latin1", Encoding::Latin1},
        Alias{"windows-1252", Encoding::Windows1252},
        Alias{"cp1252", Encoding::Windows1252},
    };
    const std::string wanted = to_lower_ascii(name);
    for (const Alias& alias : aliases) {
        if (alias.name == wanted) return alias.encoding;
    }
    return Error(ErrorCode::InvalidArgument, "unknown encoding \"" + name + "\"")
        .with_hint("Known ones are utf-8, utf-16, iso-8859-1 and windows-1252.");
}

Encoding detect_by_mark(std::string_view front) {
    if (front.starts_with("\xef\xbb\xbf")) return Encoding::Utf8;
    if (front.starts_with("\xff\xfe")) return Encoding::Utf16Little;
    if (front.starts_with("\xfe\xff")) return Encoding::Utf16Big;
    if (looks_like_utf16(front, 1)) return Encoding::Utf16Little;
    if (looks_like_utf16(front, 0)) return Encoding::Utf16Big;
    return Encoding::Detect;
}

// UTF-8 with a few damaged places is still UTF-8: whole sequences, which other encodings hold by
// rare chance, must be no fewer than the places.
Encoding detect_by_bytes(std::string_view bytes, bool whole) {
    std::size_t sequences = 0;
    std::size_t strays = 0;
    std::size_t stray_end = 0;  // bytes of one damaged place are one stray
    bool control_range = false;
    for (std::size_t at = 0; at < bytes.size();) {
        at += ascii_prefix(bytes.data() + at, bytes.size() - at);
        if (at == bytes.size()) break;
        const std::size_t length = utf8_sequence(bytes.substr(at));
        if (length > 0) {
            ++sequences;
            at += length;
            continue;
        }
        const auto byte = static_cast<unsigned char>(bytes[at]);
        const bool cut_off = !whole && byte >= 0xc2 && byte <= 0xf4 && bytes.size() - at < 4;
        if (!cut_off && (strays == 0 || stray_end != at)) ++strays;
        stray_end = at + 1;
        control_range = control_range || (byte >= 0x80 && byte <= 0x9f);
        ++at;
    }
    if (strays == 0 && sequences == 0) return Encoding::Detect;
    if (sequences > 0 && sequences >= strays) return Encoding::Utf8;
    return control_range ? Encoding::Windows1252 : Encoding::Latin1;
}

TextSource::TextSource(std::unique_ptr<ByteSource> bytes, Encoding encoding)
    : bytes_(std::move(bytes)), encoding_(encoding), detected_(encoding == Encoding::Detect) {}

Result<void> TextSource::refill() {
    if (end_) return {};
    if (raw_.empty()) raw_.resize(raw_block_bytes);
    std::memmove(raw_.data(), raw_.data() + raw_at_, raw_size_ - raw_at_);
    raw_size_ -= raw_at_;
    raw_at_ = 0;
    const std::size_t size = TRY(bytes_->read(raw_.data() + raw_size_, raw_.size() - raw_size_));
    end_ = size == 0;
    raw_size_ += size;
    if (begun_) return {};
    begun_ = true;
    const std::string_view front(raw_.data(), raw_size_);
    const Encoding marked = detect_by_mark(front);
    if (encoding_ == Encoding::Detect) encoding_ = marked;
    // A mark belongs to no cell, also when the encoding was given.
    if (encoding_ == Encoding::Utf8 && front.starts_with("\xef\xbb\xbf")) raw_at_ = 3;
    if (front.starts_with("\xff\xfe") || front.starts_with("\xfe\xff")) {
        if (encoding_ == Encoding::Utf16Little || encoding_ == Encoding::Utf16Big) {
            encoding_ = marked;
            raw_at_ = 2;
        }
    }
    return {};
}

Result<std::size_t> TextSource::read(char* to, std::size_t size) {
    CHECK(size >= 16);
    if (!begun_) TRY(refill());
    if (raw_at_ == raw_size_ && (encoding_ == Encoding::Utf8 || encoding_ == Encoding::Detect)) {
        return read_through(to, size);
    }
    while (true) {
        const std::size_t given = TRY(decode(to, size));
        if (given > 0) return given;
        if (end_ && raw_at_ == raw_size_) return std::size_t{0};
        TRY(refill());
    }
}

// UTF-8 needs no copy of its own. Up to the first byte beyond ASCII nothing is decided; then the
// bytes go into the raw buffer, and from there the way that they say.
Result<std::size_t> TextSource::read_through(char* to, std::size_t size) {
    const std::size_t wanted = std::min(size, raw_block_bytes);
    const std::size_t given = TRY(bytes_->read(to, wanted));
    if (given == 0) end_ = true;
    if (encoding_ == Encoding::Utf8) return given;
    const std::size_t ascii = ascii_prefix(to, given);
    if (ascii == given) return given;
    std::memcpy(raw_.data(), to + ascii, given - ascii);
    raw_at_ = 0;
    raw_size_ = given - ascii;
    TRY(decide());
    if (ascii > 0) return ascii;
    return read(to, size);
}

// By the raw bytes, which begin with one beyond ASCII: as many as there is room for, however small
// the pieces that the file comes in.
Result<void> TextSource::decide() {
    while (!end_ && raw_size_ - raw_at_ < raw_.size()) TRY(refill());
    while (true) {
        encoding_ = detect_by_bytes({raw_.data() + raw_at_, raw_size_ - raw_at_}, end_);
        if (encoding_ != Encoding::Detect) return {};
        TRY(refill());
    }
}

Result<std::size_t> TextSource::decode(char* to, std::size_t size) {
    if (encoding_ == Encoding::Detect) {
        const std::size_t ascii =
            std::min(size, ascii_prefix(raw_.data() + raw_at_, raw_size_ - raw_at_));
        std::memcpy(to, raw_.data() + raw_at_, ascii);
        raw_at_ += ascii;
        if (ascii > 0 || raw_at_ == raw_size_) return ascii;
        TRY(decide());
    }
    if (encoding_ == Encoding::Utf16Little || encoding_ == Encoding::Utf16Big)
        return decode_utf16(to, size);
    if (encoding_ == Encoding::Latin1 || encoding_ == Encoding::Windows1252)
        return decode_single_bytes(to, size);
    const std::size_t given = std::min(size, raw_size_ - raw_at_);
    std::memcpy(to, raw_.data() + raw_at_, given);
    raw_at_ += given;
    return given;
}

// Detected text is windows-1252 wherever the two differ: nobody writes C1 control characters.
std::size_t TextSource::decode_single_bytes(char* to, std::size_t size) {
    std::size_t given = 0;
    while (raw_at_ < raw_size_ && given + character_bytes_max <= size) {
        const char* from = raw_.data() + raw_at_;
        const std::size_t ascii = ascii_prefix(from, std::min(raw_size_ - raw_at_, size - given));
        std::memcpy(to + given, from, ascii);
        given += ascii;
        raw_at_ += ascii;
        if (raw_at_ == raw_size_ || given + character_bytes_max > size) break;
        const auto byte = static_cast<unsigned char>(raw_[raw_at_]);
        if (byte < 0x80) continue;
        ++raw_at_;
        if (byte < 0xa0 && detected_) encoding_ = Encoding::Windows1252;
        const bool table = byte < 0xa0 && encoding_ == Encoding::Windows1252;
        given += put_utf8(to + given, table ? windows_1252[byte - 0x80U] : byte);
    }
    return given;
}

std::size_t TextSource::decode_utf16(char* to, std::size_t size) {
    const bool little = encoding_ == Encoding::Utf16Little;
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(raw_[at]);
        const auto second = static_cast<unsigned char>(raw_[at + 1]);
        return static_cast<std::uint32_t>(little ? first | second << 8 : first << 8 | second);
    };
    std::size_t given = 0;
    while (raw_at_ + 2 <= raw_size_ && given + character_bytes_max <= size) {
        std::uint32_t point = unit(raw_at_);
        std::size_t used = 2;
        if (point >= 0xd800 && point < 0xdc00) {
            if (raw_at_ + 4 > raw_size_ && !end_) break;
            const std::uint32_t low = raw_at_ + 4 <= raw_size_ ? unit(raw_at_ + 2) : 0;
            if (low >= 0xdc00 && low < 0xe000) {
                point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
                used = 4;
            }
        }
        given += put_utf8(to + given, point);
        raw_at_ += used;
    }
    // Half a character at the very end: a byte that is not UTF-8 says so.
    if (end_ && raw_at_ + 1 == raw_size_ && given < size) {
        to[given++] = '\xff';
        ++raw_at_;
    }
    return given;
}

}  // namespace tradewind::engine

#include "serving/ordered_bytes.h"

namespace tradewind::serving {

namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
constexpr char zero_mark = '\xff';
constexpr char end_mark = '\x01';

}  // namespace

void append_big_endian(std::string& out, std::uint64_t value) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (56 - 8 * i));
    out.append(bytes, sizeof bytes);
}

void append_ordered(std::string& out, std::int64_t value) {
    // Flipping the sign makes the unsigned order of the bytes the signed order of the numbers.
    append_big_endian(out, static_cast<std::uint64_t>(value) ^ sign_bit);
}

bool read_ordered(std::string_view& in, std::int64_t& value) {
    if (in.size() < 8) return false;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | static_cast<unsigned char>(in[i]);
    value = static_cast<std::int64_t>(bits ^ sign_bit);
    in.remove_prefix(8);
    return true;
}

void append_escaped(std::string& out, std::string_view text) {
    for (std::size_t zero = text.find('\0'); zero != std::string_view::npos;
         zero = text.find('\0')) {
        out.append(text.substr(0, zero + 1));
        out.push_back(zero_mark);
        text.remove_prefix(zero + 1);
    }
    out.append(text);
    out.push_back('\0');
    out.push_back(end_mark);
}

bool read_escaped(std::string_view& in, std::string_view& text, std::string& storage) {
    const std::string_view whole = in;
    bool copied = false;
    storage.clear();
    while (true) {
        const std::size_t zero = in.find('\0');
        if (zero == std::string_view::npos || zero + 1 >= in.size()) return false;
        const char mark = in[zero + 1];
        if (mark != zero_mark && mark != end_mark) return false;
        if (copied || mark == zero_mark) storage.append(in.substr(0, zero));
        in.remove_prefix(zero + 2);
        if (mark == end_mark) {
            text = copied ? std::string_view(storage) : whole.substr(0, zero);
            return true;
        }
        storage.push_back('\0');
        copied = true;
    }
}

}  // namespace tradewind::serving

// Little-endian numbers and varints in byte strings: the alphabet of every format on disk.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace tradewind {

static_assert(std::endian::native == std::endian::little, "formats on disk are little-endian");

template <typename T>
void put_fixed(std::string& out, T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out.append(raw, sizeof(T));
}

template <typename T>
void overwrite_fixed(std::string& out, std::size_t at, T value) {
    std::memcpy(out.data() + at, &value, sizeof(T));
}

inline void put_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

inline std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

inline void put_bytes(std::string& out, std::string_view bytes) {
    put_varint(out, bytes.size());
    out.append(bytes);
}

// Reads from the front of `in`. After a read past the end `ok()` is false and all further reads
// give zero: check once at the end.
class ByteReader {
public:
    explicit ByteReader(std::string_view in) : in_(in) {}

    bool ok() const { return ok_; }
    bool at_end() const { return in_.empty(); }
    std::size_t remaining() const { return in_.size(); }

    template <typename T>
    T fixed() {
        T value{};
        if (in_.size() < sizeof(T)) return fail<T>();
        std::memcpy(&value, in_.data(), sizeof(T));
        in_.remove_prefix(sizeof(T));
        return value;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (in_.empty()) return fail<std::uint64_t>();
            const auto byte = static_cast<unsigned char>(in_.front());
            in_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        return fail<std::uint64_t>();
    }
    std::string_view bytes(std::size_t size) {
        if (in_.size() < size) return fail<std::string_view>();
        const std::string_view value = in_.substr(0, size);
        in_.remove_prefix(size);
        return value;
    }
    std::string_view sized_bytes() { return bytes(varint()); }

private:
    template <typename T>
    T fail() {
        ok_ = false;
        in_ = {};
        return T{};
    }

    std::string_view in_;
    bool ok_ = true;
};

}  // namespace tradewind

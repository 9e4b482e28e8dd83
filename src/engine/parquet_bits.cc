#include "engine/parquet_bits.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/check.h"

namespace tradewind::engine {

namespace {

// As large as the embedded engine's own, so that whoever reads its files reads these.
constexpr std::size_t block_values = 2048;
constexpr std::size_t miniblock_values = 256;
constexpr std::size_t miniblocks = block_values / miniblock_values;
constexpr std::size_t group = 8;

void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

void append_zigzag(std::string& out, std::int64_t value) {
    append_varint(
        out, static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63)
    );
}

// The lowest `width` bits of each, the first value's lowest bit first; a multiple of eight values.
template <typename T>
void append_packed(std::string& out, const T* values, std::size_t count, unsigned width) {
    const std::size_t begin = out.size();
    out.resize(begin + count / group * width);
    char* to = out.data() + begin;
    std::uint64_t word = 0;
    unsigned filled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t value = values[i];
        word |= value << filled;
        filled += width;
        if (filled < 64) continue;
        std::memcpy(to, &word, 8);
        to += 8;
        filled -= 64;
        word = filled == 0 ? 0 : value >> (width - filled);
    }
    std::memcpy(to, &word, (filled + 7) / 8);
}

bool all_equal(const std::uint32_t* codes) {
    return std::all_of(codes + 1, codes + group, [&](std::uint32_t code) {
        return code == codes[0];
    });
}

void append_groups(std::string& out, std::span<const std::uint32_t> codes, unsigned width) {
    if (codes.empty()) return;
    const std::size_t whole = codes.size() / group;
    const std::size_t rest = codes.size() % group;
    append_varint(out, (whole + (rest > 0 ? 1 : 0)) << 1 | 1);
    append_packed(out, codes.data(), whole * group, width);
    if (rest == 0) return;
    std::array<std::uint32_t, group> last{};
    std::copy(codes.end() - static_cast<std::ptrdiff_t>(rest), codes.end(), last.begin());
    append_packed(out, last.data(), group, width);
}

void append_run(std::string& out, std::uint32_t code, std::size_t count, unsigned width) {
    append_varint(out, static_cast<std::uint64_t>(count) << 1);
    for (unsigned bit = 0; bit < width; bit += 8) out.push_back(static_cast<char>(code >> bit));
}

// Differences of `count` values to the ones before, of U's width, wrapping around.
template <typename U>
void append_block(std::string& out, const std::int64_t* values, std::size_t count) {
    using S = std::make_signed_t<U>;
    std::array<U, block_values> differences{};
    S least = std::numeric_limits<S>::max();
    for (std::size_t i = 0; i < count; ++i) {
        differences[i] =
            static_cast<U>(static_cast<U>(values[i]) - static_cast<U>(*(values + i - 1)));
        least = std::min(least, static_cast<S>(differences[i]));
    }
    for (std::size_t i = 0; i < count; ++i)
        differences[i] = static_cast<U>(differences[i] - static_cast<U>(least));
    append_zigzag(out, least);
    std::array<unsigned, miniblocks> widths{};
    for (std::size_t block = 0; block * miniblock_values < count; ++block) {
        U any = 0;
        for (std::size_t i = 0; i < miniblock_values; ++i)
            any |= differences[block * miniblock_values + i];
        widths[block] = static_cast<unsigned>(std::bit_width(any));
    }
    for (const unsigned width : widths) out.push_back(static_cast<char>(width));
    for (std::size_t block = 0; block * miniblock_values < count; ++block) {
        append_packed(
            out, differences.data() + block * miniblock_values, miniblock_values, widths[block]
        );
    }
}

template <typename U>
void append_differences(std::string& out, std::span<const std::int64_t> values) {
    CHECK(!values.empty());
    append_varint(out, block_values);
    append_varint(out, miniblocks);
    append_varint(out, values.size());
    append_zigzag(out, values.front());
    for (std::size_t at = 1; at < values.size(); at += block_values)
        append_block<U>(out, values.data() + at, std::min(block_values, values.size() - at));
}

}  // namespace

unsigned bits_of(std::uint64_t greatest) {
    return static_cast<unsigned>(std::bit_width(greatest));
}

void append_runs(std::string& out, std::span<const std::uint32_t> codes, unsigned width) {
    CHECK(width >= 1 && width <= 32);
    std::size_t begin = 0;
    std::size_t at = 0;
    while (at + group <= codes.size()) {
        if (!all_equal(codes.data() + at)) {
            at += group;
            continue;
        }
        append_groups(out, codes.subspan(begin, at - begin), width);
        begin = at;
        while (at < codes.size() && codes[at] == codes[begin]) ++at;
        append_run(out, codes[begin], at - begin, width);
        begin = at;
    }
    append_groups(out, codes.subspan(begin), width);
}

void append_differences_32(std::string& out, std::span<const std::int64_t> values) {
    append_differences<std::uint32_t>(out, values);
}

void append_differences_64(std::string& out, std::span<const std::int64_t> values) {
    append_differences<std::uint64_t>(out, values);
}

}  // namespace tradewind::engine

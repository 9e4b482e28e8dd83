// Works on blocks of 64 bytes as masks of 64 bits, one bit a byte. Bits between quotes come from a
// running exclusive-or over the quotes: Langdale and Lemire, "Parsing Gigabytes of JSON per
// Second", 2019, section 3.1.
#include "contract/bracket_scan.h"

#include <emmintrin.h>

#include <bit>
#include <cstdint>

#include "contract/contract.h"

namespace tradewind::contract {

namespace {

constexpr std::size_t block_size = 64;
static_assert(record_padding >= block_size, "a block may begin at the last byte of a text");

class Block {
public:
    explicit Block(const char* at) {
        for (int i = 0; i < 4; ++i) {
            parts_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
        }
    }
    std::uint64_t equal(char c) const { return equal_masked(0, c); }
    // Bytes that are `c` once the bits of `mask` are set in them.
    std::uint64_t equal_masked(char mask, char c) const {
        std::uint64_t bits = 0;
        for (int i = 0; i < 4; ++i) {
            const __m128i part = _mm_or_si128(parts_[i], _mm_set1_epi8(mask));
            const __m128i hits = _mm_cmpeq_epi8(part, _mm_set1_epi8(c));
            bits |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(hits)))
                    << (16 * i);
        }
        return bits;
    }

private:
    __m128i parts_[4];
};

// Bit i of the result: the exclusive-or of bits 0 to i.
std::uint64_t running_xor(std::uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

// What a block needs to know of the one before it.
class StringMask {
public:
    // Bytes inside of strings, the opening quote included.
    std::uint64_t next(const Block& block) {
        const std::uint64_t backslashes = block.equal('\\');
        std::uint64_t quotes = block.equal('"');
        if (backslashes != 0 || escaped_) quotes &= ~escaped(backslashes);
        const std::uint64_t inside = running_xor(quotes) ^ (in_string_ ? ~std::uint64_t{0} : 0);
        in_string_ = inside >> 63 != 0;
        return inside;
    }

private:
    // Bytes that stand behind a backslash which is not escaped itself.
    std::uint64_t escaped(std::uint64_t backslashes) {
        std::uint64_t result = escaped_ ? 1 : 0;
        backslashes &= ~result;
        escaped_ = false;
        while (backslashes != 0) {
            const int at = std::countr_zero(backslashes);
            if (at == 63) {
                escaped_ = true;
                break;
            }
            const std::uint64_t behind = std::uint64_t{1} << (at + 1);
            result |= behind;
            backslashes &= ~(behind | behind >> 1);
        }
        return result;
    }

    bool in_string_ = false;
    bool escaped_ = false;  // the next block's first byte
};

}  // namespace

std::size_t find_bracket_end(std::string_view text, std::size_t begin) {
    StringMask strings;
    int depth = 0;
    for (std::size_t at = begin; at < text.size(); at += block_size) {
        const Block block(text.data() + at);
        // { and [ differ from each other by the bit 0x20 alone, and so do } and ].
        const std::uint64_t opening = block.equal_masked(0x20, '{');
        const std::uint64_t closing = block.equal_masked(0x20, '}');
        const std::uint64_t inside = strings.next(block);
        std::uint64_t brackets = (opening | closing) & ~inside;
        if (text.size() - at < block_size) {
            brackets &= (std::uint64_t{1} << (text.size() - at)) - 1;
        }
        for (; brackets != 0; brackets &= brackets - 1) {
            const std::uint64_t bit = brackets & -brackets;
            depth += (opening & bit) != 0 ? 1 : -1;
            if (depth > 0) continue;
            return at + static_cast<std::size_t>(std::countr_zero(bit)) + 1;
        }
    }
    return 0;
}

std::size_t find_string_end(std::string_view text, std::size_t begin) {
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1;
        if (text[at] == '\\') ++at;
    }
    return 0;
}

}  // namespace tradewind::contract

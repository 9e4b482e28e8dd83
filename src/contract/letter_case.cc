// Case of letters by the regularities of Unicode's blocks: in most, capitals and small letters
// stand at a fixed distance or in pairs.
#include <cstdint>

#include "contract/expression_function.h"

namespace tradewind::contract {

namespace {

// A run of capitals; the small letter of each stands `distance` after it. In a run of pairs
// (distance 1) only every second one is a capital.
struct Capitals {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t distance;
};
constexpr Capitals runs[] = {
    {0x41, 0x5a, 0x20},                         // Latin
    {0xc0, 0xd6, 0x20},                         // with accents: À–Ö
    {0xd8, 0xde, 0x20},                         // Ø–Þ
    {0x100, 0x12e, 1},                          // Ā–Į, in pairs
    {0x132, 0x136, 1},                          // Ĳ–Ķ
    {0x139, 0x147, 1},                          // Ĺ–Ň
    {0x14a, 0x176, 1},                          // Ŋ–Ŷ
    {0x179, 0x17d, 1},                          // Ź–Ž
    {0x218, 0x21a, 1},                          // Ș, Ț
    {0x386, 0x386, 0x26},                       // Greek with tonos: Ά
    {0x388, 0x38a, 0x25},                       // Έ–Ί
    {0x38c, 0x38c, 0x40},                       // Ό
    {0x38e, 0x38f, 0x3f},                       // Ύ, Ώ
    {0x391, 0x3a1, 0x20},                       // Α–Ρ
    {0x3a3, 0x3ab, 0x20},                       // Σ–Ϋ
    {0x400, 0x40f, 0x50},                       // Cyrillic: Ѐ–Џ
    {0x410, 0x42f, 0x20},                       // А–Я
    {0x460, 0x480, 1},                          // old letters
    {0x48a, 0x4be, 1},                          // letters of other languages
    {0x4d0, 0x52e, 1},    {0x1e00, 0x1e94, 1},  // Latin of Welsh, Vietnamese, …
    {0x1ea0, 0x1efe, 1},
};

bool is_capital(const Capitals& run, std::uint32_t letter) {
    if (letter < run.first || letter > run.last) return false;
    return run.distance != 1 || (letter - run.first) % 2 == 0;
}

std::uint32_t to_lower(std::uint32_t letter) {
    if (letter == 0x178) return 0xff;  // Ÿ: its small letter is in Latin-1
    for (const Capitals& run : runs) {
        if (is_capital(run, letter)) return letter + run.distance;
    }
    return letter;
}

std::uint32_t to_upper(std::uint32_t letter) {
    if (letter == 0xff) return 0x178;
    if (letter == 0x3c2) return 0x3a3;  // final sigma
    for (const Capitals& run : runs) {
        if (letter >= run.distance && is_capital(run, letter - run.distance)) {
            return letter - run.distance;
        }
    }
    return letter;
}

// Letters of two and three bytes; all that the runs hold. Others pass as they are.
template <typename F>
void map_letters(std::string& out, std::string_view text, F&& map) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            out.push_back(static_cast<char>(map(lead)));
            ++i;
            continue;
        }
        const std::size_t size = lead >= 0xf0 ? 4 : (lead >= 0xe0 ? 3 : 2);
        if (size == 4 || i + size > text.size()) {
            out.append(text.substr(i, size));
            i += size;
            continue;
        }
        std::uint32_t letter = size == 2 ? lead & 0x1fu : lead & 0x0fu;
        for (std::size_t k = 1; k < size; ++k) {
            letter = letter << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
        }
        letter = map(letter);
        if (letter >= 0x800) {
            out.push_back(static_cast<char>(0xe0 | letter >> 12));
            out.push_back(static_cast<char>(0x80 | (letter >> 6 & 0x3f)));
        } else {
            out.push_back(static_cast<char>(0xc0 | letter >> 6));
        }
        out.push_back(static_cast<char>(0x80 | (letter & 0x3f)));
        i += size;
    }
}

}  // namespace

void append_lower(std::string& out, std::string_view text) {
    map_letters(out, text, to_lower);
}

void append_upper(std::string& out, std::string_view text) {
    map_letters(out, text, to_upper);
}

}  // namespace tradewind::contract

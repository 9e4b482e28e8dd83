#include "lookup/folded_text.h"

#include <cstdint>

#include "base/text.h"

namespace tradewind::lookup {

namespace {

// What letters are without their marks, from U+00C0 and from U+1E00 on (Unicode's decompositions).
// A point: as it is; a digit: one of the pairs below.
constexpr std::string_view latin =
    "aaaaaa2ceeeeiiiidnooooo.ouuuuy41aaaaaa2ceeeeiiiidnooooo.ouuuuy4y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii55jjkkkllllll."
    ".llnnnnnnnnnoooooo33rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
constexpr std::string_view latin_additional =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy.s..1.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
constexpr std::string_view pairs[] = {"ss", "ae", "oe", "th", "ij"};
constexpr std::uint32_t latin_first = 0xC0;
constexpr std::uint32_t latin_additional_first = 0x1E00;

struct Letter {
    std::uint32_t from;
    std::uint32_t to;
};
// Greek letters with their accents, and what Cyrillic writes with a mark.
constexpr Letter letters[] = {
    {0x386, 0x3B1},
    {0x388, 0x3B5},
    {0x389, 0x3B7},
    {0x38A, 0x3B9},
    {0x38C, 0x3BF},
    {0x38E, 0x3C5},
    {0x38F, 0x3C9},
    {0x3AC, 0x3B1},
    {0x3AD, 0x3B5},
    {0x3AE, 0x3B7},
    {0x3AF, 0x3B9},
    {0x3C2, 0x3C3},
    {0x3CC, 0x3BF},
    {0x3CD, 0x3C5},
    {0x3CE, 0x3C9},
    {0x401, 0x435},
    {0x451, 0x435},
};

bool between(std::uint32_t point, std::uint32_t first, std::uint32_t last) {
    return point >= first && point <= last;
}

std::uint32_t lower(std::uint32_t point) {
    for (const Letter& letter : letters) {
        if (letter.from == point) return letter.to;
    }
    if (between(point, 0x391, 0x3A9) || between(point, 0x410, 0x42F)) return point + 0x20;
    if (between(point, 0x400, 0x40F)) return point + 0x50;
    return point;
}

// Spaces, punctuation and signs beyond ASCII.
bool separates(std::uint32_t point) {
    if (between(point, 0x80, 0xBF)) return point != 0xAA && point != 0xB5 && point != 0xBA;
    return point == 0xD7 || point == 0xF7 || between(point, 0x2000, 0x2BFF) ||
           between(point, 0x3000, 0x303F) || between(point, 0xFE10, 0xFE6F) ||
           between(point, 0xFF00, 0xFF0F);
}

std::uint32_t point_of(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    if (sequence.size() == 2) return (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    if (sequence.size() == 3)
        return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 |
           (byte(3) & 0x3Fu);
}

void append_point(std::string& out, std::uint32_t point) {
    if (point < 0x800) {
        out += static_cast<char>(0xC0 | point >> 6);
    } else {
        out += static_cast<char>(0xE0 | point >> 12);
        out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    }
    out += static_cast<char>(0x80 | (point & 0x3F));
}

// False: the table says nothing of it.
bool append_latin(std::string& out, std::uint32_t point) {
    char letter = '.';
    if (between(point, latin_first, latin_first + latin.size() - 1)) {
        letter = latin[point - latin_first];
    } else if (between(
                   point,
                   latin_additional_first,
                   latin_additional_first + latin_additional.size() - 1
               )) {
        letter = latin_additional[point - latin_additional_first];
    }
    if (letter == '.') return false;
    if (letter >= '1' && letter <= '5') {
        out += pairs[letter - '1'];
    } else {
        out += letter;
    }
    return true;
}

constexpr std::uint32_t apostrophe = 0x2019;

// Any character but those of ASCII.
void fold_wide(std::string& out, std::string_view sequence) {
    const std::uint32_t point = point_of(sequence);
    if (point == apostrophe || between(point, 0x300, 0x36F)) return;
    if (separates(point)) {
        out += ' ';
    } else if (!append_latin(out, point)) {
        const std::uint32_t folded = lower(point);
        if (folded == point) {
            out += sequence;
        } else {
            append_point(out, folded);
        }
    }
}

void fold_ascii(std::string& out, char c) {
    if (c >= 'A' && c <= 'Z') {
        out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        out += c;
    } else if (c != '\'') {
        out += ' ';
    }
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = utf8_sequence(text);
        if (size > 1) {
            fold_wide(out, text.substr(0, size));
        } else {
            fold_ascii(out, size == 1 ? text[0] : ' ');
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

std::vector<std::string_view> words_of(std::string_view folded) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while (at < folded.size()) {
        const std::size_t end = std::min(folded.find(' ', at), folded.size());
        if (end > at) words.push_back(folded.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

}  // namespace tradewind::lookup

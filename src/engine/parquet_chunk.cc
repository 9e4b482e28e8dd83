#include "engine/parquet_chunk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "base/check.h"
#include "engine/parquet_bits.h"
#include "engine/thrift_writer.h"

namespace tradewind::engine {

namespace {

constexpr int compression_level = 1;
// A page that gets no smaller than this is read faster as it is.
constexpr double worth_packing = 0.9;
// More different values than that are written without a dictionary, as are more than half of all.
constexpr std::size_t dictionary_values_max = 16'384;
constexpr std::size_t dictionary_texts_max = 4'096;
constexpr std::size_t dictionary_bytes_max = 1u << 20;
constexpr std::size_t few = 16;
// Longer texts are no extremes in the footer.
constexpr std::size_t extreme_bytes_max = 256;

// Numbers of the format.
constexpr int differences_encoding = 5;
constexpr int dictionary_encoding = 8;
constexpr int data_page = 0;
constexpr int dictionary_page = 2;

void append_value(std::string& out, ParquetType type, std::int64_t word) {
    std::array<char, 8> bytes{};
    std::memcpy(bytes.data(), &word, 8);  // little-endian: the first four are the narrow number
    out.append(bytes.data(), type == ParquetType::Int32 ? 4 : 8);
}

void append_text(std::string& out, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    std::array<char, 4> bytes{};
    std::memcpy(bytes.data(), &size, 4);
    out.append(bytes.data(), 4);
    out.append(text);
}

void append_booleans(std::string& out, std::span<const std::int64_t> words) {
    for (std::size_t at = 0; at < words.size(); at += 8) {
        unsigned byte = 0;
        for (std::size_t i = at; i < std::min(at + 8, words.size()); ++i)
            byte |= (words[i] != 0 ? 1u : 0u) << (i - at);
        out.push_back(static_cast<char>(byte));
    }
}

using Extremes = std::optional<std::pair<std::string, std::string>>;

Extremes extremes_of_reals(std::span<const std::int64_t> words) {
    double least = HUGE_VAL;
    double greatest = -HUGE_VAL;
    for (const std::int64_t word : words) {
        const auto real = std::bit_cast<double>(word);
        if (std::isnan(real)) return std::nullopt;
        least = std::min(least, real);
        greatest = std::max(greatest, real);
    }
    // Zeros are equal, whatever their sign.
    if (least == 0) least = -0.0;
    if (greatest == 0) greatest = 0.0;
    std::pair<std::string, std::string> both;
    append_value(both.first, ParquetType::Double, std::bit_cast<std::int64_t>(least));
    append_value(both.second, ParquetType::Double, std::bit_cast<std::int64_t>(greatest));
    return both;
}

Extremes extremes_of_texts(const ParquetValues& values) {
    std::string_view least = values.text(0);
    std::string_view greatest = least;
    for (std::size_t i = 1; i < values.text_count() && !values.one_text(); ++i) {
        const std::string_view text = values.text(i);
        if (text < least) least = text;
        if (text > greatest) greatest = text;
    }
    if (std::max(least.size(), greatest.size()) > extreme_bytes_max) return std::nullopt;
    return std::pair(std::string(least), std::string(greatest));
}

Extremes extremes_of(ParquetType type, const ParquetValues& values) {
    if (type == ParquetType::Bytes) {
        return values.text_count() == 0 ? std::nullopt : extremes_of_texts(values);
    }
    const auto words = values.words();
    if (words.empty()) return std::nullopt;
    if (type == ParquetType::Double) return extremes_of_reals(words);
    const auto [least, greatest] = std::ranges::minmax(words);
    std::pair<std::string, std::string> both;
    if (type == ParquetType::Boolean) {
        both = {
            std::string(1, static_cast<char>(least)), std::string(1, static_cast<char>(greatest))
        };
    } else {
        append_value(both.first, type, least);
        append_value(both.second, type, greatest);
    }
    return both;
}

// Which rows are there: bits, in runs, after their size.
void append_levels(std::string& out, const ParquetValues& values) {
    std::string levels;
    const auto valid = values.valid();
    if (values.null_count() == 0) {
        std::uint64_t head = static_cast<std::uint64_t>(valid.size()) << 1;
        for (; head >= 0x80; head >>= 7) levels.push_back(static_cast<char>(head | 0x80));
        levels.push_back(static_cast<char>(head));
        levels.push_back('\1');
    } else {
        const std::vector<std::uint32_t> codes(valid.begin(), valid.end());
        append_runs(levels, codes, 1);
    }
    append_text(out, levels);
}

std::string page_header(
    int kind, std::size_t plain, std::size_t written, std::size_t values, int encoding
) {
    CHECK(std::max(plain, written) <= std::numeric_limits<std::int32_t>::max());
    std::string out;
    ThriftWriter writer(out);
    writer.i32(1, kind);
    writer.i32(2, static_cast<std::int32_t>(plain));
    writer.i32(3, static_cast<std::int32_t>(written));
    writer.begin_struct(kind == data_page ? 5 : 7);
    writer.i32(1, static_cast<std::int32_t>(values));
    writer.i32(2, encoding);
    if (kind == data_page) {
        writer.i32(3, runs_encoding);
        writer.i32(4, runs_encoding);
    }
    writer.end();
    writer.end();
    return out;
}

}  // namespace

// The place of each value in the order in which they first came.
struct ParquetPages::Codes {
    static constexpr std::size_t places = 4 * dictionary_values_max;
    static constexpr unsigned place_shift = 64 - 16;
    static_assert(places == std::size_t{1} << 16);

    std::vector<std::uint32_t> codes;
    std::vector<std::int64_t> values;
    std::vector<std::uint32_t> taken = std::vector<std::uint32_t>(places);  // 1 + code; 0: free
    std::unordered_map<std::string_view, std::uint32_t> texts;

    // False: there are too many.
    bool number(std::span<const std::int64_t> words) {
        const std::size_t values_max = std::clamp(words.size() / 2, few, dictionary_values_max);
        std::ranges::fill(taken, 0);
        values.clear();
        codes.resize(words.size());
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (i > 0 && words[i] == words[i - 1]) {
                codes[i] = codes[i - 1];
                continue;
            }
            const auto found = code_of(words[i]);
            if (values.size() > values_max) return false;
            codes[i] = found;
        }
        return true;
    }

    bool number(const ParquetValues& all) {
        const std::size_t count = all.text_count();
        const std::size_t texts_max = std::clamp(count / 2, few, dictionary_texts_max);
        texts.clear();
        codes.resize(count);
        std::size_t bytes = 0;
        if (all.one_text()) {
            texts.emplace(all.text(0), 0);
            std::ranges::fill(codes, 0);
            return all.text(0).size() <= dictionary_bytes_max;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::string_view text = all.text(i);
            if (i > 0 && text == all.text(i - 1)) {
                codes[i] = codes[i - 1];
                continue;
            }
            const auto [found, added] =
                texts.try_emplace(text, static_cast<std::uint32_t>(texts.size()));
            if (added) bytes += text.size();
            if (texts.size() > texts_max || bytes > dictionary_bytes_max) return false;
            codes[i] = found->second;
        }
        return true;
    }

private:
    // Small numbers, as most ids and counts are, lie beside their neighbours. Whoever finds a place
    // taken goes on in steps of his own, so that rows of taken places hold nobody up.
    std::uint32_t code_of(std::int64_t word) {
        constexpr std::uint64_t spread = 0x9e37'79b9'7f4a'7c15;
        const auto number = static_cast<std::uint64_t>(word);
        const std::uint64_t hash = number * spread;
        const std::size_t step = (hash >> 16 & (places - 1)) | 1;
        std::size_t place = number < places ? number : hash >> place_shift;
        for (; taken[place] != 0; place = (place + step) % places) {
            if (values[taken[place] - 1] == word) return taken[place] - 1;
        }
        values.push_back(word);
        taken[place] = static_cast<std::uint32_t>(values.size());
        return taken[place] - 1;
    }
};

ParquetPages::ParquetPages() : codes_(std::make_unique<Codes>()), context_(ZSTD_createCCtx()) {
    CHECK(context_ != nullptr);
}

ParquetPages::~ParquetPages() {
    ZSTD_freeCCtx(context_);
}

// Into page_, and where there is a dictionary, that into dictionary_.
void ParquetPages::encode(ParquetType type, const ParquetValues& values, ParquetChunk& chunk) {
    const auto words = values.words();
    const bool text = type == ParquetType::Bytes;
    const std::size_t count = text ? values.text_count() : words.size();
    chunk.encoding = plain_encoding;
    if (count == 0) return;
    if (type == ParquetType::Boolean) return append_booleans(page_, words);
    chunk.dictionary = text ? codes_->number(values) : codes_->number(words);
    if (chunk.dictionary) {
        chunk.encoding = dictionary_encoding;
        if (text) {
            encode_texts(values);
        } else {
            dictionary_size_ = codes_->values.size();
            for (const std::int64_t word : codes_->values) append_value(dictionary_, type, word);
        }
        const unsigned width = std::max(1u, bits_of(dictionary_size_ - 1));
        page_.push_back(static_cast<char>(width));
        append_runs(page_, codes_->codes, width);
    } else if (text) {
        for (std::size_t i = 0; i < count; ++i) append_text(page_, values.text(i));
    } else if (type == ParquetType::Double) {
        const auto* bytes = reinterpret_cast<const char*>(words.data());
        page_.append(bytes, words.size_bytes());
    } else {
        chunk.encoding = differences_encoding;
        type == ParquetType::Int32 ? append_differences_32(page_, words)
                                   : append_differences_64(page_, words);
    }
}

void ParquetPages::encode_texts(const ParquetValues& values) {
    dictionary_size_ = codes_->texts.size();
    std::uint32_t next = 0;
    for (std::size_t i = 0; next < dictionary_size_; ++i) {
        if (codes_->codes[i] != next) continue;
        append_text(dictionary_, values.text(i));
        ++next;
    }
}

std::string_view ParquetPages::pack(std::string_view plain, std::string& to) {
    to.resize(ZSTD_compressBound(plain.size()));
    const std::size_t size = ZSTD_compressCCtx(
        context_, to.data(), to.size(), plain.data(), plain.size(), compression_level
    );
    CHECK(!ZSTD_isError(size));
    return std::string_view(to).substr(0, size);
}

ParquetChunk ParquetPages::append(std::string& out, ParquetType type, const ParquetValues& values) {
    ParquetChunk chunk;
    chunk.rows = values.rows();
    chunk.null_count = values.null_count();
    chunk.extremes = extremes_of(type, values);
    dictionary_.clear();
    page_.clear();
    append_levels(page_, values);
    encode(type, values, chunk);
    const std::string_view dictionary =
        chunk.dictionary ? pack(dictionary_, packed_dictionary_) : std::string_view();
    const std::string_view page = pack(page_, packed_page_);
    const std::size_t plain_size = (chunk.dictionary ? dictionary_.size() : 0) + page_.size();
    chunk.packed = static_cast<double>(dictionary.size() + page.size()) <
                   worth_packing * static_cast<double>(plain_size);
    const std::size_t begin = out.size();
    std::size_t headers = 0;
    const auto append_one = [&](int kind,
                                std::string_view plain,
                                std::string_view packed,
                                std::size_t count,
                                int encoding) {
        const std::string_view body = chunk.packed ? packed : plain;
        const std::string header = page_header(kind, plain.size(), body.size(), count, encoding);
        headers += header.size();
        out.append(header);
        out.append(body);
    };
    if (chunk.dictionary) {
        append_one(dictionary_page, dictionary_, dictionary, dictionary_size_, plain_encoding);
        chunk.dictionary_bytes = out.size() - begin;
    }
    append_one(data_page, page_, page, values.rows(), chunk.encoding);
    chunk.bytes = out.size() - begin;
    chunk.bytes_plain = plain_size + headers;
    return chunk;
}

}  // namespace tradewind::engine

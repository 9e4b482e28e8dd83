// A column of a row group in a Parquet file: its values as they are collected, and their pages.
#pragma once

#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.h"

namespace tradewind::engine {

// Encodings by their numbers in the format that chunk and footer both name.
inline constexpr int plain_encoding = 0;
inline constexpr int runs_encoding = 3;

// Values of one column; of the null ones there is only the mark. What is filled follows the type:
// doubles are their bits.
class ParquetValues {
public:
    std::size_t rows() const { return valid_.size(); }
    std::size_t null_count() const { return null_count_; }
    std::size_t bytes() const {
        const std::size_t texts = same_count_ > 0 ? same_count_ : 1;
        return text_.size() * texts + words_.size() * 8 + valid_.size();
    }
    void clear();

    void add(const Column& column, std::size_t begin, std::size_t count);
    // `valid`: a bit for each; null: all are.
    void add_integers(const std::int64_t* values, const std::uint64_t* valid, std::size_t count);
    void add_reals(const double* values, const std::uint64_t* valid, std::size_t count);
    // The same value, or null, so many times.
    void add_same(std::optional<std::int64_t> value, std::size_t count);
    void add_same(std::string_view value, std::size_t count);

    std::span<const std::int64_t> words() const { return words_; }
    std::span<const std::uint8_t> valid() const { return valid_; }
    std::size_t text_count() const { return same_count_ > 0 ? same_count_ : ends_.size(); }
    // All texts are known to be the same one.
    bool one_text() const { return same_count_ > 0; }
    std::string_view text(std::size_t i) const {
        if (same_count_ > 0) return text_;
        const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
        return std::string_view(text_).substr(begin, ends_[i] - begin);
    }

private:
    void mark(const std::uint64_t* valid, std::size_t count);
    void write_out();

    std::vector<std::uint8_t> valid_;
    std::size_t null_count_ = 0;
    std::vector<std::int64_t> words_;
    // All texts, one after another, and where they end; or the one that all are, so many times.
    std::string text_;
    std::vector<std::size_t> ends_;
    std::size_t same_count_ = 0;
};

// How a type is kept: the numbers that the format gives these.
enum class ParquetType { Boolean = 0, Int32 = 1, Int64 = 2, Double = 5, Bytes = 6 };
ParquetType parquet_type(const ColumnSpec& column);

// Where a column's pages lie, and what the footer says of them.
struct ParquetChunk {
    bool packed = true;       // by zstd
    bool dictionary = false;  // a page of it comes first
    int encoding = 0;         // of the data page
    std::size_t rows = 0;
    std::size_t bytes = 0;  // as they are written
    std::size_t bytes_plain = 0;
    std::size_t dictionary_bytes = 0;
    std::size_t null_count = 0;
    // Least and greatest as the format writes them; nothing: there are none, or they are too long.
    std::optional<std::pair<std::string, std::string>> extremes;
};

// Encodes columns, one after another; one thread. The same values give the same bytes.
class ParquetPages {
public:
    ParquetPages();
    ~ParquetPages();
    ParquetPages(const ParquetPages&) = delete;
    ParquetPages& operator=(const ParquetPages&) = delete;

    // Appends the pages of a column with rows.
    ParquetChunk append(std::string& out, ParquetType type, const ParquetValues& values);

private:
    struct Codes;
    void encode(ParquetType type, const ParquetValues& values, ParquetChunk& chunk);
    void encode_texts(const ParquetValues& values);
    std::string_view pack(std::string_view plain, std::string& to);

    std::unique_ptr<Codes> codes_;
    ZSTD_CCtx* context_;
    std::string dictionary_;
    std::string page_;
    std::string packed_dictionary_;
    std::string packed_page_;
    std::size_t dictionary_size_ = 0;
};

}  // namespace tradewind::engine

// How Parquet packs whole numbers: runs and groups of few bits, and differences.
// https://github.com/apache/parquet-format/blob/master/Encodings.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tradewind::engine {

// Bits that hold 0 … `greatest`.
unsigned bits_of(std::uint64_t greatest);

// RLE/bit-packed hybrid: what repeats eight times in a row is written once. All codes fit `width`
// bits, 1 to 32.
void append_runs(std::string& out, std::span<const std::uint32_t> codes, unsigned width);

// DELTA_BINARY_PACKED, of 32 or 64 bits. At least one value.
void append_differences_32(std::string& out, std::span<const std::int64_t> values);
void append_differences_64(std::string& out, std::span<const std::int64_t> values);

}  // namespace tradewind::engine

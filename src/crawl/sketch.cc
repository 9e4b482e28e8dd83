#include "crawl/sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/text.h"

namespace tradewind::crawl {

namespace {

constexpr int index_bits = 10;
constexpr std::size_t register_count = 1u << index_bits;
constexpr std::size_t few_max = 128;

}  // namespace

void Sketch::put(std::uint64_t hash) {
    const std::size_t index = hash >> (64 - index_bits);
    const std::uint64_t rest = hash << index_bits;
    const int rank = rest == 0 ? 64 - index_bits + 1 : std::countl_zero(rest) + 1;
    registers_[index] = std::max(registers_[index], static_cast<std::uint8_t>(rank));
}

void Sketch::widen() {
    registers_.assign(register_count, 0);
    for (const std::uint64_t hash : few_) put(hash);
    few_ = {};
}

void Sketch::add(std::uint64_t hash) {
    if (!registers_.empty()) return put(hash);
    const auto at = std::ranges::lower_bound(few_, hash);
    if (at != few_.end() && *at == hash) return;
    few_.insert(at, hash);
    if (few_.size() > few_max) widen();
}

void Sketch::merge(const Sketch& other) {
    for (const std::uint64_t hash : other.few_) add(hash);
    if (other.registers_.empty()) return;
    if (registers_.empty()) widen();
    for (std::size_t i = 0; i < register_count; ++i) {
        registers_[i] = std::max(registers_[i], other.registers_[i]);
    }
}

std::int64_t Sketch::estimate() const {
    if (registers_.empty()) return static_cast<std::int64_t>(few_.size());
    double sum = 0;
    std::size_t zeros = 0;
    for (const std::uint8_t rank : registers_) {
        sum += std::ldexp(1.0, -rank);
        if (rank == 0) ++zeros;
    }
    constexpr double m = register_count;
    constexpr double alpha = 0.7213 / (1 + 1.079 / m);
    const double raw = alpha * m * m / sum;
    if (raw <= 2.5 * m && zeros > 0)
        return std::llround(m * std::log(m / static_cast<double>(zeros)));
    return std::llround(raw);
}

// "f" and eight bytes a hash, or "r" and the registers.
std::string Sketch::encode() const {
    std::string bytes = registers_.empty() ? "f" : "r";
    for (const std::uint64_t hash : few_) {
        for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(hash >> shift);
    }
    bytes.append(registers_.begin(), registers_.end());
    return base64_encode(bytes);
}

Sketch Sketch::decode(std::string_view text) {
    Sketch sketch;
    const auto decoded = base64_decode(text);
    if (!decoded.ok() || decoded->empty()) return sketch;
    const std::string_view bytes = std::string_view(*decoded).substr(1);
    if (decoded->front() == 'r' && bytes.size() == register_count) {
        sketch.registers_.assign(bytes.begin(), bytes.end());
        return sketch;
    }
    if (decoded->front() != 'f') return sketch;
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t hash = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            hash |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
        }
        sketch.add(hash);
    }
    return sketch;
}

}  // namespace tradewind::crawl

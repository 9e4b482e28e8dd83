#include <algorithm>

#include "os/simulated_state.h"

namespace tradewind::os {

namespace {

// How often the kernel happens to write a dirty sector back before it is changed again.
constexpr double write_back_chance = 0.25;

}  // namespace

void SimulatedBytes::write(std::uint64_t offset, std::string_view bytes, Random& random) {
    if (bytes.empty()) return;
    const auto begin = static_cast<std::size_t>(offset);
    if (begin + bytes.size() > live_.size()) resize(begin + bytes.size(), random);
    mark_dirty(begin, begin + bytes.size(), random);
    live_.replace(begin, bytes.size(), bytes);
}

void SimulatedBytes::resize(std::uint64_t size, Random& random) {
    const auto wanted = static_cast<std::size_t>(size);
    if (wanted == live_.size()) return;
    if (size_dirty_ && random.chance(write_back_chance)) medium_size_ = live_.size();
    mark_dirty(std::min(wanted, live_.size()), std::max(wanted, live_.size()), random);
    live_.resize(wanted, '\0');
    size_dirty_ = true;
}

void SimulatedBytes::mark_dirty(std::size_t first_byte, std::size_t end_byte, Random& random) {
    for (std::size_t sector = first_byte / sector_size; sector * sector_size < end_byte; ++sector) {
        const bool fresh = dirty_.insert(sector).second;
        if (!fresh && random.chance(write_back_chance)) write_back(sector);
    }
}

void SimulatedBytes::write_back(std::size_t sector) {
    const std::size_t begin = sector * sector_size;
    if (medium_.size() < begin + sector_size) medium_.resize(begin + sector_size, '\0');
    std::string whole = begin < live_.size() ? live_.substr(begin, sector_size) : std::string();
    whole.resize(sector_size, '\0');
    medium_.replace(begin, sector_size, whole);
}

void SimulatedBytes::sync() {
    for (const std::size_t sector : dirty_) write_back(sector);
    if (size_dirty_) medium_size_ = live_.size();
    forget_dirty();
}

void SimulatedBytes::forget_dirty() {
    dirty_.clear();
    size_dirty_ = false;
}

void SimulatedBytes::crash(Random& random) {
    for (const std::size_t sector : dirty_) {
        if (random.chance(0.5)) write_back(sector);
    }
    if (size_dirty_ && random.chance(0.5)) medium_size_ = live_.size();
    medium_.resize(medium_size_, '\0');
    live_ = medium_;
    forget_dirty();
}

void SimulatedBytes::flip(std::uint64_t offset, char mask) {
    const auto at = static_cast<std::size_t>(offset);
    live_[at] = static_cast<char>(live_[at] ^ mask);
    if (at < medium_.size()) medium_[at] = static_cast<char>(medium_[at] ^ mask);
}

}  // namespace tradewind::os

#include "model/lists.h"

#include <algorithm>
#include <cstring>

namespace tradewind::model {

namespace {

constexpr std::string_view magic = "TWLISTS1";

template <typename Value>
void put(std::string& out, const Value* values, std::size_t count) {
    out.append(reinterpret_cast<const char*>(values), count * sizeof(Value));
}

}  // namespace

void Lists::add(std::span<const ListEntry> list) {
    entries_.insert(entries_.end(), list.begin(), list.end());
    first_.push_back(entries_.size());
}

std::span<const ListEntry> Lists::of(std::uint32_t user) const {
    if (user >= users()) return {};
    return std::span(entries_).subspan(first_[user], first_[user + 1] - first_[user]);
}

std::string Lists::to_bytes() const {
    const std::uint64_t counts[2] = {first_.size(), entries_.size()};
    std::string out(magic);
    out.reserve(magic.size() + sizeof(counts) + first_.size() * 8 + entries_.size() * 16);
    put(out, counts, 2);
    put(out, first_.data(), first_.size());
    put(out, entries_.data(), entries_.size());
    return out;
}

Result<Lists> Lists::from_bytes(std::string_view bytes, std::size_t items) {
    const Error bad(ErrorCode::Corruption, "a model's lists cannot be read");
    std::uint64_t counts[2] = {0, 0};
    const std::size_t head = magic.size() + sizeof(counts);
    if (!bytes.starts_with(magic) || bytes.size() < head) return bad;
    std::memcpy(counts, bytes.data() + magic.size(), sizeof(counts));
    const std::size_t rest = bytes.size() - head;
    if (counts[0] < 1 || counts[0] > rest / 8) return bad;
    if ((rest - counts[0] * 8) / sizeof(ListEntry) != counts[1]) return bad;
    if (counts[0] * 8 + counts[1] * sizeof(ListEntry) != rest) return bad;
    Lists lists;
    lists.first_.resize(counts[0]);
    lists.entries_.resize(counts[1]);
    const char* at = bytes.data() + head;
    std::memcpy(lists.first_.data(), at, counts[0] * 8);
    if (counts[1] > 0)
        std::memcpy(lists.entries_.data(), at + counts[0] * 8, counts[1] * sizeof(ListEntry));
    const bool fine =
        lists.first_.front() == 0 && lists.first_.back() == counts[1] &&
        std::ranges::is_sorted(lists.first_) &&
        std::ranges::all_of(lists.entries_, [&](const ListEntry& one) { return one.item < items; });
    if (!fine) return bad;
    return lists;
}

}  // namespace tradewind::model

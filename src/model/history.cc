#include "model/history.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

namespace tradewind::model {

namespace {

constexpr std::string_view magic = "TWHISTO1";

template <typename Value>
void put(std::string& out, const std::vector<Value>& values) {
    out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
}

template <typename Value>
void take(std::string_view& bytes, std::vector<Value>& values) {
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Value));
    bytes.remove_prefix(values.size() * sizeof(Value));
}

// Offsets of lists that lie one behind the other.
bool are_offsets(const std::vector<std::uint64_t>& first, std::size_t end) {
    return first.front() == 0 && first.back() == end && std::ranges::is_sorted(first);
}

}  // namespace

History::History(const learn::Baskets& baskets) {
    for (learn::User user = 0; user < baskets.user_count(); ++user) {
        const std::size_t end = baskets.end_basket(user);
        const std::size_t begin =
            end - std::min(end - baskets.first_basket(user), history_baskets_max);
        for (std::size_t basket = begin; basket < end; ++basket) {
            const auto items = baskets.items(basket);
            items_.insert(items_.end(), items.begin(), items.end());
            first_line_.push_back(items_.size());
        }
        first_basket_.push_back(first_line_.size() - 1);
    }
}

std::string History::to_bytes() const {
    const std::vector<std::uint64_t> counts{
        first_basket_.size(), first_line_.size(), items_.size()
    };
    std::string out(magic);
    put(out, counts);
    put(out, first_basket_);
    put(out, first_line_);
    put(out, items_);
    return out;
}

Result<std::unique_ptr<History>> History::from_bytes(std::string_view bytes, std::size_t items) {
    const Error bad(ErrorCode::Corruption, "a model's history cannot be read");
    std::vector<std::uint64_t> counts(3);
    if (!bytes.starts_with(magic) || bytes.size() < magic.size() + 24) return bad;
    bytes.remove_prefix(magic.size());
    take(bytes, counts);
    const std::uint64_t most = bytes.size();
    if (counts[0] < 1 || counts[1] < 1 || counts[0] > most || counts[1] > most || counts[2] > most)
        return bad;
    if ((counts[0] + counts[1]) * 8 + counts[2] * sizeof(learn::Item) != most) return bad;
    auto history = std::make_unique<History>();
    history->first_basket_.resize(counts[0]);
    history->first_line_.resize(counts[1]);
    history->items_.resize(counts[2]);
    take(bytes, history->first_basket_);
    take(bytes, history->first_line_);
    take(bytes, history->items_);
    const bool fine =
        are_offsets(history->first_basket_, counts[1] - 1) &&
        are_offsets(history->first_line_, counts[2]) &&
        std::ranges::all_of(history->items_, [&](learn::Item i) { return i < items; });
    if (!fine) return bad;
    return history;
}

void History::each(
    learn::User user,
    const std::function<void(std::size_t age, std::span<const learn::Item> basket)>& take
) const {
    const std::shared_lock lock(mutex_);
    std::size_t age = 0;
    if (const auto fresh = fresh_.find(user); fresh != fresh_.end()) {
        for (auto one = fresh->second.rbegin(); one != fresh->second.rend(); ++one)
            take(age++, *one);
    }
    if (user >= users()) return;
    for (std::size_t basket = first_basket_[user + 1]; basket > first_basket_[user]; --basket) {
        const std::size_t begin = first_line_[basket - 1];
        take(age++, std::span(items_).subspan(begin, first_line_[basket] - begin));
    }
}

bool History::add(learn::User user, std::span<const learn::Item> basket) {
    const std::unique_lock lock(mutex_);
    if (fresh_count_ >= fresh_baskets_max) return false;
    ++fresh_count_;
    fresh_[user].emplace_back(basket.begin(), basket.end());
    return true;
}

}  // namespace tradewind::model

// Co-purchases as bytes: mark, options, totals, rows.
#include "base/bytes.h"
#include "learn/co_purchase.h"

namespace tradewind::learn {

namespace {

constexpr std::uint32_t mark = 0x31504354;  // "TCP1"

Error damaged() {
    return Error(ErrorCode::Corruption, "these are not the bytes of co-purchases");
}

void put_options(std::string& out, const CoPurchaseOptions& options) {
    put_fixed(out, static_cast<std::uint8_t>(options.closeness));
    put_fixed(out, static_cast<std::uint8_t>(options.following));
    put_fixed(out, static_cast<std::uint64_t>(options.neighbours_max));
    put_fixed(out, static_cast<std::uint64_t>(options.basket_items_max));
    put_fixed(out, options.count_min);
    put_fixed(out, options.half_life_days);
    put_fixed(out, options.distance_half_life);
}

CoPurchaseOptions options_of(ByteReader& in) {
    CoPurchaseOptions out;
    out.closeness = static_cast<Closeness>(in.fixed<std::uint8_t>() & 3);
    out.following = in.fixed<std::uint8_t>() != 0;
    out.neighbours_max = in.fixed<std::uint64_t>();
    out.basket_items_max = in.fixed<std::uint64_t>();
    out.count_min = in.fixed<double>();
    out.half_life_days = in.fixed<double>();
    out.distance_half_life = in.fixed<double>();
    return out;
}

}  // namespace

std::string CoPurchase::bytes() const {
    std::string out;
    put_fixed(out, mark);
    put_options(out, options_);
    put_fixed(out, newest_day_);
    put_fixed(out, baskets_.load());
    put_fixed(out, static_cast<std::uint32_t>(item_count()));
    for (Item item = 0; item < item_count(); ++item) {
        const std::shared_lock lock(lock_of(item));
        put_fixed(out, baskets_with(item));
        put_fixed(out, static_cast<std::uint32_t>(rows_[item].size()));
        for (const Neighbour& other : rows_[item]) {
            put_fixed(out, other.item);
            put_fixed(out, other.both);
        }
    }
    return out;
}

Result<std::unique_ptr<CoPurchase>> CoPurchase::from_bytes(std::string_view bytes) {
    ByteReader in(bytes);
    if (in.fixed<std::uint32_t>() != mark) return damaged();
    const CoPurchaseOptions options = options_of(in);
    const auto newest = in.fixed<float>();
    const auto baskets = in.fixed<float>();
    const auto items = in.fixed<std::uint32_t>();
    constexpr std::size_t item_bytes = sizeof(float) + sizeof(std::uint32_t);
    if (!in.ok() || in.remaining() / item_bytes < items) return damaged();
    std::unique_ptr<CoPurchase> made(new CoPurchase(options, items));
    made->newest_day_ = newest;
    made->baskets_ = baskets;
    for (Item item = 0; item < items; ++item) {
        made->totals_[item] = in.fixed<float>();
        const auto count = in.fixed<std::uint32_t>();
        if (!in.ok() || in.remaining() / sizeof(Neighbour) < count) return damaged();
        Row& row = made->rows_[item];
        for (std::uint32_t i = 0; i < count; ++i) {
            row.push_back({in.fixed<Item>(), in.fixed<float>()});
            if (row[i].item >= items || (i > 0 && row[i - 1].item >= row[i].item)) return damaged();
        }
    }
    if (!in.ok() || !in.at_end()) return damaged();
    return made;
}

}  // namespace tradewind::learn

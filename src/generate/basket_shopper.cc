#include "generate/basket_shopper.h"

#include <algorithm>
#include <array>

namespace tradewind::generate::basket {

namespace {

// Quantiles in steps of a twentieth, shaped after the original.
constexpr std::array<std::int64_t, 21> order_counts = {4,  4,  4,  5,  5,  6,  7,  8,  8,  9, 11,
                                                       12, 13, 15, 17, 20, 24, 29, 38, 52, 99};
constexpr std::uint64_t orders_max_permille = 7;
constexpr std::array<std::int64_t, 21> order_sizes = {1,  2,  3,  4,  5,  5,  6,  7,  8,  8, 9,
                                                      10, 11, 12, 13, 14, 15, 17, 20, 24, 60};
// A shopper's orders are that many 68ths of these.
constexpr std::array<std::int64_t, 21> shopper_sizes = {
    20, 28, 33, 37, 41, 45, 49, 53, 57, 61, 64, 68, 72, 76, 81, 87, 93, 101, 112, 130, 220
};
// Hundredths of habit_permille.
constexpr std::array<std::int64_t, 11> loyalties = {
    50, 68, 79, 88, 95, 101, 107, 113, 119, 126, 140
};

constexpr std::array<std::uint64_t, 24> hour_weights = {
    7, 4, 2, 2, 2, 3, 9, 27, 52, 76, 85, 84, 80, 81, 83, 83, 80, 67, 53, 41, 30, 23, 18, 12
};
constexpr std::array<std::uint64_t, days_max + 1> gap_weights = {21, 45, 60, 67, 69, 66, 74, 99,
                                                                 56, 37, 30, 25, 24, 26, 31, 21,
                                                                 15, 12, 12, 11, 12, 14, 11, 8,
                                                                 7,  6,  6,  7,  8,  6,  115};
// By weekday, in thousandths: how readily people shop that day.
constexpr std::array<std::uint64_t, 7> weekday_permille = {1000, 980, 780, 730, 710, 750, 740};
constexpr int year_days = 365;
constexpr int year_slack_days = 30;
// From that many orders on a year is too short for usual gaps.
constexpr int orders_unhurried = 38;
// Up to that many orders a year was long: half of the gaps are the longer of two.
constexpr int orders_rare = 14;

constexpr int known_tries = 6;
constexpr int new_tries = 12;
constexpr std::int64_t habit_permille_max = 965;

// How often a line is something the shopper knows; the more orders, the more there is to know.
std::int64_t habit_permille(int number) {
    constexpr std::array<std::int64_t, 11> steps = {
        0, 270, 365, 425, 475, 515, 545, 575, 600, 622, 640
    };
    if (number <= 11) return steps[static_cast<std::size_t>(number - 1)];
    return std::min<std::int64_t>(640 + (number - 11) * 9, 790);
}

// What people know comes first in the basket.
std::int64_t position_permille(int position) {
    return std::clamp<std::int64_t>(1070 - position * 12, 690, 1070);
}

int draw_order_count(os::Random& random) {
    if (permille(random, orders_max_permille)) return orders_max;
    return static_cast<int>(draw_quantile(random, order_counts));
}

}  // namespace

Shopper::Shopper(const Assortment& assortment)
    : assortment_(assortment), bought_in_(product_count + 1) {
    for (const std::uint64_t weight : hour_weights) hours_.add(weight);
    for (const std::uint64_t weight : gap_weights) gaps_.add(weight);
}

int Shopper::order_count(std::uint64_t seed, std::uint64_t user) {
    os::Random random(part_seed(seed, 'U', user));
    return draw_order_count(random);
}

void Shopper::begin(std::uint64_t seed, std::uint64_t user) {
    for (const Line& line : lines_) bought_in_[line.product()] = 0;
    lines_.clear();
    orders_.clear();
    random_ = os::Random(part_seed(seed, 'U', user));
    order_count_ = draw_order_count(random_);
    days_ = 0;
    hour_ = static_cast<int>(hours_.draw(random_));
    size_ = draw_quantile(random_, shopper_sizes);
    loyalty_ = draw_quantile(random_, loyalties);
    taste_ = random_.below(taste_count);
}

void Shopper::shop(std::uint64_t seed, std::uint64_t user, bool last_has_lines) {
    begin(seed, user);
    for (int number = 1; number <= order_count_; ++number) {
        come(number);
        if (number < order_count_ || last_has_lines) fill(number);
    }
}

int Shopper::draw_gap(int number) {
    int gap = static_cast<int>(gaps_.draw(random_));
    if (order_count_ <= orders_rare && permille(random_, 500)) {
        gap = std::max(gap, static_cast<int>(gaps_.draw(random_)));
    }
    if (order_count_ > orders_unhurried) gap = gap * orders_unhurried / order_count_;
    const int days_until = year_days * (number - 1) / (order_count_ - 1) + year_slack_days;
    return std::clamp(gap, 0, std::max(0, days_until - days_));
}

// When the shopper comes again: weekday and days fit together, except that nobody knows how long a
// gap of days_max really was.
void Shopper::come(int number) {
    Order order;
    const bool usual = permille(random_, 500);
    int hour = static_cast<int>(hours_.draw(random_));
    if (usual) hour = std::clamp(hour_ - 1 + static_cast<int>(random_.below(3)), 0, 23);
    if (number == 1) {
        do {
            order.weekday = static_cast<std::uint8_t>(random_.below(7));
        } while (!permille(random_, weekday_permille[order.weekday]));
    } else {
        const Order& prior = orders_.back();
        int gap = 0;
        for (int tries = 0; tries < 2; ++tries) {
            gap = draw_gap(number);
            const int true_gap = gap < days_max ? gap : gap + static_cast<int>(random_.below(7));
            order.weekday = static_cast<std::uint8_t>((prior.weekday + true_gap) % 7);
            if (permille(random_, weekday_permille[order.weekday])) break;
        }
        days_ += gap;
        order.days_since_prior = static_cast<std::int8_t>(gap);
        if (gap == 0) hour = std::max<int>(hour, prior.hour);
    }
    order.hour = static_cast<std::uint8_t>(hour);
    orders_.push_back(order);
}

void Shopper::fill(int number) {
    const std::size_t earlier_lines = lines_.size();
    const std::int64_t drawn = draw_quantile(random_, order_sizes) * size_ / 68;
    const int wanted = static_cast<int>(std::clamp<std::int64_t>(drawn, 1, lines_max));
    for (int position = 1; position <= wanted; ++position) {
        const std::uint32_t product = draw_product(number, earlier_lines, position);
        if (product == 0) continue;
        lines_.emplace_back(product, bought_in_[product] != 0);
        bought_in_[product] = static_cast<std::uint8_t>(number);
    }
    orders_.back().line_count = static_cast<std::uint8_t>(lines_.size() - earlier_lines);
}

std::uint32_t Shopper::draw_product(int number, std::size_t earlier_lines, int position) {
    const std::int64_t habit = std::min(
        habit_permille(number) * loyalty_ * position_permille(position) / 100'000,
        habit_permille_max
    );
    if (permille(random_, static_cast<std::uint64_t>(habit))) {
        const std::uint32_t known = draw_known(number, earlier_lines);
        if (known != 0) return known;
    }
    return draw_new(number);
}

// Any earlier line, so that what was bought often is bought more often; half of the time a recent
// one.
std::uint32_t Shopper::draw_known(int number, std::size_t earlier_lines) {
    for (int tries = 0; tries < known_tries && earlier_lines > 0; ++tries) {
        std::uint64_t at = random_.below(earlier_lines);
        if (permille(random_, 500)) at = std::max(at, random_.below(earlier_lines));
        const std::uint32_t product = lines_[at].product();
        if (bought_in_[product] != number) return product;
    }
    return 0;
}

std::uint32_t Shopper::draw_new(int number) {
    for (int tries = 0; tries < new_tries; ++tries) {
        const std::uint32_t product = assortment_.draw(random_, taste_);
        if (bought_in_[product] != number) return product;
    }
    return 0;
}

}  // namespace tradewind::generate::basket

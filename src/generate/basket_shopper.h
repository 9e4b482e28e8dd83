// One shopper's orders: how many, when, and what is in them.
#pragma once

#include <cstdint>
#include <vector>

#include "generate/basket_assortment.h"
#include "os/random.h"

namespace tradewind::generate::basket {

constexpr int orders_min = 4;
constexpr int orders_max = 100;  // the original counts no further
constexpr int lines_max = 145;   // of one order
constexpr int days_max = 30;     // longer gaps count as this

struct Order {
    std::int8_t days_since_prior = -1;  // -1: it is the first
    std::uint8_t weekday = 0;
    std::uint8_t hour = 0;
    std::uint8_t line_count = 0;
};

// A product's id and whether the shopper bought it in an earlier order, in four bytes: all lines of
// a unit (basket.cc) are in memory.
class Line {
public:
    Line(std::uint32_t product, bool reordered) : bits_(product << 1 | (reordered ? 1 : 0)) {}
    std::uint32_t product() const { return bits_ >> 1; }
    bool reordered() const { return (bits_ & 1) != 0; }

private:
    std::uint32_t bits_;
};

// One thread; for one shopper after the other.
class Shopper {
public:
    explicit Shopper(const Assortment& assortment);

    static int order_count(std::uint64_t seed, std::uint64_t user);
    // Makes all of the user's orders. Without lines in the last where nobody is to know them yet.
    void shop(std::uint64_t seed, std::uint64_t user, bool last_has_lines);
    // In order of time; valid until the next shop(). Lines of all orders, one order after the
    // other.
    const std::vector<Order>& orders() const { return orders_; }
    const std::vector<Line>& lines() const { return lines_; }

private:
    void begin(std::uint64_t seed, std::uint64_t user);
    void come(int number);
    int draw_gap(int number);
    void fill(int number);
    // 0: nothing that is not in the order already.
    std::uint32_t draw_product(int number, std::size_t earlier_lines, int position);
    std::uint32_t draw_known(int number, std::size_t earlier_lines);
    std::uint32_t draw_new(int number);

    const Assortment& assortment_;
    Weighted hours_;
    Weighted gaps_;
    os::Random random_{0};
    std::vector<Order> orders_;
    std::vector<Line> lines_;
    // By product: the number of the order that had it last; 0: none.
    std::vector<std::uint8_t> bought_in_;
    int order_count_ = 0;
    int days_ = 0;  // since the first order
    int hour_ = 0;  // the usual one
    std::int64_t size_ = 0;
    std::int64_t loyalty_ = 0;
    std::uint64_t taste_ = 0;
};

}  // namespace tradewind::generate::basket

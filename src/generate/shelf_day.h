// One day of one shelf.
#pragma once

#include <cstdint>

#include "generate/chance.h"
#include "generate/week_shelves.h"

namespace tradewind::generate::chain {

// Lives for that day.
class ShelfDay {
public:
    struct Place {
        std::size_t store = 0;
        std::size_t product = 0;
        Day day = 0;
    };
    ShelfDay(const Chain& chain, const Place& place, os::Random& random, Shelf& shelf);

    // From the morning's delivery to the evening's order; writes what was sold.
    void pass(CsvRows& sales);
    // Nobody counted it.
    bool unseen() const;
    // The row of the evening.
    void write_inventory(CsvRows& inventory) const;

private:
    struct Sale {
        std::int64_t quantity = 0;
        std::int64_t discount_cents = 0;
    };

    void fill_first();
    void receive();
    void sell(CsvRows& sales);
    void write_void(CsvRows& sales);
    void take_back(CsvRows& sales);
    void throw_away();
    void order();
    // A week's and more, so that it lasts until the next delivery but one; in units.
    std::int64_t reorder_point() const;
    std::int64_t stock_wanted() const;
    std::int64_t usual_1024ths() const;  // units sold on a usual day
    void write_sale(const Sale& sale, CsvRows& sales);

    const Chain& chain_;
    const Place place_;
    const Store& store_;
    const Product& product_;
    os::Random& random_;
    Shelf& shelf_;
    const std::int32_t promotion_percent_;
    // Four draws of 16 bits each, for what rarely happens.
    const std::uint64_t events_;
    std::uint64_t receipt_ = 0;
    std::int32_t waste_ = 0;
};

}  // namespace tradewind::generate::chain

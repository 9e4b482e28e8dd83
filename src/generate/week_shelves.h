// What happens on the shelves of the chain's stores, day after day: deliveries, sales, returns,
// waste, orders.
#pragma once

#include <cstdint>
#include <vector>

#include "generate/csv_rows.h"
#include "generate/week_chain.h"
#include "os/random.h"

namespace tradewind::generate::chain {

// Work is cut into ranges of so many shelves, whatever the number of threads.
constexpr std::size_t range_shelves = 4096;

struct Shelf {
    std::int32_t on_hand = 0;  // below 0: more was sold than the books knew of
    std::int32_t on_order = 0;
    Day delivery_day = 0;   // of what is on order
    std::int32_t sold = 0;  // less what came back: so much can still come back
};

// The shelves of one range. One thread at a time.
class Shelves {
public:
    Shelves(const Chain& chain, std::size_t range);

    // Writes the rows of the next day. What it brings depends on the days before it alone.
    void next_day(CsvRows& inventory, CsvRows& sales);

private:
    const Chain& chain_;
    std::size_t first_;  // shelf
    os::Random random_;
    std::vector<Shelf> shelves_;
    Day day_ = 0;
};

}  // namespace tradewind::generate::chain

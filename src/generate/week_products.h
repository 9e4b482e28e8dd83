// What the chain sells.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "generate/csv_rows.h"
#include "generate/week_calendar.h"

namespace tradewind::generate::chain {

struct Product {
    std::string key;
    std::size_t subcategory = 0;
    std::int32_t price_cents = 0;
    std::int32_t cost_cents = 0;
    // How often it is bought on a usual day in a usual store, in 1024ths.
    std::int32_t sales_1024ths = 0;
    std::int32_t pack = 1;       // it is ordered in multiples of this
    std::int32_t lead_days = 2;  // from order to delivery, at least
    Day first_day = 0;           // of sale; before it there is nothing on the shelves
    // After it nothing is ordered any more.
    Day last_day = std::numeric_limits<Day>::max();
};

// Once it is no longer ordered it is sold out, and off the shelves after so many days.
constexpr Day clearance_days = 60;

std::vector<Product> make_products(std::uint64_t seed, std::size_t product_count);
// Rows of `product`.
void write_products(std::uint64_t seed, const std::vector<Product>& products, CsvRows& rows);

}  // namespace tradewind::generate::chain

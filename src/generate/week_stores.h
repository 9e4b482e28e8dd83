// The chain's stores.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/csv_rows.h"
#include "generate/week_calendar.h"
#include "os/random.h"

namespace tradewind::generate::chain {

struct Store {
    std::string key;
    std::size_t place = 0;
    std::int32_t size_64ths = 64;  // of a usual store's sales
    bool franchise = false;
    unsigned delivery_weekdays = 0;  // bit 0: Sunday
    std::uint32_t receipts = 0;      // at most so many a day
};

// Enough for every store that a scale may ask for, sold out on promotion.
constexpr std::uint32_t receipts_max = 10'000;

std::vector<Store> make_stores(
    std::uint64_t seed, std::size_t store_count, std::size_t product_count
);
// Rows of `store`.
void write_stores(std::uint64_t seed, const std::vector<Store>& stores, CsvRows& rows);

}  // namespace tradewind::generate::chain

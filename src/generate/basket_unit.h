// Orders of up to unit_users_max users, all in memory at once: the files list them by user, and
// their lines by order id, which has nothing to do with users.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/basket_shopper.h"
#include "generate/csv_rows.h"
#include "generate/permutation.h"

namespace tradewind::generate::basket {

// The original's users: at scale 1 and below all are one unit, and order ids are as random as
// there. Beyond, ids of one unit follow those of another, so that memory stays bounded.
constexpr std::int64_t unit_users_max = 206'209;
// Of them the original has that many whose last order is for training; the rest's are for testing.
constexpr std::int64_t unit_train_users = 131'209;

// Work is cut into these, whatever the number of threads.
constexpr std::int64_t chunk_users = 1024;
constexpr std::int64_t block_orders = 8192;

struct Population {
    std::uint64_t seed = 0;
    std::int64_t user_count = 0;

    std::int64_t train_user_count() const {
        return (user_count * unit_train_users + unit_users_max / 2) / unit_users_max;
    }
};

// Each chunk is filled by one thread; once all are, blocks can be read by any.
class Unit {
public:
    // Users first_user (from 1) and the next user_count - 1; their orders' ids follow first_id - 1.
    struct Range {
        std::int64_t first_user = 1;
        std::int64_t user_count = 0;
        std::int64_t first_id = 1;
    };
    Unit(const Population& population, const Range& range);

    std::int64_t order_count() const { return chunk_begins_.back(); }
    std::size_t chunk_count() const { return chunks_.size(); }
    std::size_t block_count() const;

    // Makes the chunk's orders, keeps their lines, writes rows of orders.csv.
    void make_chunk(std::size_t chunk, Shopper& shopper, CsvRows& orders);
    // Writes rows of the lines of a block of orders, in order of their ids.
    void write_block(std::size_t block, CsvRows& prior, CsvRows& train) const;

private:
    struct Place {  // of an order's lines
        std::uint32_t begin = 0;
        std::uint16_t chunk = 0;
        std::uint8_t line_count = 0;
        bool train = false;
    };

    bool trains(std::int64_t user) const;
    void keep_user(std::size_t chunk, std::int64_t user, const Shopper& shopper, CsvRows& orders);

    Population population_;
    Range range_;
    Permutation user_order_;
    std::vector<std::int64_t> chunk_begins_;  // orders before each chunk, and before the end
    Permutation order_ids_;
    std::vector<std::vector<Line>> chunks_;
    std::vector<Place> places_;  // by order id - first_id
};

}  // namespace tradewind::generate::basket

// What the grocer sells, and how people come upon it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/chance.h"
#include "os/random.h"

namespace tradewind::generate::basket {

// As many as the original has, at every scale.
constexpr std::uint32_t product_count = 49'688;
// Shoppers of one taste buy more from their own aisles: something for a recommender to find.
constexpr std::uint64_t taste_count = 24;

// Any thread, once it is made.
class Assortment {
public:
    explicit Assortment(std::uint64_t seed);

    // A product's id, from 1; popular ones more often, and those of the taste's aisles.
    std::uint32_t draw(os::Random& random, std::uint64_t taste) const;

    // The three tables, header and all, and their rows.
    const std::string& products_csv() const { return products_csv_; }
    const std::string& aisles_csv() const { return aisles_csv_; }
    const std::string& departments_csv() const { return departments_csv_; }
    std::int64_t aisle_count() const { return static_cast<std::int64_t>(aisles_.size()); }
    std::int64_t department_count() const;

private:
    struct Aisle {
        std::string name;
        std::size_t department = 0;
    };

    void make_aisles(os::Random& random);
    void make_products(os::Random& random);

    std::vector<Aisle> aisles_;              // by id - 1
    std::vector<std::uint32_t> id_of_rank_;  // the most popular first
    Weighted popularity_;                    // of ranks
    std::string products_csv_;
    std::string aisles_csv_;
    std::string departments_csv_;
};

}  // namespace tradewind::generate::basket

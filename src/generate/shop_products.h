// What the shop sells, and how much people buy of it at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/chance.h"
#include "generate/shop_words.h"
#include "os/random.h"

namespace tradewind::generate {

struct Product {
    std::string code;             // "85123A"
    std::string code_lower;       // as some clerks write it; empty: as above
    std::string description;      // a CSV cell
    std::string description_old;  // until `renamed_on`; empty: it never had another
    std::int32_t renamed_on = 0;  // day since the beginning
    MonthMask months = all_year;
    std::int64_t price_mills = 0;
    std::int64_t bulk_price_mills = 0;
    std::int64_t bulk_quantity = 0;  // from here on the bulk price
    std::int64_t web_price_mills = 0;
    std::size_t rank = 0;        // 0: the most popular
    std::size_t price_tier = 0;  // 0 cheap … 5 dear
};

// Customers of one taste buy more of every taste_count-th product than others do: something for a
// recommender to find.
constexpr std::size_t taste_count = 24;

class Catalogue {
public:
    explicit Catalogue(os::Random& random);

    std::size_t size() const { return products_.size(); }
    // Popular ones more often; out of season rarely. `taste` below taste_count, or more for none.
    const Product& draw(os::Random& random, int calendar_month, std::size_t taste) const;
    // Any, whatever sells.
    const Product& draw_evenly(os::Random& random) const;

private:
    std::vector<Product> products_;  // in order of popularity
    Weighted popularity_;
};

std::int64_t draw_quantity(os::Random& random, const Product& product);

}  // namespace tradewind::generate

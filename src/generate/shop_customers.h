// Who buys: customers with a number, a country, a taste and a habit.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generate/chance.h"
#include "os/random.h"

namespace tradewind::generate {

// `weight`: its share of the customers, relative to the others. `postage_mills`: what a parcel
// costs there; 0: nothing.
struct Country {
    std::string_view name;
    std::uint64_t weight = 0;
    std::int64_t postage_mills = 0;
};
extern const std::array<Country, 38> countries;
constexpr std::size_t united_kingdom = 0;
constexpr std::size_t eire = 3;

struct Customer {
    std::string id;  // five digits; empty: nobody known
    std::size_t country = united_kingdom;
    std::size_t second_country = united_kingdom;  // where some of the goods go; mostly the same
    std::size_t taste = 0;
    bool wholesaler = false;
    std::int32_t first_day = 0;
    std::int32_t last_day = 0;
};

class Clientele {
public:
    // As many customers as fit to that many lines.
    Clientele(os::Random& random, std::int64_t row_count);
    // Somebody who is a customer on that day; the keen ones more often.
    const Customer& draw(os::Random& random, std::int32_t day) const;

private:
    std::vector<Customer> customers_;  // in order of activity
    Weighted activity_;
};

}  // namespace tradewind::generate

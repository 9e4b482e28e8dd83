#include "generate/shop_customers.h"

#include <algorithm>
#include <optional>

#include "generate/shop_calendar.h"
#include "generate/shop_products.h"

namespace tradewind::generate {

const std::array<Country, 38> countries = {{
    {"United Kingdom", 15500, 0},
    {"Germany", 217, 18000},
    {"France", 199, 18000},
    {"EIRE", 40, 0},
    {"Spain", 71, 28000},
    {"Netherlands", 21, 15000},
    {"Belgium", 57, 15000},
    {"Switzerland", 48, 40000},
    {"Portugal", 43, 28000},
    {"Australia", 21, 0},
    {"Norway", 23, 40000},
    {"Italy", 34, 28000},
    {"Channel Islands", 21, 0},
    {"Finland", 27, 40000},
    {"Cyprus", 18, 0},
    {"Sweden", 18, 40000},
    {"Unspecified", 9, 0},
    {"Austria", 25, 40000},
    {"Denmark", 21, 18000},
    {"Japan", 18, 0},
    {"Poland", 14, 40000},
    {"Israel", 9, 0},
    {"USA", 9, 0},
    {"Hong Kong", 5, 0},
    {"Singapore", 3, 0},
    {"Iceland", 3, 0},
    {"Canada", 9, 0},
    {"Greece", 9, 50000},
    {"Malta", 5, 40000},
    {"United Arab Emirates", 5, 0},
    {"European Community", 3, 15000},
    {"RSA", 3, 0},
    {"Lebanon", 3, 0},
    {"Lithuania", 3, 0},
    {"Brazil", 3, 0},
    {"Czech Republic", 3, 40000},
    {"Bahrain", 5, 0},
    {"Saudi Arabia", 3, 0},
}};

namespace {

constexpr std::int64_t rows_per_customer = 80;
constexpr std::int64_t customers_min = 60;
constexpr std::int64_t id_first = 12346;
// All five-digit numbers from the first one on; some are left out.
constexpr std::int64_t customers_max = 75'000;
constexpr std::int64_t id_spread_percent = 116;
// With it the keenest customer of 6,750 writes 0.7 % of the invoices.
constexpr std::uint64_t activity_shift = 25;
// Every country has a customer among the active ones, or the rare ones would not appear at all.
constexpr std::size_t country_rank_first = 60;
constexpr std::size_t country_rank_step = 8;
constexpr int draw_tries = 8;

std::vector<std::int64_t> shuffled_ids(os::Random& random, std::int64_t customer_count) {
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < customer_count * id_spread_percent / 100; ++i) {
        ids.push_back(id_first + i);
    }
    shuffle(random, ids);
    return ids;
}

Weighted country_weights() {
    Weighted weights;
    for (const Country& country : countries) weights.add(country.weight);
    return weights;
}

// The country to which a rank belongs, if to any.
std::optional<std::size_t> country_of_rank(std::size_t rank) {
    if (rank == 2 || rank == 9) return eire;  // two big resellers
    if (rank < country_rank_first || (rank - country_rank_first) % country_rank_step != 0)
        return {};
    const std::size_t country = (rank - country_rank_first) / country_rank_step + 1;
    if (country >= countries.size()) return {};
    return country;
}

Customer make_customer(os::Random& random, std::size_t rank, std::int64_t id, std::size_t drawn) {
    const std::optional<std::size_t> given = country_of_rank(rank);
    Customer customer;
    customer.id = std::to_string(id);
    customer.country = given.value_or(drawn);
    customer.second_country = random.below(500) == 0 ? 1 + random.below(37) : customer.country;
    customer.taste = random.below(taste_count);
    customer.wholesaler = permille(random, rank < 200 ? 250 : 30);
    customer.last_day = day_count;
    // Keen customers are there from the first day to the last; of the others some come late, some
    // leave.
    if (rank < 100 || given) return customer;
    if (permille(random, 350)) {
        customer.first_day = static_cast<std::int32_t>(random.below(day_count));
    } else if (permille(random, 250)) {
        customer.last_day = static_cast<std::int32_t>(random.below(day_count));
    }
    return customer;
}

}  // namespace

Clientele::Clientele(os::Random& random, std::int64_t row_count) {
    const std::int64_t count =
        std::clamp(row_count / rows_per_customer, customers_min, customers_max);
    activity_ = zipf(static_cast<std::size_t>(count), activity_shift);
    const std::vector<std::int64_t> ids = shuffled_ids(random, count);
    const Weighted by_country = country_weights();
    for (std::size_t rank = 0; rank < static_cast<std::size_t>(count); ++rank) {
        customers_.push_back(make_customer(random, rank, ids[rank], by_country.draw(random)));
    }
}

const Customer& Clientele::draw(os::Random& random, std::int32_t day) const {
    std::size_t at = 0;
    for (int tries = 0; tries < draw_tries; ++tries) {
        at = activity_.draw(random);
        if (customers_[at].first_day <= day && day <= customers_[at].last_day)
            return customers_[at];
    }
    return customers_[random.below(20)];  // a keen one: they are always there
}

}  // namespace tradewind::generate

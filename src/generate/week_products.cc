#include "generate/week_products.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "generate/chance.h"
#include "generate/csv_files.h"
#include "generate/week_words.h"
#include "os/random.h"

namespace tradewind::generate::chain {

namespace {

constexpr std::size_t key_first = 500'001;
// Popularity is laid over so many ranks, however many products there are: the best is bought five
// times a day in a usual store, the worst every eighth day.
constexpr std::size_t rank_count = 2000;
constexpr std::int32_t sales_least = 105;
constexpr std::int32_t sales_scale = 1024 * 210;
constexpr std::int32_t rank_shift = 40;

// Of products, in thousandths.
constexpr std::uint64_t introduced_permille = 5;
constexpr std::uint64_t discontinued_permille = 10;
constexpr Day introduced_days_max = 300;
constexpr Day discontinued_from = 150;
constexpr Day discontinued_days_max = 180;

constexpr std::array<std::int32_t, 5> packs = {1, 4, 6, 12, 24};

void set_prices(os::Random& random, Product& product) {
    const Subcategory& sub = subcategories[product.subcategory];
    const auto range = static_cast<std::uint64_t>(sub.price_cents_max - sub.price_cents_min + 1);
    // Most cost little: the smaller of two; prices end in 9.
    const auto above =
        static_cast<std::int32_t>(std::min(random.below(range), random.below(range)));
    product.price_cents = (sub.price_cents_min + above) / 10 * 10 + 9;
    const auto cost_percent = static_cast<std::int32_t>(48 + random.below(35));
    product.cost_cents = std::max(1, product.price_cents * cost_percent / 100);
}

std::string name_of(os::Random& random, const Product& product, std::string_view brand) {
    const std::vector<std::string> goods = split(subcategories[product.subcategory].goods, ';');
    std::string name(brand);
    if (permille(random, 700)) name.append(" ").append(pick(random, variants));
    return name + " " + goods[random.below(goods.size())];
}

// "0.25": hundredths.
std::string measure(std::uint64_t hundredths) {
    char text[32];
    return {text, put_cents(text, static_cast<std::int64_t>(hundredths))};
}

// Category keys count the categories in order of appearance.
std::size_t category_key(std::size_t subcategory) {
    std::size_t key = 1;
    for (std::size_t i = 1; i <= subcategory; ++i) {
        key += subcategories[i].category != subcategories[i - 1].category;
    }
    return key;
}

std::string row_of(std::uint64_t seed, const Product& product, std::size_t index) {
    os::Random random(part_seed(seed, 'N', index));
    const Subcategory& sub = subcategories[product.subcategory];
    const std::string_view brand = pick(random, brands);
    const bool ends = product.last_day != std::numeric_limits<Day>::max();
    std::string row = product.key;
    const auto cell = [&](std::string_view text) { row.append(",").append(csv_cell(text)); };
    cell(name_of(random, product, brand));
    cell(measure(5 + random.below(2000)));
    cell(measure(5 + random.below(1500)));
    cell(brand);
    cell(ends ? "D" : "A");
    cell(ends ? "To be discontinued" : "Active");
    cell(std::to_string(category_key(product.subcategory)));
    cell(sub.category);
    cell(std::to_string(category_key(product.subcategory) * 100 + product.subcategory + 1));
    cell(sub.name);
    return row + "\n";
}

}  // namespace

std::vector<Product> make_products(std::uint64_t seed, std::size_t product_count) {
    os::Random random(part_seed(seed, 'P', 0));
    std::vector<std::size_t> ranks(product_count);
    for (std::size_t i = 0; i < product_count; ++i) ranks[i] = i;
    shuffle(random, ranks);
    std::vector<Product> products(product_count);
    for (std::size_t i = 0; i < product_count; ++i) {
        Product& product = products[i];
        product.key = std::to_string(key_first + i);
        product.subcategory = random.below(subcategories.size());
        set_prices(random, product);
        const auto rank = static_cast<std::int32_t>(ranks[i] * rank_count / product_count);
        product.sales_1024ths = sales_least + sales_scale / (rank + rank_shift);
        product.pack = pick(random, packs);
        product.lead_days = static_cast<std::int32_t>(2 + random.below(6));
        if (permille(random, introduced_permille)) {
            product.first_day = static_cast<Day>(1 + random.below(introduced_days_max));
        }
        if (permille(random, discontinued_permille)) {
            product.last_day =
                discontinued_from + static_cast<Day>(random.below(discontinued_days_max));
        }
    }
    return products;
}

void write_products(std::uint64_t seed, const std::vector<Product>& products, CsvRows& rows) {
    for (std::size_t i = 0; i < products.size(); ++i) {
        const std::string row = row_of(seed, products[i], i);
        rows.end(put_text(rows.begin(row.size()), row));
    }
}

}  // namespace tradewind::generate::chain

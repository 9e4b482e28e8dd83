#include "generate/shop_products.h"

#include <set>

#include "base/text.h"
#include "generate/csv_files.h"
#include "generate/shop_calendar.h"

namespace tradewind::generate {

namespace {

constexpr std::size_t product_count = 3900;
// The shop's till cuts names here.
constexpr std::size_t name_bytes_max = 35;
// With it the best product has 0.4 % of all lines, as in the original.
constexpr std::uint64_t popularity_shift = 60;
// Products that are not of the season are put back that often.
constexpr int season_tries = 3;
constexpr int pack_price_max = 8;  // index in the price ladder

using PackSizes = std::array<std::int64_t, 16>;
constexpr std::array<PackSizes, 6> pack_sizes = {{
    {1, 1, 2, 3, 6, 12, 12, 12, 16, 24, 24, 24, 25, 36, 48, 72},
    {1, 1, 2, 3, 4, 6, 8, 10, 12, 12, 12, 12, 16, 24, 24, 48},
    {1, 1, 2, 2, 3, 4, 6, 6, 10, 10, 10, 12, 12, 12, 20, 24},
    {1, 1, 1, 2, 2, 3, 4, 4, 6, 6, 6, 6, 6, 8, 12, 24},
    {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 6, 8, 12},
    {1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 4, 6},
}};

constexpr std::array<std::int64_t, 5> tier_price_mills = {600, 1300, 2200, 4000, 8000};
constexpr std::array<std::int64_t, 6> tier_bulk_quantity = {144, 96, 64, 48, 24, 12};

void set_prices(os::Random& random, Product& product, int ladder_index) {
    const int last = static_cast<int>(price_ladder.size()) - 1;
    const int jitter = static_cast<int>(random.below(3)) - 1;
    const auto at = static_cast<std::size_t>(std::clamp(ladder_index + jitter, 0, last));
    product.price_mills = price_ladder[at];
    product.bulk_price_mills = at == 0 ? product.price_mills - 40 : price_ladder[at - 1];
    product.web_price_mills = product.price_mills * 196 / 1000 * 10;  // whole pence
    for (const std::int64_t bound : tier_price_mills) {
        product.price_tier += product.price_mills >= bound ? 1 : 0;
    }
    product.bulk_quantity = tier_bulk_quantity[product.price_tier];
}

// Small things come in packs.
std::string pack_prefix(os::Random& random, const Thing& thing) {
    if (thing.price > pack_price_max) return {};
    constexpr std::array<std::string_view, 7> packs = {
        "SET OF 2 ", "SET OF 3 ", "SET OF 4 ", "SET/6 ", "PACK OF 12 ", "BOX OF 24 ", "SET OF 20 "
    };
    return permille(random, 300) ? std::string(pick(random, packs)) : std::string();
}

// About a fifth of the names carry blanks around them: somebody's spreadsheet did that.
std::string with_blanks(os::Random& random, std::string name) {
    if (permille(random, 10)) return " " + name;
    if (permille(random, 200)) name += permille(random, 100) ? "  " : " ";
    return name;
}

// The name the product had before: a word less, or spelt otherwise.
std::string former_name(os::Random& random, const std::string& name) {
    const std::size_t blank = name.rfind(' ', name.size() - 2);
    if (blank != std::string::npos && permille(random, 600)) return name.substr(0, blank);
    return name + (name.size() + 7 > name_bytes_max || permille(random, 500) ? "." : " DESIGN");
}

// Makes products in order of their codes; the catalogue shuffles them.
class Maker {
public:
    explicit Maker(os::Random& random) : random_(random) {}

    std::vector<Product> make() {
        while (made_.size() + odd_names.size() < product_count) {
            const Pattern& pattern = pick(random_, patterns);
            const Thing& thing = pick(random_, things);
            const std::string prefix = pack_prefix(random_, thing);
            const std::string stem = std::string(pattern.name) + " " + std::string(thing.name);
            const std::string name = prefix + stem;
            if (name.size() > name_bytes_max || !known_.insert(name).second) continue;
            next_number();
            if (permille(random_, 150)) {
                add_colours(prefix, stem, thing.price, pattern.months);
            } else {
                add(name, thing.price, pattern.months, permille(random_, 60) ? "A" : "");
            }
        }
        return std::move(made_);
    }

    Product make_odd(const Thing& thing) {
        next_number();
        Product product;
        product.code = std::to_string(number_) + "B";
        product.code_lower = std::to_string(number_) + "b";
        product.description = csv_cell(thing.name);
        set_prices(random_, product, thing.price);
        return product;
    }

private:
    void next_number() { number_ += 1 + static_cast<int>(random_.below(36)); }

    // The same thing in several colours: one number, a letter each.
    void add_colours(
        const std::string& prefix, const std::string& stem, int price, MonthMask months
    ) {
        const std::size_t first = random_.below(colours.size());
        const std::size_t count = 2 + random_.below(5);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string_view colour = colours[(first + i) % colours.size()];
            std::string name = prefix + std::string(colour) + " " + stem;
            if (name.size() > name_bytes_max) name.resize(name_bytes_max);
            add(name, price, months, std::string(1, static_cast<char>('A' + i)));
        }
    }

    void add(const std::string& name, int price, MonthMask months, const std::string& letter) {
        Product product;
        product.code = std::to_string(number_) + letter;
        if (!letter.empty() && permille(random_, 150)) {
            product.code_lower = to_lower_ascii(product.code);
        }
        product.months = months;
        product.description = csv_cell(with_blanks(random_, name));
        if (permille(random_, 150)) {
            product.description_old = csv_cell(former_name(random_, name));
            product.renamed_on = static_cast<std::int32_t>(random_.below(day_count));
        }
        set_prices(random_, product, price);
        made_.push_back(std::move(product));
    }

    os::Random& random_;
    int number_ = 10001;
    std::set<std::string> known_;
    std::vector<Product> made_;
};

}  // namespace

Catalogue::Catalogue(os::Random& random) : popularity_(zipf(product_count, popularity_shift)) {
    Maker maker(random);
    products_ = maker.make();
    products_.resize(product_count - odd_names.size());
    shuffle(random, products_);
    for (std::size_t i = 0; i < odd_names.size(); ++i) {
        products_.insert(products_.begin() + 10 * (i + 1), maker.make_odd(odd_names[i]));
    }
    CHECK(products_.size() == popularity_.size());
    for (std::size_t i = 0; i < products_.size(); ++i) products_[i].rank = i;
}

const Product& Catalogue::draw(os::Random& random, int calendar_month, std::size_t taste) const {
    const MonthMask month = MonthMask{1} << (calendar_month - 1);
    std::size_t at = 0;
    for (int tries = 0; tries < season_tries; ++tries) {
        at = popularity_.draw(random);
        if (taste < taste_count && permille(random, 500)) at += taste - at % taste_count;
        at = std::min(at, products_.size() - 1);
        if ((products_[at].months & month) != 0) break;
    }
    return products_[at];
}

const Product& Catalogue::draw_evenly(os::Random& random) const {
    return products_[random.below(products_.size())];
}

std::int64_t draw_quantity(os::Random& random, const Product& product) {
    return pick(random, pack_sizes[product.price_tier]);
}

}  // namespace tradewind::generate

#include "generate/basket_assortment.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "generate/basket_words.h"
#include "generate/csv_files.h"

namespace tradewind::generate::basket {

namespace {

// With it the best product has about 1.4 % of all lines, as in the original.
constexpr std::uint64_t popularity_shift = 5;
constexpr std::uint64_t from_own_aisles_permille = 400;

// Of names, in thousandths, as in the original: 3,220, 120 and 318 of 49,688.
constexpr std::uint64_t ending_permille = 46;
constexpr std::uint64_t quoted_permille = 2;
constexpr std::uint64_t foreign_permille = 6;
constexpr std::uint64_t quality_permille = 650;
constexpr std::uint64_t second_quality_permille = 250;
constexpr std::uint64_t flavor_permille = 600;
// Names are tried that often before one gets a number.
constexpr int name_tries = 20;

std::string draw_name(os::Random& random, const std::vector<std::string>& goods) {
    std::string name;
    if (permille(random, quoted_permille)) name += pick(random, quoted_beginnings);
    if (permille(random, quality_permille)) name.append(pick(random, qualities)) += ' ';
    if (permille(random, second_quality_permille)) name.append(pick(random, qualities)) += ' ';
    if (permille(random, foreign_permille)) {
        name.append(pick(random, foreign_flavors)) += ' ';
    } else if (permille(random, flavor_permille)) {
        name.append(pick(random, flavors)) += ' ';
    }
    name += goods[random.below(goods.size())];
    if (permille(random, ending_permille)) name += pick(random, endings);
    return name;
}

// No two products have the same name.
class Names {
public:
    Names() {
        for (const Department& department : departments) {
            goods_.push_back(split(department.goods, ';'));
        }
    }

    std::string draw(os::Random& random, std::size_t department) {
        std::string name;
        for (int tries = 0; tries < name_tries; ++tries) {
            name = draw_name(random, goods_[department]);
            if (taken_.insert(name).second) return name;
        }
        name += " No. " + std::to_string(taken_.size());
        taken_.insert(name);
        return name;
    }

private:
    std::vector<std::vector<std::string>> goods_;
    std::set<std::string> taken_;
};

}  // namespace

Assortment::Assortment(std::uint64_t seed) : popularity_(zipf(product_count, popularity_shift)) {
    os::Random random(part_seed(seed, 'A', 0));
    make_aisles(random);
    make_products(random);
}

void Assortment::make_aisles(os::Random& random) {
    departments_csv_ = "department_id,department\n";
    for (std::size_t i = 0; i < departments.size(); ++i) {
        departments_csv_ += std::to_string(i + 1) + ',' + csv_cell(departments[i].name) + '\n';
        for (std::string& name : split(departments[i].aisles, ';')) {
            aisles_.push_back({std::move(name), i});
        }
    }
    shuffle(random, aisles_);
    aisles_csv_ = "aisle_id,aisle\n";
    for (std::size_t i = 0; i < aisles_.size(); ++i) {
        aisles_csv_ += std::to_string(i + 1) + ',' + csv_cell(aisles_[i].name) + '\n';
    }
}

// Every taste_count-th rank and every taste_count-th aisle belong to one taste.
void Assortment::make_products(os::Random& random) {
    std::array<Weighted, taste_count> widths;
    for (std::size_t i = 0; i < aisles_.size(); ++i) {
        const auto weight = static_cast<std::uint64_t>(departments[aisles_[i].department].weight);
        widths[i % taste_count].add(weight * (1 + random.below(6)));
    }
    for (std::uint32_t id = 1; id <= product_count; ++id) id_of_rank_.push_back(id);
    shuffle(random, id_of_rank_);
    std::vector<std::uint32_t> rank_of_id(product_count + 1);
    for (std::uint32_t rank = 0; rank < product_count; ++rank) rank_of_id[id_of_rank_[rank]] = rank;

    Names names;
    products_csv_ = "product_id,product_name,aisle_id,department_id\n";
    for (std::uint32_t id = 1; id <= product_count; ++id) {
        const std::uint64_t taste = rank_of_id[id] % taste_count;
        const std::size_t aisle = widths[taste].draw(random) * taste_count + taste;
        const std::size_t department = aisles_[aisle].department;
        products_csv_ += std::to_string(id) + ',' + csv_cell(names.draw(random, department)) + ',' +
                         std::to_string(aisle + 1) + ',' + std::to_string(department + 1) + '\n';
    }
}

std::int64_t Assortment::department_count() const {
    return static_cast<std::int64_t>(departments.size());
}

std::uint32_t Assortment::draw(os::Random& random, std::uint64_t taste) const {
    std::size_t rank = popularity_.draw(random);
    if (permille(random, from_own_aisles_permille)) {
        rank = std::min<std::size_t>(rank - rank % taste_count + taste, product_count - 1);
    }
    return id_of_rank_[rank];
}

}  // namespace tradewind::generate::basket

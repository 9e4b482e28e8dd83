#include "generate/week_shelves.h"

#include <algorithm>

#include "generate/shelf_day.h"

namespace tradewind::generate::chain {

Shelves::Shelves(const Chain& chain, std::size_t range)
    : chain_(chain),
      first_(range * range_shelves),
      random_(part_seed(chain.seed, 'H', range)),
      shelves_(std::min(range_shelves, chain.shelf_count() - first_)) {}

void Shelves::next_day(CsvRows& inventory, CsvRows& sales) {
    const std::size_t product_count = chain_.products.size();
    std::size_t store = first_ / product_count;
    std::size_t product = first_ % product_count;
    bool missing = chain_.inventory_missing(store, day_);
    for (Shelf& shelf : shelves_) {
        if (product == product_count) {
            product = 0;
            missing = chain_.inventory_missing(++store, day_);
        }
        const Product& goods = chain_.products[product];
        if (goods.first_day <= day_ && day_ - clearance_days <= goods.last_day) {
            ShelfDay today(chain_, {store, product, day_}, random_, shelf);
            today.pass(sales);
            if (!missing && !today.unseen()) today.write_inventory(inventory);
        }
        ++product;
    }
    ++day_;
}

}  // namespace tradewind::generate::chain

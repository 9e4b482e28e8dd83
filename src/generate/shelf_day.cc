#include "generate/shelf_day.h"

#include <algorithm>
#include <array>

#include "generate/week_words.h"

namespace tradewind::generate::chain {

namespace {

constexpr std::size_t row_bytes_max = 240;

// Of shelves and days, in 65,536ths.
constexpr std::uint64_t return_share = 160;
constexpr std::uint64_t void_share = 60;  // a line of quantity 0
constexpr std::uint64_t unseen_share = 30;
constexpr std::uint64_t waste_share = 2600;  // of what is perishable
// In thousandths.
constexpr std::uint64_t unbooked_permille = 12;  // sold although the books say there is none
constexpr std::uint64_t late_permille = 30;
constexpr std::uint64_t short_permille = 40;

constexpr std::array<std::int32_t, 10> quantities = {1, 1, 1, 1, 1, 1, 2, 2, 3, 6};
constexpr std::int64_t quantity_mean_tenths = 19;
// Days that an order covers beyond the time until it comes, and beyond when it must be written.
constexpr std::int64_t spare_days = 4;
constexpr std::int64_t cover_days = 12;

// Of receipts: every sixteenth is delivered to the customer's door.
constexpr std::uint64_t shipped_every = 16;
constexpr std::uint64_t ship_cents_min = 49;
constexpr std::uint64_t ship_cents_range = 450;
constexpr std::array<std::uint64_t, 16> hours = {
    8, 9, 10, 11, 11, 12, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20
};

char* put_two_digits(char* at, std::uint64_t number) {
    *at++ = static_cast<char>('0' + number / 10);
    *at++ = static_cast<char>('0' + number % 10);
    return at;
}

char* put_time(char* at, std::uint64_t draw) {
    at = put_two_digits(at, hours[draw % hours.size()]);
    *at++ = ':';
    at = put_two_digits(at, (draw >> 8) % 60);
    *at++ = ':';
    return put_two_digits(at, (draw >> 16) % 60);
}

}  // namespace

ShelfDay::ShelfDay(const Chain& chain, const Place& place, os::Random& random, Shelf& shelf)
    : chain_(chain),
      place_(place),
      store_(chain.stores[place.store]),
      product_(chain.products[place.product]),
      random_(random),
      shelf_(shelf),
      promotion_percent_(chain.promotion_percent(place.store, place.product, place.day)),
      events_(random.next()) {}

void ShelfDay::pass(CsvRows& sales) {
    if (place_.day == product_.first_day) fill_first();
    receive();
    if (!chain_.calendar[place_.day].closed) {
        sell(sales);
        if (((events_ >> 16) & 0xffff) < void_share) write_void(sales);
        if ((events_ & 0xffff) < return_share) take_back(sales);
        throw_away();
    }
    order();
}

bool ShelfDay::unseen() const {
    return ((events_ >> 32) & 0xffff) < unseen_share;
}

std::int64_t ShelfDay::usual_1024ths() const {
    return product_.sales_1024ths * store_.size_64ths * quantity_mean_tenths / 640;
}

std::int64_t ShelfDay::reorder_point() const {
    return 1 + usual_1024ths() * (product_.lead_days + spare_days) / 1024;
}

std::int64_t ShelfDay::stock_wanted() const {
    return reorder_point() + product_.pack + usual_1024ths() * cover_days / 1024;
}

void ShelfDay::fill_first() {
    const auto most = static_cast<std::uint64_t>(stock_wanted());
    shelf_.on_hand = static_cast<std::int32_t>(most / 2 + random_.below(most / 2 + 1));
}

// Some deliveries come a delivery day late, some bring the half.
void ShelfDay::receive() {
    if (shelf_.on_order == 0 || shelf_.delivery_day != place_.day) return;
    if (permille(random_, late_permille)) {
        shelf_.delivery_day = chain_.delivery_after(place_.store, place_.day);
        return;
    }
    const bool half = permille(random_, short_permille);
    shelf_.on_hand += half ? (shelf_.on_order + 1) / 2 : shelf_.on_order;
    shelf_.on_order = 0;
}

// Each transaction is on a receipt of its own. Between none and twice as many as usual; who finds
// too little takes what there is, who finds nothing goes.
void ShelfDay::sell(CsvRows& sales) {
    const std::uint64_t draw = random_.next();
    const auto demand =
        static_cast<std::uint64_t>(chain_.demand_1024ths(place_.store, place_.product, place_.day));
    const std::uint64_t wanted = (2 * demand * (draw >> 48)) >> 16;
    std::uint64_t buyers = (wanted >> 10) + ((draw & 1023) < (wanted & 1023) ? 1 : 0);
    // One receipt is left for a void line, one for a return.
    buyers = std::min<std::uint64_t>(buyers, store_.receipts - 2);
    receipt_ = (draw >> 10) % store_.receipts;
    for (; buyers > 0; --buyers) {
        std::int32_t quantity = pick(random_, quantities);
        if (shelf_.on_hand > 0) {
            quantity = std::min(quantity, shelf_.on_hand);
        } else if (permille(random_, unbooked_permille)) {
            quantity = 1;
        } else {
            return;
        }
        shelf_.on_hand -= quantity;
        shelf_.sold += quantity;
        const std::int64_t discount =
            (std::int64_t{product_.price_cents} * quantity * promotion_percent_ + 50) / 100;
        write_sale({quantity, discount}, sales);
    }
}

void ShelfDay::write_void(CsvRows& sales) {
    write_sale({0, 0}, sales);
}

// Nobody brings back more than was sold.
void ShelfDay::take_back(CsvRows& sales) {
    if (shelf_.sold <= 0) return;
    const std::int32_t quantity = std::min(pick(random_, quantities), shelf_.sold);
    shelf_.on_hand += quantity;
    shelf_.sold -= quantity;
    write_sale({-quantity, 0}, sales);
}

void ShelfDay::throw_away() {
    if (!subcategories[product_.subcategory].perishable || shelf_.on_hand <= 0) return;
    if ((events_ >> 48) >= waste_share) return;
    const auto most = static_cast<std::uint64_t>(std::min(shelf_.on_hand, 4));
    waste_ = static_cast<std::int32_t>(1 + random_.below(most));
    shelf_.on_hand -= waste_;
}

void ShelfDay::order() {
    if (shelf_.on_order > 0 || place_.day >= product_.last_day) return;
    const std::int64_t point = reorder_point();
    if (shelf_.on_hand > point) return;
    if (shelf_.on_hand > point / 3 && chain_.thin(place_.store, place_.product)) return;
    const std::int64_t packs =
        (stock_wanted() - shelf_.on_hand + product_.pack - 1) / product_.pack;
    shelf_.on_order = static_cast<std::int32_t>(packs * product_.pack);
    shelf_.delivery_day = chain_.delivery_after(place_.store, place_.day + product_.lead_days - 1);
}

void ShelfDay::write_sale(const Sale& sale, CsvRows& sales) {
    const std::uint64_t business_day =
        static_cast<std::uint64_t>(place_.day + 1) * chain_.stores.size() + place_.store;
    const std::uint64_t transaction = business_day * receipts_max + receipt_;
    receipt_ = (receipt_ + 1) % store_.receipts;
    const std::uint64_t draw = mix(transaction);  // all lines of a receipt have one time
    const bool shipped = sale.quantity > 0 && (draw >> 32) % shipped_every == 0;
    const std::uint64_t ship_cents = shipped ? ship_cents_min + random_.below(ship_cents_range) : 0;
    const std::int64_t amount = sale.quantity * product_.price_cents - sale.discount_cents;
    const std::int64_t cost = sale.quantity * product_.cost_cents;
    char* at = put_integer(sales.begin(row_bytes_max), static_cast<std::int64_t>(transaction));
    for (const std::string& text :
         {std::cref(product_.key),
          std::cref(store_.key),
          std::cref(chain_.calendar[place_.day].date)}) {
        *at++ = ',';
        at = put_text(at, text);
    }
    *at++ = ',';
    at = put_time(at, draw);
    *at++ = ',';
    at = put_integer(at, sale.quantity);
    for (const std::int64_t cents :
         {std::int64_t{product_.price_cents},
          amount,
          sale.discount_cents,
          cost,
          amount - cost,
          static_cast<std::int64_t>(ship_cents)}) {
        *at++ = ',';
        at = put_cents(at, cents);
    }
    *at++ = '\n';
    sales.end(at);
}

void ShelfDay::write_inventory(CsvRows& inventory) const {
    char* at = put_text(inventory.begin(row_bytes_max), chain_.calendar[place_.day].date);
    *at++ = ',';
    at = put_text(at, store_.key);
    *at++ = ',';
    at = put_text(at, product_.key);
    for (const std::int32_t number :
         {shelf_.on_hand,
          shelf_.on_order,
          shelf_.on_hand <= 0 ? 1 : 0,
          waste_,
          promotion_percent_ > 0 ? 1 : 0}) {
        *at++ = ',';
        at = put_integer(at, number);
    }
    *at++ = ',';
    if (shelf_.on_order > 0) at = put_text(at, chain_.calendar[shelf_.delivery_day].date);
    *at++ = '\n';
    inventory.end(at);
}

}  // namespace tradewind::generate::chain

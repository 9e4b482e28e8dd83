#include "generate/shop_invoices.h"

namespace tradewind::generate {

namespace {

// Lines of an invoice: quantiles in steps of a twentieth, shaped after the original.
constexpr std::array<std::int64_t, 21> sale_lines = {1,  1,  2,  4,  5,  6,  8,  10, 11, 13, 15,
                                                     17, 19, 21, 24, 28, 32, 38, 48, 65, 400};
constexpr std::array<std::int64_t, 21> web_lines = {
    1, 1, 1, 1, 2, 3, 5, 9, 14, 24, 36, 46, 55, 69, 93, 145, 173, 199, 249, 406, 1100
};
constexpr std::array<std::int64_t, 21> cancelled_lines = {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2,
                                                          2, 2, 2, 3, 3, 3, 4, 5, 8, 40};
constexpr std::array<std::int64_t, 8> wholesale_factors = {1, 2, 2, 4, 6, 8, 10, 20};
constexpr std::array<std::int64_t, 10> web_quantities = {1, 1, 1, 1, 1, 1, 2, 3, 4, 10};

// Which kind of invoice, in thousandths; the rest are sales on account.
constexpr std::uint64_t web_permille = 58;
constexpr std::uint64_t stock_permille = 82;
constexpr std::uint64_t fee_permille = 4;
constexpr std::uint64_t cancel_permille = 144;

// Purchases that can still be cancelled, and lines remembered of each: bounded memory.
constexpr std::size_t purchases_max = 4096;
constexpr std::size_t purchase_lines_max = 12;

constexpr int cancel_tries = 8;

constexpr std::uint64_t same_line_again_permille = 5;
// Clerks mostly raise the quantity of a line instead of writing the product a second time.
constexpr std::uint64_t same_product_again_permille = 200;
constexpr int other_product_tries = 4;
constexpr std::uint64_t next_minute_permille = 2;
constexpr std::uint64_t description_missing_permille = 680;
constexpr std::int64_t bad_debt_mills = 11'062'060;

struct Fee {
    std::string_view code;
    std::string_view description;
    std::uint64_t price_pence_max = 0;
    bool refund = false;  // an invoice C… with quantity -1
};
constexpr std::array<Fee, 4> fees = {{
    {"BANK CHARGES", "Bank Charges", 60'000, true},
    {"AMAZONFEE", "AMAZON FEE", 1'300'000, true},
    {"CRUK", "CRUK Commission", 100'000, true},
    {"M", "Manual", 40'000, false},
}};

// Real clerks mostly write the code as it is printed.
std::string_view code_as_written(os::Random& random, const Product& product) {
    return !product.code_lower.empty() && permille(random, 25) ? product.code_lower : product.code;
}

std::int64_t draw_pence(os::Random& random, std::uint64_t pence_max) {
    return static_cast<std::int64_t>(1 + random.below(pence_max)) * 10;
}

}  // namespace

Shop::Shop(std::uint64_t seed, std::int64_t row_count)
    : random_(seed),
      minutes_(sales_minutes(random_)),
      catalogue_(random_),
      clientele_(random_, row_count),
      sold_on_(catalogue_.size()) {}

void Shop::begin(std::string_view prefix, std::string_view customer_id, std::string_view country) {
    invoice_.number.assign(prefix);
    invoice_.number += std::to_string(number_next_);
    number_next_ += permille(random_, 20) ? 2 : 1;  // some numbers were never used
    invoice_.customer_id = customer_id;
    invoice_.country = country;
    invoice_.lines.clear();
}

const Invoice& Shop::next(const SalesMinute& minute) {
    const std::uint64_t kind = random_.below(1000);
    if (kind < web_permille) {
        sell_on_web(minute);
    } else if (kind < web_permille + stock_permille) {
        correct_stock();
    } else if (kind < web_permille + stock_permille + fee_permille) {
        charge_fee();
    } else if (kind >= web_permille + stock_permille + fee_permille + cancel_permille ||
               !cancel()) {
        sell(minute);
    }
    invoice_.next_minute_from = invoice_.lines.size();
    const bool splittable = invoice_.lines.size() > 1 && minute.minute_of_day % 60 != 59;
    if (splittable && permille(random_, next_minute_permille)) {
        invoice_.next_minute_from = 1 + random_.below(invoice_.lines.size() - 1);
    }
    return invoice_;
}

const Invoice& Shop::next_bad_debt(std::int64_t sign) {
    begin("A", "", countries[united_kingdom].name);
    invoice_.lines.push_back({"B", "Adjust bad debt", 1, sign * bad_debt_mills});
    invoice_.next_minute_from = 1;
    return invoice_;
}

InvoiceLine Shop::draw_line(const SalesMinute& minute, std::size_t taste, const Product*& product) {
    for (int tries = 0; tries < other_product_tries; ++tries) {
        product = &catalogue_.draw(random_, minute.calendar_month(), taste);
        const bool again = sold_on_[product->rank] == number_next_;
        if (!again || permille(random_, same_product_again_permille)) break;
    }
    sold_on_[product->rank] = number_next_;
    InvoiceLine line;
    line.code = code_as_written(random_, *product);
    const bool old_name = !product->description_old.empty() && minute.day < product->renamed_on;
    line.description = old_name ? product->description_old : product->description;
    return line;
}

void Shop::add_sold_line(const SalesMinute& minute, const Customer& customer) {
    const Product* product = nullptr;
    InvoiceLine line = draw_line(minute, customer.taste, product);
    line.quantity = draw_quantity(random_, *product);
    if (customer.wholesaler) line.quantity *= pick(random_, wholesale_factors);
    const bool bulk = line.quantity >= product->bulk_quantity;
    line.price_mills = bulk ? product->bulk_price_mills : product->price_mills;
    if (random_.below(10'000) == 0) line.price_mills = 0;  // a gift
    invoice_.lines.push_back(line);
    if (permille(random_, same_line_again_permille)) invoice_.lines.push_back(line);
}

void Shop::sell(const SalesMinute& minute) {
    const Customer& customer = clientele_.draw(random_, minute.day);
    const std::size_t country = permille(random_, 300) ? customer.second_country : customer.country;
    begin("", customer.id, countries[country].name);
    const auto wanted = static_cast<std::size_t>(draw_quantile(random_, sale_lines));
    while (invoice_.lines.size() < wanted) add_sold_line(minute, customer);
    remember(customer);
    add_extras(countries[country]);
}

void Shop::add_extras(const Country& country) {
    if (country.postage_mills > 0 && permille(random_, 650)) {
        const auto parcels = static_cast<std::int64_t>(1 + random_.below(4));
        invoice_.lines.push_back({"POST", "POSTAGE", parcels, country.postage_mills});
    }
    if (country.name == countries[eire].name && permille(random_, 350)) {
        invoice_.lines.push_back({"C2", "CARRIAGE", 1, 50'000});
    }
    if (permille(random_, 10)) {
        invoice_.lines.push_back({"M", "Manual", 1, draw_pence(random_, 20'000)});
    }
    // Three digits after the point, and a price of next to nothing: both are in the original.
    if (random_.below(5000) == 0) {
        invoice_.lines.push_back({"PADS", "PADS TO MATCH ALL CUSHIONS", 1, 1});
    }
}

void Shop::sell_on_web(const SalesMinute& minute) {
    begin("", "", countries[permille(random_, 15) ? eire : united_kingdom].name);
    const auto wanted = static_cast<std::size_t>(draw_quantile(random_, web_lines));
    while (invoice_.lines.size() < wanted) {
        const Product* product = nullptr;
        InvoiceLine line = draw_line(minute, taste_count, product);
        line.quantity = pick(random_, web_quantities);
        line.price_mills = product->web_price_mills;
        invoice_.lines.push_back(line);
    }
    if (wanted > 10) {
        invoice_.lines.push_back({"DOT", "DOTCOM POSTAGE", 1, draw_pence(random_, 60'000)});
    }
}

void Shop::correct_stock() {
    begin("", "", countries[united_kingdom].name);
    InvoiceLine line;
    line.code = catalogue_.draw_evenly(random_).code;
    const bool missing = permille(random_, description_missing_permille);
    if (!missing) line.description = pick(random_, stock_remarks);
    const auto quantity =
        static_cast<std::int64_t>(1 + random_.below(permille(random_, 100) ? 900 : 40));
    line.quantity = permille(random_, 600) ? -quantity : quantity;
    invoice_.lines.push_back(line);
}

void Shop::charge_fee() {
    const Fee& fee = pick(random_, fees);
    begin(fee.refund ? "C" : "", "", countries[united_kingdom].name);
    const std::int64_t price = draw_pence(random_, fee.price_pence_max);
    invoice_.lines.push_back({fee.code, fee.description, fee.refund ? -1 : 1, price});
}

void Shop::remember(const Customer& customer) {
    if (purchases_.size() < purchases_max) purchases_.emplace_back();
    Purchase& purchase = purchases_[purchase_next_];
    purchase_next_ = (purchase_next_ + 1) % purchases_max;
    purchase.customer = &customer;
    purchase.country = invoice_.country;
    const std::size_t kept = std::min(invoice_.lines.size(), purchase_lines_max);
    purchase.lines.assign(
        invoice_.lines.begin(), invoice_.lines.begin() + static_cast<std::ptrdiff_t>(kept)
    );
}

bool Shop::cancel() {
    if (purchases_.empty()) return false;
    std::size_t at = random_.below(purchases_.size());
    for (int tries = 0; tries < cancel_tries && purchases_[at].lines.empty(); ++tries) {
        at = random_.below(purchases_.size());
    }
    Purchase& purchase = purchases_[at];
    if (purchase.lines.empty()) return false;
    begin("C", purchase.customer->id, purchase.country);
    const auto wanted = static_cast<std::size_t>(draw_quantile(random_, cancelled_lines));
    while (invoice_.lines.size() < wanted && !purchase.lines.empty()) {
        invoice_.lines.push_back(cancelled_line(purchase));
    }
    if (permille(random_, 20)) {
        invoice_.lines.push_back({"D", "Discount", -1, draw_pence(random_, 10'000)});
    }
    return true;
}

// The whole line, or a part of it; it cannot come back a second time.
InvoiceLine Shop::cancelled_line(Purchase& purchase) {
    const std::size_t at = random_.below(purchase.lines.size());
    InvoiceLine line = purchase.lines[at];
    purchase.lines.erase(purchase.lines.begin() + static_cast<std::ptrdiff_t>(at));
    const auto bought = static_cast<std::uint64_t>(line.quantity);
    const std::uint64_t back = permille(random_, 600) ? bought : 1 + random_.below(bought);
    line.quantity = -static_cast<std::int64_t>(back);
    return line;
}

}  // namespace tradewind::generate

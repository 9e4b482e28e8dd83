// Invoices as the shop writes them: sales on account, orders of the web shop (no customer number),
// cancellations of earlier purchases, stock corrections, fees, bad debt.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generate/shop_calendar.h"
#include "generate/shop_customers.h"
#include "generate/shop_products.h"
#include "os/random.h"

namespace tradewind::generate {

// Views into the catalogue or into constants. `description` is a CSV cell.
struct InvoiceLine {
    std::string_view code;
    std::string_view description;
    std::int64_t quantity = 0;
    std::int64_t price_mills = 0;
};

struct Invoice {
    std::string number;
    std::string_view customer_id;
    std::string_view country;
    std::vector<InvoiceLine> lines;
    // From this line on it is a minute later (the clerk was interrupted); lines.size(): never.
    std::size_t next_minute_from = 0;
};

class Shop {
public:
    Shop(std::uint64_t seed, std::int64_t row_count);

    const std::vector<SalesMinute>& minutes() const { return minutes_; }
    // The next invoice of that minute; valid until the next call.
    const Invoice& next(const SalesMinute& minute);
    // One of the three that set a bad debt off and take it back, with numbers A…. `sign` 1 or -1.
    const Invoice& next_bad_debt(std::int64_t sign);

private:
    // What can still be cancelled.
    struct Purchase {
        const Customer* customer = nullptr;
        std::string_view country;
        std::vector<InvoiceLine> lines;
    };

    void begin(std::string_view prefix, std::string_view customer_id, std::string_view country);
    void sell(const SalesMinute& minute);
    void sell_on_web(const SalesMinute& minute);
    void correct_stock();
    void charge_fee();
    // False when there is nothing to cancel yet.
    bool cancel();
    InvoiceLine cancelled_line(Purchase& purchase);

    InvoiceLine draw_line(const SalesMinute& minute, std::size_t taste, const Product*& product);
    void add_sold_line(const SalesMinute& minute, const Customer& customer);
    void add_extras(const Country& country);
    void remember(const Customer& customer);

    os::Random random_;
    std::vector<SalesMinute> minutes_;
    Catalogue catalogue_;
    Clientele clientele_;
    Invoice invoice_;
    std::vector<std::int64_t> sold_on_;  // by product: the invoice (next number) that had it last
    std::int64_t number_next_ = 536'365;
    std::vector<Purchase> purchases_;
    std::size_t purchase_next_ = 0;
};

}  // namespace tradewind::generate

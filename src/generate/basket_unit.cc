#include "generate/basket_unit.h"

#include <algorithm>

#include "base/check.h"

namespace tradewind::generate::basket {

namespace {

// Seven numbers, the longest of 19 digits, a word and separators.
constexpr std::size_t row_bytes_max = 160;

std::vector<std::int64_t> count_orders(const Population& population, const Unit::Range& range) {
    std::vector<std::int64_t> begins = {0};
    std::int64_t orders = 0;
    for (std::int64_t i = 0; i < range.user_count; ++i) {
        const auto user = static_cast<std::uint64_t>(range.first_user + i);
        orders += Shopper::order_count(population.seed, user);
        if ((i + 1) % chunk_users == 0 || i + 1 == range.user_count) begins.push_back(orders);
    }
    return begins;
}

void write_order(
    CsvRows& rows, std::int64_t id, std::int64_t user, std::string_view set, int number, Order order
) {
    char* at = put_integer(rows.begin(row_bytes_max), id);
    *at++ = ',';
    at = put_integer(at, user);
    *at++ = ',';
    at = put_text(at, set);
    *at++ = ',';
    at = put_integer(at, number);
    *at++ = ',';
    at = put_integer(at, order.weekday);
    *at++ = ',';
    at = put_integer(at, order.hour);
    *at++ = ',';
    if (order.days_since_prior >= 0) {
        at = put_text(put_integer(at, order.days_since_prior), ".0");
    }
    *at++ = '\n';
    rows.end(at);
}

void write_line(CsvRows& rows, std::int64_t id, int position, Line line) {
    char* at = put_integer(rows.begin(row_bytes_max), id);
    *at++ = ',';
    at = put_integer(at, line.product());
    *at++ = ',';
    at = put_integer(at, position);
    *at++ = ',';
    *at++ = line.reordered() ? '1' : '0';
    *at++ = '\n';
    rows.end(at);
}

}  // namespace

Unit::Unit(const Population& population, const Range& range)
    : population_(population),
      range_(range),
      user_order_(
          static_cast<std::uint64_t>(population.user_count), part_seed(population.seed, 'T', 0)
      ),
      chunk_begins_(count_orders(population, range)),
      order_ids_(
          static_cast<std::uint64_t>(chunk_begins_.back()),
          part_seed(population.seed, 'I', static_cast<std::uint64_t>(range.first_user))
      ),
      chunks_(chunk_begins_.size() - 1),
      places_(static_cast<std::size_t>(chunk_begins_.back())) {
    CHECK(range.user_count > 0 && range.user_count <= unit_users_max);
}

std::size_t Unit::block_count() const {
    return static_cast<std::size_t>((order_count() + block_orders - 1) / block_orders);
}

// Exactly train_user_count() of all users do.
bool Unit::trains(std::int64_t user) const {
    const std::uint64_t place = user_order_(static_cast<std::uint64_t>(user - 1));
    return static_cast<std::int64_t>(place) < population_.train_user_count();
}

void Unit::make_chunk(std::size_t chunk, Shopper& shopper, CsvRows& orders) {
    const std::int64_t begin = static_cast<std::int64_t>(chunk) * chunk_users;
    const std::int64_t end = std::min(begin + chunk_users, range_.user_count);
    for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t user = range_.first_user + i;
        shopper.shop(population_.seed, static_cast<std::uint64_t>(user), trains(user));
        keep_user(chunk, user, shopper, orders);
    }
    CHECK(chunk_begins_[chunk] + orders.row_count() == chunk_begins_[chunk + 1]);
    chunks_[chunk].shrink_to_fit();
}

void Unit::keep_user(
    std::size_t chunk, std::int64_t user, const Shopper& shopper, CsvRows& orders
) {
    std::vector<Line>& lines = chunks_[chunk];
    std::size_t begin = lines.size();
    lines.insert(lines.end(), shopper.lines().begin(), shopper.lines().end());
    int number = 0;
    for (const Order& order : shopper.orders()) {
        ++number;
        const bool last = number == static_cast<int>(shopper.orders().size());
        const std::int64_t index = chunk_begins_[chunk] + orders.row_count();
        const std::uint64_t id = order_ids_(static_cast<std::uint64_t>(index));
        const std::string_view set = !last ? "prior" : order.line_count > 0 ? "train" : "test";
        places_[id] = {
            .begin = static_cast<std::uint32_t>(begin),
            .chunk = static_cast<std::uint16_t>(chunk),
            .line_count = order.line_count,
            .train = last
        };
        write_order(
            orders, range_.first_id + static_cast<std::int64_t>(id), user, set, number, order
        );
        begin += order.line_count;
    }
}

void Unit::write_block(std::size_t block, CsvRows& prior, CsvRows& train) const {
    const std::size_t begin = block * static_cast<std::size_t>(block_orders);
    const std::size_t end =
        std::min(begin + static_cast<std::size_t>(block_orders), places_.size());
    for (std::size_t i = begin; i < end; ++i) {
        const Place& place = places_[i];
        const Line* lines = chunks_[place.chunk].data() + place.begin;
        CsvRows& rows = place.train ? train : prior;
        for (int position = 1; position <= place.line_count; ++position) {
            const std::int64_t id = range_.first_id + static_cast<std::int64_t>(i);
            write_line(rows, id, position, lines[position - 1]);
        }
    }
}

}  // namespace tradewind::generate::basket

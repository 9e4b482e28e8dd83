#include "generate/week_stores.h"

#include <algorithm>
#include <array>

#include "generate/chance.h"
#include "generate/csv_files.h"
#include "generate/week_words.h"

namespace tradewind::generate::chain {

namespace {

constexpr std::size_t key_first = 1001;
// Every fifth store, and with two stores one of them, is a franchisee's.
constexpr std::size_t franchise_every = 5;
constexpr std::array<unsigned, 5> delivery_days = {
    0b0101010,  // Monday, Wednesday, Friday
    0b0010100,  // Tuesday, Thursday
    0b1001000,  // Wednesday, Saturday
    0b0100010,  // Monday, Friday
    0b0111110,  // Monday to Friday
};

struct StoreType {
    std::string_view code;
    std::string_view name;
    std::int32_t size_64ths = 0;
    std::int32_t square_feet = 0;
};
constexpr std::array<StoreType, 4> types = {{
    {"SUP", "Supercenter", 112, 140'000},
    {"STD", "Standard", 68, 62'000},
    {"NBH", "Neighborhood", 44, 24'000},
    {"EXP", "Express", 24, 9'000},
}};

const StoreType& type_of(const Store& store) {
    std::size_t at = 0;
    while (at + 1 < types.size() && store.size_64ths < types[at].size_64ths * 7 / 8) ++at;
    return types[at];
}

void write_degrees(std::string& row, std::int64_t ten_thousandths) {
    if (ten_thousandths < 0) row += '-';
    const std::int64_t amount = ten_thousandths < 0 ? -ten_thousandths : ten_thousandths;
    const std::string fraction = std::to_string(amount % 10'000);
    row += std::to_string(amount / 10'000) + '.' + std::string(4 - fraction.size(), '0') + fraction;
}

std::string postal_code(const Place& place, std::uint64_t draw) {
    if (place.country_code == "US") {
        const std::string rest = std::to_string(1 + draw % 99);
        return std::string(place.postal_prefix) + std::string(2 - rest.size(), '0') + rest;
    }
    std::string code(place.postal_prefix);
    code += static_cast<char>('1' + draw % 9);
    code += static_cast<char>('A' + draw / 9 % 8);
    code += static_cast<char>('1' + draw / 72 % 9);
    return code;
}

std::string row_of(std::uint64_t seed, const Store& store, std::size_t index) {
    os::Random random(part_seed(seed, 'R', index));
    const Place& place = places[store.place];
    const StoreType& type = type_of(store);
    const std::string number = std::to_string(index + 1);
    const std::string market = std::to_string(10 + store.place / 5);
    const std::string submarket = std::to_string(100 + store.place);
    std::string address = std::to_string(1 + random.below(2400)) + ' ';
    address += pick(random, streets);
    if (permille(random, 250)) address += ", Unit " + std::to_string(1 + random.below(40));
    std::string row = store.key;
    const auto cell = [&](std::string_view text) { row.append(",").append(csv_cell(text)); };
    cell(number);
    cell(std::string(place.city) + " " + std::string(type.name) + " #" + number);
    cell(address);
    cell(place.city);
    cell(place.region);
    cell(place.country_code);
    cell(place.country);
    cell(postal_code(place, random.next() >> 8));
    cell(place.state);
    cell(place.state_code);
    cell(type.code);
    cell(type.name);
    cell(store.franchise ? "1" : "0");
    cell(std::to_string(type.square_feet + static_cast<std::int32_t>(random.below(4000))));
    cell(market);
    cell(place.region);
    cell(submarket);
    cell(std::string(place.city) + " Metro");
    row += ',';
    write_degrees(row, place.latitude * 100 + static_cast<std::int64_t>(random.below(1600)) - 800);
    row += ',';
    write_degrees(row, place.longitude * 100 + static_cast<std::int64_t>(random.below(1600)) - 800);
    row += '\n';
    return row;
}

}  // namespace

std::vector<Store> make_stores(
    std::uint64_t seed, std::size_t store_count, std::size_t product_count
) {
    os::Random random(part_seed(seed, 'S', 0));
    std::vector<Store> stores(store_count);
    for (std::size_t i = 0; i < store_count; ++i) {
        Store& store = stores[i];
        store.key = std::to_string(key_first + i);
        store.place = random.below(places.size());
        const StoreType& type = types[random.below(types.size())];
        store.size_64ths = type.size_64ths - 4 + static_cast<std::int32_t>(random.below(9));
        store.franchise = i % franchise_every == 1;
        store.delivery_weekdays = pick(random, delivery_days);
        const auto lines = product_count * static_cast<std::size_t>(store.size_64ths) / 64;
        store.receipts =
            static_cast<std::uint32_t>(std::min<std::size_t>(40 + lines / 6, receipts_max));
    }
    return stores;
}

void write_stores(std::uint64_t seed, const std::vector<Store>& stores, CsvRows& rows) {
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const std::string row = row_of(seed, stores[i], i);
        rows.end(put_text(rows.begin(row.size()), row));
    }
}

}  // namespace tradewind::generate::chain

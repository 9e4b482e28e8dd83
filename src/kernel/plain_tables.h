// Random interactions with every oddity that may come, and their tables by a plain implementation
// that follows the definitions word for word.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "os/random.h"

namespace tradewind::kernel {

using Cell = std::optional<double>;
using Table = std::vector<std::vector<Cell>>;

struct PlainOrder {
    std::int64_t id, user, sequence;
    std::optional<std::int64_t> gap;
    bool in_set;
    std::optional<std::int64_t> carried;
};
struct PlainLine {
    std::int64_t order, item, position, repeat;
};
struct Data {
    std::vector<PlainOrder> orders;
    std::vector<PlainLine> lines;
};

// Users without orders of the set, orders without lines, lines without orders, lines twice, orders
// of one user with one number, ids far apart and below zero.
inline Data random_data(std::uint64_t seed) {
    os::Random random(seed);
    Data data;
    const bool far = seed % 2 == 1;
    const auto id_of = [&](std::int64_t number) {
        return far ? number * 1'000'000'007 - 5'000'000'000'000 : number + 10;
    };
    std::int64_t number = 0;
    const std::uint64_t users = seed % 5 == 4 ? 0 : 1 + random.below(40);
    for (std::uint64_t user = 0; user < users; ++user) {
        std::int64_t sequence = 0;
        for (std::uint64_t i = 1 + random.below(12); i > 0; --i) {
            if (!random.chance(0.1)) ++sequence;
            PlainOrder order;
            order.id = id_of(number++);
            order.user = id_of(static_cast<std::int64_t>(user) * 3);
            order.sequence = sequence;
            if (!random.chance(0.3)) order.gap = static_cast<std::int64_t>(random.below(31)) - 3;
            order.in_set = random.chance(0.7);
            if (!random.chance(0.2))
                order.carried = static_cast<std::int64_t>(random.next() >> (far ? 1 : 40));
            data.orders.push_back(order);
        }
    }
    for (std::uint64_t i = random.below(1500); i > 0; --i) {
        const auto order = static_cast<std::int64_t>(random.below(number + 5));
        data.lines.push_back(
            {id_of(order),
             id_of(static_cast<std::int64_t>(random.below(1 + random.below(30)))),
             static_cast<std::int64_t>(random.below(far ? 65'536 : 20)),
             static_cast<std::int64_t>(random.below(2))}
        );
        if (random.chance(0.02)) data.lines.push_back(data.lines.back());
    }
    return data;
}

inline Cell cell(std::optional<std::int64_t> value) {
    return value ? Cell(static_cast<double>(*value)) : std::nullopt;
}
inline Cell ratio(std::int64_t one, std::int64_t other) {
    return other == 0 ? std::nullopt : Cell(static_cast<double>(one) / static_cast<double>(other));
}

class Plain {
public:
    explicit Plain(const Data& data) : data_(data) {
        std::map<std::int64_t, const PlainOrder*> by_id;
        for (const PlainOrder& order : data.orders) by_id[order.id] = &order;
        for (const PlainLine& line : data.lines) {
            const auto order = by_id.find(line.order);
            if (order == by_id.end() || !order->second->in_set) continue;
            joined_.push_back({order->second, &line});
        }
    }

    Table lines() const {
        auto rows = joined_;
        std::ranges::sort(rows, {}, [](const Joined& j) {
            return std::tuple(
                j.order->user,
                j.order->sequence,
                j.order->id,
                j.line->position,
                j.line->item,
                j.line->repeat
            );
        });
        Table table;
        for (const Joined& j : rows) {
            table.push_back(
                {cell(j.order->id),
                 cell(j.order->user),
                 cell(j.order->sequence),
                 cell(j.order->gap),
                 cell(j.order->carried),
                 cell(j.line->item),
                 cell(j.line->position),
                 cell(j.line->repeat)}
            );
        }
        return table;
    }
    Table pairs() const {
        Table table;
        for (const auto& [key, lines] : by_pair()) {
            std::int64_t first = std::numeric_limits<std::int64_t>::max();
            std::int64_t last = std::numeric_limits<std::int64_t>::min();
            std::int64_t positions = 0;
            std::int64_t repeats = 0;
            for (const Joined& j : lines) {
                first = std::min(first, j.order->sequence);
                last = std::max(last, j.order->sequence);
                positions += j.line->position;
                repeats += j.line->repeat;
            }
            const auto count = static_cast<std::int64_t>(lines.size());
            table.push_back(
                {cell(key.first),
                 cell(key.second),
                 cell(count),
                 cell(first),
                 cell(last),
                 ratio(positions, count),
                 cell(repeats)}
            );
        }
        return table;
    }
    Table users_by_orders() const {
        std::map<std::int64_t, std::vector<const PlainOrder*>> users;
        for (const PlainOrder& order : data_.orders) users[order.user].push_back(&order);
        Table table;
        for (const auto& [user, orders] : users) {
            std::int64_t last = orders.front()->sequence;
            std::int64_t first = last;
            std::int64_t sum = 0;
            std::int64_t known = 0;
            for (const PlainOrder* order : orders) {
                last = std::max(last, order->sequence);
                first = std::min(first, order->sequence);
                sum += order->gap.value_or(0);
                known += order->gap ? 1 : 0;
            }
            table.push_back(
                {cell(user),
                 cell(static_cast<std::int64_t>(orders.size())),
                 cell(first),
                 cell(last),
                 known == 0 ? Cell() : cell(sum),
                 ratio(sum, known)}
            );
        }
        return table;
    }
    Table users_by_lines() const {
        std::map<std::int64_t, std::vector<Joined>> users;
        for (const Joined& j : joined_) users[j.order->user].push_back(j);
        Table table;
        for (const auto& [user, lines] : users) {
            std::set<std::int64_t> items;
            std::int64_t repeats = 0;
            std::int64_t later = 0;
            for (const Joined& j : lines) {
                items.insert(j.line->item);
                repeats += j.line->repeat;
                later += j.order->sequence > 1 ? 1 : 0;
            }
            table.push_back(
                {cell(user),
                 cell(static_cast<std::int64_t>(lines.size())),
                 cell(static_cast<std::int64_t>(items.size())),
                 cell(repeats),
                 cell(later),
                 ratio(repeats, later)}
            );
        }
        return table;
    }
    Table items() const {
        std::map<std::int64_t, std::array<std::int64_t, 4>> items;
        for (const auto& [key, lines] : by_pair()) {
            auto& counts = items[key.second];
            for (const Joined& j : lines) {
                ++counts[0];
                counts[1] += j.line->repeat;
            }
            ++counts[2];
            counts[3] += lines.size() > 1 ? 1 : 0;
        }
        Table table;
        for (const auto& [item, counts] : items) {
            table.push_back({cell(item)});
            for (const std::int64_t count : counts) table.back().push_back(cell(count));
        }
        return table;
    }
    Table joined() const {
        const auto by_key = [](const Table& table) {
            std::map<double, std::vector<Cell>> rows;
            for (const auto& row : table) rows[*row[0]] = row;
            return rows;
        };
        const auto orders = by_key(users_by_orders());
        const auto users = by_key(users_by_lines());
        const auto products = by_key(items());
        Table table;
        for (const auto& pair : pairs()) {
            const double user = *pair[0];
            const double item = *pair[1];
            table.push_back(
                {pair[0],
                 pair[1],
                 pair[2],
                 orders.at(user)[3],
                 orders.at(user)[5],
                 users.at(user)[2],
                 users.at(user)[5],
                 products.at(item)[1],
                 products.at(item)[4]}
            );
        }
        return table;
    }

private:
    struct Joined {
        const PlainOrder* order;
        const PlainLine* line;
    };
    using Pairs = std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Joined>>;

    Pairs by_pair() const {
        Pairs pairs;
        for (const Joined& j : joined_) pairs[{j.order->user, j.line->item}].push_back(j);
        return pairs;
    }

    const Data& data_;
    std::vector<Joined> joined_;
};

}  // namespace tradewind::kernel

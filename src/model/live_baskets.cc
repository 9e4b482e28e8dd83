#include "model/live_baskets.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::model {

namespace {

constexpr std::int64_t rows_max = 100'000;  // of one look; the next goes on with the rest
constexpr std::int64_t timeout_us = 20'000'000;

std::string table_sql(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

// Text of a cell that is a number or a text.
std::string text_of(const json::Value& cell) {
    return cell.text();
}

// One basket while its lines are read.
struct Basket {
    std::string user;
    std::vector<std::string> items;
};

}  // namespace

bool LiveBaskets::any() const {
    return std::ranges::any_of(parts_.models, [](const ModelSpec& spec) { return !!spec.live; });
}

void LiveBaskets::look() {
    for (const ModelSpec& spec : parts_.models) {
        if (!spec.live || !parts_.stream_position) continue;
        const OnShelf on = shelf_.get(spec);
        if (on.served == nullptr) continue;
        Seen& seen = seen_[spec.text()];
        if (seen.version != on.version) {
            seen = {on.version, -1, {}};
            for (const auto& [partition, offset] : on.served->live_from().members()) {
                const auto number = parse_integer(partition);
                const auto last = offset.as_integer();
                if (number && last.ok()) seen.offsets[*number] = *last;
            }
        }
        const std::int64_t position = parts_.stream_position(spec.live->stream);
        if (position == seen.position) continue;
        const auto looked = look_at(spec, *on.served, seen);
        if (looked.ok()) {
            seen.position = position;
        } else {
            log::warn(
                "baskets of a stream were not taken up by a model",
                {{"model", spec.text()}, {"reason", looked.error().describe()}}
            );
        }
    }
}

std::string LiveBaskets::sql_of(const ModelSpec& spec, const Seen& seen) {
    const Interactions& of = spec.interactions;
    std::string known;
    std::string later;
    for (const auto& [partition, offset] : seen.offsets) {
        const std::string number = std::to_string(partition);
        known += (known.empty() ? "" : ", ") + number;
        later += (later.empty() ? "(_partition = " : " OR (_partition = ") + number +
                 " AND _offset > " + std::to_string(offset) + ")";
    }
    const std::string others = known.empty() ? "true" : "_partition NOT IN (" + known + ")";
    return "SELECT _partition, _offset, CAST(" + quote_name(of.user) + " AS STRING), CAST(" +
           quote_name(of.basket) + " AS STRING), CAST(" + quote_name(of.item) +
           " AS STRING) FROM " + table_sql(spec.live->table) + " WHERE _offset IS NOT NULL AND (" +
           others + (later.empty() ? "" : " OR " + later) + ") ORDER BY _partition, _offset" +
           (of.position.empty() ? "" : ", " + quote_name(of.position));
}

Result<void> LiveBaskets::look_at(const ModelSpec& spec, const Served& served, Seen& seen) {
    engine::QueryRequest request;
    request.sql = sql_of(spec, seen);
    request.rows_max = rows_max;
    request.timeout_us = timeout_us;
    const auto result = TRY(parts_.engine->query(request));
    std::map<std::string, Basket> baskets;
    std::string text;
    while (TRY(result->append_rows(engine::ResultFormat::Ndjson, text)) > 0) {
    }
    std::map<std::int64_t, std::int64_t> offsets = seen.offsets;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const json::Value row = TRY(json::parse(std::string_view(text).substr(at, end - at)));
        at = end + 1;
        const auto& cells = row.members();
        if (cells.size() != 5) return Error(ErrorCode::Corruption, "a row without its cells");
        offsets[TRY(cells[0].second.as_integer())] = TRY(cells[1].second.as_integer());
        Basket& basket = baskets[text_of(cells[3].second)];
        basket.user = text_of(cells[2].second);
        basket.items.push_back(text_of(cells[4].second));
    }
    for (const auto& [id, basket] : baskets) TRY(served.observe(basket.user, basket.items));
    seen.offsets = std::move(offsets);
    return {};
}

Result<json::Value> live_from(PinnedTables& tables, const ModelSpec& spec) {
    json::Value out = json::Value::object();
    if (!spec.live) return out;
    TRY(tables.add(spec.live->table));
    const auto rows = TRY(tables.work().rows(
        "SELECT _partition, max(_offset) FROM " + table_sql(spec.live->table) +
            " WHERE _offset IS NOT NULL GROUP BY 1 ORDER BY 1",
        100'000
    ));
    for (const auto& row : rows.rows)
        out.set(row[0].value_or("0"), json::Value::number_text(row[1].value_or("0")));
    return out;
}

}  // namespace tradewind::model

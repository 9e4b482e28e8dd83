#include "model/shop.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::model {

namespace {

constexpr std::int64_t ids_max = 100'000'000;

std::string table_sql(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

bool is_whole_number(const std::string& type) {
    constexpr std::array<std::string_view, 4> types{"TINYINT", "SMALLINT", "INTEGER", "BIGINT"};
    return std::ranges::find(types, type) != types.end();
}

// Ids in their order, as the table learning.<name>.
Result<Codes> code_ids(engine::Work& work, const std::string& name, const std::string& ids_sql) {
    const catalog::TableName table{"learning", name};
    TRY(work.add_result(
        table,
        "SELECT CAST(row_number() OVER (ORDER BY id) - 1 AS BIGINT) AS code, id FROM (SELECT "
        "DISTINCT id FROM (" +
            ids_sql + ") WHERE id IS NOT NULL)"
    ));
    const auto columns = TRY(work.columns("SELECT id FROM " + table_sql(table)));
    const auto rows = TRY(work.rows(
        "SELECT CAST(id AS STRING) AS id FROM " + table_sql(table) + " ORDER BY code", ids_max
    ));
    std::vector<std::string> ids;
    ids.reserve(rows.rows.size());
    for (const auto& row : rows.rows) ids.push_back(row[0].value_or(""));
    return Codes(std::move(ids), is_whole_number(columns.at(0).type));
}

// An item that the table of items does not have any more was withdrawn.
Result<void> read_names(engine::Work& work, const ModelSpec& spec, Shop& shop) {
    shop.names.assign(shop.items.size(), "");
    shop.offered.assign(shop.items.size(), 1);
    if (!spec.items) return {};
    const std::string item = "i." + quote_name(spec.items->item);
    const auto rows = TRY(work.rows(
        "SELECT CAST(min(i." + quote_name(spec.items->name) + ") AS STRING) AS name, count(" +
            item + ") AS there FROM learning.item_codes m LEFT JOIN " +
            table_sql(spec.items->table) + " i ON " + item +
            " = m.id GROUP BY m.code ORDER BY m.code",
        ids_max
    ));
    bool any = false;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        shop.names[i] = rows.rows[i][0].value_or("");
        shop.offered[i] = rows.rows[i][1] != "0" ? 1 : 0;
        any = any || shop.offered[i] != 0;
    }
    if (!any) shop.offered.assign(shop.items.size(), 1);
    return {};
}

// Codes of each item's groups; 0: of none that is known.
Result<void> read_groups(engine::Work& work, const ModelSpec& spec, Shop& shop) {
    if (!spec.items) return {};
    for (const std::string& group : spec.items->groups) {
        std::vector<std::uint32_t> codes;
        const auto reader = TRY(work.read_integers(
            "SELECT CAST(dense_rank() OVER (ORDER BY g NULLS FIRST) - 1 AS BIGINT) AS c0, code AS "
            "c1 FROM (SELECT m.code, min(i." +
            quote_name(group) + ") AS g FROM learning.item_codes m LEFT JOIN " +
            table_sql(spec.items->table) + " i ON i." + quote_name(spec.items->item) +
            " = m.id GROUP BY m.code) ORDER BY c1"
        ));
        engine::IntegerChunk chunk;
        while (TRY(reader->next(chunk))) {
            for (std::size_t row = 0; row < chunk.rows; ++row)
                codes.push_back(static_cast<std::uint32_t>(chunk.columns[0].values[row]));
        }
        shop.groups.push_back(std::move(codes));
        shop.group_names.push_back(group);
    }
    return {};
}

// Days as whole numbers, whatever counts them.
Result<std::string> day_sql(engine::Work& work, const Interactions& of) {
    if (of.day.empty()) return std::string("CAST(0 AS BIGINT)");
    const std::string column = "t." + quote_name(of.day);
    const auto shape =
        TRY(work.columns("SELECT " + column + " AS d FROM " + table_sql(of.table) + " t"));
    const std::string& type = shape.at(0).type;
    if (type == "DATE" || type.starts_with("TIMESTAMP"))
        return "CAST(CAST(" + column + " AS DATE) - DATE '1970-01-01' AS BIGINT)";
    return "CAST(floor(" + column + ") AS BIGINT)";
}

// Lines in order become baskets: a new one where the user or the basket changes.
class LineTaker {
public:
    explicit LineTaker(learn::BasketsBuilder& builder) : builder_(builder) {}

    Result<void> take(std::int64_t user, std::int64_t basket, std::int64_t item, std::int64_t day) {
        if (user != user_ || basket != basket_) {
            TRY(flush());
            if (user != user_) last_day_ = day;
            user_ = user;
            basket_ = basket;
            // A basket that is dated before the one in front of it was as late as that.
            last_day_ = std::max(last_day_, day);
        }
        if (items_.size() >= basket_lines_max) return {};
        const auto code = static_cast<learn::Item>(item);
        if (seen_.insert(code).second) items_.push_back(code);
        return {};
    }
    Result<void> flush() {
        if (items_.empty()) return {};
        TRY(builder_.add(static_cast<learn::User>(user_), items_, static_cast<float>(last_day_)));
        items_.clear();
        seen_.clear();
        return {};
    }

private:
    learn::BasketsBuilder& builder_;
    std::int64_t user_ = -1;
    std::int64_t basket_ = -1;
    std::int64_t last_day_ = 0;
    std::vector<learn::Item> items_;
    std::unordered_set<learn::Item> seen_;
};

std::string lines_sql(const Interactions& of, const std::string& day) {
    const auto column = [](const std::string& name) { return "t." + quote_name(name); };
    const std::string position = of.position.empty() ? "" : column(of.position) + " NULLS LAST, ";
    return "SELECT u.code AS c0, CAST(hash(" + column(of.basket) +
           ") >> 1 AS BIGINT) AS c1, i.code AS c2, coalesce(" + day +
           ", CAST(0 AS BIGINT)) AS c3 FROM " + table_sql(of.table) +
           " t JOIN learning.user_codes u ON " + column(of.user) +
           " = u.id JOIN learning.item_codes i ON " + column(of.item) +
           " = i.id ORDER BY u.code, " + column(of.sequence) + " NULLS LAST, " + column(of.basket) +
           ", " + position + "i.code";
}

Result<learn::Baskets> read_baskets(
    engine::Work& work, const ModelSpec& spec, std::size_t users, std::size_t items
) {
    learn::BasketsBuilder builder;
    LineTaker taker(builder);
    const std::string sql = lines_sql(spec.interactions, TRY(day_sql(work, spec.interactions)));
    const auto reader = TRY(work.read_integers(sql));
    engine::IntegerChunk chunk;
    while (TRY(reader->next(chunk))) {
        const auto& c = chunk.columns;
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            TRY(taker.take(c[0].values[row], c[1].values[row], c[2].values[row], c[3].values[row]));
        }
    }
    TRY(taker.flush());
    return std::move(builder).finish(users, items);
}

// What the statements would trip over, told in the words of the model's file.
Result<void> check_columns(engine::Work& work, const ModelSpec& spec) {
    const Interactions& of = spec.interactions;
    std::vector<std::string> known;
    for (const auto& column : TRY(work.columns("SELECT * FROM " + table_sql(of.table))))
        known.push_back(column.name);
    const std::vector<std::string_view> names(known.begin(), known.end());
    for (const std::string& wanted :
         {of.user, of.item, of.basket, of.sequence, of.position, of.day}) {
        const bool there = wanted.empty() || std::ranges::any_of(known, [&](const auto& name) {
                               return equal_ignore_case(name, wanted);
                           });
        if (there) continue;
        const auto near = nearest(wanted, names);
        return Error(
                   ErrorCode::InvalidArgument, of.table.text() + " has no column '" + wanted + "'"
        )
            .at(spec.at)
            .with_hint(near ? "Did you mean '" + *near + "'?" : "See interactions: in its file.");
    }
    return {};
}

}  // namespace

Codes::Codes(std::vector<std::string> ids, bool numbers) : ids_(std::move(ids)), numbers_(numbers) {
    codes_.reserve(ids_.size());
    for (std::size_t i = 0; i < ids_.size(); ++i)
        codes_.emplace(ids_[i], static_cast<std::uint32_t>(i));
}

std::optional<std::uint32_t> Codes::find(std::string_view id) const {
    auto found = codes_.find(id);
    if (found == codes_.end() && numbers_ && id.ends_with(".0"))
        found = codes_.find(id.substr(0, id.size() - 2));
    return found == codes_.end() ? std::nullopt : std::optional(found->second);
}

std::string Codes::to_text() const {
    std::string text = numbers_ ? "numbers\n" : "texts\n";
    for (const std::string& id : ids_) {
        json::append_string(text, id);
        text += '\n';
    }
    return text;
}

Result<Codes> Codes::from_text(const std::string& text) {
    const Error bad(ErrorCode::Corruption, "a model's list of ids cannot be read");
    const std::size_t head = text.find('\n');
    if (head == std::string::npos) return bad;
    std::vector<std::string> ids;
    std::size_t at = head + 1;
    while (at < text.size()) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos) return bad;
        const auto id = json::parse(std::string_view(text).substr(at, end - at));
        if (!id.ok()) return bad;
        ids.push_back(id->text());
        at = end + 1;
    }
    return Codes(std::move(ids), text.starts_with("numbers"));
}

Result<Shop> read_shop(PinnedTables& tables, const ModelSpec& spec) {
    const Interactions& of = spec.interactions;
    TRY(tables.add(of.table));
    if (spec.items) TRY(tables.add(spec.items->table));
    engine::Work& work = tables.work();
    TRY(check_columns(work, spec));
    Shop shop;
    shop.users = TRY(code_ids(
        work, "user_codes", "SELECT " + quote_name(of.user) + " AS id FROM " + table_sql(of.table)
    ));
    std::string items = "SELECT " + quote_name(of.item) + " AS id FROM " + table_sql(of.table);
    if (spec.items) {
        items += " UNION ALL SELECT " + quote_name(spec.items->item) + " AS id FROM " +
                 table_sql(spec.items->table);
    }
    shop.items = TRY(code_ids(work, "item_codes", items));
    TRY(read_names(work, spec, shop));
    TRY(read_groups(work, spec, shop));
    shop.baskets = TRY(read_baskets(work, spec, shop.users.size(), shop.items.size()));
    if (shop.baskets.basket_count() == 0) {
        return Error(ErrorCode::Conflict, of.table.text() + " has no lines to learn from")
            .with_hint("Bring orders in first, then run the package.");
    }
    return shop;
}

}  // namespace tradewind::model

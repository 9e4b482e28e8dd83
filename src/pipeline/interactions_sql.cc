// The SQL that tables of interactions stand for.
#include <algorithm>
#include <map>
#include <utility>

#include "base/sql_text.h"
#include "pipeline/interactions.h"

namespace tradewind::pipeline {

namespace {

using kernel::Kind;
using kernel::Measure;

std::string as(const std::string& expression, const std::string& name) {
    return expression == name || expression.ends_with("." + name) ? expression
                                                                  : expression + " AS " + name;
}

std::string list_of(const std::vector<std::string>& items) {
    std::string sql;
    for (const std::string& item : items) sql += (sql.empty() ? "" : ",\n       ") + item;
    return sql;
}

std::string indented(const std::string& sql) {
    std::string text = "  ";
    for (const char c : sql) {
        text += c;
        if (c == '\n') text += "  ";
    }
    return text;
}

// Where lines of the set are read: a table of this file that has all that is needed of them, or a
// join at its place. Columns by their measure.
struct Lines {
    std::string with;  // a CTE; empty: none is needed
    std::string from;
    std::map<Measure, std::string> columns;

    const std::string& operator[](Measure measure) const { return columns.at(measure); }
};

class Writer {
public:
    Writer(const Interactions& all, const InteractionTable& table) : all_(all), table_(table) {}

    std::string sql() const {
        switch (table_.kind) {
            case Kind::Lines:
                return lines();
            case Kind::Pairs:
                return pairs();
            case Kind::UsersByOrders:
                return users_by_orders();
            case Kind::UsersByLines:
                return users_by_lines();
            case Kind::Items:
                return items();
            case Kind::Joined:
                return joined();
        }
        return "";
    }

private:
    std::string lines() const {
        std::vector<std::string> columns;
        for (const InteractionColumn& column : table_.columns)
            columns.push_back(as(line_column(column.measure), column.name));
        return "SELECT " + list_of(columns) + "\n" + join();
    }

    std::string join() const {
        std::string sql = "FROM " + all_.lines + " AS lines\nJOIN " + all_.orders +
                          " AS orders ON orders." + all_.order + " = lines." + all_.line_order;
        if (!all_.set.empty()) sql += "\nWHERE orders." + all_.set + " = " + set_literal(all_);
        return sql;
    }

    std::string line_column(const std::optional<kernel::TableColumn>& measure) const {
        if (!measure) return "orders." + all_.set;
        switch (measure->measure) {
            case Measure::Order:
                return "orders." + all_.order;
            case Measure::User:
                return "orders." + all_.user;
            case Measure::Item:
                return "lines." + all_.item;
            case Measure::Sequence:
                return "orders." + all_.sequence;
            case Measure::Gap:
                return "orders." + all_.gap;
            case Measure::Position:
                return "lines." + all_.position;
            case Measure::Repeat:
                return "lines." + all_.repeat;
            default:
                return "orders." + all_.carried[measure->carried];
        }
    }

    const InteractionTable* of_kind(Kind kind, const std::vector<Measure>& needed) const {
        for (const InteractionTable& table : all_.tables) {
            const bool has = std::ranges::all_of(needed, [&](Measure measure) {
                return table.find(measure) != nullptr;
            });
            if (table.kind == kind && has) return &table;
        }
        return nullptr;
    }

    bool has(Measure measure) const { return table_.find(measure) != nullptr; }

    // What the table's measures are computed from.
    std::vector<Measure> needed() const {
        std::vector<Measure> needed;
        if (table_.kind != Kind::Items) needed.push_back(Measure::User);
        if (table_.kind != Kind::UsersByLines || has(Measure::DistinctItems))
            needed.push_back(Measure::Item);
        const bool of_users = has(Measure::Firsts) || has(Measure::Seconds);
        if (table_.kind == Kind::Items && of_users) needed.push_back(Measure::User);
        const bool sequence = has(Measure::FirstSequence) || has(Measure::LastSequence) ||
                              has(Measure::LaterLines) || has(Measure::RepeatRatio);
        if (sequence) needed.push_back(Measure::Sequence);
        if (has(Measure::MeanPosition)) needed.push_back(Measure::Position);
        if (has(Measure::Repeats) || has(Measure::RepeatRatio)) needed.push_back(Measure::Repeat);
        return needed;
    }

    Lines read_lines() const {
        Lines lines;
        const std::vector<Measure> columns = needed();
        if (const InteractionTable* table = of_kind(Kind::Lines, columns)) {
            lines.from = table->name;
            for (const Measure measure : columns)
                lines.columns[measure] = table->find(measure)->name;
            return lines;
        }
        static const std::map<Measure, std::string> names{
            {Measure::User, "line_user"},
            {Measure::Item, "line_item"},
            {Measure::Sequence, "line_sequence"},
            {Measure::Position, "line_position"},
            {Measure::Repeat, "line_repeat"},
        };
        std::vector<std::string> list;
        for (const Measure measure : columns) {
            lines.columns[measure] = names.at(measure);
            list.push_back(
                as(line_column(kernel::TableColumn{Kind::Lines, measure, 0}), names.at(measure))
            );
        }
        lines.from = "all_lines";
        lines.with =
            "all_lines AS (\n" + indented("SELECT " + list_of(list) + "\n" + join()) + "\n)";
        return lines;
    }

    static std::string with(const std::vector<std::string>& parts) {
        std::string sql;
        for (const std::string& part : parts) {
            if (!part.empty()) sql += (sql.empty() ? "WITH " : ",\n") + part;
        }
        return sql.empty() ? "" : sql + "\n";
    }

    // What is counted of lines, whatever they are grouped by.
    static std::string aggregate(const Lines& lines, Measure measure) {
        const auto of = [&](Measure m) { return lines[m]; };
        switch (measure) {
            case Measure::LineCount:
                return "count(*)";
            case Measure::Repeats:
                return "CAST(sum(" + of(Measure::Repeat) + ") AS BIGINT)";
            case Measure::FirstSequence:
                return "min(" + of(Measure::Sequence) + ")";
            case Measure::LastSequence:
                return "max(" + of(Measure::Sequence) + ")";
            case Measure::MeanPosition:
                return "avg(" + of(Measure::Position) + ")";
            case Measure::LaterLines:
                return "count(*) FILTER (WHERE " + of(Measure::Sequence) + " > 1)";
            case Measure::RepeatRatio:
                return "CAST(count(*) FILTER (WHERE " + of(Measure::Repeat) +
                       " = 1) AS DOUBLE) / nullif(count(*) FILTER (WHERE " + of(Measure::Sequence) +
                       " > 1), 0)";
            case Measure::DistinctItems:
                return "count(DISTINCT " + of(Measure::Item) + ")";
            default:
                return lines[measure];
        }
    }

    std::string grouped(const Lines& lines, const std::vector<Measure>& without) const {
        std::vector<std::string> columns;
        std::string keys;
        for (const InteractionColumn& column : table_.columns) {
            const Measure measure = column.measure->measure;
            if (std::ranges::find(without, measure) != without.end()) continue;
            columns.push_back(as(aggregate(lines, measure), column.name));
            if (measure == Measure::User || measure == Measure::Item)
                keys += (keys.empty() ? "" : ", ") + lines[measure];
        }
        return "SELECT " + list_of(columns) + "\nFROM " + lines.from + "\nGROUP BY " + keys;
    }

    std::string pairs() const {
        const Lines lines = read_lines();
        return with({lines.with}) + grouped(lines, {});
    }

    std::string users_by_orders() const {
        Lines orders;
        orders.from = all_.orders;
        std::vector<std::string> columns;
        for (const InteractionColumn& column : table_.columns) {
            switch (column.measure->measure) {
                case Measure::User:
                    columns.push_back(as(all_.user, column.name));
                    break;
                case Measure::Orders:
                    columns.push_back(as("count(*)", column.name));
                    break;
                case Measure::FirstSequence:
                    columns.push_back(as("min(" + all_.sequence + ")", column.name));
                    break;
                case Measure::LastSequence:
                    columns.push_back(as("max(" + all_.sequence + ")", column.name));
                    break;
                case Measure::TotalGap:
                    columns.push_back(as("CAST(sum(" + all_.gap + ") AS BIGINT)", column.name));
                    break;
                default:
                    columns.push_back(as("avg(" + all_.gap + ")", column.name));
            }
        }
        return "SELECT " + list_of(columns) + "\nFROM " + all_.orders + "\nGROUP BY " + all_.user;
    }

    // Two groupings side by side, of lines and of pairs, which need no second pass over all lines.
    std::string beside_pairs(
        const Lines& lines,
        Measure key,
        const std::vector<Measure>& of_pairs,
        const std::string& pair_counts
    ) const {
        std::vector<std::string> columns;
        for (const InteractionColumn& column : table_.columns) {
            const bool pair =
                std::ranges::find(of_pairs, column.measure->measure) != of_pairs.end();
            columns.push_back((pair ? "pair_counts." : "line_counts.") + column.name);
        }
        const std::string name = table_.find(key)->name;
        return with(
                   {lines.with,
                    "line_counts AS (\n" + indented(grouped(lines, of_pairs)) + "\n)",
                    "pair_counts AS (\n" + indented(pair_counts) + "\n)"}
               ) +
               "SELECT " + list_of(columns) +
               "\nFROM line_counts\nJOIN pair_counts ON pair_counts." + name + " = line_counts." +
               name;
    }

    std::string users_by_lines() const {
        const Lines lines = read_lines();
        const InteractionTable* pairs = of_kind(Kind::Pairs, {});
        if (!has(Measure::DistinctItems) || pairs == nullptr)
            return with({lines.with}) + grouped(lines, {});
        const std::string user = pairs->find(Measure::User)->name;
        const std::string counts = "SELECT " + as(user, table_.find(Measure::User)->name) + ", " +
                                   as("count(*)", table_.find(Measure::DistinctItems)->name) +
                                   "\nFROM " + pairs->name + "\nGROUP BY " + user;
        return beside_pairs(lines, Measure::User, {Measure::DistinctItems}, counts);
    }

    std::string items() const {
        const Lines lines = read_lines();
        const std::vector<Measure> of_pairs{Measure::Firsts, Measure::Seconds};
        if (!has(Measure::Firsts) && !has(Measure::Seconds))
            return with({lines.with}) + grouped(lines, {});
        const InteractionTable* pairs = of_kind(Kind::Pairs, {Measure::LineCount});
        std::string from;
        std::string item;
        std::string count;
        if (pairs != nullptr) {
            from = pairs->name;
            item = pairs->find(Measure::Item)->name;
            count = pairs->find(Measure::LineCount)->name;
        } else {
            item = lines[Measure::Item];
            count = "pair_lines";
            from = "(\n  SELECT " + item + ", count(*) AS pair_lines\n  FROM " + lines.from +
                   "\n  GROUP BY " + lines[Measure::User] + ", " + item + "\n) AS pairs";
        }
        std::vector<std::string> columns{as(item, table_.find(Measure::Item)->name)};
        for (const InteractionColumn& column : table_.columns) {
            if (column.measure->measure == Measure::Firsts)
                columns.push_back(as("count(*)", column.name));
            if (column.measure->measure == Measure::Seconds)
                columns.push_back(as("count(*) FILTER (WHERE " + count + " > 1)", column.name));
        }
        return beside_pairs(
            lines,
            Measure::Item,
            of_pairs,
            "SELECT " + list_of(columns) + "\nFROM " + from + "\nGROUP BY " + item
        );
    }

    std::string joined() const {
        const InteractionTable& pairs = all_.tables[table_.joins.front()];
        std::vector<std::string> columns;
        for (std::size_t i = 0; i < table_.columns.size(); ++i)
            columns.push_back(
                all_.tables[table_.joined_from[i]].name + "." + table_.columns[i].name
            );
        std::string sql = "SELECT " + list_of(columns) + "\nFROM " + pairs.name;
        for (const std::size_t number : table_.joins) {
            const InteractionTable& other = all_.tables[number];
            if (&other == &pairs) continue;
            const Measure key = other.kind == Kind::Items ? Measure::Item : Measure::User;
            sql += "\nJOIN " + other.name + " ON " + other.name + "." + other.find(key)->name +
                   " = " + pairs.name + "." + pairs.find(key)->name;
        }
        return sql;
    }

    const Interactions& all_;
    const InteractionTable& table_;
};

}  // namespace

std::string set_literal(const Interactions& all) {
    const yaml::Node& value = all.set_value;
    const bool number = value.plain() && value.integer().ok();
    return number ? value.scalar() : quote_literal(value.scalar());
}

std::string interaction_sql(const Interactions& all, const InteractionTable& table) {
    return Writer(all, table).sql() + "\n";
}

}  // namespace tradewind::pipeline

// From a serving/*.yml to a TableSpec, with the place of the first fault: what is stored of the
// rows. How they are read is in parse_reading.cc.
#include <algorithm>

#include "base/text.h"
#include "serving/parse_reading.h"
#include "serving/table_spec.h"
#include "serving/yaml_shapes.h"

namespace tradewind::serving {

namespace {

// A sum of 10^10 lines must fit 38 digits, so one line's term has at most 28.
constexpr int term_digits_max = 28;

int digits_of(const ColumnSpec& column) {
    switch (column.type) {
        case ColumnType::Integer:
            return 10;
        case ColumnType::BigInt:
            return 19;
        case ColumnType::Decimal:
            return column.precision;
        default:
            return 0;  // not a number that can be summed exactly
    }
}

int scale_of(const ColumnSpec& column) {
    return column.type == ColumnType::Decimal ? column.scale : 0;
}

class TableParser {
public:
    TableParser(const yaml::Node& document, const std::vector<ColumnSpec>& source_columns)
        : document_(document), source_columns_(source_columns) {}

    Result<std::shared_ptr<const TableSpec>> parse() {
        TRY(document_.allow_keys(
            {"table",
             "source",
             "partition_key",
             "sort_key",
             "order",
             "attributes",
             "event_time",
             "totals",
             "items",
             "summary",
             "lookups"}
        ));
        TRY(parse_keys());
        TRY(parse_event_time());
        TRY(parse_attributes());
        TRY(parse_totals());
        TRY(parse_items());
        TRY(parse_order(document_, spec_));
        TRY(parse_summary(document_, spec_));
        spec_.fingerprint = stored_fingerprint(spec_);
        return std::make_shared<const TableSpec>(std::move(spec_));
    }

private:
    // The index in spec_.columns of the source's column of that name.
    Result<int> column(const yaml::Node& node) {
        const std::string wanted = TRY(node.text());
        for (std::size_t i = 0; i < spec_.columns.size(); ++i) {
            if (spec_.columns[i].name == wanted) return static_cast<int>(i);
        }
        std::vector<std::string_view> known;
        for (const ColumnSpec& candidate : source_columns_) {
            if (candidate.name == wanted) {
                spec_.columns.push_back(candidate);
                return static_cast<int>(spec_.columns.size()) - 1;
            }
            known.push_back(candidate.name);
        }
        return no_such(node, "the source has no column", wanted, known);
    }

    Result<int> key_column(const yaml::Node& node) {
        const int index = TRY(column(node));
        if (spec_.column(index).type != ColumnType::Double) return index;
        return node.error("a DOUBLE cannot be a key")
            .with_detail("Equal numbers can have different texts.");
    }

    ValueType type_of(int index) {
        const ColumnSpec& spec = spec_.column(index);
        return {spec.type, scale_of(spec)};
    }

    Result<void> add_member(const yaml::Node& where, Member member) {
        if (find_member(spec_, member.name) >= 0 || member.name == "items") {
            return where.error("'" + member.name + "' is there twice");
        }
        member.label = label_of(member.name);
        spec_.members.push_back(std::move(member));
        return {};
    }

    Result<void> add_key_member(const yaml::Node& node, int index, Member::From from) {
        Member member;
        member.name = spec_.column(index).name;
        member.type = type_of(index);
        member.from = from;
        return add_member(node, std::move(member));
    }

    Result<void> parse_keys() {
        spec_.description.name = TRY(name_of(document_["table"]));
        spec_.description.source = TRY(name_of(document_["source"]));
        const yaml::Node partition = document_["partition_key"];
        spec_.partition_key = TRY(key_column(partition));
        spec_.description.partition_key = spec_.column(spec_.partition_key).name;
        TRY(add_key_member(partition, spec_.partition_key, Member::From::PartitionKey));
        const yaml::Node sort = document_["sort_key"];
        if (!sort.present()) return {};
        spec_.sort_key = TRY(key_column(sort));
        spec_.description.sort_key = spec_.column(spec_.sort_key).name;
        return add_key_member(sort, spec_.sort_key, Member::From::SortKey);
    }

    Result<void> parse_event_time() {
        const yaml::Node node = document_["event_time"];
        if (!node.present()) return {};
        const int index = TRY(column(node));
        const ColumnType type = spec_.column(index).type;
        if (type != ColumnType::Timestamp && type != ColumnType::Date) {
            return node.error("event_time must be a timestamp or a date");
        }
        spec_.event_time = index;
        return {};
    }

    Result<void> parse_attributes() {
        const yaml::Node attributes = document_["attributes"];
        TRY(check_mapping(attributes, "attributes"));
        for (const auto& [attribute, definition] : attributes.members()) {
            Member member;
            member.name = TRY(member_name(attributes, attribute));
            auto [how, what] = TRY(only_member(definition, "{min: invoice_date}"));
            if (how == "starts_with") {
                TRY(parse_starts_with(what, member));
            } else {
                TRY(parse_aggregate(definition, how, what, member));
            }
            TRY(add_member(definition, std::move(member)));
        }
        return {};
    }

    Result<void> parse_aggregate(
        const yaml::Node& definition, const std::string& how, const yaml::Node& what, Member& member
    ) {
        Slot slot;
        if (how == "min") {
            slot.aggregate = Aggregate::Min;
        } else if (how == "max") {
            slot.aggregate = Aggregate::Max;
        } else if (how == "latest") {
            slot.aggregate = Aggregate::Latest;
            if (spec_.event_time < 0) {
                return definition.error("'latest' needs to know when a line happened")
                    .with_hint("Name a column as event_time.");
            }
        } else {
            return definition.error("unknown attribute '" + how.substr(0, 64) + "'")
                .with_hint("There are min, max, latest and starts_with.");
        }
        const int index = TRY(column(what));
        slot.columns = {index};
        member.type = type_of(index);
        add_slot(std::move(slot), member);
        return {};
    }

    void add_slot(Slot slot, Member& member) {
        member.from = Member::From::Slot;
        member.slot = static_cast<int>(spec_.slots.size());
        spec_.slots.push_back(std::move(slot));
    }

    Result<void> parse_starts_with(const yaml::Node& node, Member& member) {
        const auto words = TRY(node.texts());
        if (words.size() != 2) return node.error("starts_with takes a key column and a text");
        const bool partition = words[0] == spec_.description.partition_key;
        const bool sort = spec_.has_sort_key() && words[0] == spec_.description.sort_key;
        if (!partition && !sort) {
            return node.error(
                "starts_with looks at a key column only, not at '" + words[0].substr(0, 64) + "'"
            );
        }
        const int index = partition ? spec_.partition_key : spec_.sort_key;
        if (spec_.column(index).type != ColumnType::Text) {
            return node.error("starts_with needs a text column");
        }
        member.type = {ColumnType::Boolean, 0};
        member.from = Member::From::StartsWith;
        member.of_sort_key = !partition;
        member.prefix = words[1];
        return {};
    }

    Result<void> parse_totals() {
        const yaml::Node totals = document_["totals"];
        TRY(check_mapping(totals, "totals"));
        for (const auto& [total, definition] : totals.members()) {
            Member member;
            member.name = TRY(member_name(totals, total));
            auto [how, what] = TRY(only_member(definition, "{sum: quantity}"));
            Slot slot;
            if (how == "sum") {
                slot.columns = TRY(factors(what));
                member.type = product_type(slot.columns);
            } else if (how == "count") {
                TRY(check_true(what));
                member.type = {ColumnType::BigInt, 0};
            } else {
                return definition.error("unknown total '" + how.substr(0, 64) + "'")
                    .with_hint("There are sum and count.");
            }
            add_slot(std::move(slot), member);
            TRY(add_member(definition, std::move(member)));
        }
        return {};
    }

    // One column, or two that are multiplied: exact numbers, of so few digits that sums stay exact.
    Result<std::vector<int>> factors(const yaml::Node& node) {
        std::vector<int> columns;
        int digits = 0;
        if (node.kind() == yaml::Kind::Scalar) {
            columns.push_back(TRY(column(node)));
        } else {
            if (node.items().size() != 2)
                return node.error("this must be one column, or two to be multiplied");
            for (const yaml::Node& item : node.items()) columns.push_back(TRY(column(item)));
        }
        for (const int index : columns) {
            const int own = digits_of(spec_.column(index));
            if (own == 0) {
                return node
                    .error(
                        "'" + spec_.column(index).name + "' is " + to_sql(spec_.column(index)) +
                        ", which has no exact sum"
                    )
                    .with_hint("Declare it as integer, bigint or decimal in the source's contract."
                    );
            }
            digits += own;
        }
        if (digits <= term_digits_max) return columns;
        return node.error("these numbers are too long for an exact sum")
            .with_detail(
                "Together they have " + std::to_string(digits) +
                " digits; at most 28 leave room for ten thousand million lines."
            );
    }

    // DECIMAL as soon as one is; the product of integers is an integer.
    ValueType product_type(const std::vector<int>& columns) {
        ValueType type{ColumnType::BigInt, 0};
        for (const int index : columns) {
            if (spec_.column(index).type == ColumnType::Decimal) type.type = ColumnType::Decimal;
            type.scale += scale_of(spec_.column(index));
        }
        return type;
    }

    Result<void> parse_items() {
        const yaml::Node items = document_["items"];
        if (items.present() && items.items().empty()) {
            return items.error("items must be a sequence of columns");
        }
        for (const yaml::Node& node : items.items()) {
            ItemMember item = TRY(parse_item(node));
            item.label = label_of(item.name);
            for (const ItemMember& other : spec_.items) {
                if (other.name == item.name)
                    return node.error("'" + item.name + "' is there twice");
            }
            spec_.items.push_back(std::move(item));
        }
        return {};
    }

    // `column`, {name: column} or {name: [column, column]}.
    Result<ItemMember> parse_item(const yaml::Node& node) {
        ItemMember item;
        std::vector<int> columns;
        if (node.kind() == yaml::Kind::Scalar) {
            columns = { TRY(column(node)) };
            item.name = node.scalar();
            item.type = type_of(columns[0]);
        } else {
            auto [text, what] = TRY(only_member(node, "{amount: [quantity, unit_price]}"));
            item.name = TRY(member_name(node, text));
            if (what.kind() == yaml::Kind::Scalar) {
                columns = { TRY(column(what)) };
                item.type = type_of(columns[0]);
            } else {
                columns = TRY(factors(what));
                item.type = product_type(columns);
            }
        }
        for (const int index : columns) item.stored.push_back(stored_column(index));
        return item;
    }

    int stored_column(int index) {
        auto& stored = spec_.item_columns;
        const auto found = std::find(stored.begin(), stored.end(), index);
        if (found == stored.end()) stored.push_back(index);
        return static_cast<int>(std::find(stored.begin(), stored.end(), index) - stored.begin());
    }

    const yaml::Node& document_;
    const std::vector<ColumnSpec>& source_columns_;
    TableSpec spec_;
};

}  // namespace

Result<std::shared_ptr<const TableSpec>> parse_table(
    const yaml::Node& document, const std::vector<ColumnSpec>& source_columns
) {
    if (document.kind() != yaml::Kind::Mapping) {
        return document.error(
            "a serving table must be a mapping with table, source and partition_key"
        );
    }
    return TableParser(document, source_columns).parse();
}

}  // namespace tradewind::serving

#include "serving/parse_reading.h"

#include "base/text.h"
#include "serving/yaml_shapes.h"

namespace tradewind::serving {

namespace {

Result<int> row_member(const TableSpec& spec, const yaml::Node& where, const std::string& wanted) {
    const int index = find_member(spec, wanted);
    if (index >= 0) return index;
    std::vector<std::string_view> known;
    for (const Member& member : spec.members) known.push_back(member.name);
    return no_such(where, "a row has no member", wanted, known);
}

Result<OrderTerm> order_term(
    const TableSpec& spec, const yaml::Node& order, const std::string& text
) {
    std::vector<std::string> words;
    for (std::string& word : split(text, ' ')) {
        if (!word.empty()) words.push_back(std::move(word));
    }
    const bool direction = words.size() == 2 && (words[1] == "asc" || words[1] == "desc");
    if (words.size() != 1 && !direction) {
        return order.error(
            "'" + text.substr(0, 64) + "' must be a member, or a member and asc or desc"
        );
    }
    const int member = TRY(row_member(spec, order, words[0]));
    return OrderTerm{member, direction && words[1] == "desc"};
}

bool is_total(const TableSpec& spec, const Member& member) {
    return member.from == Member::From::Slot &&
           spec.slots[static_cast<std::size_t>(member.slot)].aggregate == Aggregate::Sum;
}

Result<void> parse_summary_member(
    const TableSpec& spec, const yaml::Node& definition, SummaryMember& out
) {
    using Kind = SummaryMember::Kind;
    auto [how, what] = TRY(only_member(definition, "{sum: total}"));
    out.type = {ColumnType::BigInt, 0};
    if (how == "count") {
        out.kind = Kind::Count;
        return check_true(what);
    }
    const bool condition = how == "count_if" || how == "count_unless";
    if (!condition && how != "sum" && how != "min" && how != "max") {
        return definition.error("unknown summary '" + how.substr(0, 64) + "'")
            .with_hint("There are count, count_if, count_unless, sum, min and max.");
    }
    out.member = TRY(row_member(spec, what, TRY(what.text())));
    const Member& member = spec.member(out.member);
    if (condition) {
        out.kind = how == "count_if" ? Kind::CountIf : Kind::CountUnless;
        if (member.type.type == ColumnType::Boolean) return {};
        return what.error("'" + member.name + "' is neither true nor false");
    }
    out.type = member.type;
    out.kind = how == "sum" ? Kind::Sum : how == "min" ? Kind::Min : Kind::Max;
    if (out.kind == Kind::Sum && !is_total(spec, member)) {
        return what.error("only totals can be summed, and '" + member.name + "' is none");
    }
    return {};
}

}  // namespace

Result<void> parse_order(const yaml::Node& document, TableSpec& spec) {
    const yaml::Node order = document["order"];
    if (!spec.has_sort_key()) {
        if (order.present())
            return order.error("order needs a sort_key: a table without one has one row per key");
        return {};
    }
    const int sort_member = find_member(spec, spec.description.sort_key);
    if (order.present()) {
        for (const std::string& text : TRY(order.texts())) {
            spec.order.push_back(TRY(order_term(spec, order, text)));
            // What follows the sort key decides nothing: it is different in every row.
            if (spec.order.back().member == sort_member) return {};
        }
    }
    spec.order.push_back({sort_member, false});
    return {};
}

Result<void> parse_summary(const yaml::Node& document, TableSpec& spec) {
    const yaml::Node summary = document["summary"];
    TRY(check_mapping(summary, "summary"));
    if (summary.present() && !spec.has_sort_key()) {
        return summary.error("summary needs a sort_key: a table without one has one row per key");
    }
    for (const auto& [text, definition] : summary.members()) {
        SummaryMember member;
        member.name = TRY(member_name(summary, text));
        member.label = label_of(member.name);
        if (member.name == spec.description.partition_key) {
            return definition.error("'" + member.name + "' is there twice");
        }
        TRY(parse_summary_member(spec, definition, member));
        spec.summary.push_back(std::move(member));
    }
    return {};
}

}  // namespace tradewind::serving

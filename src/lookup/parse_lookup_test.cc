#include <gtest/gtest.h>

#include "lookup/lookup.h"

namespace tradewind::lookup {
namespace {

yaml::Node node_of(const std::string& text) {
    auto node = yaml::parse(text, "serving/customers.yml");
    EXPECT_TRUE(node.ok()) << node.error().describe();
    return std::move(node).take();
}

Result<std::vector<Lookup>> lookups_of(const std::string& text) {
    return parse_lookups(node_of("lookups:\n" + text)["lookups"], "shop", {"customer_id", "spent"});
}

// Proves that a bare table is one of the package, that columns may have another name in answers,
// and that an object and a list have theirs.
TEST(ParseLookup, WhatAFileSays) {
    const auto found = lookups_of(
        "  - {table: segments, key: customer_id, columns: [segment, {group: cluster}]}\n"
        "  - {as: places, many: rank, table: other.places, key: id, columns: [place]}\n"
    );
    ASSERT_TRUE(found.ok()) << found.error().describe();
    const Lookup& flat = (*found)[0];
    EXPECT_EQ(flat.table.text(), "shop.segments");
    EXPECT_EQ(flat.as, "");
    EXPECT_EQ(flat.columns[0].name, "segment");
    EXPECT_EQ(flat.columns[1].name, "group");
    EXPECT_EQ(flat.columns[1].column, "cluster");
    const Lookup& list = (*found)[1];
    EXPECT_EQ(list.table.text(), "other.places");
    EXPECT_EQ(list.as, "places");
    EXPECT_EQ(list.many->column, "rank");
}

// Proves that each fault is refused, and told with the line it stands in.
TEST(ParseLookup, FaultsHaveTheirPlace) {
    const std::pair<const char*, const char*> cases[] = {
        {"  - {table: t, key: k, columns: [spent]}", "has a member 'spent' already"},
        {"  - {table: t, key: k, columns: [a, a]}", "has a member 'a' already"},
        {"  - {table: t, key: k, columns: [a]}\n  - {as: a, table: t, key: k, columns: [b]}",
         "has a member 'a' already"},
        {"  - {table: t, key: k, columns: []}", "one column at least"},
        {"  - {table: t, key: k, columns: [{A: b}]}", "'A' is no name"},
        {"  - {table: a.b.c, key: k, columns: [b]}", "is not a table's name"},
        {"  - {table: t, key: k, many: r, columns: [b]}", "a list needs a name"},
        {"  - {table: t, key: k, colums: [b]}", "colums"},
        {"  - segments", "a lookup is a mapping"},
        {"  {table: t}", "lookups must be a list"},
    };
    for (const auto& [text, message] : cases) {
        const auto found = lookups_of(text);
        ASSERT_FALSE(found.ok()) << text;
        EXPECT_NE(found.error().describe().find(message), std::string::npos)
            << found.error().describe();
        EXPECT_NE(found.error().describe().find("customers.yml:"), std::string::npos) << text;
    }
}

// Proves that a search is read whole, and that its key's name is taken.
TEST(ParseLookup, Searches) {
    const auto search = parse_search(
        node_of("search: products\ntable: names\nkey: code\ntext: [name]\nbest_by: sales\n"
                "columns: [name, {revenue: sales}]\n"),
        "shop"
    );
    ASSERT_TRUE(search.ok()) << search.error().describe();
    EXPECT_EQ(search->name, "products");
    EXPECT_EQ(search->best_by->column, "sales");
    EXPECT_EQ(search->columns[1].name, "revenue");
    const auto twice = parse_search(
        node_of("search: products\ntable: names\nkey: code\ntext: [name]\ncolumns: [code]\n"),
        "shop"
    );
    ASSERT_FALSE(twice.ok());
    EXPECT_FALSE(is_search(node_of("table: t\n")));
}

// Proves that a table and columns that are not there are told, each once, with line and column.
TEST(ParseLookup, WhatIsNotThere) {
    Declared declared;
    declared.records.push_back(
        {"customers",
         lookups_of("  - {table: segments, key: customer, columns: [segmnt]}\n"
                    "  - {as: x, table: missing, key: k, columns: [a]}\n")
             .take()}
    );
    const auto faults = faults_of(declared, [](const catalog::TableName& table) {
        using Columns = std::optional<std::vector<std::string>>;
        return table.table == "segments" ? Columns({"customer", "segment"}) : std::nullopt;
    });
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_NE(faults[0].describe().find("shop.segments has no column 'segmnt'"), std::string::npos)
        << faults[0].describe();
    EXPECT_NE(faults[0].describe().find("Did you mean 'segment'?"), std::string::npos);
    EXPECT_NE(faults[0].describe().find("customers.yml:2"), std::string::npos);
    EXPECT_NE(faults[1].describe().find("there is no table shop.missing"), std::string::npos);
    EXPECT_NE(faults[1].describe().find("customers.yml:3"), std::string::npos);
}

}  // namespace
}  // namespace tradewind::lookup

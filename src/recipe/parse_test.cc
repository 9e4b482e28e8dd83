#include <gtest/gtest.h>

#include "recipe/recipe.h"

namespace tradewind::recipe {

namespace {

// Small recipes are written on one line.
std::string fault(const std::string& text) {
    const auto recipe = parse_recipe(text, "r.yml");
    return recipe.ok() ? "" : recipe.error().describe();
}

const std::string head = "recipe: r\ninput: raw.orders\nsteps:\n";

// A whole recipe is read with its tables, notes and places.
TEST(RecipeFile, IsRead) {
    const auto recipe = parse_recipe(
        "recipe: prepared\n"
        "description: orders that count\n"
        "input: raw.orders\n"
        "inputs: {products: raw.products}\n"
        "steps:\n"
        "  - filter: {where: quantity > 0}\n"
        "    note: no returns\n"
        "  - join: {with: products, on: [product_id]}\n"
        "  - union: {with: [raw.more, products]}\n"
        "  - dedupe\n",
        "r.yml"
    );
    ASSERT_TRUE(recipe.ok()) << recipe.error().describe();
    const Recipe& read = recipe.value();
    EXPECT_EQ(read.name, "prepared");
    EXPECT_EQ(read.steps.size(), 4u);
    EXPECT_EQ(read.steps[0].note, "no returns");
    EXPECT_EQ(read.steps[1].where.line, 8);
    const auto tables = tables_of(read);
    ASSERT_TRUE(tables.ok());
    ASSERT_EQ(tables.value().size(), 3u);
    EXPECT_EQ(tables.value()[2].text(), "raw.more");
}

// Every fault of a file says where it is and what was meant.
TEST(RecipeFile, TellsItsFaults) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"[1, 2]", "a recipe must be a mapping"},
        {"recipe: r\ninput: raw.o\nstep: []", "step"},
        {"recipe: 'a; drop'\ninput: raw.o\nsteps: []", "is no name for a recipe"},
        {"recipe: 1st\ninput: raw.o\nsteps: []", "is no name for a recipe"},
        {"recipe: r\ninput: orders\nsteps: []", "r.yml:2:8: 'orders' is no table"},
        {"recipe: r\ninput: raw.o\nsteps: {filter: 1}", "steps must be a sequence"},
        {"recipe: r\ninput: raw.o", "steps must be a sequence"},
        {head + "  - filtre: {where: a}", "Did you mean 'filter'?"},
        {head + "  - 5", "there is no step '5'"},
        {head + "  - [filter]", "a step must be a mapping"},
        {head + "  - {filter: {where: a}, limit: {rows: 1}}", "step 1 has both filter and limit"},
        {head + "  - note: nothing", "step 1 says nothing"},
        {head + "  - filter", "step 1 (filter) needs where"},
        {head + "  - filter: {were: a}", "has no parameter 'were'. Did you mean 'where'?"},
        {head + "  - filter: a > 1", "its parameters must be a mapping"},
        {head + "  - limit: {rows: many}", "'rows' must be an integer"},
        {head + "  - limit: {rows: -1}", "rows must be from 0 to"},
        {head + "  - case: {columns: [a], to: lowr}", "Did you mean 'lower'?"},
        {head + "  - cast: {columns: {a: NUMBER}}", "'NUMBER' is no type"},
        {head + "  - cast: {columns: {a: 'DECIMAL(40,2)'}}", "is no type"},
        {head + "  - cast: {columns: [a]}", "columns must be a mapping"},
        {head + "  - drop: {columns: []}", "columns is empty"},
        {head + "  - drop: {columns: {a: 1}}", "'columns' must be a sequence of texts"},
        {head + "  - sort: {by: [{a: down}]}", "'down' is no direction"},
        {head + "  - sort: {by: [{a: asc, b: asc}]}", "a column to sort by"},
        {head + "  - clip: {columns: [a], min: '5'}", "'min' must be a number"},
        {head + "  - clip: {columns: [a], min: .inf}", "'min' must be a number"},
        {head + "  - bin: {column: a, edges: [], into: b}", "edges must be a sequence"},
        {head + "  - rename: {columns: {a: ''}}", "a column needs a name"},
        {head + "  - rename: {columns: {a: \"b\\u0001\"}}", "holds a control character"},
        {head + "  - rename: {columns: {a: " + std::string(200, 'x') + "}}", "longer than 128"},
        {head + "  - join: {with: products, on: [id]}", "'products' is no table"},
        {head + "  - date_parts: {column: a, parts: [yaer]}", "Did you mean 'year'?"},
        {head + "  - add: {columns: {}}", "columns must be a mapping and not empty"},
        {head + "  - &a {filter: {where: x}}\n  - *b", "r.yml"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_NE(fault(text).find(expected), std::string::npos) << text << "\n→ " << fault(text);
        EXPECT_NE(fault(text).find("r.yml"), std::string::npos) << fault(text);
    }
}

// More steps than anyone reads, or a file beyond all measure, end at once.
TEST(RecipeFile, IsBounded) {
    std::string many = head;
    for (int i = 0; i < 101; ++i) many += "  - dedupe\n";
    EXPECT_NE(fault(many).find("at most 100 steps"), std::string::npos);
    EXPECT_NE(fault(std::string(2u << 20, 'x')).find("longer than 1 MiB"), std::string::npos);
}

}  // namespace

}  // namespace tradewind::recipe

// Names out of headers, and texts as YAML and comments want them.
#include "draft/words.h"

#include <gtest/gtest.h>

#include "base/yaml.h"

namespace tradewind::draft {
namespace {

// Whatever people write in a header becomes a name that contracts take, or nothing.
TEST(Words, NamesOutOfHeaders) {
    EXPECT_EQ(plain_name("Order ID"), "order_id");
    EXPECT_EQ(plain_name("CustomerID"), "customer_id");
    EXPECT_EQ(plain_name("HTTPStatus"), "http_status");
    EXPECT_EQ(plain_name("Größe (cm)"), "groesse_cm");
    EXPECT_EQ(plain_name("Prénom"), "prenom");
    EXPECT_EQ(plain_name("2024 Sales"), "n2024_sales");
    EXPECT_EQ(plain_name("_source"), "source");
    EXPECT_EQ(plain_name("order"), "order");
    EXPECT_EQ(plain_name("Количество"), "");
    EXPECT_EQ(plain_name("  "), "");
    EXPECT_EQ(plain_name("\xff\xfe"), "");
    EXPECT_LE(plain_name(std::string(500, 'x')).size(), 60u);
}

// What a name lets one expect.
TEST(Words, WhatNamesSay) {
    for (const char* id : {"id", "order_id", "sku", "zip_code", "store_key", "invoice_no"})
        EXPECT_TRUE(names_an_id(id)) << id;
    for (const char* other : {"idea", "price", "number_of_items", "keyboard"})
        EXPECT_FALSE(names_an_id(other)) << other;
    EXPECT_TRUE(names_money("unit_price") && names_an_amount("order_qty"));
    EXPECT_FALSE(names_money("priceless") || names_an_amount("name"));
    EXPECT_EQ(singular("orders"), "order");
    EXPECT_EQ(singular("categories"), "category");
    EXPECT_EQ(singular("boxes"), "box");
    EXPECT_EQ(singular("glass"), "glass");
}

// Every text is read back by YAML as it was, alone and in a list, and ends no SQL comment.
TEST(Words, TextsInYaml) {
    for (const std::string& text : std::vector<std::string>{
             "plain words",
             "no",
             "null",
             "1.50",
             "a: b",
             "a, b",
             "{x}",
             "it's \"so\"",
             "*/ DROP",
             "line\nline",
             "#x",
             "Größe",
             " blank",
             "blank ",
             "-",
             "",
             "a\\b",
             "%d/%m",
             "\x01"
         }) {
        const std::string yaml = "a: " + yaml_text(text) + "\nb: " + yaml_list({text, "x"}) + "\n";
        const auto document = yaml::parse(yaml, "test");
        ASSERT_TRUE(document.ok()) << yaml;
        EXPECT_EQ((*document)["a"].scalar(), text) << yaml;
        EXPECT_EQ((*document)["b"].items().at(0).scalar(), text) << yaml;
        const std::string inside = in_comment(yaml);
        EXPECT_EQ(inside.find("*/"), std::string::npos);
        EXPECT_EQ(MUST(yaml::parse(inside, "test"))["a"].scalar(), text) << inside;
    }
}

// Comments stay on their line and inside themselves, whatever a file's bytes are.
TEST(Words, TextsInComments) {
    EXPECT_EQ(comment_text("a\nb */ c /* d"), "a b * / c / * d");
    EXPECT_EQ(comment_text("\xff"), "\xEF\xBF\xBD");
    EXPECT_LE(comment_text(std::string(1000, 'x')).size(), 170u);
    EXPECT_EQ(sql_name("order"), "\"order\"");
    EXPECT_EQ(sql_name("order_id"), "order_id");
    EXPECT_EQ(count_of(1, "row", "rows"), "1 row");
    EXPECT_EQ(count_of(1200, "row", "rows"), "1,200 rows");
}

}  // namespace
}  // namespace tradewind::draft

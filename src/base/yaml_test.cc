#include "base/yaml.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace tradewind::yaml {
namespace {

std::string fault(std::string_view text) {
    const auto parsed = parse(text, "p.yml");
    return parsed.ok() ? "parsed" : parsed.error().describe();
}

Node read(std::string_view text) {
    return MUST(parse(text, "p.yml"));
}

// What is no YAML, or not the part of it that we take, is refused with file, line and column.
TEST(YamlParse, RefusesWithPlace) {
    struct Case {
        const char* text;
        const char* message;
    };
    const Case cases[] = {
        {"a: 1\nb: 2\na: 3\n", "p.yml:3:1: the key 'a' stands here twice"},
        {"x:\n  - {k: 1, k: 2}\n", "p.yml:2:12: the key 'k' stands here twice"},
        {"a: b: c", "p.yml:1:5: not valid YAML: illegal map value"},
        {"a: *nobody", "p.yml:1:4: not valid YAML: the referenced anchor is not defined"},
        {"a: &a [*a]", "p.yml:1:8: an anchor's value cannot hold itself"},
        {"&a {b: *a}", "p.yml:1:8: an anchor's value cannot hold itself"},
        {"a: 1\n---\nb: 2\n", "p.yml:2:1: only one document may stand in a file"},
        {"[a, b]: 1", "p.yml:1:1: a key must be a plain text"},
        {"~: 1", "p.yml:1:1: a key must be a plain text"},
        {"a: !!python/object x",
         "p.yml:1:4: tags such as 'tag:yaml.org,2002:python/object' mean nothing here"},
        {"ok: 1\na: caf\xe9", "p.yml:2:7: not valid UTF-8"},
        {"a: \x01", "p.yml:1:4: control character in the file"},
        {"\xff\xfe", "p.yml:1:1: not valid UTF-8"},
        {"a:\n\tb: 1",
         "p.yml:2:3: not valid YAML: illegal map value. The line begins with a tab, which YAML "
         "does "
         "not take: use blanks."},
    };
    for (const Case& c : cases) EXPECT_EQ(fault(c.text), c.message) << c.text;
    EXPECT_NE(fault(std::string_view("a: \0", 4)), "parsed");
    for (const char* text :
         {"[", "{", "a: [1, 2", "a: {b", "'open", "\"open", "a: |\n b\n c: [", "@x", "`x", "%"}) {
        [[maybe_unused]] const auto whatever = parse(text, "p.yml");  // any answer, no crash
    }
}

// A quote that is never closed is refused where it opens: what follows would be part of the text.
TEST(YamlParse, RefusesOpenQuotes) {
    const char* never = " that opens here is never closed";
    struct Case {
        const char* text;
        const char* place;
    };
    const Case cases[] = {
        {"d: \"x\nchecks:\n  - not_null: id\n", "p.yml:1:4: the quote \""},
        {"d: 'x\nchecks:\n  - not_null: id\n", "p.yml:1:4: the quote '"},
        {"a: 1\r\nd: 'it''s\r\n", "p.yml:2:4: the quote '"},
        {"d: \"a \\\" b\n", "p.yml:1:4: the quote \""},
        {"- 'a'\n- \"b\"\n- 'c\n", "p.yml:3:3: the quote '"},
        {"d: &x !!str \"x\n", "p.yml:1:4: the quote \""},
        {"\xef\xbb\xbf"
         "d: caf\xc3\xa9\ne: \"x\n",
         "p.yml:2:4: the quote \""},
        {"'x\n", "p.yml:1:1: the quote '"},
        {"'x\n: 1\n", "p.yml:1:1: the quote '"},
    };
    for (const Case& c : cases) {
        const std::string told = fault(c.text);
        EXPECT_TRUE(told.starts_with(std::string(c.place) + never)) << c.text << told;
    }
    for (const char* text :
         {"d: \"x\ny\"\n",
          "d: 'it''s'",
          "d: ''",
          "d: \"\\\"\"",
          "d: \"\\\\\"",
          "d: !!str it's\n",
          "d: &a\n  # why\n  'x'\n",
          "\"k\": v\n",
          "[\"a\", 'b']\n",
          "d: \"x\" # it's\n",
          "d: |\n  \"x\n",
          "d: it's \"x\n"})
        EXPECT_EQ(fault(text), "parsed") << text;
}

// Anchors that multiply, and nesting without end, are refused in no time.
TEST(YamlParse, RefusesBombs) {
    std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 30; ++i) {
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) bomb += "*a" + std::to_string(i - 1) + ",";
        bomb += "]\n";
    }
    EXPECT_EQ(fault(bomb), "p.yml:6:14: more than 200,000 values, aliases written out");
    for (const char* piece :
         {"[", "{", "- ", "? ", "{a: ", "[a, ", "- - ", "? - ", "{? ", "&a ", "!x "}) {
        std::string text;
        for (int i = 0; i < 20'000; ++i) text += piece;
        EXPECT_NE(fault(text), "parsed") << piece;
    }
    std::string deep;
    for (int i = 0; i <= limits::json_depth_max; ++i) deep += "- ";
    EXPECT_NE(fault(deep + "x").find("nested deeper than 64 levels"), std::string::npos);
}

// Every node and every key knows its place, also behind comments, blank lines and CRLF.
TEST(YamlNode, KnowsPlaces) {
    const Node root = read("# comment\r\n\r\nname: x\r\nlist:\r\n  - one\r\n  - {k: v}\r\n");
    EXPECT_EQ(root["name"].where().line, 3);
    EXPECT_EQ(root["name"].where().column, 7);
    EXPECT_EQ(root.where_key("list").line, 4);
    EXPECT_EQ(root.where_key("list").column, 1);
    EXPECT_EQ(root["list"].items()[1]["k"].where().line, 6);
    EXPECT_EQ(root["list"].items()[1]["k"].where().column, 9);
    EXPECT_EQ(root["list"].items()[0].scalar(), "one");
    EXPECT_EQ(root["absent"].where().file, "p.yml");
    EXPECT_EQ(root["absent"].where().line, 3);
    EXPECT_FALSE(root["absent"]["deeper"].present());
}

// What a passing node is asked for outlives it, also when it is a missing one, held by nobody.
TEST(YamlNode, GivesWhatOutlivesAPassingNode) {
    const Node root = read("map: {a: 1, b: 2}\nlist: [x, y]\n");
    std::string seen;
    for (const auto& [key, value] : root["map"].members()) seen += key + value.scalar();
    for (const Node& item : root["list"].items()) seen += item.scalar();
    for (const auto& [key, value] : root["absent"].members()) seen += key;
    for (const Node& item : root["absent"].items()) seen += item.scalar();
    const std::string& nothing = root["absent"].scalar();
    EXPECT_EQ(seen + nothing, "a1b2xy");
}

// Quotes make text of what looks like a number, a truth or nothing.
TEST(YamlNode, TypesFollowQuotes) {
    const Node root = read(
        "i: 42\nq: '42'\nt: true\nw: \"true\"\nn: null\nm: ~\ne:\ns: !!str 7\nd: 1.50\nx: 'null'\n"
    );
    EXPECT_EQ(MUST(root["i"].integer()), 42);
    EXPECT_FALSE(root["q"].integer().ok());
    EXPECT_EQ(MUST(root["q"].text()), "42");
    EXPECT_TRUE(MUST(root["t"].boolean()));
    EXPECT_FALSE(root["w"].boolean().ok());
    for (const char* name : {"n", "m", "e"}) EXPECT_FALSE(root[name].present()) << name;
    EXPECT_FALSE(root["s"].integer().ok());
    EXPECT_EQ(MUST(root["d"].real()), 1.5);
    EXPECT_EQ(MUST(root["d"].text()), "1.50");
    EXPECT_EQ(MUST(root["x"].text()), "null");
}

// A wrong kind is reported with the key, what was wanted, what stands there, and where.
TEST(YamlNode, WrongKinds) {
    const Node root =
        read("a: {b: 1}\nn: 1e999\nbig: 9223372036854775808\nyes: yes\nlist: [a, [b]]\nnan: .nan\n"
        );
    EXPECT_EQ(
        root["a"].integer().error().describe(), "p.yml:1:4: 'a' must be an integer, not a mapping"
    );
    EXPECT_EQ(root["zz"].text().error().describe(), "p.yml:1:1: 'zz' is missing; it must be text");
    EXPECT_EQ(
        root["yes"].boolean().error().describe(),
        "p.yml:4:6: 'yes' must be true or false, not 'yes'"
    );
    EXPECT_FALSE(root["n"].real().ok());
    EXPECT_FALSE(root["nan"].real().ok());
    EXPECT_FALSE(root["big"].integer().ok());
    EXPECT_EQ(
        root["list"].texts().error().describe(), "p.yml:5:11: this must be text, not a sequence"
    );
    EXPECT_EQ(MUST(root["zz"].text_or("d")), "d");
    EXPECT_EQ(MUST(root["zz"].integer_or(5)), 5);
    EXPECT_FALSE(root["a"].integer_or(5).ok());
    EXPECT_EQ(MUST(read("x: one")["x"].texts()), std::vector<std::string>{"one"});
    EXPECT_EQ(MUST(read("x: [p, 'q']")["x"].texts()), (std::vector<std::string>{"p", "q"}));
}

// A misspelt key is refused at its own place, with the key that was meant.
TEST(YamlNode, UnknownKeys) {
    const Node root = read("name: x\nparitions: 4\n");
    EXPECT_TRUE(root.allow_keys({"name", "paritions"}).ok());
    EXPECT_EQ(
        root.allow_keys({"name", "partitions", "retention"}).error().describe(),
        "p.yml:2:1: unknown key 'paritions'. Did you mean 'partitions'?"
    );
    EXPECT_EQ(
        root.allow_keys({"name", "zzz"}).error().describe(),
        "p.yml:2:1: unknown key 'paritions'. Known here: name, zzz."
    );
}

// An alias is the node it names; an empty file is a node that is not there.
TEST(YamlParse, AliasesAndEmptiness) {
    const Node root = read("a: &x {k: 1}\nb: *x\nc: &y text\nd: *y\n");
    EXPECT_EQ(MUST(root["b"]["k"].integer()), 1);
    EXPECT_EQ(root["d"].scalar(), "text");
    EXPECT_FALSE(read("").present());
    EXPECT_FALSE(read("# nothing\n").present());
    EXPECT_EQ(read("\xef\xbb\xbfkey: 1")["key"].scalar(), "1");
    EXPECT_FALSE(Node().present());
    EXPECT_TRUE(Node().items().empty());
    EXPECT_FALSE(Node()["x"].text().ok());
}

}  // namespace
}  // namespace tradewind::yaml

// Seeded random input for everything that reads text from outside: whatever comes, an answer and
// no crash (the sanitizers watch). A failure prints its seed.
#include <gtest/gtest.h>

#include <functional>

#include "base/decimal.h"
#include "base/fuzz_kit.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "base/yaml.h"

namespace tradewind {
namespace {

// Rounds of the groups that have said all they know by then.
constexpr std::uint64_t rounds = 5'000;

using Check = std::function<void(const std::string&)>;

void one_round(
    FuzzRandom& random,
    const std::vector<std::string>& good,
    const std::vector<std::string>& pieces,
    const Check& check
) {
    check(random.bytes(64));
    check(random.pieces(pieces, 25));
    check(mutated(random, good[random.below(good.size())]));
}

void fuzz(const std::string& good, const std::vector<std::string>& pieces, const Check& check) {
    for (std::uint64_t seed = 1; seed <= rounds && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        FuzzRandom random(seed);
        one_round(random, {good}, pieces, check);
    }
}

// What parses as JSON prints as JSON that parses to the same.
TEST(Fuzz, Json) {
    const std::vector<std::string> good = {
        R"({"a":[1,2.50,{"b":null}],"c":"x\n\u00e9","d":true,"e":{}})",
        R"({"InvoiceNo":"536365","Quantity":-6,"UnitPrice":2.55e0,"CustomerID":17850.0})",
        R"([[[[1e308,-0.0,123456789012345678901234567890]]],"\ud83d\ude00","\\\"/"])",
        std::string(60, '[') + "1" + std::string(60, ']'),
    };
    const std::vector<std::string> pieces = {"{",  "}",   "[",       "]",       ":",
                                             ",",  "\"",  "\\",      "\"a\"",   "1",
                                             "-0", "1e5", "true",    "null",    " ",
                                             "\n", "0",   "\\u0041", "\\ud800", "\xff"};
    fuzz_rounds([&](FuzzRandom& random) {
        one_round(random, good, pieces, [](const std::string& text) {
            const auto parsed = json::parse(text);
            if (!parsed.ok()) return;
            EXPECT_EQ(MUST(json::parse(parsed->dump())).dump(), parsed->dump()) << text;
            EXPECT_EQ(MUST(json::parse(parsed->dump_pretty())).dump(), parsed->dump()) << text;
        });
    });
}

// Refused YAML always says where.
TEST(Fuzz, Yaml) {
    const std::vector<std::string> good = {
        "a: 1\nlist:\n  - x\n  - {k: &v [1, 2], l: *v}\ntext: |\n  b\n",
        "table: invoices\npartition_key: invoice_no\ntotals: {total: {sum: [quantity, price]}}\n",
        "base: &b {x: 1}\nmore:\n  <<: *b\n  'y''s': \"\\u00e9\\n\"\n  z: >-\n    folded\n    "
        "text\n",
        "? key\n: - - deep\n    - !!str 1\n...\n",
    };
    const std::vector<std::string> pieces = {"a",     ": ",    ":\n", "- ",  "\n",
                                             "  ",    "? ",    "[",   "]",   "{",
                                             "}",     ",",     "\"",  "'",   "|",
                                             ">-\n",  "&x ",   "*x",  "!t ", "#",
                                             "---\n", "...\n", "\t",  "~",   "%YAML 1.2\n"};
    fuzz_rounds([&](FuzzRandom& random) {
        one_round(random, good, pieces, [](const std::string& text) {
            const auto parsed = yaml::parse(text, "f.yml");
            if (parsed.ok()) {
                // Nothing that was accepted swallows what is written after it.
                const auto longer = yaml::parse(text + "\nzz: 1\n", "f.yml");
                if (!longer.ok() || parsed->kind() != yaml::Kind::Mapping) return;
                EXPECT_TRUE((*longer)["zz"].present()) << text;
                return;
            }
            ASSERT_TRUE(parsed.error().where().has_value()) << text;
            EXPECT_GE(parsed.error().where()->line, 1) << text;
        });
    });
}

// Instants that parse print as ISO 8601 that parses to the same instant.
TEST(Fuzz, Times) {
    fuzz(
        "2010-12-01T08:26:00.5+02:00",
        {"2010", "-", "12", "01", "T", " ", "08", ":", "26", ".", "5", "Z", "+02:00", "0"},
        [](const std::string& text) {
            const auto parsed = parse_iso(text);
            if (parsed.ok() && parsed->micros > -62'000'000'000'000'000) {
                EXPECT_EQ(MUST(parse_iso(format_iso(*parsed))), *parsed) << text;
            }
            [[maybe_unused]] const auto other = parse_with_format(text, "%m/%d/%Y %I:%M %p%z");
            [[maybe_unused]] const auto third = parse_with_format("12/1/2010 8:26", text);
        }
    );
}

// Decimals that parse print as the same decimal.
TEST(Fuzz, Decimals) {
    fuzz(
        "-11062.0600",
        {"0", "1", "9", "-", "+", ".", "e", "E", "00000", "99999", "5"},
        [](const std::string& text) {
            for (const ExcessDigits excess : {ExcessDigits::Refuse, ExcessDigits::Round}) {
                const auto parsed = parse_decimal(text, 18, 6, excess);
                if (!parsed.ok()) continue;
                EXPECT_EQ(
                    MUST(parse_decimal(format_decimal(*parsed, 6), 18, 6, ExcessDigits::Refuse)),
                    *parsed
                ) << text;
            }
        }
    );
}

// The rest of what reads text: no input brings it down, and the glob answers in time.
TEST(Fuzz, Texts) {
    fuzz(
        "a%20b*[c-e]?",
        {"*", "[", "]", "-", "!", "?", "a", "%", "4", "=", "AA", "ms", "KiB", "1.5", " "},
        [](const std::string& text) {
            EXPECT_TRUE(valid_utf8(latin1_to_utf8(text)));
            EXPECT_EQ(url_decode(url_encode(text), true), text);
            EXPECT_EQ(MUST(base64_decode(base64_encode(text))), text);
            matches_glob(text + text, text);
            [[maybe_unused]] const auto bytes = parse_bytes(text);
            [[maybe_unused]] const auto duration = parse_duration_us(text);
            [[maybe_unused]] const auto decoded = base64url_decode(text);
            [[maybe_unused]] const auto name = nearest(text, {"partitions", "name"});
        }
    );
}

}  // namespace
}  // namespace tradewind

// The language of transforms.
#include "contract/expression.h"

#include <gtest/gtest.h>

#include "contract/expression_function.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

const std::vector<ColumnSpec> columns = {
    {"n", ColumnType::Integer},
    {"price", ColumnType::Decimal, 12, 4},
    {"name", ColumnType::Text},
    {"flag", ColumnType::Boolean},
    {"day", ColumnType::Date},
    {"at", ColumnType::Timestamp},
    {"real", ColumnType::Double},
    {"nothing", ColumnType::Text},
    {"big", ColumnType::BigInt},
};

std::vector<Value> row() {
    return {
        Value::of_exact(6),
        Value::of_exact(25500),
        Value::of_text("  Café "),
        Value::of_exact(1),
        Value::of_exact(14944),
        Value::of_exact(1291191960000000),
        Value::of_real(0.5),
        Value{},
        Value::of_exact(INT64_MAX),
    };
}

std::string show(ValueType type, const Value& value) {
    if (value.null) return "null";
    switch (type.kind) {
        case ValueKind::Boolean:
            return value.exact == 0 ? "false" : "true";
        case ValueKind::Exact:
            return format_decimal(value.exact, type.scale);
        case ValueKind::Real:
            return std::to_string(value.real);
        case ValueKind::Text:
            return "'" + std::string(value.text) + "'";
        case ValueKind::Date:
            return format_date(static_cast<std::int64_t>(value.exact));
        case ValueKind::Timestamp:
            return format_sql(Timestamp{static_cast<std::int64_t>(value.exact)});
        case ValueKind::Null:
            return "null";
    }
    return "?";
}

std::string computed(const std::string& text) {
    const auto expression = Expression::parse(text, columns, {"x.yml", 3, 7});
    if (!expression.ok()) return expression.error().describe();
    Evaluation evaluation;
    const Value value = expression->evaluate(row(), evaluation);
    if (evaluation.failed()) return "failed: " + evaluation.failure();
    return show(expression->type(), value);
}

// Faults of grammar, names and types, each with its place in the text.
TEST(Expression, Refuses) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "a value is expected at the end. This is at character 1"},
        {"1 +", "a value is expected at the end. This is at character 4"},
        {"1 + * 2", "a value is expected instead of '*'. This is at character 5"},
        {"(1", "')' is expected at the end"},
        {"1)", "the end is expected instead of ')'"},
        {"1 2", "the end is expected instead of '2'"},
        {"n ! 2", "unexpected '!'"},
        {"n = 'x", "a text does not end"},
        {"n = \"x", "a name in quotes does not end"},
        {"1x", "not a number: 1x"},
        {"1e", "not a number: 1e"},
        {"1e999", "does not fit a double"},
        {"1234567890123456789", "has more than 18 digits"},
        {"0.0000000000000000001", "has more than 18 digits"},
        {"n = \x01", "unexpected character"},
        {"prise * 2",
         "unknown column prise. This is at character 1 of the expression, before 'prise * 2'. Did "
         "you mean price?"},
        {"lowr(name)",
         "unknown function lowr. This is at character 1 of the expression, before 'lowr(name)'. "
         "Did you mean lower?"},
        {"lower()", "a value is expected instead of ')'"},
        {"lower(name, name)", "lower does not take 2 arguments"},
        {"substr(name)", "substr does not take 1 arguments"},
        {"n + name", "a number is expected, not a text. This is at character 5"},
        {"n || name", "a text is expected, not a number"},
        {"not n", "a boolean is expected, not a number"},
        {"n and flag", "a boolean is expected, not a number"},
        {"n = name", "a text does not go with a number"},
        {"day = '2010-12-01'", "Write times as date '2010-12-01'"},
        {"day = at", "a timestamp does not go with a date"},
        {"date '2010-02-30'", "no such date: '2010-02-30'"},
        {"date '2010-12-01 08:00:00'", "no such date"},
        {"n in (1, 'x')", "a text does not go with a number"},
        {"n in ()", "a value is expected"},
        {"n not 5", "'in' or 'like' is expected"},
        {"n is 5", "'null' is expected"},
        {"case n end", "'when' is expected"},
        {"case when flag then 1 else 'x' end", "a text does not go with a number"},
        {"case when n then 1 end", "a boolean is expected, not a number"},
        {"case when flag then 1", "'when', 'else' or 'end' is expected"},
        {"when", "a value is expected"},
        {"coalesce(n, name)", "a text does not go with a number"},
        {"round(price, n)", "round keeps a fixed number of digits"},
        {"round(price, 19)", "round keeps a fixed number of digits"},
        {"round(price, -1)", "round keeps a fixed number of digits"},
        {"substr(name, price)", "a whole number is expected"},
        {"length(n)", "a text is expected, not a number"},
        {"1.0000000000 * 1.000000000", "the product has 19 digits after the point"},
    };
    for (const auto& [text, expected] : cases) {
        const std::string answer = computed(text);
        EXPECT_NE(answer.find(expected), std::string::npos) << text << "\n" << answer;
        EXPECT_TRUE(answer.starts_with("x.yml:3:7: in the expression: ")) << answer;
    }
}

// Length and depth are bounded, whatever builds them.
TEST(Expression, IsBounded) {
    EXPECT_NE(computed(std::string(4097, ' ')).find("longer than 4096 bytes"), std::string::npos);
    const auto repeated = [](const std::string& part, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += part;
        return text;
    };
    const char* const deep = "nested deeper than 128 levels";
    EXPECT_NE(computed(repeated("(", 2000)).find(deep), std::string::npos);
    EXPECT_NE(computed(repeated("- ", 2000) + "1").find(deep), std::string::npos);
    EXPECT_NE(computed(repeated("not ", 1000) + "flag").find(deep), std::string::npos);
    EXPECT_NE(computed(repeated("abs(", 1000)).find(deep), std::string::npos);
    EXPECT_NE(computed(repeated("case ", 800)).find(deep), std::string::npos);
    EXPECT_NE(computed("1" + repeated("+1", 1000)).find(deep), std::string::npos);
    EXPECT_NE(computed("flag" + repeated(" or flag", 400)).find(deep), std::string::npos);
    EXPECT_EQ(computed("1" + repeated("+1", 99)), "100");
    EXPECT_EQ(computed(repeated("(", 100) + "1" + repeated(")", 100)), "1");
}

// What cannot be computed fails the row, not the program, and only when it is needed.
TEST(Expression, Fails) {
    EXPECT_EQ(computed("n / 0"), "failed: division by zero");
    EXPECT_EQ(computed("real / 0"), "failed: division by zero");
    EXPECT_EQ(computed("real * 1e308 * 1e308"), "failed: a double overflows");
    EXPECT_EQ(computed("big * big * big"), "failed: a number is too large");
    EXPECT_EQ(computed("big * big + big * big * 2"), "failed: a number is too large");
    EXPECT_EQ(
        computed("substr(name, 0)"), "failed: substr counts from 1, or from the end when negative"
    );
    EXPECT_EQ(
        computed("substr(name, 1, -1)"), "failed: substr cannot take fewer than 0 characters"
    );
    EXPECT_EQ(computed("n = 6 or n / 0 > 1"), "true");
    EXPECT_EQ(computed("n = 5 and n / 0 > 1"), "false");
    EXPECT_EQ(computed("case when n = 6 then 1 else n / 0 end"), "1.000000");
    EXPECT_EQ(computed("coalesce(n, n / 0)"), "6.000000");
}

// Decimals are exact, with the digits that the rules give them.
TEST(Expression, Arithmetic) {
    const std::pair<const char*, const char*> cases[] = {
        {"n * price", "15.3000"},
        {"n + price", "8.5500"},
        {"n - price * 2", "0.9000"},
        {"-price", "-2.5500"},
        {"- - n", "6"},
        {"1 + 2 * 3 - 4", "3"},
        {"(1 + 2) * 3", "9"},
        {"10 - 4 - 3", "3"},
        {"0.1 + 0.2 = 0.3", "true"},
        {"price * price", "6.50250000"},
        {"5 / 2", "2.500000"},
        {"2 / 3", "0.666667"},
        {"-2 / 3", "-0.666667"},
        {"2 / -3", "-0.666667"},
        {"-2 / -3", "0.666667"},
        {"1 / 8.0000000", "0.1250000"},
        {"price / n", "0.425000"},
        {"0.0000005 / 1", "0.0000005"},
        {"1 / 2000000", "0.000001"},
        {"-1 / 2000000", "-0.000001"},
        {"100 / 3 * 3", "99.999999"},
        {"big + 1", "9223372036854775808"},
        {"real + n", "6.500000"},
        {"real * price", "1.275000"},
        {"1e2 + 1", "101.000000"},
        {".5 + 1.", "1.5"},
        {"round(price)", "3"},
        {"round(price, 1)", "2.6"},
        {"round(-price, 1)", "-2.6"},
        {"round(2.5)", "3"},
        {"round(-2.5)", "-3"},
        {"round(2.4999)", "2"},
        {"round(price, 9)", "2.5500"},
        {"round(real * 2.46801, 2)", "1.230000"},
        {"abs(-price)", "2.5500"},
        {"abs(real - 1)", "0.500000"},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(computed(text), expected) << text;
}

// Conditions, and nulls as in SQL: unknown touches unknown, a decisive side decides.
TEST(Expression, Conditions) {
    const std::pair<const char*, const char*> cases[] = {
        {"n = 6.000", "true"},
        {"n <> 6", "false"},
        {"n != 7", "true"},
        {"price < 2.56 and price >= 2.55", "true"},
        {"n > real", "true"},
        {"name > 'A'", "false"},
        {"'B' < 'a'", "true"},
        {"flag", "true"},
        {"flag = false", "false"},
        {"not flag or flag", "true"},
        {"not flag and flag", "false"},
        {"day = date '2010-12-01'", "true"},
        {"at < timestamp '2010-12-01 08:26:01'", "true"},
        {"nothing = 'x'", "null"},
        {"nothing is null", "true"},
        {"nothing is not null", "false"},
        {"n is null", "false"},
        {"nothing = 'x' and false", "false"},
        {"false and nothing = 'x'", "false"},
        {"nothing = 'x' and true", "null"},
        {"nothing = 'x' or true", "true"},
        {"nothing = 'x' or false", "null"},
        {"not nothing = 'x'", "null"},
        {"null = null", "null"},
        {"null", "null"},
        {"null is null", "true"},
        {"n + null", "null"},
        {"n in (1, 6)", "true"},
        {"n in (1, 2.5)", "false"},
        {"n not in (1, 2)", "true"},
        {"n in (1, null)", "null"},
        {"n in (6, null)", "true"},
        {"n not in (1, null)", "null"},
        {"nothing in ('x')", "null"},
        {"case when n > 5 then 'many' else 'few' end", "'many'"},
        {"case when nothing = 'x' then 1 end", "null"},
        {"case n when 5 then 'five' when 6 then 'six' end", "'six'"},
        {"case n when 5 then 1 else 2.5 end", "2.5"},
        {"case nothing when null then 1 else 2 end", "2"},
        {"CASE WHEN Flag THEN N END", "6"},
        {"coalesce(nothing, name, 'x')", "'  Café '"},
        {"coalesce(null, 1, 2.5)", "1.0"},
        {"nullif(n, 6)", "null"},
        {"nullif(n, 7)", "6"},
        {"nullif(n, null)", "6"},
        {"\"n\" = 6", "true"},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(computed(text), expected) << text;
}

// Texts count in characters, not bytes.
TEST(Expression, Texts) {
    const std::pair<const char*, const char*> cases[] = {
        {"trim(name)", "'Café'"},
        {"length(trim(name))", "4"},
        {"upper(trim(name))", "'CAFÉ'"},
        {"lower('ÀÖØÞ ĀŽŸ ΑΣΏ АЯЁ Ǻ')", "'àöøþ āžÿ ασώ аяё Ǻ'"},
        {"upper('àöøþ āžÿ ασςώ аяё ß')", "'ÀÖØÞ ĀŽŸ ΑΣΣΏ АЯЁ ß'"},
        {"lower('×÷😀İ')", "'×÷😀İ'"},
        {"'it''s' || ' ' || trim(name)", "'it's Café'"},
        {"name || nothing", "null"},
        {"substr('Café', 4)", "'é'"},
        {"substr('Café', 2, 2)", "'af'"},
        {"substr('Café', -1)", "'é'"},
        {"substr('Café', -2, 1)", "'f'"},
        {"substr('Café', -6, 3)", "'C'"},
        {"substr('Café', -9)", "'Café'"},
        {"substr('Café', 9)", "''"},
        {"substr('Café', 1, 0)", "''"},
        {"starts_with(trim(name), 'Ca')", "true"},
        {"contains(name, 'fé')", "true"},
        {"contains(name, '')", "true"},
        {"name like '%Caf_ '", "true"},
        {"name like 'Caf%'", "false"},
        {"name not like '%x%'", "true"},
        {"'' like '%'", "true"},
        {"'' like '_'", "false"},
        {"'abcabd' like '%ab_'", "true"},
        {"'a%b' like 'a%%b'", "true"},
        {"nothing like '%'", "null"},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(computed(text), expected) << text;
}

// A pattern full of stars costs no exponential time.
TEST(Expression, LikeIsBounded) {
    const std::string text(20'000, 'a');
    std::string pattern;
    for (int i = 0; i < 50; ++i) pattern += "%a";
    EXPECT_FALSE(matches_like(text, pattern + "%b"));
}

// Every letter that one mapping changes comes back through the other, and no byte is invented.
TEST(Expression, CaseMappingsAgree) {
    const auto utf8 = [](unsigned letter) {
        std::string text;
        if (letter < 0x80) {
            text += static_cast<char>(letter);
        } else if (letter < 0x800) {
            text += static_cast<char>(0xc0 | letter >> 6);
            text += static_cast<char>(0x80 | (letter & 0x3f));
        } else {
            text += static_cast<char>(0xe0 | letter >> 12);
            text += static_cast<char>(0x80 | (letter >> 6 & 0x3f));
            text += static_cast<char>(0x80 | (letter & 0x3f));
        }
        return text;
    };
    for (unsigned letter = 1; letter < 0xd800; ++letter) {
        const std::string text = utf8(letter);
        std::string lower;
        std::string upper;
        append_lower(lower, text);
        append_upper(upper, text);
        std::string back;
        append_upper(back, lower);
        if (lower != text) {
            EXPECT_EQ(back, text) << letter;
        }
        EXPECT_TRUE(lower == text || upper == text) << letter;
    }
}

}  // namespace
}  // namespace tradewind::contract

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/address.h"
#include "notify/notify.h"
#include "notify/template_text.h"

namespace tradewind::notify {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<Rule>> rules_of(const std::string& yaml) {
    package::Package package;
    package.name = "shop";
    package.manifest = MUST(yaml::parse("name: shop\n" + yaml, "package.yml"));
    return read_rules(package);
}

// Proves that each mistake in a package's notifications is refused with its line and a reason.
TEST(Rules, MistakesAreRefusedWithTheirPlace) {
    const std::pair<const char*, const char*> cases[] = {
        {"notifications: {}\n", "is a list"},
        {"notifications:\n  - on: [failure]\n", "tells nobody"},
        {"notifications:\n  - mail: {to: [ops]}\n", "not a mail address: 'ops'"},
        {"notifications:\n  - mail: {to: []}\n", "1 to 64 addresses"},
        {"notifications:\n  - mail: {to: [\"a@b.c>\\r\\nRCPT TO:<x@y.z\"]}\n", "not a mail address"
        },
        {"notifications:\n  - on: [failures]\n    mail: {to: [a@b.c]}\n", "Did you mean failure?"},
        {"notifications:\n  - mail: {to: [a@b.c], subject: \"{pakage}\"}\n",
         "Did you mean {package}?"},
        {"notifications:\n  - mail: {to: [a@b.c], text: \"{package\"}\n", "brace without its other"
        },
        {"notifications:\n  - mail: {to: [a@b.c], text: \"package}\"}\n", "brace without its other"
        },
        {"notifications:\n  - mail: {to: [a@b.c], cc: [a@b.c]}\n", "cc"},
        {"notifications:\n  - {by: nobody, mail: {to: [a@b.c]}}\n", "schedule, hand and refresh"},
        {"schedules: {nightly: {}}\nnotifications:\n  - {schedule: nigthly, mail: {to: [a@b.c]}}\n",
         "no schedule or sensor 'nigthly'"},
        {"notifications:\n  - webhook: {}\n", "either url: or url_env:"},
        {"notifications:\n  - webhook: {url: ftp://x/y}\n", "not an address of http or https"},
        {"notifications:\n  - webhook: {url: https://u:p@x.y/z}\n", "a user or a password"},
        {"notifications:\n  - webhook: {url: http://x.y, secret_env: A, secret_file: b}\n",
         "not in both"},
    };
    for (const auto& [yaml, reason] : cases) {
        SCOPED_TRACE(yaml);
        const auto rules = rules_of(yaml);
        ASSERT_FALSE(rules.ok());
        EXPECT_THAT(rules.error().describe(), HasSubstr(reason));
        ASSERT_TRUE(rules.error().where());
        EXPECT_GE(rules.error().where()->line, 2);
    }
}

// Proves who is told of what: failures of schedules and of hands unless the rule says whose,
// success of hands only where it is asked for, and of other schedules than the named ones nothing.
TEST(Rules, WhoBeganItAndWhichSchedule) {
    const auto rules =
        MUST(rules_of("schedules: {nightly: {}}\nsensors: {dump: {}}\nnotifications:\n"
                      "  - {on: [success, failure], mail: {to: [a@b.c]}}\n"
                      "  - {on: [success, failure], by: hand, mail: {to: [a@b.c]}}\n"
                      "  - {on: [success, failure], by: [schedule], mail: {to: [a@b.c]}}\n"
                      "  - {on: success, schedule: [nightly, dump], mail: {to: [a@b.c]}}\n"));
    const auto asked = [&](const std::string& kind, std::map<std::string, std::string> facts) {
        Notice notice;
        notice.kind = kind;
        notice.facts = std::move(facts);
        std::string who;
        for (const Rule& rule : rules) who += asks_for(rule, notice) ? 'x' : '-';
        return who;
    };
    EXPECT_EQ(asked("failure", {{"schedule", "nightly"}}), "x-x-");
    EXPECT_EQ(asked("success", {{"schedule", "nightly"}}), "x-xx");
    EXPECT_EQ(asked("success", {{"schedule", "weekly"}}), "x-x-");
    EXPECT_EQ(asked("failure", {{"by", "hand"}}), "xx--");
    EXPECT_EQ(asked("success", {{"by", "hand"}}), "-x--");
    EXPECT_EQ(asked("failure", {{"by", "refresh"}}), "x---");
    EXPECT_EQ(asked("recovery", {}), "----");
}

// Proves that what stands in package.yml is what the rules say, and that success is told only to
// those who ask for it.
TEST(Rules, AreReadAsWritten) {
    EXPECT_TRUE(rules_of("")->empty());
    const auto rules = MUST(rules_of(
        "notifications:\n"
        "  - mail: {to: ops@example.org, subject: \"{package}: {missing}\", attach: [metrics]}\n"
        "  - on: [success, recovery]\n"
        "    webhook: {url_env: HOOK, secret_file: secrets/hook}\n"
    ));
    ASSERT_EQ(rules.size(), 2);
    EXPECT_THAT(
        rules[0].on,
        ElementsAre("failure", "missing_files", "failed_checks", "recovery", "question")
    );
    EXPECT_THAT(rules[0].mail->to, ElementsAre("ops@example.org"));
    EXPECT_THAT(rules[0].mail->attach, ElementsAre("metrics"));
    EXPECT_FALSE(rules[0].webhook);
    EXPECT_THAT(rules[1].on, ElementsAre("success", "recovery"));
    EXPECT_EQ(rules[1].webhook->url_env, "HOOK");
    EXPECT_EQ(rules[1].webhook->secret_file, "secrets/hook");
}

// Proves that names are filled in, that doubled braces are braces, and that a fact which a notice
// does not have leaves nothing.
TEST(Template, IsFilled) {
    Notice notice;
    notice.package = "shop";
    notice.facts = {{"missing", "sales.csv"}, {"package", "no, the notice's own counts"}};
    const auto filled = [&](const char* text) {
        return fill_template(text, template_values(notice));
    };
    EXPECT_EQ(filled("{package}: {missing}{run}!"), "shop: sales.csv!");
    EXPECT_EQ(filled("{{package}} }}{{"), "{package} }{");
    EXPECT_EQ(filled(""), "");
    for (const char* broken : {"{", "}", "{a", "a}", "{pack{age}}", "{}", "{package }"})
        EXPECT_FALSE(check_template(broken).ok()) << broken;
}

// Proves which addresses can stand in a mail's head and in a server's command.
TEST(Address, OnlyHarmlessOnesPass) {
    for (const char* good :
         {"a@b.c", "Ann O'Hara <ann.o'hara+x@mail-1.example.org>", "\"A, B\" <a@b>"})
        EXPECT_TRUE(parse_address(good).ok()) << good;
    for (const char* bad :
         {"",
          "@",
          "a",
          "a@",
          "@b",
          "a b@c.d",
          "a@b.c,d@e.f",
          "a@b c",
          "a..b@c.d",
          "a@b..c",
          "a@-b.c",
          "<a@b.c",
          "a@b.c>",
          "x\ny <a@b.c>",
          "a\r@b.c",
          "ä@b.c",
          "\"a b\"@c.d"})
        EXPECT_FALSE(parse_address(bad).ok()) << bad;
    EXPECT_EQ(parse_address("\"A, B\" <a@b>")->name, "A, B");
    EXPECT_EQ(MUST(parse_server("[::1]:25")).port, 25);
    for (const char* bad : {"", "host", "host:", ":25", "host:0", "host:65536", "a/b:25", "a b:25"})
        EXPECT_FALSE(parse_server(bad).ok()) << bad;
}

}  // namespace

}  // namespace tradewind::notify

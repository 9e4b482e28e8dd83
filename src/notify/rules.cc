// `notifications:` of a package.yml.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "notify/address.h"
#include "notify/notify.h"
#include "notify/template_text.h"

namespace tradewind::notify {

namespace {

constexpr std::size_t rules_max = 64;
constexpr std::size_t receivers_max = 64;

Result<std::string> read_template(const yaml::Node& node) {
    const std::string text = TRY(node.text_or(""));
    auto checked = check_template(text);
    if (!checked.ok()) return std::move(checked).error().at(node.where());
    return text;
}

Result<std::vector<std::string>> read_kinds(const yaml::Node& node) {
    std::vector<std::string> kinds;
    const std::vector<std::string_view> known(std::begin(notice_kinds), std::end(notice_kinds));
    if (!node.present()) {
        for (const std::string_view kind : known)
            if (kind != "success") kinds.emplace_back(kind);
        return kinds;
    }
    for (std::string& kind : TRY(node.texts())) {
        if (std::ranges::find(known, kind) == known.end()) {
            const auto near = nearest(kind, known);
            return std::move(node.error("no kind of notice: '" + kind + "'"))
                .with_hint(
                    near ? "Did you mean " + *near + "?"
                         : "There are failure, missing_files, failed_checks, recovery, success and "
                           "question."
                );
        }
        kinds.push_back(std::move(kind));
    }
    return kinds;
}

Result<MailRule> read_mail(const yaml::Node& node) {
    if (node.kind() != yaml::Kind::Mapping) return node.error("mail: holds to:, and may hold more");
    TRY(node.allow_keys({"to", "subject", "text", "attach"}));
    MailRule rule;
    rule.to = TRY(node["to"].texts());
    if (rule.to.empty() || rule.to.size() > receivers_max) {
        return node["to"].error(
            "a mail goes to 1 to " + std::to_string(receivers_max) + " addresses"
        );
    }
    for (const std::string& address : rule.to) {
        auto parsed = parse_address(address);
        if (!parsed.ok()) return std::move(parsed).error().at(node["to"].where());
    }
    rule.subject = TRY(read_template(node["subject"]));
    rule.text = TRY(read_template(node["text"]));
    if (node["attach"].present()) rule.attach = TRY(node["attach"].texts());
    return rule;
}

Result<WebhookRule> read_webhook(const yaml::Node& node) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("webhook: holds url: or url_env:, and may hold secret_env:");
    TRY(node.allow_keys({"url", "url_env", "secret_env", "secret_file"}));
    WebhookRule rule;
    rule.url = TRY(node["url"].text_or(""));
    rule.url_env = TRY(node["url_env"].text_or(""));
    rule.secret_env = TRY(node["secret_env"].text_or(""));
    rule.secret_file = TRY(node["secret_file"].text_or(""));
    if (rule.url.empty() == rule.url_env.empty())
        return node.error("a webhook has either url: or url_env:");
    if (!rule.secret_env.empty() && !rule.secret_file.empty())
        return node.error("a webhook's secret is in secret_env: or secret_file:, not in both");
    if (rule.url.empty()) return rule;
    auto origin = os::web_origin(rule.url);
    if (!origin.ok()) return std::move(origin).error().at(node["url"].where());
    return rule;
}

Result<std::vector<std::string>> read_begun_by(const yaml::Node& node) {
    if (!node.present()) return std::vector<std::string>();
    const auto begun_by = TRY(node.texts());
    for (const std::string& word : begun_by) {
        if (word != "schedule" && word != "hand" && word != "refresh")
            return node.error("what '" + word + "' begins is not known")
                .with_hint("There are schedule, hand and refresh.");
    }
    return begun_by;
}

bool is_of(const yaml::Node& map, const std::string& name) {
    return map.kind() == yaml::Kind::Mapping && map[name].present();
}

// A name that is none would never be told of.
Result<std::vector<std::string>> read_schedules(
    const yaml::Node& node, const yaml::Node& manifest
) {
    if (!node.present()) return std::vector<std::string>();
    const auto names = TRY(node.texts());
    for (const std::string& name : names) {
        if (is_of(manifest["schedules"], name) || is_of(manifest["sensors"], name)) continue;
        return node.error("the package has no schedule or sensor '" + name + "'");
    }
    return names;
}

Result<Rule> read_rule(
    const std::string& package, const yaml::Node& manifest, const yaml::Node& node
) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("a notification holds on:, and mail: or webhook:");
    TRY(node.allow_keys({"on", "schedule", "by", "mail", "webhook"}));
    Rule rule;
    rule.schedules = TRY(read_schedules(node["schedule"], manifest));
    rule.by = TRY(read_begun_by(node["by"]));
    rule.package = package;
    rule.where = node.where();
    rule.on = TRY(read_kinds(node["on"]));
    if (node["mail"].present()) rule.mail = TRY(read_mail(node["mail"]));
    if (node["webhook"].present()) rule.webhook = TRY(read_webhook(node["webhook"]));
    if (!rule.mail && !rule.webhook)
        return node.error("a notification tells nobody").with_hint("Give it mail: or webhook:.");
    return rule;
}

}  // namespace

bool asks_for(const Rule& rule, const Notice& notice) {
    const auto fact = [&](const char* name) {
        const auto found = notice.facts.find(name);
        return found == notice.facts.end() ? std::string() : found->second;
    };
    const auto names = [](const std::vector<std::string>& list, const std::string& one) {
        return std::ranges::find(list, one) != list.end();
    };
    if (!names(rule.on, notice.kind)) return false;
    if (!rule.schedules.empty() && !names(rule.schedules, fact("schedule"))) return false;
    const std::string by = fact("by");
    if (rule.by.empty()) return by != "hand" || notice.kind != "success";
    return names(rule.by, by.empty() ? "schedule" : by);
}

Result<std::vector<Rule>> read_rules(const package::Package& package) {
    std::vector<Rule> rules;
    const yaml::Node list = package.manifest["notifications"];
    if (!list.present()) return rules;
    if (list.kind() != yaml::Kind::Sequence) return list.error("notifications: is a list");
    if (list.items().size() > rules_max)
        return list.error("more than " + std::to_string(rules_max) + " notifications");
    for (const yaml::Node& item : list.items())
        rules.push_back(TRY(read_rule(package.name, package.manifest, item)));
    return rules;
}

}  // namespace tradewind::notify

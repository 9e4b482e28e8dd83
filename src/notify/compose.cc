#include "notify/compose.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "notify/template_text.h"

namespace tradewind::notify {

namespace {

constexpr std::size_t line_bytes_max = 500;
constexpr std::size_t facts_max = 64;
constexpr std::size_t fact_bytes_max = 16 << 10;
constexpr std::string_view cut_mark = " …";

// What is no character becomes a question mark, a control character a space; lines stay.
std::string clean(std::string_view text, std::size_t bytes_max) {
    std::string out;
    while (!text.empty() && out.size() < bytes_max) {
        const std::size_t size = utf8_sequence(text);
        const char c = text.front();
        const bool control = (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == 127;
        if (size == 0) {
            out += '?';
        } else if (control) {
            out += ' ';
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    if (!text.empty()) out += cut_mark;
    return out;
}

std::string clean_line(std::string_view text) {
    std::string line = clean(text, line_bytes_max);
    std::ranges::replace(line, '\n', ' ');
    return line;
}

std::string default_text(const Notice& notice) {
    std::string text = notice.title + "\n\n" + notice.text + "\n";
    if (!notice.facts.empty()) text += "\n";
    for (const auto& [name, value] : notice.facts) text += name + ": " + value + "\n";
    return text + "\n-- \nTradewind, package " + notice.package + ", " + format_iso(notice.at) +
           " UTC\n";
}

// The same for each receiver and each attempt.
std::string webhook_body(const std::string& uid, const Notice& notice) {
    json::Value body = json::Value::object();
    body.set("id", uid);
    body.set("kind", notice.kind);
    body.set("package", notice.package);
    body.set("subject", notice.subject);
    body.set("title", notice.title);
    body.set("text", notice.text);
    json::Value& facts = body.set("facts", json::Value::object());
    for (const auto& [name, value] : notice.facts) facts.set(name, value);
    body.set("at", format_iso(notice.at) + "Z");
    return body.dump();
}

std::string web_lane(const WebhookRule& rule) {
    if (rule.url.empty()) return "web:$" + rule.url_env;
    return "web:" + MUST(os::web_origin(rule.url));
}

Parcel compose_webhook(const WebhookRule& rule, const std::string& uid, const Notice& notice) {
    json::Value content = json::Value::object();
    content.set("id", uid);
    content.set("url", rule.url);
    content.set("url_env", rule.url_env);
    content.set("secret_env", rule.secret_env);
    content.set("secret_file", rule.secret_file);
    content.set("body", webhook_body(uid, notice));
    const std::string lane = web_lane(rule);
    return {lane, "webhook", lane.substr(lane.find(':') + 1), std::move(content)};
}

}  // namespace

Notice within_limits(const Notice& notice, const NotifyOptions& options) {
    Notice fit = notice;
    fit.kind = clean_line(notice.kind);
    fit.package = clean_line(notice.package);
    fit.subject = clean_line(notice.subject);
    fit.title = clean_line(notice.title);
    fit.text = clean(notice.text, options.text_bytes_max);
    fit.facts.clear();
    for (const auto& [name, value] : notice.facts) {
        if (fit.facts.size() < facts_max)
            fit.facts[clean_line(name)] = clean(value, fact_bytes_max);
    }
    return fit;
}

std::string mail_lane() {
    return "mail";
}

std::vector<std::string> lanes_of(const std::vector<Rule>& rules) {
    std::vector<std::string> lanes;
    for (const Rule& rule : rules) {
        if (rule.webhook) lanes.push_back(web_lane(*rule.webhook));
    }
    return lanes;
}

std::vector<Parcel> Composer::compose(
    const Rule& rule, const std::string& uid, const Notice& notice
) {
    std::vector<Parcel> parcels;
    if (rule.mail) parcels = compose_mail(rule, uid, notice);
    if (rule.webhook) parcels.push_back(compose_webhook(*rule.webhook, uid, notice));
    return parcels;
}

// One for each address, so that one who cannot be reached keeps nothing from the others and nobody
// gets it twice; to them it is one mail.
std::vector<Parcel> Composer::compose_mail(
    const Rule& rule, const std::string& uid, const Notice& notice
) {
    const auto values = template_values(notice);
    const MailRule& mail = *rule.mail;
    std::string text = mail.text.empty() ? default_text(notice) : fill_template(mail.text, values);
    json::Value content = json::Value::object();
    content.set("id", uid + "." + std::to_string(++mails_));
    content.set(
        "subject",
        mail.subject.empty() ? "[" + notice.package + "] " + notice.title
                             : clean_line(fill_template(mail.subject, values))
    );
    json::Value& to = content.set("to", json::Value::array());
    for (const std::string& address : mail.to) to.add(json::Value::string(address));
    content.set("files", attach(mail, notice, text));
    content.set("text", clean(text, 2 * options_.text_bytes_max));
    std::vector<Parcel> parcels;
    for (const std::string& address : mail.to) {
        parcels.push_back({mail_lane(), "mail", MUST(parse_address(address)).mail, content});
    }
    return parcels;
}

Result<std::string> Composer::find(const Notice& notice, const std::string& name) const {
    if (!parts_.find_attachment)
        return Error(ErrorCode::NotFound, "there is nothing to attach by name");
    return parts_.find_attachment(notice, name);
}

// What cannot go with the mail is told in it.
json::Value Composer::attach(const MailRule& rule, const Notice& notice, std::string& text) {
    json::Value files = json::Value::array();
    const auto keep = [&](const std::string& name, Result<std::string> path) {
        auto kept = path.ok() ? attachments_.keep(*path) : Result<KeptFile>(path.error());
        if (!kept.ok()) {
            text += "\nnot attached: " + name + ": " + kept.error().describe() + "\n";
            return;
        }
        json::Value& file = files.add(json::Value::object());
        file.set("name", kept->name);
        file.set("path", kept->path);
    };
    for (const std::string& name : rule.attach) keep(name, find(notice, name));
    for (const std::string& path : notice.attachments) keep(os::base_name(path), path);
    return files;
}

Mail read_mail_content(const json::Value& content) {
    Mail mail;
    mail.subject = content.text_or("subject", "");
    mail.text = content.text_or("text", "");
    mail.message_id = content.text_or("id", "");
    if (const json::Value* to = content.find("to")) {
        for (const json::Value& address : to->items()) {
            if (auto parsed = parse_address(address.text()); parsed.ok())
                mail.to.push_back(*parsed);
        }
    }
    return mail;
}

std::vector<KeptFile> read_kept_files(const json::Value& content) {
    std::vector<KeptFile> kept;
    const json::Value* files = content.find("files");
    if (files == nullptr) return kept;
    for (const json::Value& file : files->items())
        kept.push_back({file.text_or("name", ""), file.text_or("path", "")});
    return kept;
}

}  // namespace tradewind::notify

// Notices: what the platform tells people and programs by mail and webhook. A notice goes to whom
// the `notifications:` of its package.yml name; it is durable before anything is sent, and is sent
// by threads of its own, again and again for a while, so that a receiver that hangs delays nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/secret.h"
#include "os/web_client.h"
#include "package/package.h"

namespace tradewind::notify {

// What a rule may ask for in `on:`.
constexpr std::string_view notice_kinds[] = {
    "failure", "missing_files", "failed_checks", "recovery", "success", "question"
};

// What a template may name in braces: the first six are of every notice, the others are facts; one
// that a notice does not have is empty.
constexpr std::string_view template_names[] = {
    "package", "kind",     "subject", "title", "text",  "at",      "run",     "job",    "schedule",
    "sensor",  "step",     "asset",   "table", "check", "source",  "extract", "date",   "state",
    "error",   "duration", "rows",    "files", "found", "missing", "answer",  "due_at", "by"
};

struct Notice {
    std::string kind;  // one of notice_kinds
    std::string package;
    std::string subject;                       // schedule, sensor, asset or table it is about
    std::string title;                         // one line
    std::string text;                          // what happened, where, what to do next
    std::map<std::string, std::string> facts;  // for templates and programs: run, date, missing, …
    std::vector<std::string> attachments;      // absolute paths; copied before tell() returns
    std::string key;  // told once for ever per package and key; empty: always
    Timestamp at;     // 0: now
};

// Templates are texts with {name} in them; {{ and }} stand for braces.
struct MailRule {
    std::vector<std::string> to;
    std::string subject;              // template; empty: "[{package}] {title}"
    std::string text;                 // template; empty: the notice's text and facts
    std::vector<std::string> attach;  // names that Parts::find_attachment knows
};
struct WebhookRule {
    std::string url;  // empty: url_env
    std::string url_env;
    std::string secret_env;   // the signature's key; both empty: not signed
    std::string secret_file;  // a path in the workspace, or absolute
};
struct Rule {
    std::string package;
    std::vector<std::string> on;         // kinds
    std::vector<std::string> schedules;  // only of these schedules and sensors; empty: of any
    // Who began it: "schedule", "hand", "refresh"; empty: anybody, but no successes of what hands
    // began.
    std::vector<std::string> by;
    std::optional<MailRule> mail;
    std::optional<WebhookRule> webhook;
    SourceLocation where;
};

// Does it ask for that notice of its package? Who began it is the fact `by`: "hand",
// "refresh", else a schedule.
bool asks_for(const Rule& rule, const Notice& notice);

// The rules of a package.yml, in its order; none is fine. InvalidArgument with the place: an
// unknown key, kind or name in a template, an address that is none.
Result<std::vector<Rule>> read_rules(const package::Package& package);

enum class MailTls { StartTls, Tls, None };

struct MailOptions {
    std::string server;  // "host:port"; empty: no mail can be sent
    // Mails are put here as files (absolute) instead of being sent; empty: they are sent.
    std::string folder;
    std::string from;  // "tradewind@example.org" or "Tradewind <tradewind@example.org>"
    std::string user;  // empty: without logging in
    MailTls tls = MailTls::StartTls;
    std::string ca_file;  // certificates to trust instead of the system's
};

struct NotifyOptions {
    MailOptions mail;
    std::string mail_password_file;             // absolute
    std::string mail_password_env;              // name of a variable
    std::string workspace;                      // secret files are looked for here
    std::string outbox_folder;                  // attachments wait here
    std::int64_t timeout_us = 30'000'000;       // of one attempt, all in all
    std::int64_t retry_first_us = 10'000'000;   // doubled each time,
    std::int64_t retry_max_us = 3'600'000'000;  // up to this: with 12 attempts about 3.5 h
    int attempts_max = 12;
    std::size_t waiting_max = 10'000;             // deliveries; more are ResourceExhausted
    std::size_t notices_kept = 10'000;            // the newest; what waits is always kept
    std::size_t attachment_bytes_max = 20 << 20;  // of one mail: what servers commonly take
    std::size_t text_bytes_max = 64 << 10;        // longer ones are cut
    std::size_t threads_max = 8;                  // mail has one; each web server one, up to this
};

enum class DeliveryState { Waiting, Delivered, GivenUp };
const char* to_string(DeliveryState state);

// One notice on its way to one receiver.
struct DeliveryRecord {
    std::int64_t id = 0;
    std::string channel;   // mail, webhook
    std::string receiver;  // an address; the machine that a web address leads to
    DeliveryState state = DeliveryState::Waiting;
    int attempts = 0;
    std::string error;  // of the last attempt
    Timestamp next_at;  // while it waits
    Timestamp settled_at;
};

struct NoticeRecord {
    std::int64_t id = 0;
    Notice notice;
    std::vector<DeliveryRecord> deliveries;  // none: no rule asks for it
};
json::Value to_json(const NoticeRecord& notice);

struct NotifierParts {
    std::vector<Rule> rules;  // of all packages
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::WebClient* web = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
    // The file of a name under `attach:` (absolute), for this notice. May be empty.
    std::function<Result<std::string>(const Notice& notice, const std::string& name)>
        find_attachment;
    // Told of each notice when it is durable, and when one of its deliveries is settled: it answers
    // at once. May be empty.
    std::function<void(const NoticeRecord&)> on_notice;
    os::Environment environment;
};

// All methods: any thread.
class Notifier {
public:
    virtual ~Notifier() = default;
    // Durable when it returns; sent later. Told again with the same key: ok, and nothing is done.
    // ResourceExhausted: too many wait already. Io and the like: nothing was kept.
    virtual Result<void> tell(const Notice& notice) = 0;
    // A notice of kind "test" to every receiver that the package's rules name, whatever they ask
    // for. NotFound: no rules.
    virtual Result<NoticeRecord> tell_test(const std::string& package) = 0;
    // Newest first.
    virtual Result<std::vector<NoticeRecord>> list(std::int64_t limit) = 0;
    virtual Result<NoticeRecord> show(std::int64_t id) = 0;
    // Returns when none of its deliveries waits for its first attempt any more, or after so long.
    virtual Result<NoticeRecord> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // What is under way is given up (and goes on at the next start).
    virtual void stop() = 0;
};

// InvalidArgument: a server or sender that is none, a password that would travel in clear text.
Result<void> check_mail(const MailOptions& mail);
Result<std::unique_ptr<Notifier>> open_notifier(NotifyOptions options, NotifierParts parts);

}  // namespace tradewind::notify

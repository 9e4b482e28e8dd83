// The settings of what leads out of the platform: lineage events, mail, notices.
#include <utility>

#include "app/settings_table.h"

namespace tradewind::app {

namespace {

constexpr std::int64_t ms_us = 1000;

#define MEMBER(expression) [](Settings& s) -> auto& { return s.expression; }

Result<void> read_lineage_namespace(Settings& settings, std::string_view text) {
    settings.lineage.job_namespace = TRY(read_text(text));
    return {};
}

std::vector<Setting> lineage_settings() {
    return {
        {"lineage",
         "openlineage_file",
         "none",
         "OpenLineage events of all runs are added to this file, one a line; a path in the "
         "workspace or absolute.",
         or_none(MEMBER(lineage.file), read_text)},
        {"lineage",
         "openlineage_url",
         "none",
         "They are posted to this address; one without a path gets /api/v1/lineage.",
         or_none(MEMBER(lineage.url), read_web_address)},
        {"lineage",
         "openlineage_token_file",
         "none",
         "A file whose content goes with them as the bearer's token.",
         or_none(MEMBER(lineage_token_file), read_text)},
        {"lineage",
         "namespace",
         "tradewind",
         "What their jobs and tables are called in: one for each workspace.",
         read_lineage_namespace},
    };
}

Result<std::string> read_mail_server(std::string_view text) {
    notify::MailOptions mail;
    mail.server = TRY(read_text(text));
    TRY(notify::check_mail(mail));
    return mail.server;
}

Result<std::string> read_mail_sender(std::string_view text) {
    notify::MailOptions mail;
    mail.from = TRY(read_text(text));
    TRY(notify::check_mail(mail));
    return mail.from;
}

std::vector<Setting> mail_settings() {
    return {
        {"mail",
         "server",
         "none",
         "Host and port of the server that takes notices by mail, like mail.example.org:587.",
         or_none(MEMBER(notify.mail.server), read_mail_server)},
        {"mail",
         "folder",
         "none",
         "Mails are put into this folder, in the workspace or absolute, instead of being sent: to "
         "try notices out.",
         or_none(MEMBER(notify.mail.folder), read_text)},
        {"mail",
         "from",
         "none",
         "The sender: an address, or a name with the address in <>.",
         or_none(MEMBER(notify.mail.from), read_mail_sender)},
        {"mail",
         "tls",
         "starttls",
         "starttls, tls (from the first byte) or none; with none no password is sent to another "
         "machine.",
         words(
             {{"starttls", [](Settings& s) { s.notify.mail.tls = notify::MailTls::StartTls; }},
              {"tls", [](Settings& s) { s.notify.mail.tls = notify::MailTls::Tls; }},
              {"none", [](Settings& s) { s.notify.mail.tls = notify::MailTls::None; }}}
         )},
        {"mail",
         "ca_file",
         "none",
         "Certificates to trust instead of the system's.",
         or_none(MEMBER(notify.mail.ca_file), read_text)},
        {"mail",
         "user",
         "none",
         "Who logs in; none: without.",
         or_none(MEMBER(notify.mail.user), read_text)},
        {"mail",
         "password_file",
         "none",
         "A file whose content is the password; a path in the workspace or absolute.",
         or_none(MEMBER(notify.mail_password_file), read_text)},
        {"mail",
         "password_env",
         "none",
         "Or the name of a variable of the environment that holds it.",
         or_none(MEMBER(notify.mail_password_env), read_text)},
    };
}

std::vector<Setting> notices_settings() {
    return {
        {"notices",
         "timeout",
         "30s",
         "How long one attempt to deliver a notice may take.",
         duration(MEMBER(notify.timeout_us), ms_us)},
        {"notices",
         "attempts",
         "12",
         "So often it is tried, then it is given up.",
         count(MEMBER(notify.attempts_max), 1, 1000)},
        {"notices",
         "retry_delay",
         "10s",
         "How long it waits after the first failure, doubled each time up to an hour.",
         duration(MEMBER(notify.retry_first_us), ms_us)},
    };
}

#undef MEMBER

}  // namespace

std::vector<Setting> outward_settings() {
    std::vector<Setting> all = lineage_settings();
    for (const auto& section : {mail_settings, notices_settings}) {
        for (Setting& setting : section()) all.push_back(std::move(setting));
    }
    return all;
}

}  // namespace tradewind::app

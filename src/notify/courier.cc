#include "notify/courier.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "notify/compose.h"
#include "notify/signature.h"
#include "notify/smtp.h"

namespace tradewind::notify {

namespace {

constexpr int too_many_requests = 429;
constexpr int request_timeout = 408;

Error not_now(std::string message) {
    return Error(ErrorCode::Unavailable, std::move(message));
}

Result<void> judge(const os::WebAnswer& answer) {
    const int status = answer.status;
    if (status >= 200 && status < 300) return {};
    const std::string said = "it answered " + std::to_string(status);
    if (status >= 500 || status == request_timeout || status == too_many_requests)
        return not_now(said);
    if (status >= 300 && status < 400) {
        return Error(ErrorCode::InvalidArgument, said)
            .with_hint("Redirects are not followed: give the address that it leads to.");
    }
    return Error(ErrorCode::InvalidArgument, said);
}

}  // namespace

Result<void> Courier::deliver(const WaitingParcel& parcel, const os::GiveUp& give_up) {
    return parcel.parcel.channel == "mail" ? deliver_mail(parcel, give_up)
                                           : deliver_webhook(parcel, give_up);
}

Result<std::string> Courier::secret(const std::string& variable, const std::string& file) const {
    const std::string path = file.empty() ? "" : os::join(options_.workspace, file);
    return os::read_secret({variable, path}, *parts_.files, parts_.environment);
}

Result<void> Courier::deliver_mail(const WaitingParcel& parcel, const os::GiveUp& give_up) {
    const MailOptions& options = options_.mail;
    if ((options.server.empty() && options.folder.empty()) || options.from.empty()) {
        return std::move(not_now("no mail can be sent: mail.server or mail.from is not set"))
            .with_hint("Set both in tradewind.yml.");
    }
    const Mail mail = read_mail(parcel, TRY(parse_address(options.from)));
    if (!options.folder.empty()) return put_mail(mail, parcel.parcel.receiver);
    Envelope envelope;
    envelope.from = mail.from.mail;
    envelope.to = parcel.parcel.receiver;
    envelope.text = format_mail(mail);
    envelope.timeout_us = options_.timeout_us;
    if (!options.user.empty())
        envelope.password = TRY(secret(options_.mail_password_env, options_.mail_password_file));
    return send_mail(options, envelope, give_up);
}

// What cannot go with the mail is told in it.
Mail Courier::read_mail(const WaitingParcel& parcel, Address from) const {
    Mail mail = read_mail_content(parcel.parcel.content);
    mail.from = std::move(from);
    mail.message_id += "@" + domain_of(mail.from);
    mail.at = parcel.notice.at;
    mail.headers = {
        {"X-Tradewind-Package", parcel.notice.package}, {"X-Tradewind-Kind", parcel.notice.kind}
    };
    for (const KeptFile& file : read_kept_files(parcel.parcel.content)) {
        auto attachment = read_kept(*parts_.files, file, options_.attachment_bytes_max);
        if (attachment.ok()) {
            mail.attachments.push_back(std::move(attachment).take());
        } else {
            mail.text += "\nnot attached: " + attachment.error().describe() + "\n";
        }
    }
    return mail;
}

// One that is put there again, after a crash, is the same file.
Result<void> Courier::put_mail(const Mail& mail, const std::string& receiver) {
    os::Filesystem& files = *parts_.files;
    const std::string& folder = options_.mail.folder;
    std::string name = format_iso(mail.at).substr(0, 19) + " " + receiver + " " +
                       mail.message_id.substr(0, mail.message_id.find('@')) + ".eml";
    std::ranges::replace(name, '/', '_');
    std::erase(name, ':');
    const auto made = files.create_folders(folder);
    const auto written =
        made.ok() ? os::write_file_atomic(files, os::join(folder, name), format_mail(mail)) : made;
    if (written.ok()) return {};
    return std::move(
        not_now("the mail cannot be put into mail.folder: " + written.error().message())
    );
}

Result<os::WebRequest> Courier::web_request(const json::Value& content) {
    os::WebRequest request;
    request.url = content.text_or("url", "");
    if (request.url.empty()) request.url = TRY(secret(content.text_or("url_env", ""), ""));
    request.body = content.text_or("body", "");
    request.timeout_us = options_.timeout_us;
    request.headers = {
        {"Content-Type", "application/json"}, {"X-Tradewind-Notice", content.text_or("id", "")}
    };
    const std::string variable = content.text_or("secret_env", "");
    const std::string file = content.text_or("secret_file", "");
    if (variable.empty() && file.empty()) return request;
    const Signed made = sign(TRY(secret(variable, file)), parts_.clock->now(), request.body);
    request.headers.emplace_back("X-Tradewind-Timestamp", made.timestamp);
    request.headers.emplace_back("X-Tradewind-Signature", made.signature);
    return request;
}

Result<void> Courier::deliver_webhook(const WaitingParcel& parcel, const os::GiveUp& give_up) {
    const os::WebRequest request = TRY(web_request(parcel.parcel.content));
    return judge(TRY(parts_.web->send(request, give_up)));
}

}  // namespace tradewind::notify

#include "cli/night_mails.h"

#include "base/text.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr std::uint64_t mail_bytes_max = 64u << 20;

// The platform writes each of these on one line.
Mail read_mail(const std::string& text) {
    constexpr std::string_view attachment = "Content-Disposition: attachment; filename*=UTF-8''";
    Mail mail;
    for (const std::string_view untrimmed : split(text, '\n')) {
        const std::string_view line = trim(untrimmed);
        const auto value = [&](std::string_view name) -> std::string {
            return line.starts_with(name) ? std::string(line.substr(name.size())) : "";
        };
        if (line.starts_with("To: ")) mail.to = value("To: ");
        if (line.starts_with("Subject: ")) mail.subject = value("Subject: ");
        if (line.starts_with("X-Tradewind-Kind: ")) mail.kind = value("X-Tradewind-Kind: ");
        if (line.starts_with(attachment)) mail.attachments.push_back(value(attachment));
    }
    return mail;
}

}  // namespace

Result<std::vector<Mail>> mails_of(const std::string& folder, const std::string& kind) {
    const auto files = os::make_posix_filesystem();
    std::vector<Mail> mails;
    if (!files->exists(folder)) return mails;
    for (const os::FileInfo& entry : TRY(files->list(folder))) {
        if (!entry.name.ends_with(".eml")) continue;
        Mail mail =
            read_mail(TRY(os::read_file(*files, os::join(folder, entry.name), mail_bytes_max)));
        if (mail.kind == kind) mails.push_back(std::move(mail));
    }
    return mails;
}

}  // namespace tradewind::cli

// From a notice and the rules to what each receiver gets.
#pragma once

#include <string>
#include <vector>

#include "notify/attachments.h"
#include "notify/mime.h"
#include "notify/notice_store.h"

namespace tradewind::notify {

// A notice within its limits: texts are UTF-8 without control characters, and are cut when too
// long, since they may hold what a stranger's file or server said.
Notice within_limits(const Notice& notice, const NotifyOptions& options);

std::string mail_lane();
// Every lane that the rules can need.
std::vector<std::string> lanes_of(const std::vector<Rule>& rules);

// One for each receiver of the rule.
class Composer {
public:
    Composer(const NotifyOptions& options, const NotifierParts& parts, Attachments& attachments)
        : options_(options), parts_(parts), attachments_(attachments) {}
    std::vector<Parcel> compose(const Rule& rule, const std::string& uid, const Notice& notice);

private:
    std::vector<Parcel> compose_mail(
        const Rule& rule, const std::string& uid, const Notice& notice
    );
    json::Value attach(const MailRule& rule, const Notice& notice, std::string& text);
    Result<std::string> find(const Notice& notice, const std::string& name) const;

    const NotifyOptions& options_;
    const NotifierParts& parts_;
    Attachments& attachments_;
    int mails_ = 0;  // rules of one notice that write a mail: each has an id of its own
};

// A mail's parts back from what compose() kept.
Mail read_mail_content(const json::Value& content);
std::vector<KeptFile> read_kept_files(const json::Value& content);

}  // namespace tradewind::notify

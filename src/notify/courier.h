// Brings one parcel to its receiver: one attempt.
#pragma once

#include <string>

#include "notify/mime.h"
#include "notify/notice_store.h"
#include "os/web_client.h"

namespace tradewind::notify {

// Any thread.
class Courier {
public:
    Courier(const NotifyOptions& options, const NotifierParts& parts)
        : options_(options), parts_(parts) {}

    // Unavailable: to be tried again. Cancelled: given up. Any other error: refused for good. No
    // message holds a secret.
    Result<void> deliver(const WaitingParcel& parcel, const os::GiveUp& give_up);

private:
    Result<void> deliver_mail(const WaitingParcel& parcel, const os::GiveUp& give_up);
    Mail read_mail(const WaitingParcel& parcel, Address from) const;
    Result<void> put_mail(const Mail& mail, const std::string& receiver);
    Result<void> deliver_webhook(const WaitingParcel& parcel, const os::GiveUp& give_up);
    Result<os::WebRequest> web_request(const json::Value& content);
    Result<std::string> secret(const std::string& variable, const std::string& file) const;

    const NotifyOptions& options_;
    const NotifierParts& parts_;
};

}  // namespace tradewind::notify

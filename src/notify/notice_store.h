// Notices and their deliveries in meta.sqlite.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "notify/notify.h"

namespace tradewind::notify {

// What is needed to deliver a notice to one receiver, as it was when it was told.
struct Parcel {
    std::string lane;      // deliveries of one lane go out one after another
    std::string channel;   // mail, webhook
    std::string receiver;  // for people; names no secret
    json::Value content;
};

struct WaitingParcel {
    std::int64_t id = 0;
    std::int64_t notice_id = 0;
    std::string uid;  // of its notice
    Parcel parcel;
    Notice notice;
    int attempts = 0;
};

// Any thread.
class NoticeStore {
public:
    static Result<NoticeStore> open(os::Database& database, const NotifyOptions& options);

    // AlreadyExists: a notice with that key was told before. ResourceExhausted: too many wait.
    Result<std::int64_t> add(
        const std::string& uid, const Notice& notice, const std::vector<Parcel>& parcels
    );
    Result<bool> told(const Notice& notice);
    // The one of these lanes that is due first, if it is due.
    Result<std::optional<WaitingParcel>> due(const std::vector<std::string>& lanes, Timestamp now);
    // When the next one of these lanes is due; nothing: none waits.
    Result<std::optional<Timestamp>> next_due(const std::vector<std::string>& lanes);
    Result<void> settle(
        std::int64_t id, DeliveryState state, int attempts, const std::string& error, Timestamp at
    );
    Result<void> put_off(
        std::int64_t id, int attempts, const std::string& error, Timestamp next_at
    );
    Result<bool> any_waiting(std::int64_t notice_id);
    Result<std::vector<std::string>> waiting_lanes();
    Result<std::vector<std::string>> waiting_uids();
    std::int64_t waiting_count();

    Result<std::vector<NoticeRecord>> list(std::int64_t limit);
    Result<NoticeRecord> show(std::int64_t id);

private:
    NoticeStore(os::Database& database, const NotifyOptions& options)
        : database_(&database),
          waiting_max_(options.waiting_max),
          kept_(options.notices_kept),
          retry_max_us_(options.retry_max_us) {}
    Result<void> insert(
        const std::string& uid, const Notice& notice, const std::vector<Parcel>& parcels
    );
    Result<void> forget_old(std::int64_t newest);
    Result<void> read_deliveries(NoticeRecord& record);

    os::Database* database_;
    std::size_t waiting_max_;
    std::size_t kept_;
    std::int64_t retry_max_us_;
};

}  // namespace tradewind::notify

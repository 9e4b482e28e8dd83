#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/log.h"
#include "notify/compose.h"
#include "notify/courier.h"
#include "notify/notice_store.h"
#include "os/random.h"

namespace tradewind::notify {

namespace {

// What waits is looked through this often at least: a clock may be set back.
constexpr std::int64_t look_interval_us = 60'000'000;
// After the database failed: it may be a full disk that somebody makes room on.
constexpr std::int64_t trouble_delay_us = 5'000'000;

// Each lane belongs to one group, each group to one thread; the first is for mail alone.
using Lanes = std::vector<std::string>;
std::vector<Lanes> group_lanes(std::set<std::string> lanes, std::size_t groups_max) {
    lanes.erase(mail_lane());
    std::vector<Lanes> groups{{mail_lane()}};
    const std::size_t room = std::max<std::size_t>(groups_max, 2) - 1;
    groups.resize(1 + std::min(lanes.size(), room));
    std::size_t next = 0;
    for (const std::string& lane : lanes) groups[1 + next++ % (groups.size() - 1)].push_back(lane);
    return groups;
}

class DurableNotifier : public Notifier {
public:
    DurableNotifier(NotifyOptions options, NotifierParts parts, NoticeStore store)
        : options_(std::move(options)),
          parts_(std::move(parts)),
          store_(std::move(store)),
          courier_(options_, parts_) {}
    ~DurableNotifier() override { stop(); }

    Result<void> start();

    Result<void> tell(const Notice& notice) override {
        const auto told = tell_by(notice, [&](const Rule& rule) { return asks_for(rule, notice); });
        if (told.ok()) return {};
        if (told.error().code() == ErrorCode::AlreadyExists) return {};
        return told.error();
    }
    Result<NoticeRecord> tell_test(const std::string& package) override;
    Result<std::vector<NoticeRecord>> list(std::int64_t limit) override {
        return store_.list(limit);
    }
    Result<NoticeRecord> show(std::int64_t id) override { return store_.show(id); }
    Result<NoticeRecord> wait(std::int64_t id, std::int64_t timeout_us) override;
    void stop() override;

private:
    Result<std::int64_t> tell_by(
        const Notice& notice, const std::function<bool(const Rule&)>& asked_for
    );
    void work(const Lanes& lanes);
    // False: nothing was due.
    Result<bool> deliver_one(const Lanes& lanes);
    Result<void> note(const WaitingParcel& parcel, const Result<void>& done);
    Result<void> note_end(
        const WaitingParcel& parcel, DeliveryState state, const std::string& error
    );
    Result<void> note_failure(const WaitingParcel& parcel, const Error& error);
    std::int64_t delay_us(int attempts) const;
    std::int64_t idle_us(const Lanes& lanes);
    void wait_for_news(std::uint64_t seen, std::int64_t delay_us);
    void wake();
    void show_on(std::int64_t id);
    Counter& outcomes(const std::string& channel, const char* outcome) {
        return parts_.metrics->counter(
            "tradewind_notice_deliveries_total",
            "Attempts to bring a notice to a receiver, by how they ended.",
            {{"channel", channel}, {"outcome", outcome}}
        );
    }

    const NotifyOptions options_;
    const NotifierParts parts_;
    NoticeStore store_;
    Courier courier_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t news_ = 0;
    std::vector<std::thread> threads_;  // last: they use all of the above
};

Result<void> DurableNotifier::start() {
    if (options_.threads_max > 0)
        TRY(sweep_attachments(*parts_.files, options_.outbox_folder, TRY(store_.waiting_uids())));
    parts_.metrics->gauge_function(
        "tradewind_notices_waiting",
        "Notices that wait for their receivers, each receiver counted.",
        {},
        [this] { return static_cast<double>(store_.waiting_count()); }
    );
    if (options_.threads_max == 0) return {};  // whoever only reads sends nothing
    std::set<std::string> lanes;
    for (std::string& lane : lanes_of(parts_.rules)) lanes.insert(std::move(lane));
    for (std::string& lane : TRY(store_.waiting_lanes())) lanes.insert(std::move(lane));
    for (Lanes& group : group_lanes(std::move(lanes), options_.threads_max))
        threads_.emplace_back([this, mine = std::move(group)] { work(mine); });
    return {};
}

Result<std::int64_t> DurableNotifier::tell_by(
    const Notice& notice, const std::function<bool(const Rule&)>& asked_for
) {
    if (TRY(store_.told(notice))) return Error(ErrorCode::AlreadyExists, "told before");
    Notice fit = within_limits(notice, options_);
    if (fit.at.micros == 0) fit.at = parts_.clock->now();
    const std::string uid = os::random_id();
    Attachments attachments(
        *parts_.files, os::join(options_.outbox_folder, uid), options_.attachment_bytes_max
    );
    Composer composer(options_, parts_, attachments);
    std::vector<Parcel> parcels;
    for (const Rule& rule : parts_.rules) {
        if (rule.package != notice.package || !asked_for(rule)) continue;
        for (Parcel& parcel : composer.compose(rule, uid, fit))
            parcels.push_back(std::move(parcel));
    }
    auto id = store_.add(uid, fit, parcels);
    if (!id.ok()) {
        attachments.remove();
        return id;
    }
    parts_.metrics->counter("tradewind_notices_total", "Notices told.", {{"kind", fit.kind}}).add();
    wake();
    show_on(*id);
    return id;
}

Result<NoticeRecord> DurableNotifier::tell_test(const std::string& package) {
    const bool any = std::ranges::any_of(parts_.rules, [&](const Rule& rule) {
        return rule.package == package;
    });
    if (!any) {
        return Error(ErrorCode::NotFound, "package " + package + " notifies nobody")
            .with_hint("Give its package.yml notifications: with mail: or webhook:.");
    }
    Notice notice;
    notice.kind = "test";
    notice.package = package;
    notice.subject = "notifications";
    notice.title = "a test of the notifications of " + package;
    notice.text =
        "Somebody asked for a test. Whoever gets this is told of what happens to the package.";
    return store_.show(TRY(tell_by(notice, [](const Rule&) { return true; })));
}

Result<NoticeRecord> DurableNotifier::wait(std::int64_t id, std::int64_t timeout_us) {
    const std::int64_t deadline_us = parts_.clock->monotonic_us() + timeout_us;
    while (true) {
        std::uint64_t seen = 0;
        {
            std::lock_guard lock(mutex_);
            seen = news_;
        }
        NoticeRecord record = TRY(store_.show(id));
        const bool open = std::ranges::any_of(record.deliveries, [](const DeliveryRecord& one) {
            return one.state == DeliveryState::Waiting && one.attempts == 0;
        });
        const std::int64_t left_us = deadline_us - parts_.clock->monotonic_us();
        if (!open || left_us <= 0 || stopping_) return record;
        wait_for_news(seen, left_us);
    }
}

void DurableNotifier::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        ++news_;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void DurableNotifier::wake() {
    {
        std::lock_guard lock(mutex_);
        ++news_;
    }
    changed_.notify_all();
}

void DurableNotifier::show_on(std::int64_t id) {
    if (!parts_.on_notice) return;
    const auto record = store_.show(id);
    if (record.ok()) parts_.on_notice(*record);
}

void DurableNotifier::wait_for_news(std::uint64_t seen, std::int64_t delay_us) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::microseconds(delay_us), [&] {
        return stopping_ || news_ != seen;
    });
}

void DurableNotifier::work(const Lanes& lanes) {
    while (!stopping_) {
        std::uint64_t seen = 0;
        {
            std::lock_guard lock(mutex_);
            seen = news_;
        }
        const auto delivered = deliver_one(lanes);
        if (delivered.ok() && *delivered) continue;
        if (delivered.ok()) {
            wait_for_news(seen, idle_us(lanes));
            continue;
        }
        log::error("notices wait", {{"reason", delivered.error().describe()}});
        wait_for_news(seen, trouble_delay_us);
    }
}

std::int64_t DurableNotifier::idle_us(const Lanes& lanes) {
    const auto next = store_.next_due(lanes);
    if (!next.ok() || !*next) return look_interval_us;
    return std::clamp<std::int64_t>(
        (*next)->micros - parts_.clock->now().micros, 0, look_interval_us
    );
}

Result<bool> DurableNotifier::deliver_one(const Lanes& lanes) {
    const auto parcel = TRY(store_.due(lanes, parts_.clock->now()));
    if (!parcel) return false;
    const os::GiveUp give_up = [this] { return stopping_.load(); };
    const Result<void> done = courier_.deliver(*parcel, give_up);
    if (!done.ok() && done.error().code() == ErrorCode::Cancelled) return true;
    TRY(note(*parcel, done));
    wake();
    return true;
}

Result<void> DurableNotifier::note(const WaitingParcel& parcel, const Result<void>& done) {
    if (done.ok()) {
        outcomes(parcel.parcel.channel, "delivered").add();
        return note_end(parcel, DeliveryState::Delivered, "");
    }
    const bool last = parcel.attempts + 1 >= options_.attempts_max;
    if (done.error().code() == ErrorCode::Unavailable && !last)
        return note_failure(parcel, done.error());
    outcomes(parcel.parcel.channel, "given_up").add();
    log::error(
        "a notice was not delivered, and will not be tried again",
        {{"to", parcel.parcel.receiver},
         {"package", parcel.notice.package},
         {"title", parcel.notice.title},
         {"attempts", parcel.attempts + 1},
         {"reason", done.error().describe()}}
    );
    return note_end(parcel, DeliveryState::GivenUp, done.error().describe());
}

Result<void> DurableNotifier::note_end(
    const WaitingParcel& parcel, DeliveryState state, const std::string& error
) {
    TRY(store_.settle(parcel.id, state, parcel.attempts + 1, error, parts_.clock->now()));
    show_on(parcel.notice_id);
    if (TRY(store_.any_waiting(parcel.notice_id))) return {};
    return os::remove_tree(*parts_.files, os::join(options_.outbox_folder, parcel.uid));
}

Result<void> DurableNotifier::note_failure(const WaitingParcel& parcel, const Error& error) {
    outcomes(parcel.parcel.channel, "failed").add();
    if (parcel.attempts == 0) {
        log::warn(
            "a notice waits for its receiver",
            {{"to", parcel.parcel.receiver},
             {"title", parcel.notice.title},
             {"reason", error.describe()}}
        );
    }
    const Timestamp next{parts_.clock->now().micros + delay_us(parcel.attempts)};
    return store_.put_off(parcel.id, parcel.attempts + 1, error.describe(), next);
}

std::int64_t DurableNotifier::delay_us(int attempts) const {
    std::int64_t delay = options_.retry_first_us;
    for (int i = 0; i < attempts && delay < options_.retry_max_us; ++i) delay *= 2;
    return std::min(delay, options_.retry_max_us);
}

}  // namespace

Result<void> check_mail(const MailOptions& mail) {
    if (!mail.from.empty()) TRY(parse_address(mail.from));
    if (mail.server.empty()) return {};
    const ServerAddress server = TRY(parse_server(mail.server));
    if (mail.tls != MailTls::None || mail.user.empty() || is_loopback(server)) return {};
    return Error(
               ErrorCode::InvalidArgument,
               "mail.tls is none: the password would travel to " + mail.server + " in clear text"
    )
        .with_hint("Set mail.tls to starttls or tls.");
}

Result<std::unique_ptr<Notifier>> open_notifier(NotifyOptions options, NotifierParts parts) {
    TRY(check_mail(options.mail));
    NoticeStore store = TRY(NoticeStore::open(*parts.database, options));
    auto notifier =
        std::make_unique<DurableNotifier>(std::move(options), std::move(parts), std::move(store));
    TRY(notifier->start());
    return std::unique_ptr<Notifier>(std::move(notifier));
}

}  // namespace tradewind::notify

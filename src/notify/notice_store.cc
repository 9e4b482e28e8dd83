#include "notify/notice_store.h"

#include <array>
#include <utility>

namespace tradewind::notify {

namespace {

using os::integer_of;
using os::text_of;

constexpr std::array<std::string_view, 5> tables{
    R"(CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    kind TEXT NOT NULL,
    package TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    facts TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE IF NOT EXISTS notice_keys (
    package TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (package, key)
) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE IF NOT EXISTS notice_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notice INTEGER NOT NULL REFERENCES notices (id),
    lane TEXT NOT NULL,
    channel TEXT NOT NULL,
    receiver TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    next_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL
) STRICT)",
    "CREATE INDEX IF NOT EXISTS notice_deliveries_by_state ON notice_deliveries (state, lane, "
    "next_at)",
    "CREATE INDEX IF NOT EXISTS notice_deliveries_by_notice ON notice_deliveries (notice)"
};

const std::string notice_columns =
    "n.id, n.kind, n.package, n.subject, n.title, n.text, n.facts, n.at";

Notice read_notice(const os::SqlRow& row, std::size_t at) {
    Notice notice;
    notice.kind = text_of(row[at]);
    notice.package = text_of(row[at + 1]);
    notice.subject = text_of(row[at + 2]);
    notice.title = text_of(row[at + 3]);
    notice.text = text_of(row[at + 4]);
    notice.at.micros = integer_of(row[at + 6]);
    const auto facts = json::parse(text_of(row[at + 5]));
    if (!facts.ok()) return notice;
    for (const auto& [name, value] : facts->members()) notice.facts[name] = value.text();
    return notice;
}

std::string facts_text(const Notice& notice) {
    json::Value facts = json::Value::object();
    for (const auto& [name, value] : notice.facts) facts.set(name, json::Value::string(value));
    return facts.dump();
}

DeliveryState state_of(const std::string& text) {
    if (text == to_string(DeliveryState::Delivered)) return DeliveryState::Delivered;
    return text == to_string(DeliveryState::Waiting) ? DeliveryState::Waiting
                                                     : DeliveryState::GivenUp;
}

// "(?, ?, ?)"
std::string places(std::size_t count) {
    std::string text = "(";
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text + ")";
}

std::vector<os::SqlValue> values(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

}  // namespace

const char* to_string(DeliveryState state) {
    switch (state) {
        case DeliveryState::Waiting:
            return "waiting";
        case DeliveryState::Delivered:
            return "delivered";
        case DeliveryState::GivenUp:
            return "given_up";
    }
    fail_check("a delivery's state", "unknown");
}

Result<NoticeStore> NoticeStore::open(os::Database& database, const NotifyOptions& options) {
    TRY(database.transaction([&]() -> Result<void> {
        for (const std::string_view statement : tables) TRY(database.run(statement));
        return {};
    }));
    return NoticeStore(database, options);
}

Result<bool> NoticeStore::told(const Notice& notice) {
    if (notice.key.empty()) return false;
    const auto rows = TRY(database_->run(
        "SELECT 1 FROM notice_keys WHERE package = ? AND key = ?", {notice.package, notice.key}
    ));
    return !rows.empty();
}

Result<std::int64_t> NoticeStore::add(
    const std::string& uid, const Notice& notice, const std::vector<Parcel>& parcels
) {
    std::int64_t id = 0;
    TRY(database_->transaction([&]() -> Result<void> {
        if (!notice.key.empty()) {
            TRY(database_->run(
                "INSERT INTO notice_keys VALUES (?, ?)", {notice.package, notice.key}
            ));
        }
        TRY(insert(uid, notice, parcels));
        id = integer_of(TRY(database_->run("SELECT max(id) FROM notices")).at(0).at(0));
        return forget_old(id);
    }));
    return id;
}

Result<void> NoticeStore::insert(
    const std::string& uid, const Notice& notice, const std::vector<Parcel>& parcels
) {
    const auto waiting =
        TRY(database_->run("SELECT count(*) FROM notice_deliveries WHERE state = 'waiting'"));
    if (integer_of(waiting[0][0]) + static_cast<std::int64_t>(parcels.size()) >
        static_cast<std::int64_t>(waiting_max_)) {
        return Error(ErrorCode::ResourceExhausted, "too many notices wait to be delivered already")
            .with_hint("See who cannot be reached: `tradewind notices`.");
    }
    TRY(database_->run(
        "INSERT INTO notices (uid, kind, package, subject, title, text, facts, at) VALUES (?, ?, "
        "?, ?, ?, ?, ?, ?)",
        {uid,
         notice.kind,
         notice.package,
         notice.subject,
         notice.title,
         notice.text,
         facts_text(notice),
         notice.at.micros}
    ));
    for (const Parcel& parcel : parcels) {
        TRY(database_->run(
            "INSERT INTO notice_deliveries (notice, lane, channel, receiver, content, state, "
            "attempts, error, next_at, settled_at) SELECT max(id), ?, ?, ?, ?, 'waiting', 0, '', "
            "?, 0 FROM notices",
            {parcel.lane, parcel.channel, parcel.receiver, parcel.content.dump(), notice.at.micros}
        ));
    }
    return {};
}

// What still waits is kept, however old.
Result<void> NoticeStore::forget_old(std::int64_t newest) {
    const std::string old =
        " <= ? AND NOT EXISTS (SELECT 1 FROM notice_deliveries w WHERE w.notice = ";
    const std::int64_t last = newest - static_cast<std::int64_t>(kept_);
    TRY(database_->run(
        "DELETE FROM notice_deliveries WHERE notice" + old +
            "notice_deliveries.notice AND w.state = 'waiting')",
        {last}
    ));
    TRY(database_->run(
        "DELETE FROM notices WHERE id" + old + "notices.id AND w.state = 'waiting')", {last}
    ));
    return {};
}

Result<std::optional<WaitingParcel>> NoticeStore::due(
    const std::vector<std::string>& lanes, Timestamp now
) {
    auto parameters = values(lanes);
    parameters.emplace_back(now.micros);
    // Further off than any delay: the clock was set back since.
    parameters.emplace_back(now.micros + retry_max_us_);
    const auto rows = TRY(database_->run(
        "SELECT d.id, d.notice, n.uid, d.lane, d.channel, d.receiver, d.content, d.attempts, "
        "n.kind, n.package, n.subject, n.title, n.text, n.facts, n.at FROM notice_deliveries d "
        "JOIN notices n ON n.id = d.notice WHERE d.state = 'waiting' AND d.lane IN " +
            places(lanes.size()) +
            " AND (d.next_at <= ? OR d.next_at > ?) ORDER BY d.next_at, d.id LIMIT 1",
        parameters
    ));
    if (rows.empty()) return std::optional<WaitingParcel>();
    const os::SqlRow& row = rows[0];
    WaitingParcel found;
    found.id = integer_of(row[0]);
    found.notice_id = integer_of(row[1]);
    found.uid = text_of(row[2]);
    found.parcel = {text_of(row[3]), text_of(row[4]), text_of(row[5]), {}};
    found.parcel.content = TRY(json::parse(text_of(row[6])));
    found.attempts = static_cast<int>(integer_of(row[7]));
    found.notice = read_notice(row, 8);
    return std::optional(std::move(found));
}

Result<std::optional<Timestamp>> NoticeStore::next_due(const std::vector<std::string>& lanes) {
    const auto rows = TRY(database_->run(
        "SELECT min(next_at) FROM notice_deliveries WHERE state = 'waiting' AND lane IN " +
            places(lanes.size()),
        values(lanes)
    ));
    if (std::holds_alternative<std::monostate>(rows[0][0])) return std::optional<Timestamp>();
    return std::optional(Timestamp{integer_of(rows[0][0])});
}

Result<void> NoticeStore::settle(
    std::int64_t id, DeliveryState state, int attempts, const std::string& error, Timestamp at
) {
    // The content is not needed any more, and may be the largest part.
    TRY(database_->run(
        "UPDATE notice_deliveries SET state = ?, attempts = ?, error = ?, settled_at = ?, content "
        "= '{}' WHERE id = ?",
        {std::string(to_string(state)), std::int64_t{attempts}, error, at.micros, id}
    ));
    return {};
}

Result<void> NoticeStore::put_off(
    std::int64_t id, int attempts, const std::string& error, Timestamp next_at
) {
    TRY(database_->run(
        "UPDATE notice_deliveries SET attempts = ?, error = ?, next_at = ? WHERE id = ?",
        {std::int64_t{attempts}, error, next_at.micros, id}
    ));
    return {};
}

Result<bool> NoticeStore::any_waiting(std::int64_t notice_id) {
    return !TRY(database_->run(
        "SELECT 1 FROM notice_deliveries WHERE notice = ? AND state = 'waiting' LIMIT "
        "1",
        {notice_id}
    ))
    .empty();
}

Result<std::vector<std::string>> NoticeStore::waiting_lanes() {
    std::vector<std::string> lanes;
    const auto rows =
        TRY(database_->run("SELECT DISTINCT lane FROM notice_deliveries WHERE state = 'waiting'"));
    for (const os::SqlRow& row : rows) lanes.push_back(text_of(row[0]));
    return lanes;
}

Result<std::vector<std::string>> NoticeStore::waiting_uids() {
    std::vector<std::string> uids;
    const auto rows = TRY(database_->run(
        "SELECT DISTINCT n.uid FROM notices n JOIN notice_deliveries d ON d.notice = n.id WHERE "
        "d.state = 'waiting'"
    ));
    for (const os::SqlRow& row : rows) uids.push_back(text_of(row[0]));
    return uids;
}

std::int64_t NoticeStore::waiting_count() {
    const auto rows =
        database_->run("SELECT count(*) FROM notice_deliveries WHERE state = 'waiting'");
    return rows.ok() ? integer_of((*rows)[0][0]) : 0;
}

Result<void> NoticeStore::read_deliveries(NoticeRecord& record) {
    const auto rows = TRY(database_->run(
        "SELECT id, channel, receiver, state, attempts, error, next_at, settled_at FROM "
        "notice_deliveries WHERE notice = ? ORDER BY id",
        {record.id}
    ));
    for (const os::SqlRow& row : rows) {
        DeliveryRecord delivery;
        delivery.id = integer_of(row[0]);
        delivery.channel = text_of(row[1]);
        delivery.receiver = text_of(row[2]);
        delivery.state = state_of(text_of(row[3]));
        delivery.attempts = static_cast<int>(integer_of(row[4]));
        delivery.error = text_of(row[5]);
        if (delivery.state == DeliveryState::Waiting) delivery.next_at.micros = integer_of(row[6]);
        delivery.settled_at.micros = integer_of(row[7]);
        record.deliveries.push_back(std::move(delivery));
    }
    return {};
}

Result<std::vector<NoticeRecord>> NoticeStore::list(std::int64_t limit) {
    std::vector<NoticeRecord> records;
    const auto rows = TRY(database_->run(
        "SELECT " + notice_columns + " FROM notices n ORDER BY n.id DESC LIMIT ?", {limit}
    ));
    for (const os::SqlRow& row : rows) {
        NoticeRecord record;
        record.id = integer_of(row[0]);
        record.notice = read_notice(row, 1);
        TRY(read_deliveries(record));
        records.push_back(std::move(record));
    }
    return records;
}

Result<NoticeRecord> NoticeStore::show(std::int64_t id) {
    const auto rows =
        TRY(database_->run("SELECT " + notice_columns + " FROM notices n WHERE n.id = ?", {id}));
    if (rows.empty()) {
        return Error(ErrorCode::NotFound, "there is no notice " + std::to_string(id));
    }
    NoticeRecord record;
    record.id = id;
    record.notice = read_notice(rows[0], 1);
    TRY(read_deliveries(record));
    return record;
}

}  // namespace tradewind::notify

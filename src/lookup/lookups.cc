// What is held now, and the thread that takes up newer versions.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "lookup/folded_text.h"
#include "lookup/held_table.h"
#include "lookup/search_index.h"
#include "lookup/versions.h"

namespace tradewind::lookup {

namespace {

using Table = std::shared_ptr<const HeldTable>;  // null: there is none, or it is too large
using Index = std::shared_ptr<const SearchIndex>;

// All that is held, as one request sees it.
struct Held {
    std::map<const Lookup*, Table> tables;
    std::map<const Search*, Index> indexes;
};

// How far one lookup or search has come.
struct Seen {
    std::int64_t version = 0;
    std::int64_t failed = 0;  // this version could not be read …
    std::int64_t failed_at_us = 0;
};

Question question_of(const std::string& asked) {
    Question question;
    question.text = trim(asked);
    question.folded = fold(question.text);
    question.words = words_of(question.folded);
    return question;
}

Result<void> check_question(const std::string& asked, const Question& question) {
    if (asked.size() > question_bytes_max)
        return Error(
            ErrorCode::InvalidArgument,
            "a question has at most " + std::to_string(question_bytes_max) + " bytes"
        );
    if (question.words.empty()) {
        return Error(ErrorCode::InvalidArgument, "there is no word to look for")
            .with_hint("Words have letters or digits.");
    }
    if (question.words.size() <= question_words_max) return {};
    return Error(
        ErrorCode::InvalidArgument,
        "a question has at most " + std::to_string(question_words_max) + " words"
    );
}

// A cursor is a place in the list, bound to its question.
std::string cursor_of(const Question& question, std::size_t place) {
    return base64url_encode(std::to_string(hash64(question.folded)) + "." + std::to_string(place));
}

Result<std::size_t> place_of(const Question& question, const std::optional<std::string>& cursor) {
    if (!cursor) return std::size_t{0};
    const Error bad(ErrorCode::InvalidArgument, "this cursor belongs to no such search");
    const auto text = base64url_decode(*cursor);
    if (!text.ok()) return bad;
    const std::vector<std::string> parts = split(*text, '.');
    if (parts.size() != 2 || parts[0] != std::to_string(hash64(question.folded))) return bad;
    const auto place = parse_integer(parts[1]);
    if (!place || *place < 0) return bad;
    return static_cast<std::size_t>(*place);
}

constexpr std::chrono::seconds first_look{2};

class HeldTables : public Lookups {
public:
    HeldTables(HoldOptions options, HoldParts parts)
        : options_(options), parts_(std::move(parts)), versions_(parts_, options.read_timeout_us) {
        if (options_.look_us == 0) return;
        thread_ = std::thread([this] { follow(); });
        // Most tables are there in a moment; what takes longer is as if it had not been made yet.
        std::unique_lock lock(stopping_mutex_);
        wake_.wait_for(lock, first_look, [this] { return ever_looked_.load(); });
    }
    ~HeldTables() override { stop(); }

    void stop() override {
        {
            std::lock_guard lock(stopping_mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
    }

    void renew() override {
        std::lock_guard lock(renewing_);
        Held next = *held();
        for (const RecordLookups& record : parts_.declared.records) renew(record.lookups, next);
        for (const Search& search : parts_.declared.searches) {
            renew(search.lookups, next);
            if (stopping_) return;
            renew_index(search, next);
            show(next);
        }
        {
            std::lock_guard stopping(stopping_mutex_);
            ever_looked_ = true;
        }
        wake_.notify_all();
    }

    void add_to(const std::string& table, std::string_view key, std::string& record) override {
        for (const RecordLookups& of : parts_.declared.records) {
            if (of.table != table || !record.ends_with('}')) continue;
            const auto held = up_to_date();
            record.pop_back();
            append(of.lookups, *held, key, record);
            record += '}';
            return;
        }
    }

    std::vector<std::string> searches() override {
        std::vector<std::string> names;
        for (const Search& search : parts_.declared.searches) names.push_back(search.name);
        return names;
    }

    Result<SearchPage> search(const SearchRequest& request) override {
        const Search& search = *TRY(find(request.search));
        const Question question = question_of(request.question);
        TRY(check_question(request.question, question));
        const std::size_t place = TRY(place_of(question, request.cursor));
        const auto held = up_to_date();
        const auto kept = held->indexes.find(&search);
        if (kept == held->indexes.end() || kept->second == nullptr) return not_there(search);
        const Index& index = kept->second;
        const std::size_t end = place + static_cast<std::size_t>(request.limit);
        const auto found = index->find(question, end);
        SearchPage page;
        page.total = static_cast<std::int64_t>(found.size());
        for (std::size_t i = place; i < std::min(end, found.size()); ++i)
            page.rows.push_back(row_of(search, *held, *index, found[i].row));
        if (end < found.size()) page.next_cursor = cursor_of(question, end);
        return page;
    }

private:
    std::shared_ptr<const Held> held() const {
        return held_.with_lock([](const auto& held) { return held; });
    }

    std::shared_ptr<const Held> up_to_date() {
        if (options_.look_us == 0) renew();
        return held();
    }

    void show(const Held& next) {
        held_.with_lock([&](auto& held) { held = std::make_shared<const Held>(next); });
    }

    Result<const Search*> find(const std::string& name) const {
        std::vector<std::string_view> known;
        for (const Search& search : parts_.declared.searches) {
            if (search.name == name) return &search;
            known.push_back(search.name);
        }
        const auto near = nearest(name, known);
        return Error(ErrorCode::NotFound, "there is no search '" + name + "'")
            .with_hint(near ? "Did you mean '" + *near + "'?" : "");
    }

    Error not_there(const Search& search) const {
        return Error(ErrorCode::Conflict, search.table.text() + " cannot be searched yet")
            .with_detail("It has never been made, or cannot be held in memory; the log tells.")
            .with_hint(
                "Make it: tradewind run " + search.table.schema + ":+" + search.table.table + "."
            );
    }

    static void append(
        const std::vector<Lookup>& lookups,
        const Held& held,
        std::string_view key,
        std::string& record
    ) {
        for (const Lookup& lookup : lookups) {
            const auto kept = held.tables.find(&lookup);
            if (kept == held.tables.end() || kept->second == nullptr) {
                HeldTable::append_nothing(lookup, record);
            } else {
                kept->second->append(key, record);
            }
        }
    }

    static std::string row_of(
        const Search& search, const Held& held, const SearchIndex& index, std::uint32_t row
    ) {
        std::string record = "{" + index.members(row);
        append(search.lookups, held, index.key(row), record);
        return record + "}";
    }

    void follow() {
        while (true) {
            renew();
            std::unique_lock lock(stopping_mutex_);
            const auto pause = std::chrono::microseconds(options_.look_us);
            if (wake_.wait_for(lock, pause, [this] { return stopping_.load(); })) return;
        }
    }

    void renew(const std::vector<Lookup>& lookups, Held& next) {
        for (const Lookup& lookup : lookups) {
            if (stopping_) return;
            renew_table(lookup, next);
            show(next);
        }
    }

    // The rest of the rows is passed over when the platform stops.
    Result<void> go_on() const {
        return stopping_ ? Error(ErrorCode::Cancelled, "the platform stops") : Result<void>();
    }

    void renew_table(const Lookup& lookup, Held& next) {
        Table& held = next.tables[&lookup];
        take_up(lookup.table, seen_[&lookup], held, [&](engine::Work& work) -> Result<Table> {
            auto table = std::make_shared<HeldTable>(lookup);
            Result<void> added;
            TRY(read_rows(work, rows_sql(lookup), false, options_, [&](const auto& row) {
                if (added.ok()) added = go_on();
                if (added.ok()) added = table->add(row);
            }));
            TRY(added);
            table->end();
            return Table(std::move(table));
        });
    }

    void renew_index(const Search& search, Held& next) {
        Index& held = next.indexes[&search];
        take_up(search.table, seen_[&search], held, [&](engine::Work& work) -> Result<Index> {
            auto index = std::make_shared<SearchIndex>();
            TRY(read_rows(work, rows_sql(search), true, options_, [&](const auto& row) {
                if (!stopping_) index->add(row);
            }));
            TRY(go_on());
            index->end();
            return Index(std::move(index));
        });
    }

    // Reads a table when it has another version than the one that is held. One that cannot be read
    // leaves the one before in place; one that is too large takes it away, for it says what is so
    // no longer.
    template <typename Kept, typename Read>
    void take_up(const catalog::TableName& table, Seen& seen, Kept& held, Read read) {
        const auto version = versions_.now(table);
        if (!version.ok()) return tell(table, version.error());
        if (*version == seen.version) return;
        const std::int64_t now = parts_.clock->monotonic_us();
        if (seen.failed == *version && now - seen.failed_at_us < options_.retry_us) return;
        if (*version == 0) {
            seen.version = 0;
            held = nullptr;
        } else {
            const auto read_now = open_and_read(table, read, held);
            if (read_now.ok()) {
                seen.version = *read_now;
            } else {
                seen.failed = *version;
                seen.failed_at_us = now;
                if (read_now.error().code() == ErrorCode::ResourceExhausted) held = nullptr;
                tell(table, read_now.error());
            }
        }
        rows_gauge(table).set(held == nullptr ? 0 : static_cast<std::int64_t>(held->rows()));
    }

    template <typename Kept, typename Read>
    Result<std::int64_t> open_and_read(const catalog::TableName& table, Read read, Kept& held) {
        const PinnedTable opened = TRY(versions_.open(table));
        held = TRY(read(*opened.work));
        return opened.version;
    }

    Gauge& rows_gauge(const catalog::TableName& table) {
        return parts_.metrics->gauge(
            "tradewind_lookup_rows",
            "Rows of a table that are held in memory for look-ups and searches.",
            {{"table", table.text()}}
        );
    }

    static void tell(const catalog::TableName& table, const Error& error) {
        if (error.code() == ErrorCode::Cancelled) return;
        log::warn(
            "a table is not held in memory for look-ups",
            {{"table", table.text()}, {"reason", error.describe()}}
        );
    }

    const HoldOptions options_;
    const HoldParts parts_;
    Guarded<std::shared_ptr<const Held>> held_{std::make_shared<const Held>()};
    std::atomic<bool> ever_looked_{false};
    std::mutex renewing_;  // the next two
    Versions versions_;
    std::map<const void*, Seen> seen_;
    std::mutex stopping_mutex_;
    std::condition_variable wake_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Lookups> hold_tables(HoldOptions options, HoldParts parts) {
    return std::make_unique<HeldTables>(options, std::move(parts));
}

}  // namespace tradewind::lookup

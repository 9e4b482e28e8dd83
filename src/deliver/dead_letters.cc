#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/guarded.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "deliver/letters.h"
#include "deliver/usable_record.h"

namespace tradewind::deliver {

namespace {

using os::Blob;
using os::SqlRow;
using os::SqlValue;

constexpr std::int64_t page_letters_max = 1000;

constexpr std::string_view create_letters = R"sql(
CREATE TABLE IF NOT EXISTS dead_letters (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    stage TEXT NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    original BLOB NOT NULL,
    record BLOB NOT NULL,
    state INTEGER NOT NULL,
    captured_at INTEGER NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    replayed_as BLOB
))sql";
constexpr std::string_view create_index =
    "CREATE INDEX IF NOT EXISTS dead_letters_by_source ON dead_letters (source, state, sequence)";
constexpr std::string_view create_positions =
    "CREATE TABLE IF NOT EXISTS dead_letter_positions (source TEXT PRIMARY KEY, position INTEGER "
    "NOT NULL)";

constexpr std::string_view letter_columns =
    "sequence, id, source, stage, type, reason, original, record, state, captured_at, file, line";

DeadLetter letter_from(const SqlRow& row) {
    DeadLetter letter;
    letter.id = os::text_of(row[1]);
    letter.source = os::text_of(row[2]);
    letter.stage = os::text_of(row[3]);
    letter.type = os::text_of(row[4]);
    letter.reason = os::text_of(row[5]);
    letter.original = os::text_of(row[6]);
    letter.record = os::text_of(row[7]);
    letter.state = static_cast<LetterState>(os::integer_of(row[8]));
    letter.captured_at = {os::integer_of(row[9])};
    letter.file = os::text_of(row[10]);
    letter.line = os::integer_of(row[11]);
    return letter;
}

// "dl:<id>": the idempotency key that lets a record be replayed once, whatever crashes in between.
std::string replay_key(const std::string& id) {
    return std::string(stream::kept_key_prefix) + id;
}

class SqlDeadLetters : public DeadLetters {
public:
    SqlDeadLetters(
        os::Database& database, std::vector<LetterSource> sources, MetricsRegistry& metrics
    )
        : database_(database),
          replayed_(
              metrics.counter("tradewind_dead_letters_replayed_total", "Dead letters replayed.")
          ) {
        for (LetterSource& source : sources) {
            std::string name = source.contract->name();
            sources_.emplace(std::move(name), std::move(source));
        }
    }

    Result<void> create_tables() {
        for (const std::string_view script : {create_letters, create_index, create_positions})
            TRY(database_.run(script));
        return {};
    }

    // A crash between "is being replayed" and "was replayed": the key decides whether it still has
    // to go in.
    Result<void> finish_replays(const std::string& source) {
        const auto rows = TRY(database_.run(
            "SELECT id, replayed_as FROM dead_letters WHERE state = ? AND source = ?",
            {std::int64_t{static_cast<int>(LetterState::Replaying)}, source}
        ));
        for (const SqlRow& row : rows) {
            const std::string id = os::text_of(row[0]);
            const auto finished = append(id, source, os::text_of(row[1]));
            if (!finished.ok())
                log::warn(
                    "a replay is still unfinished",
                    {{"dead_letter", id}, {"error", finished.error().describe()}}
                );
        }
        return {};
    }

    Result<LetterPage> list(const LetterFilter& filter) override {
        look();
        std::string sql =
            "SELECT " + std::string(letter_columns) + " FROM dead_letters WHERE 1 = 1";
        std::vector<SqlValue> parameters;
        if (filter.source) {
            sql += " AND source = ?";
            parameters.emplace_back(*filter.source);
        }
        if (filter.state) add_state(*filter.state, sql, parameters);
        if (filter.cursor) {
            sql += " AND sequence < ?";
            parameters.emplace_back(TRY(sequence_of(*filter.cursor)));
        }
        const std::int64_t limit = std::clamp<std::int64_t>(filter.limit, 1, page_letters_max);
        sql += " ORDER BY sequence DESC LIMIT ?";
        parameters.emplace_back(limit + 1);
        const auto rows = TRY(database_.run(sql, parameters));
        LetterPage page;
        for (const SqlRow& row : rows) {
            if (static_cast<std::int64_t>(page.letters.size()) == limit) {
                page.next_cursor =
                    base64url_encode(std::to_string(last_sequence(rows, page.letters.size())));
                break;
            }
            page.letters.push_back(letter_from(row));
        }
        return page;
    }

    Result<DeadLetter> show(const std::string& id) override {
        look();
        return load(id);
    }

    Result<stream::AppendAnswer> replay(
        const std::string& id, const std::optional<std::string>& repaired
    ) override {
        look();
        return alone_with<stream::AppendAnswer>(id, [&](const DeadLetter& letter) {
            return replay_letter(letter, repaired);
        });
    }

    Result<void> discard(const std::string& id) override {
        return alone_with<void>(id, [&](const DeadLetter& letter) -> Result<void> {
            if (letter.state == LetterState::Replaying) return half_replayed(id);
            if (letter.state != LetterState::Open) return closed(letter);
            return set_state(id, LetterState::Discarded);
        });
    }

    Result<std::int64_t> open_count(const std::string& source) override {
        const auto rows = TRY(database_.run(
            "SELECT count(*) FROM dead_letters WHERE source = ? AND state <= 1", {source}
        ));
        return os::integer_of(rows[0][0]);
    }

    Result<void> add(const std::vector<DeadLetter>& letters) override {
        return database_.transaction([&] { return insert(letters); });
    }

    Result<void> add_up_to(
        const std::string& source, const std::vector<DeadLetter>& letters, Position next
    ) override {
        return database_.transaction([&]() -> Result<void> {
            TRY(insert(letters));
            TRY(database_.run(
                "INSERT INTO dead_letter_positions VALUES (?, ?) ON CONFLICT (source) DO UPDATE "
                "SET position = excluded.position",
                {source, next.value}
            ));
            return {};
        });
    }

    Result<Position> position(const std::string& source) override {
        const auto rows = TRY(
            database_.run("SELECT position FROM dead_letter_positions WHERE source = ?", {source})
        );
        return Position{rows.empty() ? 0 : os::integer_of(rows[0][0])};
    }

    Result<void> remove_import(OriginId origin) override {
        // '0' is the character after '/': the range holds exactly the ids of that import.
        const std::string prefix = "import/" + std::to_string(origin.value);
        TRY(database_.run(
            "DELETE FROM dead_letters WHERE id > ? AND id < ? AND state = 0",
            {prefix + "/", prefix + "0"}
        ));
        return {};
    }

    void on_look(const std::string& source, std::function<Result<void>()> catch_up) override {
        const bool registers = catch_up != nullptr;
        catch_ups_.with_lock([&](auto& all) {
            if (registers) {
                all[source] = std::move(catch_up);
            } else {
                all.erase(source);
            }
        });
        if (!registers) return;
        // Not before: a replay is an append, and until the sinks are open the stream may not know
        // how far they are.
        const auto finished = finish_replays(source);
        if (!finished.ok())
            log::warn(
                "replays that a crash interrupted are not looked for",
                {{"source", source}, {"error", finished.error().describe()}}
            );
    }

private:
    static void add_state(LetterState state, std::string& sql, std::vector<SqlValue>& parameters) {
        if (state == LetterState::Open) {
            sql += " AND state <= 1";  // Replaying is still open to everybody else
            return;
        }
        sql += " AND state = ?";
        parameters.emplace_back(std::int64_t{static_cast<int>(state)});
    }

    static std::int64_t last_sequence(const std::vector<SqlRow>& rows, std::size_t count) {
        return os::integer_of(rows[count - 1][0]);
    }

    static Result<std::int64_t> sequence_of(const std::string& cursor) {
        const auto text = base64url_decode(cursor);
        const auto sequence = text.ok() ? parse_integer(*text) : std::nullopt;
        if (!sequence)
            return Error(ErrorCode::InvalidArgument, "the cursor is not one of ours")
                .with_hint("Use next_cursor of the page before, unchanged.");
        return *sequence;
    }

    // Copied first: a catch-up may add letters, which takes no lock of ours, but takes its time.
    // A source that fails keeps nobody from the letters that are there.
    void look() {
        const auto all = catch_ups_.with_lock([](const auto& registered) { return registered; });
        for (const auto& [source, catch_up] : all) {
            const auto caught_up = catch_up();
            if (!caught_up.ok())
                log::warn(
                    "newest dead letters of a source are missing in the list",
                    {{"source", source}, {"error", caught_up.error().describe()}}
                );
        }
    }

    Result<DeadLetter> load(const std::string& id) {
        const auto rows = TRY(database_.run(
            "SELECT " + std::string(letter_columns) + " FROM dead_letters WHERE id = ?", {id}
        ));
        if (rows.empty()) return Error(ErrorCode::NotFound, "there is no dead letter " + id);
        return letter_from(rows[0]);
    }

    // Read only once nobody else deals with it: whoever did may have closed it.
    template <typename T, typename F>
    Result<T> alone_with(const std::string& id, F f) {
        if (!active_.with_lock([&](auto& active) { return active.insert(id).second; }))
            return already_replaying(id);
        auto letter = load(id);
        Result<T> result = letter.ok() ? f(*letter) : Result<T>(letter.error());
        active_.with_lock([&](auto& active) { active.erase(id); });
        return result;
    }

    static Error closed(const DeadLetter& letter) {
        return Error(
            ErrorCode::Conflict,
            "dead letter " + letter.id + " was " + to_string(letter.state) + " before"
        );
    }
    static Error half_replayed(const std::string& id) {
        return Error(ErrorCode::Conflict, "the replay of dead letter " + id + " did not end")
            .with_hint("Replay it again: its record goes in once, whatever happened before.");
    }
    static Error already_replaying(const std::string& id) {
        return Error(ErrorCode::Conflict, "dead letter " + id + " is being replayed now");
    }

    Result<stream::AppendAnswer> replay_letter(
        const DeadLetter& letter, const std::optional<std::string>& repaired
    ) {
        if (letter.state == LetterState::Replayed || letter.state == LetterState::Discarded)
            return closed(letter);
        const std::string record = repaired                ? *repaired
                                   : letter.record.empty() ? letter.original
                                                           : letter.record;
        TRY(partition_key(letter.source, record));
        TRY(database_.run(
            "UPDATE dead_letters SET state = ?, replayed_as = ? WHERE id = ?",
            {std::int64_t{static_cast<int>(LetterState::Replaying)}, Blob{record}, letter.id}
        ));
        return append(letter.id, letter.source, record);
    }

    Result<LetterSource*> source_of(const std::string& name) {
        const auto source = sources_.find(name);
        if (source == sources_.end()) {
            return Error(ErrorCode::NotFound, "no package declares the source " + name)
                .with_hint("Add the package again, then replay.");
        }
        if (source->second.stream == nullptr) {
            return Error(ErrorCode::InvalidArgument, name + " takes files only")
                .with_hint(
                    "Correct the file and import it again: its rows replace the earlier ones."
                );
        }
        return &source->second;
    }

    Result<std::string> partition_key(const std::string& source_name, const std::string& record) {
        return usable_record_key(TRY(source_of(source_name))->contract, record);
    }

    Result<stream::AppendAnswer> append(
        const std::string& id, const std::string& source_name, const std::string& record
    ) {
        LetterSource& source = *TRY(source_of(source_name));
        const std::string partition = TRY(partition_key(source_name, record));
        const std::string key = replay_key(id);
        const std::string hash = hash128(record);
        stream::AppendRequest request;
        request.idempotency_key = key;
        request.body_hash = hash;
        stream::NewRecord entry;
        entry.key = partition;
        entry.value = record;
        request.records.push_back(entry);
        auto answer = source.stream->append_and_wait(request);
        const bool went_in_before = !answer.ok() && answer.error().code() == ErrorCode::Conflict;
        if (!answer.ok() && !went_in_before) return answer;
        TRY(set_state(id, LetterState::Replayed));
        if (went_in_before)
            return Error(
                ErrorCode::Conflict, "dead letter " + id + " was replayed before in another form"
            );
        replayed_.add();
        return answer;
    }

    Result<void> set_state(const std::string& id, LetterState state) {
        TRY(database_.run(
            "UPDATE dead_letters SET state = ? WHERE id = ?",
            {std::int64_t{static_cast<int>(state)}, id}
        ));
        return {};
    }

    Result<void> insert(const std::vector<DeadLetter>& letters) {
        for (const DeadLetter& letter : letters) {
            const auto added = TRY(database_.run(
                "INSERT OR IGNORE INTO dead_letters (id, source, stage, type, reason, original, "
                "record, state, captured_at, file, line) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sequence",
                {letter.id,
                 letter.source,
                 letter.stage,
                 letter.type,
                 letter.reason,
                 Blob{letter.original},
                 Blob{letter.record},
                 std::int64_t{static_cast<int>(letter.state)},
                 letter.captured_at.micros,
                 letter.file,
                 letter.line}
            ));
            const auto source = sources_.find(letter.source);
            if (!added.empty() && source != sources_.end() &&
                key_was_used(source->second.stream, replay_key(letter.id)))
                TRY(set_state(letter.id, LetterState::Replayed));
        }
        return {};
    }

    os::Database& database_;
    std::map<std::string, LetterSource> sources_;
    Counter& replayed_;
    Guarded<std::set<std::string>> active_;
    Guarded<std::map<std::string, std::function<Result<void>()>>> catch_ups_;
};

}  // namespace

Result<std::unique_ptr<DeadLetters>> open_dead_letters(
    os::Database& database, std::vector<LetterSource> sources, MetricsRegistry& metrics
) {
    auto letters = std::make_unique<SqlDeadLetters>(database, std::move(sources), metrics);
    TRY(letters->create_tables());
    return std::unique_ptr<DeadLetters>(std::move(letters));
}

}  // namespace tradewind::deliver

// For tests: the rooms behind the operations, as small as they can be.
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"
#include "api/fake_delivery.h"
#include "base/yaml.h"

namespace tradewind::api::fakes {

class FakeIngest final : public ingest::Ingest {
public:
    std::function<void(ingest::Post, ingest::Done)> on_post;
    void post(ingest::Post post, ingest::Done done) override {
        on_post(std::move(post), std::move(done));
    }
};

inline ingest::Answer accepted(std::int64_t count) {
    stream::AppendAnswer answer;
    answer.accepted = count;
    answer.offsets.push_back({PartitionId(2), Offset(40), Offset(40 + count - 1)});
    return answer;
}

class FakeStream final : public stream::Stream {
public:
    stream::StreamInfo state;
    std::vector<std::string> values;  // of partition 0, from offset first
    std::string forgotten;

    void append(const stream::AppendRequest&, Done done) override {
        done(Error(ErrorCode::Unavailable, "not in this test"));
    }
    void find_answer(std::string_view, std::string_view, Done done) override {
        done(Error(ErrorCode::NotFound, "not in this test"));
    }
    Result<std::size_t> commit_pending() override { return std::size_t{0}; }
    // Of partition 0, after `refused` records that the door refused.
    std::int64_t refused = 0;
    Result<stream::ReadBatch> read(Position from, stream::ReadLimits limits) override {
        stream::ReadBatch batch;
        batch.next = from;
        const auto end = refused + static_cast<std::int64_t>(values.size());
        for (; batch.next.value < end; batch.next = batch.next + 1) {
            if (batch.records.size() >= limits.records_max) break;
            stream::Record record;
            record.position = batch.next;
            record.kind = stream::RecordKind::Rejected;
            if (batch.next.value >= refused) {
                record.kind = stream::RecordKind::Accepted;
                record.offset = Offset(batch.next.value - refused);
                record.value = values[static_cast<std::size_t>(record.offset.value)];
            }
            batch.records.push_back(record);
        }
        return batch;
    }
    Result<stream::ReadBatch> read_partition(
        PartitionId partition, Offset from, stream::ReadLimits limits
    ) override {
        stream::ReadBatch batch;
        const std::int64_t first = state.partitions[0].first.value;
        if (from.value < first) return Error(ErrorCode::NotFound, "older than what is kept");
        for (std::int64_t i = from.value - first; i < static_cast<std::int64_t>(values.size());
             ++i) {
            if (batch.records.size() >= limits.records_max) break;
            stream::Record record;
            record.partition = partition;
            record.offset = Offset(first + i);
            record.position = Position(first + i);
            record.received_at = Timestamp{1'291'191'960'000'000 + i};
            record.key = "k";
            record.value = values[static_cast<std::size_t>(i)];
            batch.records.push_back(record);
        }
        return batch;
    }
    Result<Offset> offset_at(PartitionId, Timestamp at) override {
        return Offset(at.micros > 1'291'191'960'000'000 ? 2 : 0);
    }
    bool wait_for(Position, std::int64_t) override { return false; }
    Result<void> commit(const std::string&, Position) override { return {}; }
    std::optional<Position> committed(const std::string&) override { return std::nullopt; }
    Result<void> forget(const std::string& consumer) override {
        forgotten = consumer;
        return {};
    }
    Result<int> apply_retention() override { return 0; }
    stream::StreamInfo info() override { return state; }
    PartitionId partition_of(std::string_view) const override { return PartitionId(0); }
    Result<void> verify() override { return damage; }
    Result<void> stop() override { return {}; }

    Result<void> damage;
};

class FakeLetters final : public deliver::DeadLetters {
public:
    std::map<std::string, deliver::DeadLetter> letters;
    deliver::LetterFilter last_filter;
    std::optional<std::string> last_repaired;

    Result<deliver::LetterPage> list(const deliver::LetterFilter& filter) override {
        last_filter = filter;
        deliver::LetterPage page;
        for (const auto& [id, letter] : letters) page.letters.push_back(letter);
        page.next_cursor = "bmV4dA";
        return page;
    }
    Result<deliver::DeadLetter> show(const std::string& id) override {
        const auto found = letters.find(id);
        if (found == letters.end())
            return Error(ErrorCode::NotFound, "there is no dead letter " + id);
        return found->second;
    }
    Result<stream::AppendAnswer> replay(
        const std::string& id, const std::optional<std::string>& repaired
    ) override {
        deliver::DeadLetter letter = TRY(show(id));
        if (letter.state != deliver::LetterState::Open)
            return Error(ErrorCode::Conflict, "it was replayed before");
        last_repaired = repaired;
        letters[id].state = deliver::LetterState::Replayed;
        stream::AppendAnswer answer;
        answer.accepted = 1;
        answer.offsets.push_back({PartitionId(0), Offset(7), Offset(7)});
        return answer;
    }
    Result<void> discard(const std::string& id) override {
        TRY(show(id));
        letters[id].state = deliver::LetterState::Discarded;
        return {};
    }
    Result<std::int64_t> open_count(const std::string&) override { return std::int64_t{0}; }
    Result<void> add(const std::vector<deliver::DeadLetter>&) override { return {}; }
    Result<void> add_up_to(const std::string&, const std::vector<deliver::DeadLetter>&, Position)
        override {
        return {};
    }
    Result<Position> position(const std::string&) override { return Position(0); }
    Result<void> remove_import(OriginId) override { return {}; }
    void on_look(const std::string&, std::function<Result<void>()>) override {}
};

class FakeServing final : public serving::Serving {
public:
    std::map<std::string, std::map<std::string, std::string>> rows;  // table → key → JSON
    std::map<std::string, std::vector<std::string>> partitions;      // key → rows of customers
    serving::ListRequest last_list;

    std::vector<std::string> stale_tables() override { return {}; }
    std::vector<serving::TableDescription> tables() override {
        std::vector<serving::TableDescription> all;
        for (const auto& [name, table] : rows) {
            const char* key = name == "customers" ? "customer_id" : "invoice_no";
            all.push_back({name, "online_retail", key, ""});
        }
        return all;
    }
    Result<void> apply(const std::string&, const RowBatch&, const serving::Cursor&, bool) override {
        return {};
    }
    Result<std::optional<std::int64_t>> cursor(const std::string&) override {
        return std::optional<std::int64_t>();
    }
    Result<void> set_cursor(const serving::Cursor&) override { return {}; }
    Result<void> drop_origin(const std::string&, OriginId) override { return {}; }
    Result<std::string> get(const serving::RowRequest& request) override {
        const auto table = rows.find(request.table);
        if (table == rows.end()) return Error(ErrorCode::NotFound, "unknown table");
        const auto row = table->second.find(request.key);
        if (row == table->second.end())
            return Error(ErrorCode::NotFound, "there is no " + request.key);
        return row->second;
    }
    Result<serving::Page> list(const serving::ListRequest& request) override {
        last_list = request;
        if (request.cursor == "bad")
            return Error(ErrorCode::InvalidArgument, "this is no cursor of ours");
        const auto found = partitions.find(request.key);
        if (found == partitions.end())
            return Error(ErrorCode::NotFound, "there is no " + request.key);
        serving::Page page;
        page.rows = found->second;
        if (!request.cursor) page.next_cursor = "bmV4dA";
        return page;
    }
    Result<void> scan(const std::string&, const std::function<bool(std::string_view)>&) override {
        return {};
    }
    Result<void> clear(const std::string&) override { return {}; }
    Result<void> flush() override { return {}; }
    Result<void> checkpoint(const std::string&) override { return {}; }
};

// What a FakeEngine's query yields: the rows, then the error or the end.
struct FakeRows {
    std::int64_t rows = 3;
    std::int64_t rows_per_call = 2;
    std::string padding;         // makes rows long
    std::optional<Error> error;  // after the rows
};

class FakeResult final : public engine::QueryResult {
public:
    FakeResult(
        FakeRows rows, std::optional<std::int64_t> rows_max, std::shared_ptr<std::atomic<int>> alive
    )
        : rows_(std::move(rows)), rows_max_(rows_max), alive_(std::move(alive)) {
        alive_->fetch_add(1);
    }
    ~FakeResult() override { alive_->fetch_sub(1); }
    const std::vector<engine::ResultColumn>& columns() const override { return columns_; }
    Result<std::int64_t> append_rows(engine::ResultFormat format, std::string& out) override {
        std::int64_t count = 0;
        while (count < rows_.rows_per_call && at_ < rows_.rows && !truncated()) {
            if (format == engine::ResultFormat::JsonRows && at_ > 0) out += ',';
            append_row(format, out);
            ++at_;
            ++count;
        }
        if (count == 0 && rows_.error) return Error(*rows_.error);
        return count;
    }
    bool truncated() const override { return rows_max_ && at_ >= *rows_max_ && at_ < rows_.rows; }
    void interrupt() override {}

private:
    void append_row(engine::ResultFormat format, std::string& out) const {
        const std::string text = "r" + std::to_string(at_) + rows_.padding;
        switch (format) {
            case engine::ResultFormat::Csv:
                out += std::to_string(at_) + "," + text + "\n";
                return;
            case engine::ResultFormat::JsonRows:
                out += "[" + std::to_string(at_) + ",\"" + text + "\"]";
                return;
            case engine::ResultFormat::Arrow:
                out += "<" + text + ">";
                return;
            case engine::ResultFormat::Ndjson:
                out += "{\"n\":" + std::to_string(at_) + ",\"t\":\"" + text + "\"}\n";
                return;
        }
    }

    FakeRows rows_;
    std::optional<std::int64_t> rows_max_;
    std::shared_ptr<std::atomic<int>> alive_;
    std::vector<engine::ResultColumn> columns_{{"n", "BIGINT"}, {"t", "STRING"}};
    std::int64_t at_ = 0;
};

class FakeEngine final : public engine::Engine {
public:
    FakeRows next;
    std::optional<Error> refuse;
    engine::QueryRequest last;
    std::function<void()> at_query;  // a slow one waits here
    std::shared_ptr<std::atomic<int>> alive =
        std::make_shared<std::atomic<int>>(0);  // results not yet destroyed

    Result<std::unique_ptr<engine::QueryResult>> query(const engine::QueryRequest& request
    ) override {
        if (at_query) at_query();
        last = request;
        if (refuse) return Error(*refuse);
        return std::unique_ptr<engine::QueryResult>(
            std::make_unique<FakeResult>(next, request.rows_max, alive)
        );
    }
    Result<std::vector<engine::ResultColumn>> explain_columns(const std::string&) override {
        return std::vector<engine::ResultColumn>();
    }
    Result<std::int64_t> query_to_parquet(
        const engine::QueryRequest& request, const std::string& path
    ) override {
        last = request;
        if (refuse) return Error(*refuse);
        const auto files = os::make_posix_filesystem();
        TRY(os::write_file_atomic(*files, path, "PAR1" + std::string(100'000, 'x') + "PAR1"));
        return std::int64_t{3};
    }
    Result<std::unique_ptr<engine::LiveTable>>
    create_live_table(const engine::LiveTableOptions&, const std::vector<std::string>&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<std::unique_ptr<engine::RowFileWriter>>
    create_row_file_writer(const std::vector<ColumnSpec>&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<std::unique_ptr<engine::RowFileReader>> read_row_file(
        const std::string&, const std::vector<ColumnSpec>&, OriginId, std::size_t
    ) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<void> replace_system_table(const std::string&, const RowBatch&) override { return {}; }
    Result<void> publish_table(const catalog::TableFiles&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<void> publish_view(const catalog::TableName&, const std::string&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<void> unpublish(const catalog::TableName&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    void find_versions_with(FindVersion) override {}
    Result<std::unique_ptr<engine::Work>> open_work(const engine::WorkOptions&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<std::vector<engine::TableUse>> tables_of(const std::string&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<std::vector<catalog::ColumnLineage>>
    lineage_of(const std::string&, const engine::FindColumns&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<engine::FollowedRows>
    follow_rows(const std::string&, const engine::FindFollowed&, const std::vector<std::string>&)
        override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<void> check_expression(const std::string&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    std::vector<std::string> table_names() override { return {"raw.online_retail"}; }
};

class FakeImporter final : public importer::Importer {
public:
    std::vector<importer::Import> imports;  // newest last
    std::vector<importer::ImportRequest> submitted;
    std::int64_t cancelled = 0;

    Result<void> start() override { return {}; }
    void stop() override {}
    Result<std::vector<importer::Import>> submit(
        const std::vector<importer::ImportRequest>& requests
    ) override {
        std::vector<importer::Import> made;
        const auto files = os::make_posix_filesystem();
        for (const importer::ImportRequest& request : requests) {
            if (!files->exists(request.path))
                return Error(ErrorCode::NotFound, "there is no file " + request.path);
            importer::Import import;
            import.id = static_cast<std::int64_t>(imports.size()) + 1;
            import.source = request.source;
            import.path = request.path;
            import.identity =
                request.identity.empty() ? os::base_name(request.path) : request.identity;
            import.queued_at = Timestamp{1'291'191'960'000'000};
            imports.push_back(import);
            made.push_back(import);
            submitted.push_back(request);
        }
        return made;
    }
    Result<importer::Import> show(std::int64_t id) override {
        if (id > static_cast<std::int64_t>(imports.size())) {
            return Error(ErrorCode::NotFound, "there is no import " + std::to_string(id));
        }
        return imports[static_cast<std::size_t>(id - 1)];
    }
    Result<std::vector<importer::Import>> list(const std::optional<std::string>&, std::int64_t)
        override {
        return std::vector<importer::Import>(imports.rbegin(), imports.rend());
    }
    Result<void> cancel(std::int64_t id) override {
        TRY(show(id));
        cancelled = id;
        return {};
    }
    Result<importer::Import> wait(std::int64_t id, std::int64_t) override { return show(id); }
    Result<std::vector<importer::Import>> resume() override { return imports; }
};

inline std::shared_ptr<const contract::Contract> contract_of(const std::string& yaml) {
    return MUST(contract::parse_contract(MUST(yaml::parse(yaml, "source.yml"))));
}

}  // namespace tradewind::api::fakes

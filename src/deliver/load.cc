#include "deliver/load.h"

#include <algorithm>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "base/bounded_queue.h"
#include "base/check.h"
#include "base/guarded.h"
#include "deliver/error_files.h"
#include "deliver/lake_file.h"
#include "deliver/letters.h"
#include "deliver/row_copy.h"

namespace tradewind::deliver {

namespace {

// A Parquet file of an import: large enough to scan well, small enough to hold in memory twice.
constexpr std::int64_t file_rows_max = 1'000'000;
// Batches between the reader and the serving tables; each is one WriteBatch.
constexpr std::size_t serving_queue_batches = 2;
constexpr std::size_t letters_per_transaction = 1'000;
constexpr std::size_t serve_batch_rows = 65'536;
constexpr int reasons_shown_max = 3;

std::string import_cursor(OriginId origin) {
    return "import/" + std::to_string(origin.value);
}

// So that the files' order is that of their rows.
std::string padded(std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

struct ServingBatch {
    std::shared_ptr<const RowBatch> rows;
    std::int64_t last_sequence = 0;
};

// Applies batches to the serving tables on a thread of its own, beside the table's files.
class ServingLane {
public:
    ServingLane(const DeliveryParts& parts, std::string cursor, std::int64_t done_up_to)
        : parts_(parts),
          cursor_(std::move(cursor)),
          done_up_to_(done_up_to),
          queue_(serving_queue_batches),
          thread_([this] { run(); }) {}
    ~ServingLane() { static_cast<void>(finish().ok()); }

    Result<void> add(ServingBatch batch) {
        if (batch.last_sequence <= done_up_to_) return {};
        if (!queue_.push(std::move(batch))) return finish();
        return {};
    }

    // Waits until all is applied. The first error, if there was one; repeatable.
    Result<void> finish() {
        queue_.close();
        if (thread_.joinable()) thread_.join();
        return failure_.with_lock([](const auto& failure) -> Result<void> {
            if (failure) return *failure;
            return {};
        });
    }

private:
    void run() {
        while (auto batch = queue_.pop()) {
            const auto applied = apply(*batch);
            if (applied.ok()) continue;
            failure_.with_lock([&](auto& failure) { failure = applied.error(); });
            queue_.close();
            return;
        }
    }

    Result<void> apply(const ServingBatch& batch) {
        const serving::Cursor cursor{cursor_, batch.last_sequence};
        const RowBatch& rows = *batch.rows;
        const bool overlaps = rows.row_count() > 0 && rows.provenance(0).sequence <= done_up_to_;
        const std::string& source = parts_.contract->name();
        if (!overlaps) return parts_.serving->apply(source, rows, cursor, false);
        return parts_.serving->apply(source, rows_after(rows, done_up_to_), cursor, false);
    }

    const DeliveryParts& parts_;
    const std::string cursor_;
    const std::int64_t done_up_to_;
    BoundedQueue<ServingBatch> queue_;
    Guarded<std::optional<Error>> failure_;
    std::thread thread_;
};

class FileLoad : public Load {
public:
    FileLoad(
        const DeliverySettings& settings,
        const DeliveryParts& parts,
        LoadTicket ticket,
        RawTable& table,
        FilterCounts& filtered,
        std::shared_ptr<void> leave,
        std::unique_ptr<engine::RowFileWriter> writer
    )
        : settings_(settings),
          parts_(parts),
          ticket_(std::move(ticket)),
          table_(table),
          filtered_(filtered),
          leave_(std::move(leave)),
          writer_(std::move(writer)),
          error_files_(
              parts_.contract->name(),
              "import-" + std::to_string(ticket_.origin.value),
              *parts_.lake
          ) {}

    ~FileLoad() override { discard_files(); }

    // What an earlier try has published stays: it is neither written nor applied again. A
    // correction, and a snapshot, waits with the serving tables until the whole file was read:
    // should it be damaged, the earlier delivery's rows must still be there.
    Result<void> open() {
        const lake::Version shown = TRY(table_.current());
        published_ = table_.holds(shown, ticket_.origin);
        outdated_ = table_.is_outdated(ticket_, shown);
        errors_published_ = holds_origin(TRY(parts_.lake->current(errors_dataset_)));
        if (parts_.serving == nullptr || swaps() || published_) return {};
        const auto done = TRY(parts_.serving->cursor(import_cursor(ticket_.origin)));
        lane_ =
            std::make_unique<ServingLane>(parts_, import_cursor(ticket_.origin), done.value_or(0));
        return {};
    }

    Result<void> add(
        RowBatch rows, std::vector<RejectedRow> rejected, std::vector<std::int64_t> lines
    ) override {
        CHECK(lines.empty() || lines.size() == rows.row_count());
        if (rows.row_count() == 0) return reject(rejected);
        rows.origin = ticket_.origin;
        rows.source_name = ticket_.identity;
        const std::int64_t last_sequence = rows.provenance(rows.row_count() - 1).sequence;
        const auto ready =
            std::make_shared<const RowBatch>(transform(std::move(rows), lines, rejected));
        TRY(reject(rejected));
        if (lane_) TRY(lane_->add({ready, last_sequence}));
        report_.row_count += static_cast<std::int64_t>(ready->row_count());
        if (published_ || ready->row_count() == 0) return {};
        TRY(writer_->append(*ready));
        if (writer_->row_count() >= file_rows_max) TRY(write_file());
        return {};
    }

    Result<LoadReport> commit() override {
        if (writer_->row_count() > 0) TRY(write_file());
        TRY(add_letters());
        if (parts_.serving != nullptr && !published_ && !outdated_) TRY(finish_serving());
        if (!errors_published_) TRY(commit_error_files());
        const RawTable::Added added =
            TRY(outdated_ ? table_.put_aside(std::exchange(files_, {}), ticket_)
                          : table_.add_import(std::exchange(files_, {}), ticket_));
        report_.replaced_count = added.replaced_count;
        report_.table_version = added.version;
        report_.shown = !outdated_;
        if (ticket_.replaces) TRY(parts_.dead_letters->remove_import(*ticket_.replaces));
        return report_;
    }

    // The table last: it says what of the rest is still to be done when a crash comes in between.
    Result<void> abandon() override {
        if (lane_) static_cast<void>(lane_->finish().ok());
        discard_files();
        TRY(parts_.dead_letters->remove_import(ticket_.origin));
        if (published_ && ticket_.replaces)
            TRY(parts_.dead_letters->remove_import(*ticket_.replaces));
        if (errors_published_) TRY(withdraw_error_files());
        if (parts_.serving != nullptr) TRY(withdraw_from_serving());
        return published_ ? table_.remove_import(ticket_.origin) : Result<void>();
    }

private:
    bool holds_origin(const lake::Version& version) const {
        return std::any_of(version.files.begin(), version.files.end(), [&](const auto& file) {
            return file.origin == ticket_.origin;
        });
    }

    RowBatch transform(
        RowBatch rows, const std::vector<std::int64_t>& lines, std::vector<RejectedRow>& rejected
    ) {
        const auto& contract = *parts_.contract;
        if (!contract.has_transform()) return rows;
        const RowBatch before = rows;
        auto result = contract::apply_transform(contract, std::move(rows));
        filtered_.add(result.filtered);
        for (const auto& rule : result.filtered) report_.filtered_count += rule.count;
        for (auto& failed : result.failed) {
            const std::int64_t row = before.provenance(failed.row).sequence;
            std::string record = row_as_json(before, failed.row);
            const std::int64_t line = lines.empty() ? 0 : lines[failed.row];
            rejected.push_back({row, line, std::move(failed.rejection), record, record});
        }
        return std::move(result.rows);
    }

    Result<void> reject(const std::vector<RejectedRow>& rejected) {
        for (const RejectedRow& row : rejected) {
            note_reason(row);
            if (++report_.rejected_count > settings_.import_rejections_max)
                return too_many_rejected();
            letters_.push_back(letter_of_import(parts_.contract->name(), ticket_, row));
            if (!errors_published_) TRY(error_files_.add(letters_.back()));
            if (letters_.size() >= letters_per_transaction) TRY(add_letters());
        }
        return {};
    }

    void note_reason(const RejectedRow& row) {
        if (reason_count_ == reasons_shown_max) return;
        first_reasons_ += reason_count_++ == 0 ? "Line " : "; line ";
        first_reasons_ += std::to_string(row.line) + ": " + row.rejection.reason;
    }

    Error too_many_rejected() const {
        return Error(
                   ErrorCode::ResourceExhausted,
                   "more than " + std::to_string(settings_.import_rejections_max) +
                       " rows break the contract; the file is refused as a whole"
        )
            .with_detail(first_reasons_ + ". No dead letters are made of it: it is kept whole.")
            .with_hint(
                "Check that the file belongs to this source, mend it and import it again, or raise "
                "delivery.import_rejections."
            );
    }

    Result<void> add_letters() {
        if (letters_.empty()) return {};
        TRY(parts_.dead_letters->add(letters_));
        letters_.clear();
        return {};
    }

    Result<void> write_file() {
        const std::int64_t row_count = writer_->row_count();
        const std::string scratch = TRY(parts_.lake->scratch_path(".parquet"));
        auto adopted = write_and_adopt(scratch, row_count);
        if (!adopted.ok()) {
            // Else what there is of it would keep a full disk full.
            static_cast<void>(parts_.lake->discard(scratch).ok());
            return std::move(adopted).error();
        }
        lake::DataFile file = *std::move(adopted);
        file.origin = ticket_.origin;
        file.extra = json::Value::object();
        file.extra.set("identity", ticket_.identity);
        file.extra.set("content_hash", ticket_.content_hash);
        files_.push_back(std::move(file));
        return {};
    }

    Result<lake::DataFile> write_and_adopt(const std::string& scratch, std::int64_t row_count) {
        TRY(writer_->write(scratch));
        const std::string path = table_.dataset() + "/import-" +
                                 std::to_string(ticket_.origin.value) + "-" +
                                 padded(files_.size() + 1) + ".parquet";
        return with_free_name(path, [&](const std::string& name) {
            return parts_.lake->adopt(scratch, name, row_count);
        });
    }

    Result<void> finish_serving() {
        if (lane_) TRY(lane_->finish());
        if (swaps()) TRY(swap_in_serving());
        return parts_.serving->flush();
    }

    // The cursor's existence says that the swap began, and abandon() has to undo it.
    Result<void> swap_in_serving() {
        const std::string& source = parts_.contract->name();
        const std::string cursor = import_cursor(ticket_.origin);
        TRY(parts_.serving->apply(source, RowBatch(table_.columns()), {cursor, 0}, false));
        for (const OriginId origin : TRY(replaced_origins()))
            TRY(parts_.serving->drop_origin(source, origin));
        for (const lake::DataFile& file : files_)
            TRY(serve_table_file(parts_, table_, file, cursor));
        return {};
    }

    Result<void> withdraw_from_serving() {
        const auto began = TRY(parts_.serving->cursor(import_cursor(ticket_.origin)));
        TRY(parts_.serving->drop_origin(parts_.contract->name(), ticket_.origin));
        if (swaps() && began) {
            for (const OriginId origin : TRY(replaced_origins())) TRY(serve_again(origin));
        }
        return parts_.serving->flush();
    }

    // Does it take other imports' rows out?
    bool swaps() const { return ticket_.replaces || table_.takes_snapshots(); }

    Result<std::set<OriginId>> replaced_origins() {
        std::set<OriginId> origins;
        if (ticket_.replaces) origins.insert(*ticket_.replaces);
        if (!table_.takes_snapshots()) return origins;
        for (const lake::DataFile& file : TRY(table_.current()).files) {
            if (file.origin != stream_origin && file.origin != ticket_.origin)
                origins.insert(file.origin);
        }
        return origins;
    }

    Result<void> serve_again(OriginId origin) {
        TRY(parts_.serving->drop_origin(parts_.contract->name(), origin));
        TRY(parts_.serving->set_cursor({import_cursor(origin), 0}));
        const lake::Version version = TRY(table_.current());
        for (const lake::DataFile& file : version.files) {
            if (file.origin == origin)
                TRY(serve_table_file(parts_, table_, file, import_cursor(origin)));
        }
        return {};
    }

    Result<void> commit_error_files() {
        lake::Commit commit;
        commit.run = "import " + std::to_string(ticket_.origin.value);
        commit.add = TRY(error_files_.finish(ticket_.origin));
        if (commit.add.empty()) return {};
        auto version = parts_.lake->commit(errors_dataset_, commit, std::nullopt);
        if (version.ok()) return {};
        for (const lake::DataFile& file : commit.add)
            static_cast<void>(parts_.lake->discard(file.path).ok());
        return std::move(version).error();
    }

    Result<void> withdraw_error_files() {
        lake::Commit commit;
        commit.run = "import " + std::to_string(ticket_.origin.value);
        commit.remove_if = [origin = ticket_.origin](const lake::DataFile& file) {
            return file.origin == origin;
        };
        TRY(parts_.lake->commit(errors_dataset_, commit, std::nullopt));
        return {};
    }

    void discard_files() {
        for (const lake::DataFile& file : files_)
            static_cast<void>(parts_.lake->discard(file.path).ok());
        files_.clear();
    }

    const DeliverySettings settings_;
    const DeliveryParts parts_;
    const LoadTicket ticket_;
    RawTable& table_;
    FilterCounts& filtered_;
    const std::shared_ptr<void> leave_;
    const std::string errors_dataset_ = errors_dataset(parts_.contract->name());
    bool published_ = false;         // the table has it
    bool outdated_ = false;          // a snapshot, and the table shows a newer one
    bool errors_published_ = false;  // and the errors folder
    std::unique_ptr<engine::RowFileWriter> writer_;
    std::unique_ptr<ServingLane> lane_;
    ErrorFiles error_files_;
    std::vector<DeadLetter> letters_;
    std::vector<lake::DataFile> files_;
    LoadReport report_;
    std::string first_reasons_;  // "Line 2: …; line 3: …"
    int reason_count_ = 0;
};

}  // namespace

Result<std::unique_ptr<Load>> make_load(
    const DeliverySettings& settings,
    const DeliveryParts& parts,
    const LoadTicket& ticket,
    RawTable& table,
    FilterCounts& filtered,
    std::shared_ptr<void> leave
) {
    auto writer = TRY(parts.engine->create_row_file_writer(table.columns()));
    auto load = std::make_unique<FileLoad>(
        settings, parts, ticket, table, filtered, std::move(leave), std::move(writer)
    );
    TRY(load->open());
    return std::unique_ptr<Load>(std::move(load));
}

Result<void> serve_table_file(
    const DeliveryParts& parts,
    const RawTable& table,
    const lake::DataFile& file,
    const std::string& cursor
) {
    const auto done = TRY(parts.serving->cursor(cursor))
    .value_or(0);
    auto reader = TRY(parts.engine->read_row_file(
        parts.lake->absolute(file.path), table.columns(), file.origin, serve_batch_rows
    ));
    RowBatch rows(table.columns());
    while (TRY(reader->next(rows))) {
        RowBatch fresh = rows_after(rows, done);
        if (fresh.row_count() == 0) continue;
        const std::int64_t last = fresh.provenance(fresh.row_count() - 1).sequence;
        TRY(parts.serving->apply(parts.contract->name(), fresh, {cursor, last}, false));
    }
    return {};
}

}  // namespace tradewind::deliver

#include "importer/importer.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "importer/import_run.h"
#include "importer/importer_metrics.h"
#include "importer/importing.h"
#include "importer/submission.h"

namespace tradewind::importer {

namespace {

class QueuedImporter : public Importer {
public:
    QueuedImporter(ImporterParts parts, Records records)
        : parts_(std::move(parts)), records_(records), metrics_(*parts_.metrics) {}
    ~QueuedImporter() override { stop(); }

    Result<void> start() override {
        CHECK(!thread_.joinable());
        std::lock_guard lock(mutex_);
        for (const std::int64_t id : TRY(records_.unfinished())) {
            interrupted_.insert(id);
            TRY(queue_again(id));
        }
        if (!interrupted_.empty()) {
            log::info("interrupted imports go on", {{"count", interrupted_.size()}});
        }
        thread_ = std::thread([this] { work(); });
        return {};
    }

    void stop() override {
        {
            std::lock_guard lock(mutex_);
            attention_.stop();
            work_.notify_all();
            done_.notify_all();
        }
        if (thread_.joinable()) thread_.join();
    }

    Result<std::vector<Import>> submit(const std::vector<ImportRequest>& requests) override {
        std::vector<Record> added = TRY(check_requests(parts_, records_, requests));
        std::lock_guard lock(mutex_);
        if (attention_.stopped()) return Error(ErrorCode::Unavailable, "the importer has stopped");
        TRY(records_.add(added));
        std::vector<Import> imports;
        for (const Record& record : added) {
            queue_.insert(record.import.id);
            imports.push_back(record.import);
        }
        note_queue();
        for (const Record& record : added) TRY(queue_earlier(record));
        return imports;
    }

    Result<Import> show(std::int64_t id) override {
        return with_progress(TRY(records_.find(id)).import);
    }

    Result<std::vector<Import>> list(const std::optional<std::string>& source, std::int64_t limit)
        override {
        std::vector<Import> imports;
        for (const Record& record : TRY(records_.list(source, limit))) {
            imports.push_back(with_progress(record.import));
        }
        return imports;
    }

    Result<void> cancel(std::int64_t id) override {
        std::lock_guard lock(mutex_);
        Record record = TRY(records_.find(id));
        // One that has ended stays active until the next is taken.
        const bool active = active_ == id && queue_.contains(id);
        const bool waits = active && attention_.waits();
        if (queue_.contains(id) && record.publishing && !waits) return being_published(id);
        if (active) return attention_.cancel() ? Result<void>() : being_published(id);
        if (queue_.contains(id)) return cancel_queued(record);
        return Error(
            ErrorCode::Conflict,
            "import " + std::to_string(id) + " has " +
                to_string(given_up_.contains(id) ? ImportState::Failed : record.import.state) +
                " already"
        );
    }

    Result<Import> wait(std::int64_t id, std::int64_t timeout_us) override {
        {
            std::unique_lock lock(mutex_);
            done_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
                return !queue_.contains(id) || attention_.stopped();
            });
        }
        return show(id);
    }

    Result<std::vector<Import>> resume() override {
        std::lock_guard lock(mutex_);
        for (const std::int64_t id : TRY(records_.unfinished())) {
            if (queue_.contains(id)) continue;
            interrupted_.insert(id);
            TRY(queue_again(id));
        }
        std::vector<Import> imports;
        for (const std::int64_t id : std::exchange(interrupted_, {})) {
            imports.push_back(TRY(records_.find(id)).import);
        }
        return imports;
    }

private:
    // The methods below need mutex_.

    Result<void> queue_again(std::int64_t id) {
        Record record = TRY(records_.find(id));
        record.import.state = ImportState::Queued;
        TRY(records_.update(record));
        given_up_.erase(id);
        queue_.insert(id);
        note_queue();
        return {};
    }

    // What stopped half-way must be finished before a later delivery of the same file.
    Result<void> queue_earlier(const Record& record) {
        const auto earlier = TRY(records_.unfinished_before(record));
        if (!earlier || queue_.contains(earlier->import.id)) return {};
        return queue_again(earlier->import.id);
    }

    void note_queue() {
        metrics_.set_waiting(queue_.size());
        work_.notify_all();
    }

    static Error being_published(std::int64_t id) {
        return Error(
                   ErrorCode::Conflict,
                   "import " + std::to_string(id) + " is being published and cannot be cancelled"
        )
            .with_hint("Import a correction under the same name to take its rows out.");
    }

    Result<void> cancel_queued(Record& record) {
        record.import.message = "cancelled";
        if (record.import.started_at.micros != 0) {
            record.ending = ImportState::Cancelled;  // its turn comes: rows are taken back
            return records_.update(record);
        }
        record.import.state = ImportState::Cancelled;
        record.import.finished_at = parts_.clock->now();
        record.finished = true;
        TRY(records_.update(record));
        forget(record.import, 0);
        return {};
    }

    void forget(const Import& import, int retry_count) {
        queue_.erase(import.id);
        metrics_.count(import, retry_count);
        metrics_.set_waiting(queue_.size());
        done_.notify_all();
    }

    // The methods below do not.

    void work() {
        while (const auto id = take()) {
            const auto done = run(*id);
            if (!done.ok()) {
                log::error(
                    "import cannot go on", {{"import", *id}, {"reason", done.error().describe()}}
                );
                attention_.sleep_until_stop_us(parts_.settings.retry_delay_us_max);
            }
        }
    }

    std::optional<std::int64_t> take() {
        std::unique_lock lock(mutex_);
        active_.reset();
        work_.wait(lock, [&] { return !queue_.empty() || attention_.stopped(); });
        if (attention_.stopped()) return std::nullopt;
        active_ = *queue_.begin();
        attention_.clear();
        progress_.reset();
        return active_;
    }

    Result<void> run(std::int64_t id) {
        Record record = TRY(records_.find(id));
        const auto delivery = parts_.deliveries.find(record.import.source);
        if (delivery == parts_.deliveries.end()) return put_aside(record);
        RunParts parts;
        parts.settings = &parts_.settings;
        parts.records = &records_;
        parts.delivery = delivery->second;
        parts.open_file = &parts_.open_file;
        parts.files = parts_.files;
        parts.clock = parts_.clock;
        parts.attention = &attention_;
        parts.progress = &progress_;
        ImportRun import_run(parts, std::move(record));
        const auto done = import_run.run();
        if (import_run.given_up()) {
            give_up(import_run.record().import, import_run.retry_count(), *import_run.given_up());
            return {};
        }
        TRY(done);
        report(import_run.record().import, import_run.retry_count());
        return {};
    }

    // Its record still says that it waits or runs, and cannot be changed: that it does not is known
    // to this process alone, and forgotten with it.
    void give_up(Import import, int retry_count, const Error& reason) {
        import.state = ImportState::Failed;
        import.message = "cancelled, but its record cannot be written: " + reason.describe();
        if (!import.message.ends_with('.')) import.message += '.';
        import.message += " It goes on with \"tradewind import --resume\" and at the next start.";
        import.finished_at = parts_.clock->now();
        {
            std::lock_guard lock(mutex_);
            given_up_[import.id] = import;
        }
        report(import, retry_count);
    }

    // Its package went away while it waited. Should it come back, the import goes on.
    Result<void> put_aside(Record& record) {
        record.import.state = ImportState::Failed;
        record.import.message = "source \"" + record.import.source +
                                "\" is no longer declared; the import goes on when it is";
        record.import.finished_at = parts_.clock->now();
        TRY(records_.update(record));
        report(record.import, 0);
        return {};
    }

    void report(const Import& import, int retry_count) {
        if (import.state == ImportState::Running) return;  // the importer stops
        // A refused file is its sender's affair, who is told; a failed one may be ours.
        const bool good = import.state != ImportState::Failed;
        log::write(
            good ? log::Level::Info : log::Level::Warn,
            "import ended",
            {{"import", import.id},
             {"source", import.source},
             {"file", import.identity},
             {"state", to_string(import.state)},
             {"rows", import.row_count},
             {"rejected", import.rejected_count},
             {"message", import.message}}
        );
        std::lock_guard lock(mutex_);
        forget(import, retry_count);
    }

    Import with_progress(Import import) {
        std::lock_guard lock(mutex_);
        if (const auto found = given_up_.find(import.id); found != given_up_.end())
            return found->second;
        if (active_ != import.id || import.state != ImportState::Running) return import;
        import.bytes_done = progress_.bytes_done;
        import.row_count = progress_.row_count;
        import.rejected_count = progress_.rejected_count;
        return import;
    }

    const ImporterParts parts_;
    Records records_;
    ImporterMetrics metrics_;
    Attention attention_;
    Progress progress_;
    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable done_;
    std::set<std::int64_t> queue_;  // the active one too
    std::optional<std::int64_t> active_;
    std::set<std::int64_t> interrupted_;       // not yet told by resume()
    std::map<std::int64_t, Import> given_up_;  // as they are to be shown; see give_up()
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Importer>> make_importer(ImporterParts parts) {
    Records records = TRY(Records::open(*parts.database));
    TRY(records.skip_ids(parts.settings.ids_used));
    TRY(records.restore(parts.settings.found_in_lake));
    return std::unique_ptr<Importer>(std::make_unique<QueuedImporter>(std::move(parts), records));
}

}  // namespace tradewind::importer

#include "importer/import_run.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "importer/file_hash.h"

namespace tradewind::importer {

namespace {

constexpr std::string_view not_taken_back = ". Its rows could not be taken back yet: ";
// What has no room now is tried this often, with these pauses, once the import is cancelled:
// whoever cancels waits for it.
constexpr int tries_when_cancelled_max = 3;
constexpr std::int64_t cancelled_delay_us_max = 500'000;
constexpr std::string_view resume_hint =
    " It goes on with \"tradewind import --resume\" and at the next start.";

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

std::string sentence(std::string text) {
    if (!text.ends_with('.')) text += '.';
    return text;
}

// All rows are dead letters now: whoever sent the file should hear of it, and why.
std::string nothing_usable(const Loaded& loaded) {
    if (loaded.report.row_count > 0 || loaded.report.rejected_count == 0) return "";
    const std::string message = "no row of the file could be used";
    return loaded.first_reasons.empty() ? message : message + ": " + loaded.first_reasons;
}

// Two files of one name in two folders are one file to us: whoever meant two must hear of it.
std::string another_file(const Import& import, const Import& replaced) {
    return "not the file of import " + std::to_string(replaced.id) + ", " + replaced.path +
           ", whose " + format_count(import.replaced_count) +
           (import.replaced_count == 1 ? " row" : " rows") + " it replaced: both are known as \"" +
           import.identity +
           "\". To keep both, import the two in one command, or the folder above them";
}

const std::string& delivered_at(const Import& import) {
    return import.upload.empty() ? import.path : import.upload;
}

std::string name_of(const Import& import) {
    return "import " + std::to_string(import.id) + " (\"" + import.identity + "\")";
}

// What the failure means for the file. Rows that break the contract, or a file beyond our limits,
// are refused: the file as a whole is not what was agreed. Else something went wrong.
ImportState ending_of(const AttemptFailure& failure, std::int64_t rejected_count) {
    const ErrorCode code = failure.error.code();
    const bool limit = code == ErrorCode::ResourceExhausted;
    switch (failure.step) {
        case Step::Header:
            return ImportState::Refused;
        case Step::Open:
        case Step::Read:
            return limit ? ImportState::Refused : ImportState::Failed;
        case Step::Deliver:
            // Too many rejected rows; a full disk has the same code.
            return code == ErrorCode::InvalidArgument || (limit && rejected_count > 0)
                       ? ImportState::Refused
                       : ImportState::Failed;
        case Step::Begin:
        case Step::Commit:
            return ImportState::Failed;
    }
    return ImportState::Failed;
}

}  // namespace

Result<void> ImportRun::run() {
    TRY(begin());
    if (record_.ending) return take_back();
    for (;;) {
        const auto verdict = prepare();
        if (verdict.ok() && *verdict) return finish((*verdict)->state, (*verdict)->message);
        const Attempt attempt = verdict.ok() ? load() : AttemptFailure{Step::Open, verdict.error()};
        if (given_up_) return *given_up_;
        if (const auto* loaded = std::get_if<Loaded>(&attempt)) return succeed(*loaded);
        const auto& failure = std::get<AttemptFailure>(attempt);
        if (!retry(failure.error)) return settle(failure);
    }
}

Result<void> ImportRun::begin() {
    Import& import = record_.import;
    resumed_ = import.started_at.micros != 0;
    touched_ = resumed_;
    if (!resumed_) import.started_at = parts_.clock->now();
    import.state = ImportState::Running;
    import.finished_at = {};
    import.message.resize(std::min(import.message.size(), import.message.find(not_taken_back)));
    if (!record_.ending) import.message.clear();
    return save();
}

ImportRun::Verdict ImportRun::prepare() {
    if (!record_.original.empty()) return std::optional<Ended>();
    if (record_.import.content_hash.empty()) {
        if (auto ended = TRY(identify())) return ended;
    }
    return keep();
}

ImportRun::Verdict ImportRun::identify() {
    Import& import = record_.import;
    const os::FileInfo info = TRY(parts_.files->info(delivered_at(import)));
    import.bytes_total = info.size;
    if (info.size == 0) return std::optional(Ended{ImportState::Refused, "the file is empty"});
    import.content_hash = TRY(hash_file(*parts_.files, delivered_at(import), *parts_.attention));
    hashed_ = info;
    return decide();
}

ImportRun::Verdict ImportRun::decide() {
    Import& import = record_.import;
    if (const auto earlier = TRY(parts_.records->unfinished_before(record_))) {
        return std::optional(Ended{
            ImportState::Failed,
            "an earlier delivery of this file, " + name_of(earlier->import) +
                ", stopped half-way and must be finished first." + std::string(resume_hint)
        });
    }
    const auto current = TRY(parts_.records->current(import.source, import.identity));
    if (current && current->import.content_hash == import.content_hash) {
        if (const auto version = TRY(version_of(current->import))) {
            import.table_version = *version;
            return std::optional(Ended{
                ImportState::Skipped,
                "the same bytes were delivered under this name before, as import " +
                    std::to_string(current->import.id) + "; nothing was done"
            });
        }
    }
    import.replaces = current ? current->import.id : 0;
    // A dump of a table that nothing changed in is like the one of the day before.
    const auto same = record_.again || takes_snapshots() ? std::optional<Record>()
                                                         : TRY(parts_.records->same_bytes(record_));
    if (same) {
        return std::optional(Ended{
            ImportState::Refused,
            "the same bytes were delivered under another name before, as " + name_of(same->import) +
                ". If its rows are wanted twice, import it with --again."
        });
    }
    // Durable before the first byte is written anywhere.
    TRY(save());
    return std::optional<Ended>();
}

bool ImportRun::takes_snapshots() const {
    return parts_.delivery->contract().load() == contract::Load::Snapshot;
}

// The table's version that has the rows of a delivery as it left them. Nothing: a snapshot that
// retention has given up meanwhile, or one without date that a later one has taken the place of; it
// has to come in again.
Result<std::optional<std::int64_t>> ImportRun::version_of(const Import& delivered) const {
    if (!takes_snapshots()) return std::optional(delivered.table_version);
    const auto kept =
        TRY(parts_.delivery->kept_version(OriginId(delivered.id), delivered.table_version));
    if (!kept || (!kept->current && !ticket().date)) return std::optional<std::int64_t>();
    return std::optional(kept->number);
}

ImportRun::Verdict ImportRun::keep() {
    std::string original =
        TRY(parts_.delivery->keep_original(ticket(), delivered_at(record_.import)));
    if (hashed_) {
        TRY(check_unchanged());
    } else if (auto ended = TRY(check_kept(readable(original)))) {
        return ended;
    }
    record_.original = std::move(original);
    TRY(save());
    return std::optional<Ended>();
}

// Who hashed it was a process before this one; the file may have been changed before it was kept.
// What was kept counts.
ImportRun::Verdict ImportRun::check_kept(const std::string& path) {
    Import& import = record_.import;
    import.bytes_total = TRY(parts_.files->info(path))
    .size;
    const std::string hash = TRY(hash_file(*parts_.files, path, *parts_.attention));
    if (hash == import.content_hash) return std::optional<Ended>();
    import.content_hash = hash;
    return decide();
}

Result<void> ImportRun::check_unchanged() {
    const os::FileInfo now = TRY(parts_.files->info(delivered_at(record_.import)));
    if (now.size == hashed_->size && now.modified_at == hashed_->modified_at) return {};
    return Error(ErrorCode::InvalidArgument, "the file was changed while it was being read")
        .with_hint("Import it again when it is complete.");
}

Attempt ImportRun::load() {
    const ImportSettings& settings = *parts_.settings;
    LoadingParts parts;
    parts.delivery = parts_.delivery;
    parts.open_file = parts_.open_file;
    parts.path = readable(record_.original);
    parts.delivered_from = record_.import.path;
    parts.options.encoding = record_.encoding;
    parts.options.unpacked_ratio_max = settings.unpacked_ratio_max;
    parts.options.memory_bytes_max = settings.memory_bytes_max;
    parts.options.extension_folder = settings.extension_folder;
    parts.options.temp_folder = settings.temp_folder;
    parts.limits = {settings.batch_rows, settings.batch_bytes_max};
    parts.queue_batches = settings.queue_batches;
    parts.before_commit = [this] {
        record_.publishing = true;
        return save();
    };
    Attempt attempt = load_file(parts, ticket(), *parts_.attention, *parts_.progress);
    const auto* failure = std::get_if<AttemptFailure>(&attempt);
    record_.import.read_as = failure ? failure->read_as : std::get<Loaded>(attempt).read_as;
    touched_ = touched_ || failure == nullptr || failure->step > Step::Header;
    return attempt;
}

bool ImportRun::retry(const Error& error) {
    const ImportSettings& settings = *parts_.settings;
    if (error.code() != ErrorCode::Unavailable || retry_count_ >= settings.retry_count_max) {
        return false;
    }
    const int doublings = std::min(retry_count_, 30);
    const std::int64_t delay_us =
        std::min(settings.retry_delay_us_first << doublings, settings.retry_delay_us_max);
    ++retry_count_;
    log::warn(
        "import waits and tries again",
        {{"import", record_.import.id}, {"reason", error.describe()}, {"delay_ms", delay_us / 1000}}
    );
    parts_.attention->sleep_us(delay_us);
    return true;
}

Result<void> ImportRun::settle(const AttemptFailure& failure) {
    const bool interrupted = failure.error.code() == ErrorCode::Cancelled;
    if (interrupted && parts_.attention->cancelled() && !record_.publishing)
        return end(ImportState::Cancelled, "cancelled");
    if (interrupted && parts_.attention->stopped()) return {};
    const std::string message = as_delivered(failure.error.describe());
    // Some targets may have published, now or in an earlier attempt: only going on is safe, never
    // taking back.
    if (record_.publishing) return stop_half_way(sentence(message) + std::string(resume_hint));
    return end(ending_of(failure, parts_.progress->rejected_count), message);
}

Result<void> ImportRun::end(ImportState state, std::string message) {
    if (!touched_) return finish(state, std::move(message));
    record_.ending = state;
    record_.import.message = std::move(message);
    // From here on it must never be loaded again: its serving cursor outlives its rows.
    TRY(save());
    return take_back();
}

Result<void> ImportRun::take_back() {
    for (int tries = 0;; ++tries) {
        const auto taken = [&]() -> Result<void> {
            return TRY(parts_.delivery->begin_load(ticket()))
            ->abandon();
        }();
        if (taken.ok()) return finish(*std::exchange(record_.ending, {}), record_.import.message);
        const bool cancelled = parts_.attention->cancelled();
        const int tries_max =
            cancelled ? tries_when_cancelled_max : parts_.settings->retry_count_max;
        const bool hopeless = taken.error().code() != ErrorCode::Unavailable || tries >= tries_max;
        if (hopeless) {
            return stop_half_way(
                record_.import.message + std::string(not_taken_back) +
                sentence(taken.error().describe()) + std::string(resume_hint)
            );
        }
        parts_.attention->sleep_until_stop_us(pause_us(cancelled));
        if (parts_.attention->stopped()) return {};
    }
}

Result<void> ImportRun::succeed(const Loaded& loaded) {
    const deliver::LoadReport& report = loaded.report;
    Import& import = record_.import;
    import.row_count = report.row_count;
    import.rejected_count = report.rejected_count;
    import.filtered_count = report.filtered_count;
    import.replaced_count = report.replaced_count;
    import.table_version = report.table_version;
    import.bytes_done = import.bytes_total;
    std::string aside;
    if (!report.shown) {
        aside = "older than what the table shows; it is version " +
                std::to_string(report.table_version) + " of it";
    }
    if (!loaded.remark.empty()) aside += (aside.empty() ? "" : "; ") + loaded.remark;
    if (import.replaces == 0) {
        std::string unusable = nothing_usable(loaded);
        if (!unusable.empty()) return finish(ImportState::Failed, std::move(unusable));
        return finish(ImportState::Succeeded, std::move(aside));
    }
    const auto replaced = parts_.records->find(import.replaces);
    // The first of two commits, before a crash, may have taken the earlier rows out already.
    if (resumed_ && report.shown && report.replaced_count == 0 && replaced.ok()) {
        import.replaced_count = replaced.value().import.row_count;
    }
    const bool same = replaced.ok() && replaced->import.content_hash == import.content_hash;
    std::string message = (same ? "the same bytes again as import " : "a correction of import ") +
                          std::to_string(import.replaces);
    if (same) message += ", which the table no longer held";
    const bool elsewhere =
        replaced.ok() && !replaced->import.path.empty() && replaced->import.path != import.path;
    if (elsewhere && !same && report.shown && !takes_snapshots())
        message = another_file(import, replaced->import);
    if (!aside.empty()) message += "; " + aside;
    return finish(ImportState::Succeeded, std::move(message));
}

Result<void> ImportRun::finish(ImportState state, std::string message) {
    record_.import.state = state;
    record_.import.message = std::move(message);
    record_.import.finished_at = parts_.clock->now();
    record_.finished = true;
    return save();
}

Result<void> ImportRun::stop_half_way(std::string message) {
    record_.import.state = ImportState::Failed;
    record_.import.message = std::move(message);
    record_.import.finished_at = parts_.clock->now();
    return save();
}

// Without its records the importer can do nothing, so it waits for them; but not for ever where
// somebody wants to be rid of the import.
Result<void> ImportRun::save() {
    for (int tries_cancelled = 0;;) {
        const auto saved = parts_.records->update(record_);
        parts_.attention->set_waits(!saved.ok());
        if (saved.ok()) return {};
        log::error(
            "the record of an import cannot be written",
            {{"import", record_.import.id}, {"reason", saved.error().describe()}}
        );
        if (parts_.attention->stopped()) return Error(ErrorCode::Cancelled, "interrupted");
        const bool cancelled = parts_.attention->cancelled();
        if (cancelled && ++tries_cancelled > tries_when_cancelled_max) {
            given_up_ = saved.error();
            return Error(ErrorCode::Cancelled, "cancelled");
        }
        if (cancelled) {
            parts_.attention->sleep_until_stop_us(pause_us(true));
        } else {
            parts_.attention->sleep_us(pause_us(false));
        }
    }
}

std::int64_t ImportRun::pause_us(bool cancelled) const {
    const std::int64_t most = parts_.settings->retry_delay_us_max;
    return cancelled ? std::min(most, cancelled_delay_us_max) : most;
}

deliver::LoadTicket ImportRun::ticket() const {
    const Import& import = record_.import;
    deliver::LoadTicket ticket;
    ticket.origin = OriginId(import.id);
    ticket.identity = import.identity;
    ticket.content_hash = import.content_hash;
    if (import.replaces != 0) ticket.replaces = OriginId(import.replaces);
    ticket.received_at = import.queued_at;
    if (!takes_snapshots()) return ticket;
    // Whoever delivers it may have given it another name.
    const auto& contract = parts_.delivery->contract();
    ticket.date = contract::file_date(contract, import.identity);
    if (!ticket.date) ticket.date = contract::file_date(contract, import.path);
    return ticket;
}

// Messages name the file as its sender knows it, not the copy that was read.
std::string ImportRun::as_delivered(std::string message) const {
    const std::string name = os::base_name(record_.import.identity);
    const std::string& upload = record_.import.upload;
    if (!upload.empty()) message = replace_all(std::move(message), upload, record_.import.path);
    if (!record_.original.empty()) {
        const std::string kept = readable(record_.original);
        message = replace_all(std::move(message), kept, record_.import.path);
        const std::string kept_name = os::base_name(kept);
        for (const std::string quote : {"'", "\""})
            message =
                replace_all(std::move(message), quote + kept_name + quote, quote + name + quote);
        if (message.starts_with(kept_name + ": ")) message.erase(0, kept_name.size() + 2);
    }
    // Whoever shows it says whose it is.
    if (message.starts_with(name + ": ")) message.erase(0, name.size() + 2);
    return message;
}

std::string ImportRun::readable(const std::string& original) const {
    const auto& original_path = parts_.settings->original_path;
    return original_path ? original_path(original) : delivered_at(record_.import);
}

}  // namespace tradewind::importer

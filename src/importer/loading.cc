#include "importer/loading.h"

#include <thread>
#include <utility>

#include "base/bounded_queue.h"
#include "base/guarded.h"
#include "importer/find_header.h"
#include "importer/read_as.h"

namespace tradewind::importer {

namespace {

constexpr int reasons_shown_max = 3;

std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 32);
    return text;
}

Error interrupted() {
    return {ErrorCode::Cancelled, "interrupted"};
}

// Reads batches ahead on a thread of its own, as far as the queue has room.
class ReadAhead {
public:
    ReadAhead(FileRows& rows, std::size_t queue_batches, const Attention& attention)
        : rows_(rows), attention_(attention), queue_(queue_batches), thread_([this] { run(); }) {}
    ~ReadAhead() {
        queue_.close();
        thread_.join();
    }
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // Nothing at the end of the file.
    Result<std::optional<FileBatch>> next() {
        if (auto batch = queue_.pop()) return batch;
        const auto failure = failure_.with_lock([](const auto& f) { return f; });
        if (failure) return *failure;
        return std::optional<FileBatch>();
    }

private:
    void run() {
        const auto read = read_all();
        if (!read.ok()) {
            failure_.with_lock([&](auto& failure) { failure = read.error(); });
        }
        queue_.close();
    }

    Result<void> read_all() {
        for (;;) {
            if (attention_.wanted()) return interrupted();
            FileBatch batch = TRY(rows_.next());
            if (batch.empty()) return {};
            if (!queue_.push(std::move(batch))) return {};  // nobody wants more
        }
    }

    FileRows& rows_;
    const Attention& attention_;
    BoundedQueue<FileBatch> queue_;
    Guarded<std::optional<Error>> failure_;
    std::thread thread_;
};

class Loading {
public:
    Loading(
        const LoadingParts& parts,
        const deliver::LoadTicket& ticket,
        Attention& attention,
        Progress& progress
    )
        : parts_(parts), ticket_(ticket), attention_(attention), progress_(progress) {}

    // `step_` tells where it was when it fails.
    Result<Loaded> run() {
        TRY(open(parts_.options));
        step_ = Step::Header;
        auto bound = rows_->bind_header();
        if (!bound.ok() && TRY(open_without_header())) bound = rows_->bind_header();
        TRY(std::move(bound));
        step_ = Step::Begin;
        const auto load = TRY(parts_.delivery->begin_load(ticket_));
        TRY(deliver_all(*rows_, *load));
        step_ = Step::Deliver;
        TRY(check_correction());
        step_ = Step::Commit;
        if (!attention_.begin_commit()) return interrupted();
        TRY(parts_.before_commit());
        return Loaded {
            TRY(load->commit())
            , std::move(first_reasons_), {}, remark()
        };
    }

    Step step() const { return step_; }
    std::optional<ReadAs> read_as() const {
        return rows_ ? std::optional(read_as_of(rows_->format())) : std::nullopt;
    }

private:
    Result<void> open(engine::FileOptions options) {
        const contract::Contract& contract = parts_.delivery->contract();
        options.fits = header_test(contract);
        auto reader = TRY((*parts_.open_file)(parts_.path, options));
        rows_.emplace(*parts_.delivery, std::move(reader), parts_.limits, ticket_.received_at);
        return {};
    }

    // A part of a file that was split has no header of its own. False: it is none.
    Result<bool> open_without_header() {
        if (rows_->names_a_field()) return false;
        HeaderSearch search;
        search.contract = &parts_.delivery->contract();
        search.open_file = parts_.open_file;
        search.path = parts_.path;
        search.delivered_from = parts_.delivered_from;
        search.options = parts_.options;
        const auto found = TRY(find_header(search));
        if (!found) return false;
        columns_from_ = found->from;
        engine::FileOptions options = parts_.options;
        options.columns = found->columns;
        TRY(open(std::move(options)));
        return true;
    }

    std::string remark() const {
        std::string text;
        if (!columns_from_.empty())
            text = "it has no header: its columns are those of " + columns_from_;
        std::string sheets;
        for (const std::string& sheet : rows_->format().other_sheets)
            sheets += (sheets.empty() ? "\"" : ", \"") + sheet + "\"";
        if (sheets.empty()) return text;
        return text + (text.empty() ? "" : "; ") +
               "left out, since their columns do not fit: sheets " + sheets;
    }

    Result<void> deliver_all(FileRows& rows, deliver::Load& load) {
        ReadAhead ahead(rows, parts_.queue_batches, attention_);
        for (;;) {
            step_ = Step::Read;
            auto batch = TRY(ahead.next());
            if (!batch) return {};
            if (attention_.wanted()) return interrupted();
            step_ = Step::Deliver;
            const auto row_count = static_cast<std::int64_t>(batch->rows.row_count());
            progress_.rejected_count += static_cast<std::int64_t>(batch->rejected.size());
            note_reasons(batch->rejected);
            TRY(load.add(
                std::move(batch->rows), std::move(batch->rejected), std::move(batch->lines)
            ));
            progress_.row_count += row_count;
            progress_.bytes_done = batch->bytes_read;
        }
    }

    void note_reasons(const std::vector<deliver::RejectedRow>& rejected) {
        for (const deliver::RejectedRow& row : rejected) {
            if (reason_count_ == reasons_shown_max) return;
            first_reasons_ += reason_count_++ == 0 ? "line " : "; line ";
            first_reasons_ += std::to_string(row.line) + ": " + row.rejection.reason;
        }
    }

    // A file that was saved in another form by mistake must not take the good rows of the one
    // before it out.
    Result<void> check_correction() const {
        const bool snapshot = parts_.delivery->contract().load() == contract::Load::Snapshot;
        const bool replaces = ticket_.replaces || snapshot;
        if (!replaces || progress_.row_count > 0 || progress_.rejected_count == 0) return {};
        return Error(
                   ErrorCode::InvalidArgument,
                   "none of its rows can be used, so the rows of the delivery before it stay"
        )
            .with_detail(
                capitalised(first_reasons_) + ". No dead letters are made of it: it is kept whole."
            )
            .with_hint("Mend the file and import it again under the same name.");
    }

    const LoadingParts& parts_;
    const deliver::LoadTicket& ticket_;
    Attention& attention_;
    Progress& progress_;
    Step step_ = Step::Open;
    std::optional<FileRows> rows_;
    std::string columns_from_;  // of a file without header
    std::string first_reasons_;
    int reason_count_ = 0;
};

}  // namespace

Attempt load_file(
    const LoadingParts& parts,
    const deliver::LoadTicket& ticket,
    Attention& attention,
    Progress& progress
) {
    progress.reset();
    Loading loading(parts, ticket, attention, progress);
    auto report = loading.run();
    if (!report.ok())
        return AttemptFailure{loading.step(), std::move(report).error(), loading.read_as()};
    Loaded loaded = std::move(report).take();
    loaded.read_as = loading.read_as();
    return loaded;
}

}  // namespace tradewind::importer

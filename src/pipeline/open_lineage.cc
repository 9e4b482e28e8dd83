// Tells others of runs as OpenLineage events: into a file, to an address, or both. Whatever becomes
// of the events, runs neither wait for them nor fail with them.
#include <utility>

#include "pipeline/line_file.h"
#include "pipeline/lineage_events.h"
#include "pipeline/outbox.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

namespace {

constexpr std::size_t note_bytes = 512;  // beside its texts

// What happened, as it was at that moment. Without an asset: the run itself.
struct Note {
    Run run;
    std::optional<AssetRun> asset;
};

using Events = Outbox<std::string>;

class OpenLineage : public RunListener {
public:
    OpenLineage(OpenLineageOptions options, OpenLineageParts parts)
        : options_(std::move(options)),
          parts_(std::move(parts)),
          events_(options_, parts_),
          file_(*parts_.files, options_.file) {
        if (!options_.file.empty()) {
            to_file_ = open_outbox("file", [this](const std::string& event, const os::GiveUp&) {
                return write(event);
            });
        }
        if (!options_.url.empty()) {
            to_url_ =
                open_outbox("url", [this](const std::string& event, const os::GiveUp& give_up) {
                    return send(event, give_up);
                });
        }
        notes_ = std::make_unique<Outbox<Note>>(
            "openlineage_notes",
            options_.outbox,
            *parts_.clock,
            told_,
            counter("notes", "dropped"),
            [this](const Note& note, const os::GiveUp&) { return tell(note); }
        );
    }
    // What is known becomes events first, then those are handed over.
    ~OpenLineage() override {
        notes_->stop();
        if (to_file_) to_file_->stop();
        if (to_url_) to_url_->stop();
    }

    void on_run(const Run& run) override { add(run, std::nullopt); }
    void on_asset(const Run& run, const AssetRun& asset) override { add(run, asset); }

private:
    Counter& counter(const char* to, const char* outcome) {
        return parts_.metrics->counter(
            "tradewind_openlineage_events_total",
            "Events of runs, by where they go and what became of them.",
            {{"to", to}, {"outcome", outcome}}
        );
    }

    std::unique_ptr<Events> open_outbox(const char* to, Events::HandOver hand_over) {
        return std::make_unique<Events>(
            std::string("openlineage_") + to,
            options_.outbox,
            *parts_.clock,
            counter(to, "sent"),
            counter(to, "dropped"),
            std::move(hand_over)
        );
    }

    void add(const Run& run, const std::optional<AssetRun>& asset) {
        Note note;
        note.run.id = run.id;
        note.run.package = run.package;
        note.run.state = run.state;
        note.run.message = run.message;
        note.run.queued_at = run.queued_at;
        note.run.started_at = run.started_at;
        note.run.finished_at = run.finished_at;
        note.asset = asset;
        const std::size_t bytes =
            note_bytes + (asset ? asset->sql.size() + asset->message.size() : 0);
        notes_->add(std::move(note), bytes);
    }

    Result<void> tell(const Note& note) {
        const auto event =
            note.asset ? events_.of_asset(note.run, *note.asset) : events_.of_run(note.run);
        if (!event) return {};
        if (to_file_) to_file_->add(*event, event->size());
        if (to_url_) to_url_->add(*event, event->size());
        return {};
    }

    // Whatever is wrong with the file may be mended while the program runs.
    Result<void> write(const std::string& event) {
        const Result<void> written = file_.append(event + "\n");
        if (written.ok()) return {};
        return Error(ErrorCode::Unavailable, "the file of lineage events cannot be written")
            .with_detail(written.error().describe());
    }

    Result<void> send(const std::string& event, const os::GiveUp& give_up) {
        os::WebRequest request;
        request.url = options_.url;
        request.headers = {{"Content-Type", "application/json"}};
        if (!options_.token.empty())
            request.headers.emplace_back("Authorization", "Bearer " + options_.token);
        request.body = event;
        request.timeout_us = options_.timeout_us;
        const os::WebAnswer answer = TRY(parts_.web->send(request, give_up));
        if (answer.status >= 200 && answer.status < 300) return {};
        const bool passes = answer.status >= 500 || answer.status == 429 || answer.status == 408;
        return Error(
                   passes ? ErrorCode::ResourceExhausted : ErrorCode::InvalidArgument,
                   "the receiver of lineage events answers " + std::to_string(answer.status)
        )
            .with_detail(answer.body.substr(0, answer_characters));
    }

    static constexpr std::size_t answer_characters = 200;

    const OpenLineageOptions options_;
    const OpenLineageParts parts_;
    const LineageEvents events_;
    LineFile file_;
    Counter told_;  // notes become events, which are counted where they go
    std::unique_ptr<Events> to_file_;
    std::unique_ptr<Events> to_url_;
    std::unique_ptr<Outbox<Note>> notes_;
};

}  // namespace

std::unique_ptr<RunListener> make_open_lineage(OpenLineageOptions options, OpenLineageParts parts) {
    return std::make_unique<OpenLineage>(std::move(options), std::move(parts));
}

}  // namespace tradewind::pipeline

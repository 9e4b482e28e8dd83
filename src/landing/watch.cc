#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "landing/lookout.h"
#include "os/folder_events.h"

namespace tradewind::landing {

namespace {

class ThreadedWatch final : public LandingWatch {
public:
    ThreadedWatch(
        LandingOptions options,
        LandingParts parts,
        HandedOver handed,
        std::unique_ptr<os::FolderEvents> events
    )
        : options_(std::move(options)),
          clock_(*parts.clock),
          events_(std::move(events)),
          lookout_(options_, lookout_parts(parts), std::move(handed)),
          handed_total_(parts.metrics->counter(
              "tradewind_landing_files_total", "Files in landing that were handed to the importer."
          )),
          waiting_(parts.metrics->gauge(
              "tradewind_landing_waiting", "Files in landing that are not whole yet."
          )),
          strays_(parts.metrics->gauge(
              "tradewind_landing_strays", "Files in landing that cannot be imported."
          )) {}
    ~ThreadedWatch() override { ThreadedWatch::stop(); }

    Result<void> start() override {
        CHECK(!thread_.joinable());
        thread_ = std::thread([this] { loop(); });
        return {};
    }

    void stop() override {
        stopped_ = true;
        events_->wake();
        if (thread_.joinable()) thread_.join();
    }

private:
    LookoutParts lookout_parts(const LandingParts& parts) {
        LookoutParts made;
        made.sources = parts.sources;
        made.files = parts.files;
        made.clock = parts.clock;
        made.submit = [importer = parts.importer](const auto& requests) -> Result<void> {
            TRY(importer->submit(requests));
            return {};
        };
        made.found_folder = [this](const std::string& folder) { watch(folder); };
        return made;
    }

    // Without its events a folder is only scanned: later, but nothing is lost.
    void watch(const std::string& folder) {
        const auto added = events_->add(folder);
        if (added.ok() || std::exchange(events_missing_, true)) return;
        log::warn(
            "some folders of landing are only looked through now and then",
            {{"folder", folder}, {"reason", added.error().describe()}}
        );
    }

    void loop() {
        std::int64_t next_scan_us = clock_.monotonic_us();
        while (!stopped_) {
            if (clock_.monotonic_us() >= next_scan_us) {
                lookout_.scan();
                next_scan_us = clock_.monotonic_us() + options_.scan_interval_us;
            }
            lookout_.look();
            show();
            const std::int64_t wake_us =
                std::min(next_scan_us, lookout_.next_look_us().value_or(next_scan_us));
            const os::FolderNews news = events_->wait(wake_us - clock_.monotonic_us());
            if (news.missed) next_scan_us = clock_.monotonic_us();
            for (const os::FolderEvent& event : news.events) take(event);
        }
    }

    void take(const os::FolderEvent& event) {
        event.folder ? lookout_.scan_below(event.path) : lookout_.closed(event.path);
    }

    void show() {
        handed_total_.add(lookout_.handed_count() - handed_total_.value());
        waiting_.set(static_cast<std::int64_t>(lookout_.waiting_count()));
        strays_.set(static_cast<std::int64_t>(lookout_.stray_count()));
    }

    const LandingOptions options_;
    os::Clock& clock_;
    const std::unique_ptr<os::FolderEvents> events_;
    Lookout lookout_;
    Counter& handed_total_;
    Gauge& waiting_;
    Gauge& strays_;
    bool events_missing_ = false;
    std::atomic<bool> stopped_{false};
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<LandingWatch>> open_landing_watch(
    LandingOptions options, LandingParts parts
) {
    HandedOver handed = TRY(HandedOver::open(*parts.database));
    auto events = TRY(os::FolderEvents::open());
    return std::unique_ptr<LandingWatch>(std::make_unique<ThreadedWatch>(
        std::move(options), std::move(parts), std::move(handed), std::move(events)
    ));
}

}  // namespace tradewind::landing

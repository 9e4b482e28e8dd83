#include <chrono>
#include <thread>

#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

// `crawl`, `crawl: raw/orders`, `crawl: {path: …, again: …}`. A relative path is the lake's.
struct Wanted {
    std::string path;
    bool again = false;
};

Result<Wanted> read_wanted(const yaml::Node& argument) {
    Wanted wanted;
    if (!argument.present()) return wanted;
    yaml::Node path = argument;
    if (argument.kind() == yaml::Kind::Mapping) {
        TRY(argument.allow_keys({"path", "again"}));
        wanted.again = TRY(argument["again"].boolean_or(false));
        path = argument["path"];
    }
    if (!path.present()) return wanted;
    wanted.path = TRY(path.text());
    for (const std::string& part : split(wanted.path, '/')) {
        if (part == "..") return path.error("the path to crawl holds '..'");
    }
    return wanted;
}

class CrawlStep : public schedule::StepKind {
public:
    explicit CrawlStep(const StepParts& parts) : parts_(parts) {}
    std::string name() const override { return "crawl"; }

    Result<void> check([[maybe_unused]] const std::string& package, const yaml::Node& argument)
        const override {
        TRY(read_wanted(argument));
        return {};
    }

    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override {
        const Wanted wanted = TRY(read_wanted(order.step.argument));
        crawl::CrawlRequest request;
        request.path = os::join(parts_.lake_root, wanted.path);
        if (wanted.path.empty()) request.path = parts_.lake_root;
        request.again = wanted.again;
        request.cancelled = order.cancelled;
        const crawl::CrawlReport report = TRY(crawl(request));
        schedule::StepResult result;
        result.message = format_count(static_cast<std::int64_t>(report.files_seen)) + " files of " +
                         format_count(static_cast<std::int64_t>(report.tables.size())) +
                         " tables seen";
        if (report.finding_count > 0)
            result.message +=
                ", " + format_count(static_cast<std::int64_t>(report.finding_count)) + " findings";
        return result;
    }

private:
    // One crawl at a time: another one that is under way is waited for.
    Result<crawl::CrawlReport> crawl(const crawl::CrawlRequest& request) {
        constexpr auto pause = std::chrono::milliseconds(500);
        while (true) {
            auto report = parts_.crawler->crawl(request);
            if (report.ok() || report.error().code() != ErrorCode::Conflict) return report;
            if (request.cancelled->load()) return Error(ErrorCode::Cancelled, "cancelled");
            std::this_thread::sleep_for(pause);
        }
    }

    const StepParts parts_;
};

}  // namespace

std::shared_ptr<schedule::StepKind> make_crawl_step(const StepParts& parts) {
    return std::make_shared<CrawlStep>(parts);
}

}  // namespace tradewind::app

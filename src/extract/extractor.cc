#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <set>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "extract/dump_run.h"
#include "extract/file_name.h"
#include "extract/new_files.h"
#include "extract/packed_file.h"
#include "extract/session.h"
#include "extract/survey.h"
#include "extract/watermarks.h"
#include "os/time_zone.h"

namespace tradewind::extract {

namespace {

constexpr auto look_interval = std::chrono::milliseconds(50);

// A name that one may have at a time.
class Turn {
public:
    using Names = Guarded<std::set<std::string>>;
    static Result<Turn> take(Names& names, const std::string& name) {
        const bool free = names.with_lock([&](auto& taken) { return taken.insert(name).second; });
        if (!free) return Error(ErrorCode::Conflict, name + " is under way already");
        return Turn(names, name);
    }
    ~Turn() {
        if (names_ != nullptr) names_->with_lock([&](auto& taken) { taken.erase(name_); });
    }
    Turn(Turn&& other) noexcept
        : names_(std::exchange(other.names_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;

private:
    Turn(Names& names, std::string name) : names_(&names), name_(std::move(name)) {}
    Names* names_;
    std::string name_;
};

class DatabaseExtractor : public Extractor {
public:
    DatabaseExtractor(
        ExtractOptions options, ExtractParts parts, Watermarks watermarks, Survey survey
    )
        : options_(std::move(options)),
          parts_(std::move(parts)),
          watermarks_(watermarks),
          survey_(survey) {}

    Result<DumpReport> dump(const DumpOrder& order) override;
    Result<ReadReport> read(const ReadOrder& order) override;
    Result<void> confirm(const ReadReport& report) override {
        if (report.number == 0) return {};
        return watermarks_.confirm(report.source, report.number, report.watermark);
    }
    Result<std::vector<TableInfo>> describe(const std::string& connection) override {
        const Connection& known = *TRY(find_connection(connection));
        return TRY(open_session(known, session_parts({})))
        ->describe();
    }
    Result<std::vector<Error>> survey(const os::GiveUp& give_up) override;
    Result<RowBatch> surveyed() override { return survey_.rows(); }
    const Connections& connections() const override { return parts_.connections; }
    const std::vector<Dump>& dumps() const override { return parts_.dumps; }

private:
    Result<const Connection*> find_connection(const std::string& name) const;
    Result<const Dump*> find_dump(const DumpOrder& order) const;
    Result<std::string> date_of(const Dump& dump, const DumpOrder& order) const;
    Result<DumpReport> attempt(const Dump& dump, const DumpTask& task, const os::GiveUp& give_up);
    Result<void> wait(std::int64_t delay_us, const os::GiveUp& give_up) const;
    Result<void> write_rows(
        const ReadOrder& order, Session& session, const WatermarkRange* range, ReadReport& report
    );
    SessionParts session_parts(os::GiveUp give_up) const {
        return {
            parts_.files,
            parts_.clock,
            parts_.environment,
            std::move(give_up),
            options_.lock_wait_us,
            options_.lock_told_us
        };
    }
    Counter& outcomes(const char* outcome) {
        return parts_.metrics->counter(
            "tradewind_extracts_total",
            "Dumps of databases, by how they ended.",
            {{"outcome", outcome}}
        );
    }

    const ExtractOptions options_;
    const ExtractParts parts_;
    Watermarks watermarks_;
    Survey survey_;
    Turn::Names under_way_;
};

Result<const Connection*> DatabaseExtractor::find_connection(const std::string& name) const {
    const auto found = parts_.connections.find(name);
    if (found != parts_.connections.end()) return &found->second;
    std::vector<std::string_view> known;
    for (const auto& [one, connection] : parts_.connections) known.push_back(one);
    Error error(ErrorCode::NotFound, "there is no connection " + name);
    if (const auto near = nearest(name, known))
        return std::move(error).with_hint("Did you mean " + *near + "?");
    return std::move(error).with_hint("Connections stand in connections.yml of the workspace.");
}

Result<const Dump*> DatabaseExtractor::find_dump(const DumpOrder& order) const {
    std::string known;
    for (const Dump& dump : parts_.dumps) {
        if (dump.package == order.package && dump.name == order.name) return &dump;
        known += (known.empty() ? "" : ", ") + dump.package + ":" + dump.name;
    }
    return Error(ErrorCode::NotFound, "there is no extract " + order.package + ":" + order.name)
        .with_hint(
            known.empty() ? "Extracts stand in package.yml, below extracts:."
                          : "There are: " + known + "."
        );
}

Result<std::string> DatabaseExtractor::date_of(const Dump& dump, const DumpOrder& order) const {
    if (order.date.empty()) {
        const auto zone = TRY(os::find_time_zone(dump.timezone));
        return format_date(to_days(from_civil(zone->to_local(parts_.clock->now()))));
    }
    const auto day = parse_iso(order.date);
    if (day.ok() && format_date(to_days(*day)) == order.date) return order.date;
    return Error(ErrorCode::InvalidArgument, "not a date: '" + order.date + "'")
        .with_hint("Write it like 2026-11-22.");
}

Result<DumpReport> DatabaseExtractor::dump(const DumpOrder& order) {
    const Dump& dump = *TRY(find_dump(order));
    const std::string name = "extract " + dump.package + ":" + dump.name;
    const Turn turn = TRY(Turn::take(under_way_, name));
    const Connection& connection = *TRY(find_connection(dump.connection));
    const std::string date = TRY(date_of(dump, order));
    const std::string folder = dump.folder == "." ? options_.landing_folder
                                                  : os::join(options_.landing_folder, dump.folder);
    const DumpTask task{dump, connection, folder, date, options_.disk_reserve_bytes};
    const std::int64_t began_us = parts_.clock->monotonic_us();
    auto report = attempt(dump, task, order.give_up);
    outcomes(report.ok() ? "succeeded" : "failed").add();
    if (!report.ok()) return std::move(report).error().in(name);
    report->duration_us = parts_.clock->monotonic_us() - began_us;
    return report;
}

// From the start each time: rows of two attempts were not there at one instant.
Result<DumpReport> DatabaseExtractor::attempt(
    const Dump& dump, const DumpTask& task, const os::GiveUp& give_up
) {
    DumpReport report{dump.package, dump.name, task.date, {}, {}, 1, 0};
    if (!dump.manifest.empty())
        report.manifest = os::join(task.folder, file_name(dump.manifest, "", task.date));
    for (std::int64_t delay_us = dump.retry_delay_us;; delay_us *= 2, ++report.attempts) {
        auto tables = dump_once(task, session_parts(give_up));
        if (tables.ok()) {
            report.tables = std::move(tables).take();
            return report;
        }
        const bool again =
            tables.error().code() == ErrorCode::Unavailable && report.attempts <= dump.retries;
        if (!again) return std::move(tables).error();
        log::warn(
            "a dump is begun again",
            {{"extract", dump.package + ":" + dump.name},
             {"attempt", report.attempts},
             {"reason", tables.error().describe()}}
        );
        TRY(wait(delay_us, give_up));
    }
}

Result<void> DatabaseExtractor::wait(std::int64_t delay_us, const os::GiveUp& give_up) const {
    const std::int64_t end_us = parts_.clock->monotonic_us() + delay_us;
    while (parts_.clock->monotonic_us() < end_us) {
        if (give_up && give_up()) return Error(ErrorCode::Cancelled, "given up");
        std::this_thread::sleep_for(look_interval);
    }
    return {};
}

// Numbered by what was confirmed, so that what was read twice without that is one file in two
// states, and not two files.
std::string numbered_name(const std::string& source, std::int64_t number) {
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%08lld", static_cast<long long>(number));
    return source + "_" + digits.data() + ".csv.gz";
}

Result<ReadReport> DatabaseExtractor::read(const ReadOrder& order) {
    const Connection& connection = *TRY(find_connection(order.connection));
    const Turn turn = TRY(Turn::take(under_way_, "source " + order.source));
    const auto session = TRY(open_session(connection, session_parts(order.give_up)));
    ReadReport report;
    report.source = order.source;
    if (order.watermark.empty()) {
        report.path = os::join(order.folder, order.source + "_" + order.date + ".csv.gz");
        TRY(write_rows(order, *session, nullptr, report));
        return report;
    }
    const Watermark last = TRY(watermarks_.of(order.source, order.connection, order.watermark));
    const WatermarkState beyond =
        TRY(session->look_beyond(order.query, order.watermark, last.after));
    report.rows_without_watermark = beyond.null_count;
    if (beyond.highest.empty()) return report;
    report.watermark = beyond.highest;
    report.number = last.reads + 1;
    report.path = os::join(order.folder, numbered_name(order.source, report.number));
    const WatermarkRange range{order.watermark, last.after, beyond.highest};
    TRY(write_rows(order, *session, &range, report));
    return report;
}

Result<void> DatabaseExtractor::write_rows(
    const ReadOrder& order, Session& session, const WatermarkRange* range, ReadReport& report
) {
    auto files = TRY(NewFiles::begin(*parts_.files, order.folder, order.source));
    const std::string name = os::base_name(report.path);
    auto file =
        TRY(PackedFile::create(*parts_.files, files.path(name), name, options_.disk_reserve_bytes));
    report.row_count = TRY(session.copy(order.query, range, [&](std::string_view bytes) {
        return file->write(bytes);
    }));
    TRY(file->finish());
    report.bytes = file->bytes();
    return files.publish({name});
}

Result<std::vector<Error>> DatabaseExtractor::survey(const os::GiveUp& give_up) {
    std::vector<Error> problems;
    TRY(survey_.keep_only(parts_.connections));
    for (const auto& [name, connection] : parts_.connections) {
        const auto session = open_session(connection, session_parts(give_up));
        auto tables =
            session.ok() ? (*session)->describe() : Result<std::vector<TableInfo>>(session.error());
        if (tables.ok()) {
            TRY(survey_.remember(name, *tables, parts_.clock->now()));
        } else if (tables.error().code() == ErrorCode::Cancelled) {
            return std::move(tables).error();
        } else {
            problems.push_back(std::move(tables).error());
        }
    }
    return problems;
}

}  // namespace

Result<std::unique_ptr<Extractor>> open_extractor(ExtractOptions options, ExtractParts parts) {
    Watermarks watermarks = TRY(Watermarks::open(*parts.database));
    Survey survey = TRY(Survey::open(*parts.database));
    return std::unique_ptr<Extractor>(std::make_unique<DatabaseExtractor>(
        std::move(options), std::move(parts), watermarks, survey
    ));
}

}  // namespace tradewind::extract

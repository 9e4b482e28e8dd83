#include "cli/run_display.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "base/time.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

constexpr std::size_t bar_width = 30;

std::optional<std::int64_t> micros_of(const json::Value& holder, const char* name) {
    const auto at = parse_iso(holder.text_or(name, ""));
    return at.ok() ? std::optional(at->micros) : std::nullopt;
}

// "62 %, ~3.1 s left" as far as the engine tells.
std::string progress_text(const json::Value& asset, std::int64_t running_us) {
    constexpr std::int64_t whole = 100;
    const std::int64_t percent = asset.integer_or("progress", -1);
    if (percent <= 0) return "";
    std::string text = ", " + std::to_string(percent) + " %";
    if (percent < whole)
        text += ", ~" + format_duration_us(running_us * (whole - percent) / percent) + " left";
    return text;
}

std::string running_line(const json::Value& asset, Timestamp now) {
    const auto begun = micros_of(asset, "started_at");
    const std::int64_t running_us = begun ? std::max<std::int64_t>(now.micros - *begun, 0) : 0;
    return "  " + asset.text_or("asset", "") + ": " + format_duration_us(running_us) +
           progress_text(asset, running_us);
}

std::string rate_text(const json::Value& asset) {
    const auto begun = micros_of(asset, "started_at");
    const auto ended = micros_of(asset, "finished_at");
    const std::int64_t rows = asset.integer_or("rows_out", 0);
    constexpr std::int64_t second_us = 1'000'000;
    constexpr std::int64_t worth_telling_us = second_us / 10;
    if (!begun || !ended || *ended - *begun < worth_telling_us || rows == 0) return "";
    return ", " + format_count(rows * second_us / (*ended - *begun)) + " rows/s";
}

// Where in the run it was made: "   ████      ".
std::string bar_of(const json::Value& asset, std::int64_t begin, std::int64_t end) {
    const auto begun = micros_of(asset, "started_at");
    const auto ended = micros_of(asset, "finished_at");
    if (!begun || !ended || end <= begin || *begun < begin) return "";
    const auto place = [&](std::int64_t at) {
        const auto width = static_cast<std::int64_t>(bar_width);
        return static_cast<std::size_t>(std::clamp((at - begin) * width / (end - begin), {}, width)
        );
    };
    const std::size_t first = std::min(place(*begun), bar_width - 1);
    const std::size_t last = std::clamp(place(*ended), first + 1, bar_width);
    std::string bar(first, ' ');
    for (std::size_t i = first; i < last; ++i) bar += "█";
    return bar;
}

}  // namespace

bool under_way(const json::Value& state_holder) {
    const std::string state = state_holder.text_or("state", "");
    return state == "queued" || state == "running";
}

bool is_made(const json::Value& asset) {
    const std::string state = asset.text_or("state", "");
    return state == "succeeded" || state == "skipped";
}

std::vector<json::Value> assets_of(const json::Value& run) {
    const json::Value* list = run.find("assets");
    return list == nullptr ? std::vector<json::Value>{} : list->items();
}

std::string duration_of(const json::Value& begun_and_ended) {
    const auto begun = micros_of(begun_and_ended, "started_at");
    const auto ended = micros_of(begun_and_ended, "finished_at");
    return begun && ended ? format_duration_us(*ended - *begun) : "";
}

RunDisplay::RunDisplay()
    : terminal_(isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {}

void RunDisplay::show(const json::Value& run) {
    const std::vector<json::Value> assets = assets_of(run);
    wipe();
    tell_ended(assets);
    if (terminal_ && under_way(run)) draw(assets);
}

void RunDisplay::tell_ended(const std::vector<json::Value>& assets) {
    for (const json::Value& asset : assets) {
        const std::string name = asset.text_or("asset", "");
        if (under_way(asset) || !told_.insert(name).second) continue;
        const std::string taken = duration_of(asset);
        note(
            "[" + std::to_string(told_.size()) + "/" + std::to_string(assets.size()) + "] " + name +
            ": " + asset.text_or("state", "") + ", " +
            format_count(asset.integer_or("rows_out", 0)) + " rows" +
            (taken.empty() ? "" : ", " + taken) + rate_text(asset)
        );
    }
}

void RunDisplay::draw(const std::vector<json::Value>& assets) {
    std::size_t waiting = 0;
    for (const json::Value& asset : assets) {
        const std::string state = asset.text_or("state", "");
        waiting += state == "queued" ? 1 : 0;
        if (state != "running") continue;
        note(running_line(asset, clock_->now()));
        ++drawn_lines_;
    }
    if (waiting == 0) return;
    note("  " + std::to_string(waiting) + " wait");
    ++drawn_lines_;
}

// The lines of the last drawing are overwritten.
void RunDisplay::wipe() {
    for (; drawn_lines_ > 0; --drawn_lines_) {
        constexpr std::string_view up_and_clear = "\x1b[1A\x1b[2K";
        [[maybe_unused]] const auto written =
            ::write(STDERR_FILENO, up_and_clear.data(), up_and_clear.size());
    }
}

std::string run_summary(const json::Value& run) {
    const std::int64_t begin = micros_of(run, "started_at").value_or(0);
    const std::int64_t end = micros_of(run, "finished_at").value_or(0);
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& asset : assets_of(run)) {
        rows.push_back(
            {asset.text_or("asset", ""),
             asset.text_or("state", ""),
             format_count(asset.integer_or("rows_out", 0)),
             std::to_string(asset.integer_or("version", 0)),
             std::to_string(asset.integer_or("files_written", 0)),
             std::to_string(asset.integer_or("files_kept", 0)),
             duration_of(asset),
             bar_of(asset, begin, end)}
        );
    }
    return format_table(
        {"asset", "state", "rows", "version", "files written", "files kept", "time", "when"}, rows
    );
}

}  // namespace tradewind::cli

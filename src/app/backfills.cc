#include "app/backfills.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/notifications.h"
#include "app/run_following.h"

namespace tradewind::app {

namespace {

using Assets = std::vector<const pipeline::Asset*>;

bool has_interval(const Assets& assets) {
    return std::ranges::any_of(assets, [](const pipeline::Asset* asset) {
        return !asset->interval_column.empty();
    });
}

// Does its SQL ask for the run's date?
bool reads_date(const pipeline::Asset& asset) {
    return std::ranges::any_of(asset.inputs, [&](const engine::TableUse& use) {
        return use.name.schema == "run" && asset.sql.find("'date'") != std::string::npos;
    });
}

bool names_date(const schedule::BackfillRequest& request) {
    return std::ranges::any_of(request.params, [](const auto& param) {
        return param.second.find("{date}") != std::string::npos;
    });
}

// Runs that come out the same for each interval would be as many times the same work.
Result<void> check(const pipeline::AssetGraph& graph, const schedule::BackfillRequest& request) {
    const Assets assets = TRY(pipeline::select_assets(graph, request.package, request.assets));
    if (request.params.contains("date"))
        return Error(ErrorCode::InvalidArgument, "the param date is each interval's own")
            .with_hint("Leave it out.");
    const bool any_reads = std::ranges::any_of(assets, [](const pipeline::Asset* asset) {
        return reads_date(*asset);
    });
    if (has_interval(assets) || any_reads || names_date(request)) return {};
    return Error(
               ErrorCode::InvalidArgument,
               "what is to be made of " + request.package + " knows no interval"
    )
        .with_detail("Every interval's run would make the same.")
        .with_hint(
            "Give an asset materialize: partitions and interval: COLUMN, let its SQL read the "
            "parameter date from run.params, or give a param with {date} in it."
        );
}

// Of a table what this run made of it; of a file for others, all of it.
std::int64_t rows_made(const pipeline::AssetRun& asset) {
    return asset.version > 0 ? asset.rows_made : asset.rows_out;
}

Result<schedule::IntervalResult> carry_out(
    pipeline::Pipeline& pipeline, const schedule::IntervalOrder& order
) {
    const schedule::BackfillRequest& asked = order.request;
    RunOrder run_order;
    pipeline::RunRequest& request = run_order.request;
    request.package = asked.package;
    request.assets = asked.assets;
    request.force = asked.force;
    request.params = schedule::params_for(asked, order.interval);
    request.reason = order.key;
    const Assets assets =
        TRY(pipeline::select_assets(pipeline.graph(), asked.package, asked.assets));
    if (has_interval(assets)) {
        request.from = order.interval.from;
        request.to = order.interval.to;
    }
    run_order.resumed = order.resumed;
    if (order.run != 0) run_order.runs = {order.run};
    run_order.note_run = order.note_run;
    run_order.cancelled = order.cancelled;
    run_order.leaving = order.leaving;
    const pipeline::Run run = TRY(carry_out_run(pipeline, run_order));
    schedule::IntervalResult result;
    result.failed = !is_good(run);
    result.message = "run " + std::to_string(run.id) + " " + to_string(run.state);
    if (result.failed) result.message += ": " + failure_of(run).text;
    for (const pipeline::AssetRun& asset : run.assets) {
        if (asset.state == pipeline::RunState::Succeeded) result.rows += rows_made(asset);
    }
    return result;
}

}  // namespace

Result<std::unique_ptr<schedule::Backfills>> open_backfills(const BackfillsParts& parts) {
    const api::Services& services = parts.services;
    schedule::BackfillOptions options;
    options.watch = parts.watch;
    schedule::BackfillParts lent;
    for (const package::Package& package : parts.declared.packages)
        lent.zones[package.name] = TRY(schedule::zone_of(package));
    lent.database = &parts.database;
    lent.clock = services.clock;
    lent.check = [pipeline = services.pipeline](const schedule::BackfillRequest& request) {
        return check(pipeline->graph(), request);
    };
    lent.carry_out = [pipeline = services.pipeline](const schedule::IntervalOrder& order) {
        return carry_out(*pipeline, order);
    };
    lent.tell = [notifier = services.notifier](const schedule::Notice& notice) -> Result<void> {
        if (notifier == nullptr) return {};
        return notifier->tell(notice_of(notice));
    };
    lent.on_backfill = [events = services.events](const schedule::Backfill& backfill) {
        if (events != nullptr) events->on_backfill(backfill);
    };
    auto backfills = TRY(schedule::open_backfills(options, std::move(lent)));
    TRY(backfills->start());
    return backfills;
}

}  // namespace tradewind::app

#include <limits>

#include "cli/arguments.h"
#include "cli/number_options.h"

namespace tradewind::cli {

namespace {

CLI::App* add_recipe_command(
    CLI::App& recipe,
    AllOptions& all,
    Command& chosen,
    const std::string& verb,
    const std::string& meaning,
    Result<int> (*command)(const Context&, const RecipeOptions&)
) {
    auto* sub = add(recipe, verb, meaning, chosen, [&all, command](const Context& c) {
        return command(c, all.recipe);
    });
    sub->add_option("file", all.recipe.file, "the recipe's YAML")->required();
    return sub;
}

}  // namespace

void add_recipes(CLI::App& app, AllOptions& all, Command& chosen) {
    CLI::App* recipe = app.add_subcommand("recipe", "prepare data by steps in YAML, without code");
    recipe->fallthrough();
    recipe->require_subcommand(1);
    RecipeOptions& options = all.recipe;
    auto* sql =
        add_recipe_command(*recipe, all, chosen, "sql", "the same as one SELECT", recipe_sql);
    sql->add_flag("--pyspark", options.pyspark, "as a PySpark script");
    sql->add_option("--output", options.output, "write to a file");
    auto* look = add_recipe_command(
        *recipe, all, chosen, "preview", "rows and column statistics after a step", recipe_preview
    );
    look->add_option("--step", options.step, "which (default: the last; 0: the input)")
        ->check(whole_number(0, 1000));
    look->add_option("--rows", options.rows, "rows to show")->check(CLI::Range(0, 1000));
    look->add_option("--input-rows", options.input_rows, "rows to read (0: all)")
        ->check(whole_number(0, rows_most));
    add(*recipe, "steps", "every step that there is", chosen, [](const Context& c) {
        return recipe_steps(c);
    });
    auto* run = add_recipe_command(*recipe, all, chosen, "run", "the whole result", recipe_run);
    run->add_option("--out,--output", options.output, "write to a file (.csv, .json, .parquet)");
    run->add_option("--format", options.format, "table, csv, json or parquet")
        ->check(CLI::IsMember({"table", "csv", "json", "parquet"}));
    run->add_option("--timeout", options.timeout_s, "seconds")->check(CLI::Range(1, 300));
}

void add_run_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* run =
        add(app, "run", "bring a package's assets up to date", chosen, [&all](const Context& c) {
            return run_package(c, all.run);
        });
    run->add_option(
        "target",
        all.run.target,
        "PACKAGE, PACKAGE+ (and what reads it), PACKAGE:ASSET, :ASSET+, :+ASSET"
    );
    run->add_option("--from", all.run.from, "data interval, made anew: from this date on");
    run->add_option("--to", all.run.to, "data interval: before this date");
    run->add_option("--param", all.run.params, "NAME=VALUE; SQL reads it in run.params");
    run->add_flag("--force", all.run.force, "also what is up to date");
    run->add_flag(
        "--resume",
        all.run.resume,
        "go on with a run: its number, or the newest (of the package); none yet: begin"
    );
    auto* log = add(app, "run-log", "what a run told", chosen, [&all](const Context& c) {
        return show_run_log(c, all.run_log);
    });
    log->add_option("run", all.run_log.run, "its number")
        ->required()
        ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
    auto* list = add(app, "runs", "the runs, newest first", chosen, [&all](const Context& c) {
        return list_runs(c, all.runs);
    });
    list->add_option("--limit", all.runs.limit, "at most so many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

void add_backfill_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    BackfillOptions& options = all.backfill;
    auto* sub =
        add(app,
            "backfill",
            "make a span of time anew, one run for each interval",
            chosen,
            [&all](const Context& c) { return backfill(c, all.backfill); });
    sub->add_option("target", options.target, "as for run; with --resume, --cancel: its number");
    sub->add_option("--from", options.from, "the first date, in the package's time zone");
    sub->add_option("--to", options.to, "before this date");
    sub->add_option("--every", options.every, "length of an interval")
        ->check(CLI::IsMember({"hour", "day", "week", "month"}))
        ->capture_default_str();
    sub->add_option("--param", options.params, "NAME=VALUE; {date} stands for the interval's");
    sub->add_flag("--force", options.force, "also what is up to date");
    sub->add_flag("--resume", options.resume, "go on with one (the newest, or its number)");
    sub->add_flag("--cancel", options.cancel, "stop one; what it made stays");
    auto* list =
        add(app, "backfills", "the backfills, newest first", chosen, [&all](const auto& c) {
            return list_backfills(c, all.runs);
        });
    list->add_option("--limit", all.runs.limit, "at most so many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

void add_schedule_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    CLI::App* schedules =
        add(app, "schedules", "what runs by itself, and when it does next", chosen, list_schedules);
    schedules->require_subcommand(0, 1);
    // A group's callback comes after its subcommand's.
    schedules->callback([schedules, &chosen] {
        if (schedules->get_subcommands().empty()) chosen = list_schedules;
    });
    const auto add_one = [&](const std::string& verb,
                             const std::string& meaning,
                             Result<int> (*command)(const Context&, const ScheduleOptions&)) {
        auto* sub = add(*schedules, verb, meaning, chosen, [&all, command](const Context& c) {
            return command(c, all.schedule);
        });
        sub->add_option("target", all.schedule.target, "PACKAGE:NAME")->required();
        return sub;
    };
    add_one("jobs", "its jobs, newest first", list_jobs);
    add_one("pause", "start nothing of it until resumed", pause_schedule);
    add_one("resume", "go on; what was due meanwhile is not made up for", resume_schedule);
    auto* start = add_one("start", "start a job of it now, and follow it", start_schedule);
    start->add_option("--date", all.schedule.date, "of a set of files (default: today's)");
    start->add_option("--param", all.schedule.params, "NAME=VALUE, given to its runs");
}

// Other people's databases, and people.
void add_outward_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* dump =
        add(app,
            "extract",
            "dump a database's tables into dated files, or read a source from its database",
            chosen,
            [&all](const Context& c) { return extract(c, all.extract); });
    dump->add_option("target", all.extract.target, "PACKAGE:NAME");
    dump->add_option("--date", all.extract.date, "that the files are named after (default: today)");
    dump->add_option("--source", all.extract.source, "a source of kind database");
    auto* list =
        add(app,
            "connections",
            "the databases that are known, or what one of them has",
            chosen,
            [&all](const Context& c) { return list_connections(c, all.connections); });
    list->add_option("name", all.connections.name, "of one of them");
    auto* notices =
        add(app, "notices", "who was told of what, newest first", chosen, [&all](const Context& c) {
            return list_notices(c, all.notices);
        });
    notices->add_option("--limit", all.notices.limit, "at most so many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    auto* test = add(app, "notify", "send a test notice", chosen, [&all](const Context& c) {
        return test_notices(c, all.notices);
    });
    test->add_option("--test", all.notices.package, "to all whom this package notifies")
        ->required();
}

void add_table_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* look =
        add(app,
            "crawl",
            "make the data files of a folder tables",
            chosen,
            [&all](const Context& c) { return crawl(c, all.crawl); });
    look->add_option(
        "path", all.crawl.path, "a folder or file, here or in the lake (default: all)"
    );
    look->add_flag("--keep-columns", all.crawl.keep_columns, "leave out files with new columns");
    look->add_flag("--keep-types", all.crawl.keep_types, "leave out files that widen a type");
    look->add_flag("--log-conflicts", all.crawl.log_conflicts, "take such files in, and say so");
    look->add_flag("--again", all.crawl.again, "read all files, changed or not");
    auto* list = add(app, "tables", "what tables there are", chosen, [&all](const Context& c) {
        return list_tables(c, all.tables);
    });
    list->add_option("--schema", all.tables.schema, "only of this schema");
    auto* show = add(app, "describe", "all about one table", chosen, [&all](const Context& c) {
        return describe(c, all.describe);
    });
    show->add_option("table", all.describe.table, "SCHEMA.TABLE")->required();
}

void add_check_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* checks =
        add(app,
            "check",
            "run the checks; fails when one that blocks does",
            chosen,
            [&all](const Context& c) { return check(c, all.check); });
    checks->add_option("target", all.check.target, "SCHEMA.TABLE or PACKAGE (default: all)");
    checks->add_option("--html", all.check.html, "write the audit report to a file");
    auto* look =
        add(app, "profile", "what stands in a table's columns", chosen, [&all](const Context& c) {
            return profile(c, all.profile);
        });
    look->add_option("table", all.profile.table, "SCHEMA.TABLE")->required();
    look->add_option("--html", all.profile.html, "write it as a page to a file");
}

void add_simulate_command(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* night =
        add(app,
            "simulate-day",
            "show a package's night in a moment, by a clock that is not real",
            chosen,
            [&all](const Context& c) { return simulate_day(c, all.simulate); });
    night->add_option(
        "dir", all.simulate.folder, "its workspace, which stays (default: a temporary one)"
    );
    night->add_option("--package", all.simulate.package, "whose night")->capture_default_str();
    night->add_option("--date", all.simulate.date, "which night (2025-07-01)");
}

}  // namespace tradewind::cli

// What the command line is parsed into, and the groups of commands. CLI11 is heavy: this header is
// for the files that add commands, and for no other.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <utility>

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/model_commands.h"

namespace tradewind::cli {

struct AllOptions {
    std::string workspace;
    bool json = false;
    ServeOptions serve;
    InitOptions init;
    QueryOptions query;
    ImportOptions import;
    RecipeOptions recipe;
    ListImportsOptions imports;
    SendOptions send;
    GenerateOptions generate;
    RunOptions run;
    BackfillOptions backfill;
    RunLogOptions run_log;
    ListRunsOptions runs;
    ScheduleOptions schedule;
    CrawlOptions crawl;
    TablesOptions tables;
    DescribeOptions describe;
    CheckOptions check;
    ProfileOptions profile;
    LettersOptions letters;
    DemoOptions demo;
    SimulateOptions simulate;
    ModelCommandOptions model;
    RecommendOptions recommend;
    SinkOptions sink;
    NoticesOptions notices;
    ExtractOptions extract;
    ConnectionsOptions connections;
};

using Command = std::function<Result<int>(const Context&)>;

inline CLI::App* add(
    CLI::App& app,
    const std::string& name,
    const std::string& meaning,
    Command& chosen,
    Command command
) {
    CLI::App* sub = app.add_subcommand(name, meaning);
    sub->fallthrough();
    sub->callback([&chosen, command = std::move(command)] { chosen = command; });
    return sub;
}

// Tables: recipes that prepare them, runs that make them, what is there and whether it is right.
void add_recipes(CLI::App& app, AllOptions& all, Command& chosen);
void add_run_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_backfill_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_schedule_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_outward_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_table_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_check_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_model_commands(CLI::App& app, AllOptions& all, Command& chosen);
void add_simulate_command(CLI::App& app, AllOptions& all, Command& chosen);

}  // namespace tradewind::cli

// The parser (CLI11, heavy: here and in the files of arguments only) and the way from arguments to
// a command.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <thread>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/misuse.h"
#include "cli/number_options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/standard_files.h"
#include "os/process.h"

namespace tradewind::cli {

namespace {

// Sets the flag at the first Ctrl-C or SIGTERM; commands look at it, serve waits for it.
class StopWatcher {
public:
    explicit StopWatcher(std::atomic<bool>& cancelled)
        : thread_([&cancelled] {
              os::wait_for_stop_signal();
              cancelled.store(true);
              cancelled.notify_all();
          }) {}
    ~StopWatcher() {
        os::raise_stop_signal();
        thread_.join();
    }

private:
    std::thread thread_;
};

CLI::Validator web_address() {
    return {
        [](const std::string& text) -> std::string {
            const bool http = text.starts_with("http://") || text.starts_with("https://");
            return http ? "" : "'" + text + "' does not begin with http:// or https://";
        },
        ""
    };
}

void add_workspace_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* init_command = add(app, "init", "make a new workspace", chosen, [&all](const Context& c) {
        return all.init.from.empty() ? init(c, all.init) : init_from(c, all.init);
    });
    init_command->add_option("dir", all.init.folder, "its folder")->required();
    init_command->add_option(
        "--package",
        all.init.packages,
        "a shipped package to install (repeatable); with --from the drafted one's name"
    );
    init_command->add_option("--from", all.init.from, "a folder of files to draft a package from");
    auto* serve_command =
        add(app, "serve", "run the platform until Ctrl-C", chosen, [&all](const Context& c) {
            return serve(c, all.serve);
        });
    serve_command->add_option(
        "--listen", all.serve.listen, "address:port, instead of server.listen"
    );
    auto* demo_command =
        add(app,
            "demo",
            "make a workspace with sample data and show what it does",
            chosen,
            [&all](const Context& c) { return demo(c, all.demo); });
    demo_command->add_option("dir", all.demo.folder, "its folder (default: a temporary one)");
    demo_command->add_option("--scale", all.demo.scale, "1 is about 540,000 order lines")
        ->check(more_than_zero());
    demo_command->add_option("--listen", all.demo.listen, "address:port");
    demo_command->add_flag(
        "--exit", all.demo.exit, "stop at the end instead of waiting for Ctrl-C"
    );
    add(app, "doctor", "look at the workspace and its machine", chosen, [](const Context& c) {
        return doctor(c);
    });
    add(app,
        "validate",
        "check settings and packages without running anything",
        chosen,
        [](const Context& c) { return validate(c); });
    add(app, "version", "print versions", chosen, [](const Context& c) { return version(c); });
}

void add_send(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* command =
        add(app,
            "send",
            "send a file's rows as records over HTTP",
            chosen,
            [&all](const Context& c) { return send(c, all.send); });
    SendOptions& options = all.send;
    auto* file = command->add_option("file", options.file, "CSV, XLSX, JSON, NDJSON or Parquet");
    auto* package = command->add_option(
        "--package", options.package, "without a file: generated rows of this package"
    );
    file->excludes(package);
    command->add_option("--url", options.url, "where the server is")
        ->capture_default_str()
        ->check(web_address());
    command->add_option("--stream", options.stream, "which stream (default: the package's name)");
    command->add_option("--encoding", options.encoding, "of the file (default: detected)");
    command->add_option("--rate", options.rate, "records a second (default: as fast as it goes)")
        ->check(zero_or_more());
    command->add_option("--batch", options.batch, "records in a request")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--sample", options.sample, "send only N rows, chosen at random")
        ->check(more_than_zero());
    command->add_option("--seed", options.seed, "of the choice")->capture_default_str();
    command->add_option("--first", options.first_row, "begin at this row (from 1)")
        ->check(more_than_zero());
    command->add_option("--count", options.row_count, "and send so many")->check(more_than_zero());
    command->add_option(
        "--key",
        options.key,
        "prefix of the idempotency keys: the same prefix and file sent again counts once"
    );
    command->add_flag(
        "--deadletter", options.deadletter, "keep good records of a request with bad ones"
    );
    command->add_option("--retry-for", options.retry_s, "seconds to try again when nobody answers")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
}

void add_import(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* import_command =
        add(app, "import", "bring files in, in bulk", chosen, [&all](const Context& c) {
            return import_files(c, all.import);
        });
    import_command->add_option("files", all.import.paths, "files, a folder, or a pattern");
    auto* source =
        import_command->add_option("--source", all.import.source, "the source they belong to");
    import_command
        ->add_option(
            "--package", all.import.package, "or the package whose sources know them by name"
        )
        ->excludes(source);
    import_command->add_option(
        "--encoding",
        all.import.encoding,
        "utf-8, utf-16, iso-8859-1, windows-1252 (default: detected)"
    );
    import_command->add_flag(
        "--resume", all.import.resume, "go on with imports that were interrupted"
    );
    import_command->add_flag(
        "--again", all.import.again, "import bytes that were delivered before under another name"
    );
    auto* list =
        add(app,
            "imports",
            "the files that were brought in, newest first",
            chosen,
            [&all](const Context& c) { return list_imports(c, all.imports); });
    list->add_option("--source", all.imports.source, "only of this source");
    list->add_option("--limit", all.imports.limit, "at most so many")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
}

void add_query(CLI::App& app, AllOptions& all, Command& chosen) {
    auto* query_command = add(app, "query", "run one SELECT", chosen, [&all](const Context& c) {
        return query(c, all.query);
    });
    auto* sql = query_command->add_option("sql", all.query.sql, "the statement");
    auto* saved = query_command->add_option(
        "--saved", all.query.saved, "instead: a package's query, PACKAGE/NAME or NAME"
    );
    saved->excludes(sql);
    query_command->add_flag("--list", all.query.list, "which saved queries there are")
        ->excludes(sql)
        ->excludes(saved);
    query_command->add_option("--format", all.query.format, "table, csv, json or parquet")
        ->check(CLI::IsMember({"table", "csv", "json", "parquet"}));
    query_command->add_option("--output", all.query.output, "write to a file");
    query_command->add_option("--limit", all.query.limit, "at most so many rows")
        ->check(whole_number(1, rows_most));
    query_command->add_option("--timeout", all.query.timeout_s, "seconds")
        ->check(CLI::Range(1, 300));
}

void add_data_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    add_send(app, all, chosen);
    add_import(app, all, chosen);
    add_query(app, all, chosen);
    add_recipes(app, all, chosen);
    auto* generate_command =
        add(app, "generate", "make sample data", chosen, [&all](const Context& c) {
            return generate(c, all.generate);
        });
    generate_command->add_option("kind", all.generate.kind, "which data")
        ->required()
        ->check(CLI::IsMember({"online_retail", "basket", "store_week"}));
    generate_command->add_option("--out", all.generate.folder, "the folder to write to")
        ->required();
    generate_command->add_option("--scale", all.generate.scale, "1 is the size of the original")
        ->check(more_than_zero());
    generate_command->add_option("--seed", all.generate.seed, "the same seed makes the same data");
    generate_command->add_option("--splits", all.generate.splits, "spread over so many files")
        ->check(CLI::Range(1, 10'000));
    generate_command->add_option("--date", all.generate.date, "of the dump: store_week");
}

void add_letter_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    CLI::App* letters = app.add_subcommand("deadletters", "records that could not be used");
    letters->fallthrough();
    letters->require_subcommand(1);
    auto* list = add(*letters, "list", "newest first", chosen, [&all](const Context& c) {
        return list_letters(c, all.letters);
    });
    list->add_option("--stream", all.letters.stream, "of one stream or source");
    list->add_option("--state", all.letters.state, "open, replayed or discarded")
        ->check(CLI::IsMember({"open", "replayed", "discarded"}));
    list->add_option("--limit", all.letters.limit, "at most so many")->check(CLI::Range(1, 1000));
    list->add_option("--cursor", all.letters.cursor, "the page after one that named this");
    auto* show = add(*letters, "show", "one, whole", chosen, [&all](const Context& c) {
        return show_letter(c, all.letters);
    });
    show->add_option("id", all.letters.id, "its id")->required();
    auto* replay =
        add(*letters,
            "replay",
            "send it in, as it is or repaired",
            chosen,
            [&all](const Context& c) { return replay_letter(c, all.letters); });
    replay->add_option("id", all.letters.id, "its id")->required();
    replay->add_option("--with", all.letters.repaired, "the repaired record as JSON, or @FILE");
    auto* discard =
        add(*letters, "discard", "say that it will not be used", chosen, [&all](const Context& c) {
            return discard_letter(c, all.letters);
        });
    discard->add_option("id", all.letters.id, "its id")->required();
}

void add_sink_command(
    CLI::App& sink,
    AllOptions& all,
    Command& chosen,
    const std::string& verb,
    const std::string& meaning,
    Result<int> (*command)(const Context&, const SinkOptions&)
) {
    auto* sub = add(sink, verb, meaning, chosen, [&all, command](const Context& c) {
        return command(c, all.sink);
    });
    sub->add_option("name", all.sink.name, "the sink")->required();
    sub->add_option("--stream", all.sink.stream, "of this stream (default: the only one with it)");
}

void add_upkeep_commands(CLI::App& app, AllOptions& all, Command& chosen) {
    CLI::App* sink = app.add_subcommand("sink", "what reads the streams");
    sink->fallthrough();
    sink->require_subcommand(1);
    add(*sink, "list", "every sink with its lag", chosen, [&all](const Context& c) {
        return list_sinks(c, all.sink);
    });
    const char* const forgotten = "release a removed one: it no longer holds back retention";
    add_sink_command(*sink, all, chosen, "forget", forgotten, forget_sink);
    add_sink_command(*sink, all, chosen, "pause", "hold one while the server runs", pause_sink);
    add_sink_command(*sink, all, chosen, "resume", "let it go on", resume_sink);
    add(app,
        "verify",
        "compare everything on disk with its checksums",
        chosen,
        [](const Context& c) { return verify(c); });
    CLI::App* rebuild = app.add_subcommand("rebuild", "make derived data anew");
    rebuild->fallthrough();
    rebuild->require_subcommand(1);
    add(*rebuild, "serving", "the serving tables", chosen, [](const Context& c) {
        return rebuild_serving(c);
    });
    add(*rebuild,
        "catalog",
        "what is known of tables and crawled files",
        chosen,
        [](const Context& c) { return rebuild_catalog(c); });
}

// -C, else TRADEWIND_WORKSPACE, else the current folder.
Result<std::string> workspace_of(const std::string& option) {
    const char* variable = std::getenv("TRADEWIND_WORKSPACE");
    const std::string folder = !option.empty()                            ? option
                               : variable != nullptr && *variable != '\0' ? variable
                                                                          : ".";
    return absolute_path(folder);
}

bool needs_workspace(const CLI::App& app) {
    for (const char* name : {"version", "generate", "send", "init", "demo", "simulate-day"}) {
        if (app.got_subcommand(name)) return false;
    }
    return true;
}

int report(const Error& error) {
    note("tradewind: " + error.describe());
    return exit_failed;
}

// The first word that should be a command and is none; the parser only says that one is missing.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
    const CLI::App* group = &app;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "-C") ++i;
        if (word.starts_with('-')) continue;
        const auto commands = group->get_subcommands([](const CLI::App*) { return true; });
        if (commands.empty()) return std::nullopt;
        const auto named = [&](const CLI::App* command) { return command->get_name() == word; };
        const auto found = std::find_if(commands.begin(), commands.end(), named);
        if (found != commands.end()) {
            group = *found;
            continue;
        }
        const std::string above = group == &app ? "" : group->get_name() + " ";
        std::vector<std::string> names;
        for (const CLI::App* command : commands) names.push_back(command->get_name());
        const auto near = nearest(word, std::vector<std::string_view>(names.begin(), names.end()));
        return "tradewind: there is no command '" + above + word + "'. " +
               (near ? "Did you mean '" + above + *near + "'?"
                     : "See them with: tradewind " + above + "--help");
    }
    return std::nullopt;
}

int run_command(int argc, char** argv, const Backend& backend) {
    AllOptions all;
    Command chosen;
    CLI::App app("Tradewind: a self-hosted retail data platform in one program.", "tradewind");
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option(
        "-C", all.workspace, "the workspace (default: TRADEWIND_WORKSPACE, else the current folder)"
    );
    app.add_flag("--json", all.json, "print JSON");
    app.set_version_flag("--version", "tradewind " + backend.version);
    add_workspace_commands(app, all, chosen);
    add_simulate_command(app, all, chosen);
    add_data_commands(app, all, chosen);
    add_run_commands(app, all, chosen);
    add_outward_commands(app, all, chosen);
    add_backfill_commands(app, all, chosen);
    add_schedule_commands(app, all, chosen);
    add_table_commands(app, all, chosen);
    add_check_commands(app, all, chosen);
    add_model_commands(app, all, chosen);
    add_letter_commands(app, all, chosen);
    add_upkeep_commands(app, all, chosen);
    if (const auto unknown = unknown_command(app, argc, argv)) {
        note(*unknown);
        return exit_usage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    if (const char* why = misuse(all, app)) {
        note(std::string("tradewind ") + why);
        return exit_usage;
    }
    std::atomic<bool> cancelled{false};
    const StopWatcher watcher(cancelled);
    const auto workspace = workspace_of(all.workspace);
    if (!workspace.ok() && needs_workspace(app)) return report(workspace.error());
    const Context context{backend, workspace.ok() ? *workspace : "", all.json, cancelled};
    const auto code = chosen(context);
    return code.ok() ? *code : report(code.error());
}

}  // namespace

int run(int argc, char** argv, const Backend& backend) {
    keep_standard_files_apart();
    os::block_stop_signals();
    os::ignore_closed_pipes();
    int code = exit_failed;
    try {
        code = run_command(argc, argv, backend);
    } catch (const std::exception& fault) {
        // Of a library, in a place that nobody thought of.
        note(std::string("tradewind: unexpected: ") + fault.what());
    }
    const auto written = finish_stdout();
    if (written.ok()) return code;
    const int failed = report(written.error());
    return code == exit_ok ? failed : code;
}

}  // namespace tradewind::cli

#include "cli/misuse.h"

#include "base/text.h"
#include "base/time.h"
#include "cli/file_format.h"
#include "engine/engine.h"

namespace tradewind::cli {

namespace {

bool is_date(const std::string& text) {
    return text.empty() || parse_iso(text).ok();
}

// A day, without a time of it.
bool is_day(const std::string& text) {
    const auto at = parse_iso(text);
    return text.empty() || (at.ok() && format_date(to_days(*at)) == text);
}

bool is_span(const std::string& from, const std::string& to) {
    return from.empty() || to.empty() || *parse_iso(from) < *parse_iso(to);
}

bool are_params(const std::vector<std::string>& params) {
    for (const std::string& param : params) {
        const std::size_t equal = param.find('=');
        if (equal == 0 || equal == std::string::npos) return false;
    }
    return true;
}

// ADDRESS:PORT; which addresses there are is the system's business.
bool is_listen(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (text.empty()) return true;
    if (colon == std::string::npos || colon == 0) return false;
    const auto port = parse_integer(text.substr(colon + 1));
    return port && *port >= 0 && *port <= 65'535;
}

}  // namespace

namespace {

const char* misuse_of_spans(const AllOptions& all, const CLI::App& app) {
    if (app.got_subcommand("run")) {
        if (!is_date(all.run.from) || !is_date(all.run.to))
            return "run: --from and --to are dates such as 2025-07-01";
        if (!is_span(all.run.from, all.run.to)) return "run: --from is not before --to";
        if (!are_params(all.run.params)) return "run: a --param is NAME=VALUE";
    }
    if (app.got_subcommand("backfill")) {
        if (!is_date(all.backfill.from) || !is_date(all.backfill.to))
            return "backfill: --from and --to are dates such as 2025-07-01";
        if (!is_span(all.backfill.from, all.backfill.to))
            return "backfill: --from is not before --to";
        if (!are_params(all.backfill.params)) return "backfill: a --param is NAME=VALUE";
    }
    if (!is_day(all.schedule.date)) return "schedules: --date is a date such as 2025-07-01";
    if (!are_params(all.schedule.params)) return "schedules: a --param is NAME=VALUE";
    if (!is_day(all.simulate.date)) return "simulate-day: --date is a date such as 2025-07-01";
    if (!is_day(all.generate.date)) return "generate: --date is a date such as 2025-07-01";
    if (!is_day(all.extract.date)) return "extract: --date is a date such as 2025-07-01";
    return nullptr;
}

}  // namespace

const char* misuse(const AllOptions& all, const CLI::App& app) {
    if (app.got_subcommand("run")) {
        if (all.run.target.empty() && !all.run.resume)
            return "run: which package? tradewind run PACKAGE, or tradewind run --resume";
        if (all.run.target.ends_with(':') || all.run.target.starts_with(':'))
            return "run: write PACKAGE for all of it, or PACKAGE:ASSET";
    }
    if (const char* why = misuse_of_spans(all, app)) return why;
    if (app.got_subcommand("serve") && !is_listen(all.serve.listen))
        return "serve: --listen takes ADDRESS:PORT, such as 127.0.0.1:8080 (ports 0 to 65535)";
    if (app.got_subcommand("demo") && !is_listen(all.demo.listen))
        return "demo: --listen takes ADDRESS:PORT, such as 127.0.0.1:8080 (ports 0 to 65535)";
    if (app.got_subcommand("import")) {
        if (!all.import.resume && all.import.paths.empty())
            return "import: name the files, or --resume";
        if (!all.import.paths.empty() && all.import.source.empty() && all.import.package.empty())
            return "import: name the --source or the --package";
        if (!engine::check_encoding(all.import.encoding).ok())
            return "import: --encoding is utf-8, utf-16, iso-8859-1 or windows-1252";
    }
    if (app.got_subcommand("recipe") && app.get_subcommand("recipe")->got_subcommand("run") &&
        all.recipe.format.empty() && !format_of_file(all.recipe.output))
        return "recipe run: --out names a file that ends in .csv, .json or .parquet; other names "
               "need --format csv, json or parquet";
    if (app.got_subcommand("query") && all.query.sql.empty() && all.query.saved.empty() &&
        !all.query.list)
        return "query: write a statement, or name a --saved one";
    if (app.got_subcommand("send")) {
        if (all.send.file.empty() && all.send.package.empty())
            return "send: name a file or a --package";
        if (all.send.stream.empty() && all.send.package.empty()) return "send: name the --stream";
        if (!engine::check_encoding(all.send.encoding).ok())
            return "send: --encoding is utf-8, utf-16, iso-8859-1 or windows-1252";
    }
    return nullptr;
}

}  // namespace tradewind::cli

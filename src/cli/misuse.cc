#include "cli/misuse.h"

#include "base/text.h"
#include "base/time.h"
#include "engine/engine.h"

namespace tradewind::cli {

namespace {

bool is_date(const std::string& text) {
    return text.empty() || parse_iso(text).ok();
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

const char* misuse(const AllOptions& all, const CLI::App& app) {
    if (app.got_subcommand("run")) {
        if (all.run.target.empty() && !all.run.resume)
            return "run: which package? tradewind run PACKAGE, or tradewind run --resume";
        if (all.run.target.ends_with(':') || all.run.target.starts_with(':'))
            return "run: write PACKAGE for all of it, or PACKAGE:ASSET";
        if (!is_date(all.run.from) || !is_date(all.run.to))
            return "run: --from and --to are dates such as 2025-07-01";
    }
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

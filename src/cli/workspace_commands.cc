// init, doctor, validate, version: commands about the workspace itself.
#include "cli/command.h"
#include "cli/output.h"
#include "cli/paths.h"

namespace tradewind::cli {

namespace {

// A report {"ok": …, "findings": [{subject, health, message, hint}]} for people or as it is.
Result<int> print_findings(const Context& context, const std::string& report) {
    const json::Value document = TRY(json::parse(report));
    const bool ok = document.boolean_or("ok", false);
    if (context.json) {
        print_line(report);
        return ok ? exit_ok : exit_failed;
    }
    const json::Value* findings = document.find("findings");
    if (findings == nullptr) return ok ? exit_ok : exit_failed;
    for (const json::Value& finding : findings->items()) {
        const std::string health = finding.text_or("health", "");
        const char* mark = health == "ok" ? "✓" : health == "warning" ? "!" : "✗";
        print_line(
            std::string(mark) + " " + finding.text_or("subject", "") + ": " +
            finding.text_or("message", "")
        );
        const std::string hint = finding.text_or("hint", "");
        if (!hint.empty()) print_line("    " + hint);
    }
    return ok ? exit_ok : exit_failed;
}

}  // namespace

Result<int> init(const Context& context, const InitOptions& options) {
    const std::string folder = TRY(absolute_path(options.folder));
    TRY(context.backend.init(folder, options.packages));
    if (context.json) {
        json::Value document = json::Value::object();
        document.set("workspace", folder);
        print_line(document.dump());
    } else {
        print_line(
            "workspace " + folder + " is ready; start it with: tradewind -C " + folder + " serve"
        );
    }
    return exit_ok;
}

Result<int> doctor(const Context& context) {
    return print_findings(context, TRY(context.backend.doctor(context.workspace)));
}

Result<int> validate(const Context& context) {
    return print_findings(context, TRY(context.backend.validate(context.workspace)));
}

Result<int> version(const Context& context) {
    if (!context.json) {
        print_line(
            "tradewind " + context.backend.version + " (SQL engine " +
            context.backend.engine_version + ")"
        );
        return exit_ok;
    }
    json::Value document = json::Value::object();
    document.set("version", context.backend.version);
    document.set("engine", context.backend.engine_version);
    print_line(document.dump());
    return exit_ok;
}

}  // namespace tradewind::cli

// init --from: a workspace with a package that is drafted from a folder of files.

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/paths.h"

namespace tradewind::cli {

namespace {

std::string key_of(const json::Value& source) {
    std::string key;
    const json::Value* columns = source.find("key");
    if (columns == nullptr) return key;
    for (const json::Value& column : columns->items())
        key += (key.empty() ? "" : ", ") + column.text();
    return key;
}

void print_sources(const json::Value& report) {
    std::vector<std::vector<std::string>> rows;
    const json::Value* sources = report.find("sources");
    for (const json::Value& source :
         sources == nullptr ? std::vector<json::Value>{} : sources->items())
        rows.push_back(
            {source.text_or("source", ""),
             format_count(source.integer_or("files", 0)),
             format_count(source.integer_or("rows", 0)),
             format_count(source.integer_or("fields", 0)),
             key_of(source),
             format_count(source.integer_or("checks", 0))}
        );
    print(format_table({"source", "files", "rows", "fields", "key", "checks"}, rows));
}

void print_remarks(const json::Value& report) {
    const json::Value* remarks = report.find("remarks");
    if (remarks == nullptr || remarks->items().empty()) return;
    print_line("\nNot understood, or left out:");
    for (const json::Value& remark : remarks->items()) print_line("- " + remark.text());
}

// As a shell takes it for one word.
std::string as_word(const std::string& text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,~";
    const bool quoted =
        text.empty() || text.starts_with('~') || text.find_first_not_of(plain) != std::string::npos;
    if (!quoted) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

}  // namespace

Result<int> init_from(const Context& context, const InitOptions& options) {
    if (options.packages.size() > 1) {
        return Error(ErrorCode::InvalidArgument, "--from drafts one package")
            .with_hint("Name it with one --package, or leave that out.");
    }
    DraftOrder order;
    order.workspace = TRY(absolute_path(options.folder));
    order.folder = TRY(absolute_path(options.from));
    if (!options.packages.empty()) order.package = options.packages.front();
    order.cancelled = {std::shared_ptr<void>(), &context.cancelled};
    const std::string text = TRY(context.backend.draft(order));
    if (context.json) {
        print_line(text);
        return exit_ok;
    }
    const json::Value report = TRY(json::parse(text));
    const std::string package = report.text_or("package", "");
    const std::string program = "tradewind -C " + as_word(order.workspace) + " ";
    print_line(
        "package " + package + " is drafted: " + order.workspace + "/packages/" + package + "\n"
    );
    print_sources(report);
    print_remarks(report);
    print_line(
        "\nRead what was drafted, then:\n  " + program + "validate\n  " + program + "import " +
        as_word(order.folder) + " --package " + package + "\n  " + program + "run " + package
    );
    return exit_ok;
}

}  // namespace tradewind::cli

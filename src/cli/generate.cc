#include "generate/generate.h"

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/paths.h"

namespace tradewind::cli {

Result<int> generate(const Context& context, const GenerateOptions& options) {
    const auto files = os::make_posix_filesystem();
    generate::GenerateRequest request;
    request.kind = options.kind;
    request.folder = TRY(absolute_path(options.folder));
    request.scale = options.scale;
    request.seed = options.seed;
    request.splits = options.splits;
    request.date = options.date;
    Progress progress(options.kind, "%");
    auto generated = generate::generate(request, *files, [&](double share) {
        progress.update(static_cast<std::int64_t>(share * 100), 100);
    });
    progress.finish();
    // Nothing was begun: a scale, a date or a number of files that this kind does not have.
    if (!generated.ok() && generated.error().code() == ErrorCode::InvalidArgument) {
        note("tradewind generate: " + generated.error().describe());
        return exit_usage;
    }
    const auto made = TRY(std::move(generated));
    json::Value document = json::Value::object();
    json::Value& list = document.set("files", json::Value::array());
    for (const generate::GeneratedFile& file : made) {
        json::Value& entry = list.add(json::Value::object());
        entry.set("path", file.path);
        entry.set("row_count", file.row_count);
        entry.set("bytes", static_cast<std::int64_t>(file.bytes));
        if (!context.json)
            print_line(
                file.path + "  " + format_count(file.row_count) + " rows, " +
                format_bytes(static_cast<std::int64_t>(file.bytes))
            );
    }
    if (context.json) print_line(document.dump());
    return exit_ok;
}

}  // namespace tradewind::cli

#include "cli/command.h"
#include "cli/output.h"
#include "os/process.h"

namespace tradewind::cli {

Result<int> serve(const Context& context, const ServeOptions& options) {
    OpenRequest request;
    request.workspace = context.workspace;
    request.listen = true;
    request.listen_address = options.listen;
    auto platform = context.backend.open(request);
    if (!platform.ok()) {
        if (platform.error().code() != ErrorCode::Conflict) return std::move(platform).error();
        return std::move(platform).error().with_hint(
            "Stop that process first, or use another workspace with -C."
        );
    }
    note(
        "Tradewind " + context.backend.version + " serves " + context.workspace + " at " +
        (*platform)->url() + " (Ctrl-C stops it)"
    );
    // The watcher set the flag when the first signal came.
    context.cancelled.wait(false);
    note("stopping: what is durable is brought to its places");
    (*platform)->stop();
    return exit_ok;
}

}  // namespace tradewind::cli

#include "cli/import_following.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "base/text.h"
#include "cli/output.h"
#include "cli/run_display.h"

namespace tradewind::cli {

namespace {

constexpr auto poll_pause = std::chrono::milliseconds(25);

std::string path_of(const json::Value& import) {
    return "/v1/imports/" + std::to_string(import.integer_or("id", 0));
}

class Follower {
public:
    Follower(Connection& connection, const Context& context, std::vector<json::Value> imports)
        : connection_(connection), context_(context), imports_(std::move(imports)) {}

    Result<std::vector<json::Value>> follow_all() {
        for (std::size_t i = 0; i < imports_.size(); ++i) TRY(follow(i));
        return std::move(imports_);
    }

private:
    Result<void> follow(std::size_t at) {
        json::Value& import = imports_[at];
        Progress progress(import.text_or("identity", "file"), "bytes");
        while (under_way(import)) {
            if (context_.cancelled.load() && !std::exchange(asked_, true)) TRY(cancel_from(at));
            std::this_thread::sleep_for(poll_pause);
            if (auto now = TRY(look_at(connection_, path_of(import), asked_)))
                import = *std::move(now);
            progress.set_detail(format_count(import.integer_or("row_count", 0)) + " rows");
            progress.update(
                import.integer_or("bytes_done", 0), import.integer_or("bytes_total", 0)
            );
        }
        return {};
    }

    // The last one first, so that none of them begins meanwhile.
    Result<void> cancel_from(std::size_t first) {
        for (std::size_t i = imports_.size(); i > first; --i) {
            if (!under_way(imports_[i - 1])) continue;
            HttpRequest request;
            request.method = "POST";
            request.target = path_of(imports_[i - 1]) + "/cancel";
            request.despite_cancel = true;
            const HttpReply reply = TRY(connection_.call(request));
            // One that has ended, or is being published, comes in; its state tells so.
            constexpr int conflict = 409;
            if ((reply.status < 200 || reply.status >= 300) && reply.status != conflict)
                return error_of(reply);
        }
        return {};
    }

    Connection& connection_;
    const Context& context_;
    std::vector<json::Value> imports_;
    bool asked_ = false;
};

}  // namespace

Result<std::vector<json::Value>> follow_imports(
    Connection& connection, const Context& context, std::vector<json::Value> imports
) {
    return Follower(connection, context, std::move(imports)).follow_all();
}

}  // namespace tradewind::cli

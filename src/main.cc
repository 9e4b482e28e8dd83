// Lends the composition root to the command line.
#include <malloc.h>

#include <memory>
#include <utility>

#include "app/app.h"
#include "cli/cli.h"

namespace {

using namespace tradewind;  // NOLINT: the program's own entry

class Local : public cli::LocalPlatform {
public:
    explicit Local(std::unique_ptr<app::Platform> platform) : platform_(std::move(platform)) {}
    api::Api& api() override { return platform_->api(); }
    std::string url() const override { return platform_->url(); }
    void tick() override { platform_->tick(); }
    bool settle(std::int64_t timeout_us) override { return platform_->settle(timeout_us); }
    bool finish_for_others(std::int64_t timeout_us) override {
        return platform_->finish_for_others(timeout_us);
    }
    void stop() override { platform_->stop(); }

private:
    std::unique_ptr<app::Platform> platform_;
};

Result<std::unique_ptr<cli::LocalPlatform>> open_local(const cli::OpenRequest& request) {
    app::OpenOptions options;
    options.workspace = request.workspace;
    options.listen = request.listen;
    options.listen_override = request.listen_address;
    options.clock = request.clock;
    return std::unique_ptr<cli::LocalPlatform>(
        std::make_unique<Local>(TRY(app::open_platform(options)))
    );
}

// Batches of some megabytes come and go all the time. Given back to the system and faulted in
// again, their memory would cost a fifth of the work that is done on them.
void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    cli::Backend backend;
    backend.open = open_local;
    backend.init = app::init_workspace;
    backend.draft = [](const cli::DraftOrder& order) {
        return app::draft_workspace({order.workspace, order.folder, order.package, order.cancelled}
        );
    };
    backend.doctor = app::doctor_report;
    backend.validate = app::validate_report;
    backend.control_socket = app::control_socket;
    backend.logs_json = app::logs_json;
    backend.version = app::version();
    backend.engine_version = app::engine_version();
    return cli::run(argc, argv, backend);
}

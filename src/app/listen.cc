#include "app/listen.h"

#include <arpa/inet.h>

#include "app/app.h"
#include "app/setting_value.h"
#include "app/workspace.h"
#include "os/filesystem.h"

namespace tradewind::app {

namespace {

constexpr std::uint64_t settings_bytes_max = 1u << 20;

bool loopback(const std::string& address) {
    if (address == "localhost") return true;
    in_addr v4{};
    if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    in6_addr v6{};
    const std::string bare =
        address.starts_with('[') ? address.substr(1, address.size() - 2) : address;
    return inet_pton(AF_INET6, bare.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

bool logs_json(const std::string& workspace) {
    const auto settings = load_settings(workspace);
    return settings.ok() && settings->log_format == log::Format::Json;
}

Result<Settings> load_settings(const std::string& workspace) {
    const auto files = os::make_posix_filesystem();
    const WorkspacePaths paths(workspace);
    TRY(require_workspace(*files, paths));
    return parse_settings(
        TRY(os::read_file(*files, paths.settings, settings_bytes_max)),
        paths.settings,
        process_environment()
    );
}

Result<void> override_listen(Settings& settings, const std::string& listen) {
    auto set = read_listen(settings, listen);
    if (!set.ok()) return std::move(set).error().in("--listen");
    return {};
}

Result<void> require_loopback(const std::string& address) {
    if (loopback(address)) return {};
    return Error(
               ErrorCode::PermissionDenied,
               "refusing to listen on " + address +
                   ": without tokens anybody who reaches it could read and write everything"
    )
        .with_hint(
            "Listen on 127.0.0.1 or ::1 (server.listen, --listen) and let a proxy on this machine "
            "that checks who asks pass requests on; "
            "wider addresses are opened once tokens exist."
        );
}

}  // namespace tradewind::app

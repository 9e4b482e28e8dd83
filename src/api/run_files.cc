#include "api/run_files.h"

#include <algorithm>

#include "api/import_orders.h"

namespace tradewind::api {

bool is_file_parameter(
    const Services& services, const std::string& package, const std::string& parameter
) {
    const auto found = std::ranges::find(services.packages, package, &package::Package::name);
    if (found == services.packages.end()) return false;
    return std::ranges::any_of(package_sources(services, *found), [&](const auto* source) {
        return source->parameter() == parameter;
    });
}

Result<std::string> find_run_file(
    const Services& services, const Call& call, const std::string& name
) {
    const PathRules rules{services.landing_folder, call.request.from_owner};
    return std::move(TRY(named_file(name, rules)).path);
}

}  // namespace tradewind::api

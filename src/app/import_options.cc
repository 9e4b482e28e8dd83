#include "app/import_options.h"

#include "os/process.h"

namespace tradewind::app {

importer::ImportSettings import_settings(
    const Settings& settings, const WorkspacePaths& paths, lake::Lake& lake
) {
    importer::ImportSettings options = settings.import;
    options.extension_folder = os::executable_folder();
    options.temp_folder = os::join(paths.temp, "import");
    options.original_path = [&lake](const std::string& path) { return lake.absolute(path); };
    return options;
}

landing::LandingOptions landing_options(const Settings& settings, const WorkspacePaths& paths) {
    landing::LandingOptions options = settings.landing;
    options.folder = paths.landing;
    options.disk_reserve_bytes = settings.stream.disk_reserve_bytes;
    return options;
}

}  // namespace tradewind::app

#include "app/found_imports.h"

#include <algorithm>
#include <map>
#include <utility>

#include "os/filesystem.h"

namespace tradewind::app {

Result<void> find_imports(lake::Lake& lake, importer::ImportSettings& settings) {
    std::map<std::int64_t, importer::FoundImport> found;
    for (const lake::DatasetInfo& dataset : TRY(lake.datasets())) {
        const auto version = lake.current(dataset.name);
        if (!version.ok()) continue;
        for (const lake::DataFile& file : version->files) {
            const std::int64_t id = file.origin.value;
            settings.ids_used = std::max(settings.ids_used, id);
            if (id == 0 || !dataset.name.ends_with("/table")) continue;
            importer::FoundImport& import = found[id];
            import.id = id;
            import.source = os::base_name(os::parent_folder(dataset.name));
            import.identity = file.extra.text_or("identity", "");
            import.content_hash = file.extra.text_or("content_hash", "");
            import.row_count += file.row_count;
        }
    }
    for (auto& [id, import] : found) settings.found_in_lake.push_back(std::move(import));
    return {};
}

}  // namespace tradewind::app

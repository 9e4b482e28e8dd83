#include "app/found_imports.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/log.h"

namespace tradewind::app {

namespace {

using importer::FoundImport;

struct Files {
    FoundImport import;
    bool delivered = false;           // into the table, or with dead letters alone
    std::vector<std::string> errors;  // files of its dead letters
};

// By id, of one source.
using Imports = std::map<std::int64_t, Files>;

void take_file(const lake::DataFile& file, std::string_view folder, Files& files) {
    FoundImport& import = files.import;
    import.id = file.origin.value;
    if (folder == "errors") {
        files.errors.push_back(file.path);
        files.delivered = true;
        return;
    }
    // The original says the same as the table's files, and more of one without usable rows.
    if (const std::string name = file.extra.text_or("identity", ""); !name.empty())
        import.identity = name;
    if (const std::string hash = file.extra.text_or("content_hash", ""); !hash.empty())
        import.content_hash = hash;
    if (folder != "table") return;
    import.row_count += file.row_count;
    files.delivered = true;
}

// "raw/<source>/<folder>": the source. Nothing: another dataset.
std::optional<std::string> source_of(const std::string& dataset, std::string_view& folder) {
    if (!dataset.starts_with("raw/")) return std::nullopt;
    const std::size_t slash = dataset.rfind('/');
    folder = std::string_view(dataset).substr(slash + 1);
    if (slash <= 4 || (folder != "table" && folder != "errors" && folder != "batch"))
        return std::nullopt;
    return dataset.substr(4, slash - 4);
}

void restore_errors(
    const std::string& source,
    const lake::Lake& lake,
    os::Filesystem& disk,
    deliver::DeadLetters& letters,
    Files& files
) {
    for (const std::string& path : files.errors) {
        const auto found = deliver::restore_letters(letters, source, lake.absolute(path), disk);
        if (!found.ok()) {
            log::error(
                "dead letters cannot be read back",
                {{"file", path}, {"reason", found.error().describe()}}
            );
            continue;
        }
        files.import.rejected_count += found->count;
        if (files.import.identity.empty()) files.import.identity = found->file;
    }
}

}  // namespace

Result<void> find_imports(
    lake::Lake& lake,
    os::Database& database,
    os::Filesystem& files,
    deliver::DeadLetters& letters,
    importer::ImportSettings& settings
) {
    std::map<std::string, Imports> sources;
    for (const lake::DatasetInfo& dataset : TRY(lake.datasets())) {
        const auto version = lake.current(dataset.name);
        if (!version.ok()) continue;
        std::string_view folder;
        const auto source = source_of(dataset.name, folder);
        for (const lake::DataFile& file : version->files) {
            settings.ids_used = std::max(settings.ids_used, file.origin.value);
            if (source && file.origin.value != 0)
                take_file(file, folder, sources[*source][file.origin.value]);
        }
    }
    const auto recorded = TRY(importer::recorded_imports(database));
    for (auto& [source, imports] : sources) {
        // A correction takes the rows and the letters of the one before it, but not its errors.
        std::map<std::string, std::int64_t> last;
        for (const auto& [id, found] : imports) {
            if (found.delivered && !found.import.identity.empty()) last[found.import.identity] = id;
        }
        for (auto& [id, found] : imports) {
            const auto newest = last.find(found.import.identity);
            const bool corrected = newest != last.end() && newest->second != id;
            if (!found.delivered || corrected || recorded.contains(id)) continue;
            found.import.source = source;
            restore_errors(source, lake, files, letters, found);
            settings.found_in_lake.push_back(std::move(found.import));
        }
    }
    return {};
}

}  // namespace tradewind::app

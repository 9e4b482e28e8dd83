#include "app/lineage.h"

#include <algorithm>
#include <utility>

#include "app/app.h"
#include "base/text.h"
#include "os/filesystem.h"

namespace tradewind::app {

namespace {

constexpr std::uint64_t token_bytes_max = 64 << 10;

Result<std::string> read_token(os::Filesystem& files, const std::string& path) {
    auto content = os::read_file(files, path, token_bytes_max);
    if (!content.ok()) return std::move(content).error().in("lineage.openlineage_token_file");
    const std::string token(trim(*content));
    const bool whole =
        !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
    if (whole) return token;
    return Error(
               ErrorCode::InvalidArgument,
               "lineage.openlineage_token_file: there is no token in " + path
    )
        .with_hint("The file holds the token and nothing else.");
}

Result<pipeline::OpenLineageOptions> lineage_options(
    const Settings& settings, const std::string& workspace, os::Filesystem& files
) {
    pipeline::OpenLineageOptions options = settings.lineage;
    options.version = version();
    options.producer = "urn:tradewind:" + options.version;
    if (!options.file.empty()) options.file = os::join(workspace, options.file);
    if (!options.url.empty() && TRY(os::web_path(options.url)) == "/") {
        while (options.url.ends_with('/')) options.url.pop_back();
        options.url += "/api/v1/lineage";
    }
    if (!options.url.empty() && !settings.lineage_token_file.empty())
        options.token = TRY(read_token(files, os::join(workspace, settings.lineage_token_file)));
    return options;
}

}  // namespace

Result<std::unique_ptr<pipeline::RunListener>> open_lineage(
    const Settings& settings,
    const std::string& workspace,
    AssetLineage lineage,
    const pipeline::PipelineParts& parts,
    os::WebClient& web
) {
    pipeline::OpenLineageOptions options = TRY(lineage_options(settings, workspace, *parts.files));
    if (options.file.empty() && options.url.empty()) return nullptr;
    pipeline::OpenLineageParts sources;
    sources.graph = lineage.graph;
    sources.plan = std::move(lineage.plan);
    sources.export_folder = os::join(workspace, "exports");
    sources.catalog = parts.catalog;
    sources.lake = parts.lake;
    sources.files = parts.files;
    sources.web = &web;
    sources.clock = parts.clock;
    sources.metrics = parts.metrics;
    return pipeline::make_open_lineage(std::move(options), std::move(sources));
}

}  // namespace tradewind::app

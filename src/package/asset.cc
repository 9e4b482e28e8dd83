#include "package/asset.h"

#include <algorithm>

#include "base/text.h"
#include "package/query.h"

namespace tradewind::package {

namespace {

// The comment's text with as many lines before it as the file has, so that YAML's places are the
// file's.
std::string header_text(std::string_view text, std::size_t begin, std::size_t end) {
    const auto lines = std::count(text.begin(), text.begin() + static_cast<long>(begin), '\n');
    return std::string(static_cast<std::size_t>(lines), '\n') +
           std::string(text.substr(begin, end - begin));
}

}  // namespace

Result<SqlAsset> parse_asset(const std::string& path, std::string text, const std::string& file) {
    SqlAsset asset;
    asset.path = path;
    const std::string name = os::base_name(path);
    asset.name = name.substr(0, name.rfind('.'));
    const std::string folder = os::parent_folder(path);
    asset.folder = folder.substr(std::min(folder.size(), std::string_view("assets/").size()));
    asset.sql = TRY(parse_query(asset.name, std::move(text), file))
    .sql;
    const std::size_t open = asset.sql.find("/*");
    if (open == std::string::npos || !trim(std::string_view(asset.sql).substr(0, open)).empty())
        return asset;
    const std::size_t close = asset.sql.find("*/", open + 2);
    const std::string header = header_text(asset.sql, open + 2, close);
    if (!trim(header).starts_with("asset:")) return asset;
    const yaml::Node document = TRY(yaml::parse(header, file));
    TRY(document.allow_keys({"asset"}));
    asset.header = document["asset"];
    if (asset.header.present() && asset.header.kind() != yaml::Kind::Mapping)
        return asset.header.error("asset: holds keys such as description and layer");
    return asset;
}

}  // namespace tradewind::package

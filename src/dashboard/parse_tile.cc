// Tiles as people write them: a statement, a kind of chart, and which column is what in it.
#include <algorithm>

#include "base/text.h"
#include "dashboard/parse.h"
#include "dashboard/words.h"

namespace tradewind::dashboard {

namespace {

using yaml::Node;

constexpr std::int64_t columns_of_page = 12;

Result<void> read_formats(const Node& node, Tile& tile) {
    tile.formats = TRY(read_texts(node));
    for (const auto& [column, format] : tile.formats) {
        if (contains(format_names(), format)) continue;
        return unknown(ErrorCode::InvalidArgument, "format", format, format_names())
            .at(node[column].where());
    }
    return {};
}

Result<void> read_compare(const Node& node, Tile& tile) {
    if (!node.present()) return {};
    tile.compare = TRY(node.text());
    if (!contains(compare_names(), tile.compare)) {
        return unknown(ErrorCode::InvalidArgument, "comparison", tile.compare, compare_names())
            .at(node.where());
    }
    return {};
}

Result<void> read_drill(const Node& node, Tile& tile) {
    if (!node.present()) return {};
    Drill drill;
    drill.at = node.where();
    if (node.kind() != yaml::Kind::Mapping || node.members().empty())
        return std::move(node.error("drill: says where a click leads"))
            .with_hint(
                "For example {page: products, filters: {country: country}} or {invoice: "
                "invoice_no}."
            );
    const std::string& first = node.members().front().first;
    if (contains(drill_targets(), first)) {
        TRY(node.allow_keys({"invoice", "customer", "product"}));
        if (node.members().size() > 1) return node.error("a click leads to one place");
        drill.target = first;
        drill.column = TRY(read_text(node, first));
    } else {
        TRY(node.allow_keys({"page", "filters", "invoice", "customer", "product"}));
        drill.page = TRY(read_text(node, "page"));
        drill.filters = TRY(read_texts(node["filters"]));
    }
    tile.drill = std::move(drill);
    return {};
}

Result<void> read_sparkline(const Node& node, Tile& tile) {
    if (!node.present()) return {};
    if (tile.kind != TileKind::Table) return node.error("only a table has small lines");
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("a sparkline has sql:, key:, x: and y:");
    TRY(node.allow_keys({"sql", "key", "x", "y"}));
    Sparkline sparkline;
    sparkline.sql = TRY(read_statement(node, "sql"));
    sparkline.key = TRY(read_text(node, "key"));
    sparkline.x = TRY(read_text(node, "x"));
    sparkline.y = TRY(read_text(node, "y"));
    tile.sparkline = std::move(sparkline);
    return {};
}

// A chart cannot be drawn without its columns.
Result<void> check_columns(const Node& node, const Tile& tile) {
    const auto needs = [&](const char* key) -> Result<void> {
        return node.error(std::string(to_string(tile.kind)) + " needs " + key + ":");
    };
    if (tile.kind == TileKind::Table) return {};
    if (tile.y.empty()) return needs("y");
    if (tile.kind == TileKind::BigNumber) return {};
    if (tile.x.empty()) return needs("x");
    if (tile.kind == TileKind::HeatMap && tile.series.empty()) return needs("series");
    if (tile.kind == TileKind::StackedBar && tile.series.empty() && tile.y.size() < 2)
        return needs("series");
    if (!tile.size.empty() && tile.kind != TileKind::Scatter)
        return node["size"].error("only a scatter has size:");
    if (!tile.series.empty() && tile.y.size() > 1)
        return node["series"].error("with series: there is one y:");
    return {};
}

Result<void> read_look(const Node& node, Tile& tile) {
    tile.x = TRY(node["x"].text_or(""));
    if (node["y"].present()) tile.y = TRY(node["y"].texts());
    tile.series = TRY(node["series"].text_or(""));
    tile.size = TRY(node["size"].text_or(""));
    tile.currency = TRY(node["currency"].text_or(""));
    tile.labels = TRY(read_texts(node["labels"]));
    tile.filter_on_click = TRY(read_texts(node["filter_on_click"]));
    tile.width = TRY(node["width"].integer_or(tile.width));
    if (tile.width < 1 || tile.width > columns_of_page)
        return node["width"].error("width is from 1 to 12");
    TRY(read_formats(node["format"], tile));
    TRY(read_compare(node["compare"], tile));
    TRY(read_drill(node["drill"], tile));
    TRY(read_sparkline(node["sparkline"], tile));
    return check_columns(node, tile);
}

Result<Tile> read_tile(const Node& node) {
    TRY(node.allow_keys(
        {"name",
         "title",
         "description",
         "kind",
         "sql",
         "x",
         "y",
         "series",
         "size",
         "format",
         "labels",
         "currency",
         "compare",
         "filter_on_click",
         "drill",
         "sparkline",
         "width"}
    ));
    Tile tile;
    tile.at = node.where_key("name");
    tile.name = TRY(read_name(node["name"]));
    tile.title = TRY(node["title"].text_or(tile.name));
    tile.description = TRY(node["description"].text_or(""));
    const std::string kind = TRY(node["kind"].text());
    const auto known = tile_kind_of(kind);
    if (!known) {
        return unknown(ErrorCode::InvalidArgument, "kind of tile", kind, tile_kind_names())
            .at(node["kind"].where());
    }
    tile.kind = *known;
    tile.sql = TRY(read_statement(node, "sql"));
    TRY(read_look(node, tile));
    return tile;
}

}  // namespace

Result<Tile> parse_tile(const Node& node) {
    if (node.kind() != yaml::Kind::Mapping) return node.error("a tile has name:, kind: and sql:");
    auto tile = read_tile(node);
    if (tile.ok() || !node["name"].present()) return tile;
    return std::move(tile).error().in("tile " + node["name"].scalar());
}

}  // namespace tradewind::dashboard

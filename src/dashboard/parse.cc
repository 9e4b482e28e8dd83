#include "dashboard/parse.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "dashboard/words.h"

namespace tradewind::dashboard {

namespace {

using yaml::Node;

Result<Page> parse_page(const Node& node, std::set<std::string>& tile_names) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("a page has name:, title: and tiles:");
    TRY(node.allow_keys({"name", "title", "description", "tiles"}));
    Page page;
    page.name = TRY(read_name(node["name"]));
    page.title = TRY(node["title"].text_or(page.name));
    page.description = TRY(node["description"].text_or(""));
    const Node tiles = node["tiles"];
    if (tiles.kind() != yaml::Kind::Sequence || tiles.items().empty())
        return tiles.error("a page has at least one tile");
    for (const Node& entry : tiles.items()) {
        Tile tile = TRY(parse_tile(entry));
        if (!tile_names.insert(page.name + "/" + tile.name).second)
            return entry["name"].error("two tiles of the page are called '" + tile.name + "'");
        page.tiles.push_back(std::move(tile));
    }
    return page;
}

Result<void> parse_filters(const Node& filters, Definition& definition) {
    if (!filters.present()) return {};
    if (filters.kind() != yaml::Kind::Mapping)
        return filters.error("filters: maps names to what they filter");
    for (const auto& [name, node] : filters.members()) {
        auto filter = parse_filter(name, node);
        if (!filter.ok()) return std::move(filter).error().in("filter " + name);
        filter->at = filters.where_key(name);
        if (!is_snake_case(name)) {
            return Error(ErrorCode::InvalidArgument, "not a name: '" + name + "'").at(filter->at);
        }
        definition.filters.push_back(std::move(filter).take());
    }
    if (definition.filters.size() <= filters_max) return {};
    return filters.error("a dashboard has at most " + std::to_string(filters_max) + " filters");
}

Result<void> parse_pages(const Node& pages, Definition& definition) {
    if (pages.kind() != yaml::Kind::Sequence || pages.items().empty())
        return pages.error("a dashboard has at least one page");
    std::set<std::string> page_names;
    std::set<std::string> tile_names;
    for (const Node& entry : pages.items()) {
        Page page = TRY(parse_page(entry, tile_names));
        if (!page_names.insert(page.name).second)
            return entry["name"].error("two pages are called '" + page.name + "'");
        definition.pages.push_back(std::move(page));
    }
    if (tile_names.size() <= tiles_max) return {};
    return pages.error("a dashboard has at most " + std::to_string(tiles_max) + " tiles");
}

// What parts say of one another: filters and pages by name, and tables through others.
class Links {
public:
    explicit Links(const Definition& definition) : definition_(definition) {
        for (const Filter& filter : definition.filters) filters_.push_back(filter.name);
        for (const Page& page : definition.pages) pages_.push_back(page.name);
    }

    Result<void> check() const {
        for (const Filter& filter : definition_.filters) TRY(check_filter(filter));
        for (const Page& page : definition_.pages) {
            for (const Tile& tile : page.tiles) TRY(check_tile(tile));
        }
        return {};
    }

private:
    Result<void> known_filter(const std::string& name, const SourceLocation& at) const {
        if (contains(filters_, name)) return {};
        return unknown(ErrorCode::InvalidArgument, "filter", name, filters_).at(at);
    }

    static Result<void> check_filter(const Filter& filter) {
        for (const FilterColumn& column : filter.columns) {
            if (column.of_table.empty()) continue;
            const bool direct = std::ranges::any_of(filter.columns, [&](const FilterColumn& other) {
                return other.table == column.of_table && other.of_table.empty();
            });
            if (direct) continue;
            return Error(
                       ErrorCode::InvalidArgument,
                       "filter " + filter.name + " says nothing of the rows of " + column.of_table
            )
                .with_hint("Name the column of " + column.of_table + " that it filters, too.")
                .at(column.at);
        }
        return {};
    }

    Result<void> check_tile(const Tile& tile) const {
        for (const auto& [column, filter] : tile.filter_on_click)
            TRY(known_filter(filter, tile.at));
        if (!tile.drill || tile.drill->page.empty()) return {};
        const Drill& drill = *tile.drill;
        if (!contains(pages_, drill.page))
            return unknown(ErrorCode::InvalidArgument, "page", drill.page, pages_).at(drill.at);
        for (const auto& [filter, column] : drill.filters) TRY(known_filter(filter, drill.at));
        return {};
    }

    const Definition& definition_;
    std::vector<std::string_view> filters_;
    std::vector<std::string_view> pages_;
};

// Tables that are filtered by one another's rows would have no end.
Result<void> check_circles(const Definition& definition) {
    std::map<std::string, std::set<std::string>> leads_to;
    for (const Filter& filter : definition.filters) {
        for (const FilterColumn& column : filter.columns) {
            if (!column.of_table.empty()) leads_to[column.table].insert(column.of_table);
        }
    }
    for (const Filter& filter : definition.filters) {
        for (const FilterColumn& column : filter.columns) {
            if (column.of_table.empty() || !leads_to.contains(column.of_table)) continue;
            return Error(
                       ErrorCode::InvalidArgument,
                       column.table + " is filtered by the rows of " + column.of_table +
                           ", which are filtered by those of another table"
            )
                .with_hint("One step is enough: name that other table here.")
                .at(column.at);
        }
    }
    return {};
}

}  // namespace

bool is_snake_case(std::string_view name) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= limits::field_name_bytes_max && lower(name[0]) &&
           std::ranges::all_of(name, [&](char c) {
               return lower(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

Result<std::string> read_name(const Node& node) {
    std::string name = TRY(node.text());
    if (is_snake_case(name)) return name;
    return std::move(node.error("not a name: '" + name + "'"))
        .with_hint("Names are lower-case letters, digits and underscores, and begin with a letter."
        );
}

Result<std::string> read_text(const Node& mapping, std::string_view key) {
    std::string text = TRY(mapping[key].text());
    if (!trim(text).empty()) return text;
    return mapping[key].error(std::string(key) + " is empty");
}

// The first line of a text that stands below `sql: |` is the next one.
Result<Statement> read_statement(const Node& mapping, std::string_view key) {
    Statement statement;
    statement.sql = TRY(read_text(mapping, key));
    statement.at = mapping[key].where();
    const SourceLocation named = mapping.where_key(key);
    const bool block = statement.sql.find('\n') != std::string::npos;
    if (block && statement.at.line <= named.line) statement.at.line = named.line + 1;
    return statement;
}

Result<std::map<std::string, std::string>> read_texts(const Node& node) {
    std::map<std::string, std::string> texts;
    if (!node.present()) return texts;
    if (node.kind() != yaml::Kind::Mapping) return node.error("this maps names to names");
    for (const auto& [name, value] : node.members()) texts[name] = TRY(value.text());
    return texts;
}

const Filter* Definition::find_filter(std::string_view filter) const {
    const auto found = std::ranges::find(filters, filter, &Filter::name);
    return found == filters.end() ? nullptr : &*found;
}

Result<Definition> parse_dashboard(
    const std::string& package, const std::string& name, const Node& document
) {
    if (document.kind() != yaml::Kind::Mapping)
        return document.error("a dashboard has title:, filters: and pages:");
    TRY(document.allow_keys({"title", "description", "currency", "refresh", "filters", "pages"}));
    Definition definition;
    definition.package = package;
    definition.name = name;
    definition.file = document.where().file;
    definition.title = TRY(document["title"].text_or(name));
    definition.description = TRY(document["description"].text_or(""));
    definition.currency = TRY(document["currency"].text_or(""));
    if (const Node refresh = document["refresh"]; refresh.present()) {
        const auto micros = parse_duration_us(TRY(refresh.text()));
        constexpr std::int64_t refresh_us_min = 1'000'000;
        if (!micros.ok() || *micros < refresh_us_min) {
            return std::move(refresh.error("'" + refresh.scalar() + "' is no time to refresh after")
            )
                .with_hint("Write it as 10s, 60s or 5m; at least 1s.");
        }
        definition.refresh_us = *micros;
    }
    TRY(parse_filters(document["filters"], definition));
    TRY(parse_pages(document["pages"], definition));
    TRY(Links(definition).check());
    TRY(check_circles(definition));
    return definition;
}

}  // namespace tradewind::dashboard

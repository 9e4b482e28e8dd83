#include "dashboard/words.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::dashboard {

namespace {

constexpr std::size_t listed_max = 20;

template <typename Kind>
std::optional<Kind> kind_of(const std::vector<std::string_view>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Kind>(found - names.begin());
}

}  // namespace

const std::vector<std::string_view>& filter_kind_names() {
    static const std::vector<std::string_view> names{"date_range", "choice"};
    return names;
}

const std::vector<std::string_view>& tile_kind_names() {
    static const std::vector<std::string_view> names{
        "big_number",
        "line",
        "bar",
        "stacked_bar",
        "area",
        "heat_map",
        "map",
        "treemap",
        "scatter",
        "funnel",
        "table"
    };
    return names;
}

const std::vector<std::string_view>& format_names() {
    static const std::vector<std::string_view> names{
        "number", "integer", "money", "percent", "date", "datetime", "duration", "text"
    };
    return names;
}

const std::vector<std::string_view>& compare_names() {
    static const std::vector<std::string_view> names{"previous_period", "previous_year"};
    return names;
}

const std::vector<std::string_view>& drill_targets() {
    static const std::vector<std::string_view> names{"invoice", "customer", "product"};
    return names;
}

const char* to_string(FilterKind kind) {
    return filter_kind_names()[static_cast<std::size_t>(kind)].data();
}

const char* to_string(TileKind kind) {
    return tile_kind_names()[static_cast<std::size_t>(kind)].data();
}

std::optional<FilterKind> filter_kind_of(std::string_view name) {
    return kind_of<FilterKind>(filter_kind_names(), name);
}

std::optional<TileKind> tile_kind_of(std::string_view name) {
    return kind_of<TileKind>(tile_kind_names(), name);
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

Error unknown(
    ErrorCode code,
    const std::string& what,
    std::string_view name,
    const std::vector<std::string_view>& known
) {
    Error error(code, "there is no " + what + " '" + std::string(name) + "'");
    if (const auto near = nearest(name, known))
        return std::move(error).with_hint("Did you mean " + *near + "?");
    std::string all;
    for (std::size_t i = 0; i < std::min(known.size(), listed_max); ++i)
        all += (i == 0 ? "" : ", ") + std::string(known[i]);
    if (known.empty()) return std::move(error).with_hint("There is none.");
    return std::move(error).with_hint(
        "There are " + all + (known.size() > listed_max ? ", …" : ".")
    );
}

}  // namespace tradewind::dashboard

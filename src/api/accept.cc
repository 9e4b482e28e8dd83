#include "api/accept.h"

#include "base/text.h"

namespace tradewind::api {

namespace {

struct Range {
    std::string_view type;
    double quality = 1;
};

Range parse_range(std::string_view text) {
    Range range;
    const std::vector<std::string> parts = split(text, ';');
    range.type = trim(text.substr(0, text.find(';')));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string_view part = trim(parts[i]);
        if (part.starts_with("q=")) range.quality = parse_double(part.substr(2)).value_or(0);
    }
    return range;
}

// 3: the very type, 2: "text/*", 1: "*/*", 0: not this one.
int closeness(std::string_view range, std::string_view offer) {
    if (equal_ignore_case(range, offer)) return 3;
    if (range == "*/*" || range == "*") return 1;
    if (!range.ends_with("/*")) return 0;
    const std::string_view kind = range.substr(0, range.size() - 1);
    return equal_ignore_case(kind, offer.substr(0, kind.size())) ? 2 : 0;
}

double quality_of(const std::vector<Range>& ranges, std::string_view offer) {
    int closest = 0;
    double quality = 0;
    for (const Range& range : ranges) {
        const int close = closeness(range.type, offer);
        if (close <= closest) continue;
        closest = close;
        quality = range.quality;
    }
    return quality;
}

}  // namespace

std::optional<std::size_t> choose_media(
    std::string_view accept, const std::vector<std::string_view>& offers
) {
    if (trim(accept).empty()) return 0;
    std::vector<Range> ranges;
    while (!accept.empty()) {
        const std::size_t comma = accept.find(',');
        ranges.push_back(parse_range(accept.substr(0, comma)));
        accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
    }
    std::optional<std::size_t> best;
    double best_quality = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        const double quality = quality_of(ranges, offers[i]);
        if (quality <= best_quality) continue;
        best_quality = quality;
        best = i;
    }
    return best;
}

}  // namespace tradewind::api

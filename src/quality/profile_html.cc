// A profile for people: what stands in each column, and which numbers go together.
#include <cmath>
#include <iterator>
#include <map>

#include "base/html.h"
#include "base/text.h"
#include "base/time.h"
#include "quality/quality.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

using namespace html;

constexpr int chart_width = 320;
constexpr int chart_height = 70;

std::string about(const std::string& term, const std::string& value) {
    return element("dt", term) + element("dd", value);
}

// Numbers shortened for the eye; other values as they stand.
std::string shown(const ColumnProfile& column, const std::optional<std::string>& value) {
    if (!value) return "–";
    const auto number = is_number_type(column.type) ? parse_double(*value) : std::nullopt;
    return number ? number_text(*number) : *value;
}

// Of a table's cell; the card below has it whole.
std::string cell_text(std::string text) {
    constexpr std::size_t bytes_max = 60;
    if (text.size() <= bytes_max) return text;
    std::size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    text.resize(size);
    return text + "…";
}

std::string edge(const ColumnProfile& column, double value) {
    if (!is_time_type(column.type)) return number_text(value);
    return format_sql({static_cast<std::int64_t>(value) * 1'000'000});
}

std::string histogram_html(const ColumnProfile& column) {
    std::vector<Bar> bars;
    for (const Bucket& bucket : column.histogram) {
        const std::string title = edge(column, bucket.from) + " to " + edge(column, bucket.to) +
                                  ": " + format_count(bucket.rows) + " rows";
        bars.push_back({static_cast<double>(bucket.rows), title, ""});
    }
    if (bars.empty()) return "";
    return bars_svg(bars, chart_width, chart_height) +
           element(
               "p",
               edge(column, column.histogram.front().from) + " to " +
                   edge(column, column.histogram.back().to),
               "soft"
           );
}

std::string shares_html(
    const std::string& title, const std::vector<TopValue>& values, std::int64_t row_count
) {
    if (values.empty()) return "";
    std::string out = element("p", title, "soft") + "<div class=\"share\">";
    const std::int64_t most = values.front().rows;
    for (const TopValue& value : values) {
        const std::int64_t width = most > 0 ? 100 * value.rows / most : 0;
        std::string text = value.value.value_or("null");
        if (trim(text).empty()) text = "(blank)";
        out += element("span", text) +
               element(
                   "span", format_count(value.rows) + " · " + percent_text(value.rows, row_count)
               ) +
               "<i style=\"width:" + std::to_string(std::max<std::int64_t>(width, 1)) + "%\"></i>";
    }
    return out + "</div>";
}

std::string distinct_text(const ColumnProfile& column) {
    return (column.distinct_exact ? "" : "about ") + format_count(column.distinct);
}

std::string quantiles_html(const ColumnProfile& column) {
    std::string out;
    for (std::size_t i = 0; i < column.quantiles.size() && i < std::size(profile_quantiles); ++i) {
        if (column.quantiles[i])
            out += about(
                number_text(profile_quantiles[i] * 100) + " %", shown(column, column.quantiles[i])
            );
    }
    return out;
}

std::string card(const ColumnProfile& column, std::int64_t row_count) {
    std::string out = "<div class=\"card\"><h3>" + escape_html(column.name) + " " +
                      element("span", column.type, "soft") + "</h3>";
    out += histogram_html(column) + "<dl>";
    out += about(
        "null", format_count(column.nulls) + " (" + percent_text(column.nulls, row_count) + ")"
    );
    if (column.length_max) out += about("blank", format_count(column.empty));
    out += about("distinct", distinct_text(column));
    out += about("least", shown(column, column.min)) + about("greatest", shown(column, column.max));
    if (column.mean) out += about("mean", number_text(*column.mean));
    if (column.deviation) out += about("deviation", number_text(*column.deviation));
    out += quantiles_html(column);
    if (column.length_min && column.length_max && column.length_mean) {
        out += about(
            "length",
            format_count(*column.length_min) + " to " + format_count(*column.length_max) +
                ", mean " + number_text(*column.length_mean)
        );
    }
    out += "</dl>";
    out += shares_html(
        column.top_exact ? "Most frequent" : "Most frequent in the first million rows",
        column.top,
        row_count
    );
    out += shares_html("Patterns", column.patterns, row_count);
    return out + "</div>\n";
}

std::string overview(const Profile& profile) {
    std::string out =
        "<h2>Columns</h2><div class=\"scroll\"><table><thead><tr><th>Column</th><th>Type</th>"
        "<th class=\"n\">Null</th><th class=\"n\">Distinct</th><th class=\"n\">Least</th>"
        "<th class=\"n\">Greatest</th></tr></thead>\n<tbody>\n";
    for (const ColumnProfile& column : profile.columns) {
        out += "<tr>" + table_cell(column.name) + table_cell(column.type) +
               table_cell(percent_text(column.nulls, profile.row_count), true) +
               table_cell(distinct_text(column), true) +
               table_cell(cell_text(shown(column, column.min)), true) +
               table_cell(cell_text(shown(column, column.max)), true) + "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

// The stronger, the fuller the colour.
std::string correlation_cell(const std::optional<double>& pearson) {
    if (!pearson) return table_cell("–", true);
    const int strength = static_cast<int>(std::fabs(*pearson) * 60);
    const char* colour = *pearson < 0 ? "var(--bad)" : "var(--accent)";
    return "<td class=\"n\" style=\"background:color-mix(in srgb," + std::string(colour) + " " +
           std::to_string(strength) + "%,transparent)\">" +
           escape_html(number_text(std::round(*pearson * 1000) / 1000)) + "</td>";
}

std::string correlations_html(const Profile& profile) {
    if (profile.correlations.empty()) return "";
    std::vector<std::string> names;
    std::map<std::pair<std::string, std::string>, std::optional<double>> values;
    for (const Correlation& pair : profile.correlations) {
        values[{pair.a, pair.b}] = values[{pair.b, pair.a}] = pair.pearson;
        for (const std::string* name : {&pair.a, &pair.b}) {
            if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
        }
    }
    std::string out = "<h2>Correlations</h2><div class=\"scroll\"><table><thead><tr><th></th>";
    for (const std::string& name : names) out += element("th", name, "n");
    out += "</tr></thead>\n<tbody>\n";
    for (const std::string& a : names) {
        out += "<tr>" + element("th", a);
        for (const std::string& b : names)
            out += a == b ? table_cell("1", true) : correlation_cell(values[{a, b}]);
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

}  // namespace

std::string profile_html(const Profile& profile) {
    std::string body = element("h1", profile.table.text());
    const Timestamp whole{profile.profiled_at.micros - profile.profiled_at.micros % 1'000'000};
    body += element(
        "p",
        "Profile of version " + std::to_string(profile.version) + ", made " + format_sql(whole) +
            " UTC in " + format_duration_us(profile.duration_us) +
            (profile.quantiles_exact ? "" : "; quantiles are estimates"),
        "soft"
    );
    std::int64_t nulls = 0;
    for (const ColumnProfile& column : profile.columns) nulls += column.nulls;
    const auto columns = static_cast<std::int64_t>(profile.columns.size());
    body += "<div class=\"tiles\">" + tile(format_count(profile.row_count), "rows") +
            tile(format_count(columns), "columns") +
            tile(percent_text(nulls, profile.row_count * columns), "of the cells are null") +
            "</div>\n";
    body += overview(profile) + "<div class=\"cards\">\n";
    for (const ColumnProfile& column : profile.columns) body += card(column, profile.row_count);
    body += "</div>\n" + correlations_html(profile);
    return html_page(profile.table.text(), body);
}

}  // namespace tradewind::quality

#include "base/html.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace tradewind::html {

namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2430;--soft:#667085;--line:#dfe3ea;--card:#f7f8fa;
--good:#1a7f4b;--bad:#c0362c;--warn:#a15c00;--accent:#2f6fde}
@media(prefers-color-scheme:dark){:root{--bg:#12161d;--fg:#e6e9ef;--soft:#98a2b3;--line:#2c3440;
--card:#1a202a;--good:#4cc38a;--bad:#ff7a6e;--warn:#f0b455;--accent:#7aa7ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:2rem 1.25rem 4rem;background:var(--bg);color:var(--fg);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .25rem}
h3{font-size:1rem;margin:0 0 .5rem;overflow-wrap:anywhere}
p{margin:.25rem 0}.soft{color:var(--soft)}
a{color:var(--accent)}code{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;
min-width:7rem}
.tile b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.75rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:.85rem}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.badge{display:inline-block;border-radius:1rem;padding:0 .6rem;font-size:.85rem;font-weight:600;
border:1px solid currentColor;white-space:nowrap}
.passed{color:var(--good)}.failed{color:var(--bad)}.error,.blocked{color:var(--bad)}
.warned{color:var(--warn)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(21rem,1fr));gap:1rem;margin:1rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;
break-inside:avoid}
dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem .75rem;margin:.5rem 0}
dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;
overflow-wrap:anywhere}
svg{display:block;max-width:100%}svg .bar{fill:var(--accent)}svg .passed{fill:var(--good)}
svg .failed,svg .error{fill:var(--bad)}
.share{display:grid;grid-template-columns:1fr auto;gap:0 .5rem;font-size:.9rem}
.share span:nth-child(odd){overflow-wrap:anywhere;white-space:pre-wrap}
.share i{grid-column:1/3;height:3px;background:var(--accent);border-radius:2px;margin-bottom:.25rem}
@media print{body{max-width:none;padding:0}a{color:inherit;text-decoration:none}
h2{break-after:avoid}tr{break-inside:avoid}.scroll{overflow:visible}}
)";

// Nothing may be loaded or run, whatever stands in the data.
constexpr std::string_view policy =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">";

std::string fixed(double value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t bytes = utf8_sequence(text);
        const char c = text[0];
        const bool control =
            bytes == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
        if (bytes == 0 || control || c == 0x7F) {
            out += "\xEF\xBF\xBD";
        } else if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else if (c == '\'') {
            out += "&#39;";
        } else {
            out += text.substr(0, bytes);
        }
        text.remove_prefix(std::max<std::size_t>(bytes, 1));
    }
    return out;
}

std::string html_page(std::string_view title, std::string_view body) {
    std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += policy;
    out += "\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
    out += escape_html(title);
    out += "</title>\n<style>";
    out += style;
    out += "</style>\n</head>\n<body>\n";
    out += body;
    out += "\n</body>\n</html>\n";
    return out;
}

std::string element(std::string_view tag, std::string_view text, std::string_view classes) {
    std::string out = "<" + std::string(tag);
    if (!classes.empty()) out += " class=\"" + std::string(classes) + "\"";
    return out + ">" + escape_html(text) + "</" + std::string(tag) + ">";
}

std::string table_cell(std::string_view text, bool number) {
    return element("td", text, number ? "n" : "");
}

std::string tile(std::string_view figure, std::string_view label, std::string_view classes) {
    return "<div class=\"tile\">" + element("b", figure, classes) + element("span", label, "soft") +
           "</div>";
}

std::string number_text(double value) {
    if (!std::isfinite(value)) return "–";
    if (value == 0) return "0";
    const double size = std::fabs(value);
    if (size >= 1e15 || size < 1e-4) {
        char text[64];
        std::snprintf(text, sizeof text, "%.4g", value);
        return text;
    }
    const int whole = static_cast<int>(std::floor(std::log10(size))) + 1;
    std::string text = fixed(value, std::clamp(6 - whole, 0, 6));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
    }
    const auto point = std::min(text.find('.'), text.size());
    const std::size_t begin = text.starts_with('-') ? 1 : 0;
    for (std::size_t at = point; at > begin + 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

std::string percent_text(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return "–";
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (part > 0 && percent < 0.01) return "< 0.01 %";
    if (part < whole && percent > 99.99) return "> 99.99 %";
    return number_text(std::round(percent * 100) / 100) + " %";
}

std::string bars_svg(const std::vector<Bar>& bars, int width, int height) {
    if (bars.empty()) return "";
    double greatest = 0;
    for (const Bar& bar : bars) greatest = std::max(greatest, bar.height);
    const double step = static_cast<double>(width) / static_cast<double>(bars.size());
    std::string out = "<svg role=\"img\" width=\"" + std::to_string(width) + "\" height=\"" +
                      std::to_string(height) + "\" viewBox=\"0 0 " + std::to_string(width) + " " +
                      std::to_string(height) + "\">";
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const double part = greatest > 0 ? bars[i].height / greatest : 0;
        // What is there at all is seen.
        const double tall = std::max(part * height, bars[i].height > 0 ? 2.0 : 1.0);
        out += "<rect class=\"" + (bars[i].classes.empty() ? "bar" : bars[i].classes) + "\" x=\"" +
               fixed(step * static_cast<double>(i), 2) + "\" y=\"" + fixed(height - tall, 2) +
               "\" width=\"" + fixed(std::max(step - 1, 0.5), 2) + "\" height=\"" + fixed(tall, 2) +
               "\"><title>" + escape_html(bars[i].title) + "</title></rect>";
    }
    return out + "</svg>";
}

}  // namespace tradewind::html

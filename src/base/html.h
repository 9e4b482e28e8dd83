// Pages of one file: nothing from elsewhere, readable in light, in dark and on paper.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::html {

// As text between tags and in quoted attributes. Control characters, which HTML has no place for,
// become U+FFFD.
std::string escape_html(std::string_view text);
// The whole document around a body that is HTML already.
std::string html_page(std::string_view title, std::string_view body);

// <tag class="…">text</tag>, the text escaped.
std::string element(std::string_view tag, std::string_view text, std::string_view classes = {});
std::string table_cell(std::string_view text, bool number = false);
// A tile of the summary: a figure and what it counts.
std::string tile(std::string_view figure, std::string_view label, std::string_view classes = {});

// Numbers as people read them: 1,234.5; at most six significant digits, "–" for nothing.
std::string number_text(double value);
std::string percent_text(std::int64_t part, std::int64_t whole);

// Upright bars, heights as parts of the greatest; `titles` appear under the pointer.
struct Bar {
    double height = 0;
    std::string title;
    std::string classes;
};
std::string bars_svg(const std::vector<Bar>& bars, int width, int height);

}  // namespace tradewind::html

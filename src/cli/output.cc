#include "cli/output.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "os/clock.h"
#include "os/process.h"

namespace tradewind::cli {

namespace {

constexpr std::int64_t redraw_us = 100'000;
constexpr int bar_width = 24;

std::int64_t monotonic_us() {
    static const auto clock = os::make_system_clock();
    return clock->monotonic_us();
}

// Code points, which is what a terminal's columns come to for the names and texts of shops.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (c & 0xC0) != 0x80;
    }));
}

std::string escaped(unsigned char byte) {
    if (byte == '\n') return "\\n";
    if (byte == '\r') return "\\r";
    if (byte == '\t') return "\\t";
    constexpr std::string_view digits = "0123456789abcdef";
    return std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
}

bool looks_numeric(std::string_view text) {
    return text.empty() || parse_double(text).has_value();
}

std::string padded(std::string_view text, std::size_t to, bool right) {
    const std::string blanks(to - std::min(to, width(text)), ' ');
    return right ? blanks + std::string(text) : std::string(text) + blanks;
}

// Data must not move the cursor, ring the bell or break a row: control characters are written as
// in a program's text. C1 controls are two bytes in UTF-8.
std::string shown(std::string_view cell) {
    std::string text;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        const auto byte = static_cast<unsigned char>(cell[i]);
        const auto next =
            i + 1 < cell.size() ? static_cast<unsigned char>(cell[i + 1]) : std::uint8_t{0};
        if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
            text += escaped(next);
            ++i;
        } else if (byte < 0x20 || byte == 0x7F) {
            text += escaped(byte);
        } else {
            text += cell[i];
        }
    }
    return text;
}

std::vector<std::string> shown(const std::vector<std::string>& cells) {
    std::vector<std::string> texts;
    for (const std::string& cell : cells) texts.push_back(shown(cell));
    return texts;
}

}  // namespace

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_line(std::string_view text) {
    print(text);
    print("\n");
}

void print_line_now(std::string_view text) {
    print_line(text);
    std::fflush(stdout);
}

void note(std::string_view text) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

std::string format_table(
    const std::vector<std::string>& given_header,
    const std::vector<std::vector<std::string>>& given_rows
) {
    const std::vector<std::string> header = shown(given_header);
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : given_rows) rows.push_back(shown(row));
    std::vector<std::size_t> widths;
    std::vector<bool> right;
    for (std::size_t i = 0; i < header.size(); ++i) {
        std::size_t widest = width(header[i]);
        bool numeric = !rows.empty();
        for (const auto& row : rows) {
            widest = std::max(widest, width(row[i]));
            numeric = numeric && looks_numeric(row[i]);
        }
        widths.push_back(widest);
        right.push_back(numeric);
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string text;
        for (std::size_t i = 0; i < cells.size(); ++i)
            text += (i == 0 ? "" : "  ") + padded(cells[i], widths[i], right[i]);
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    };
    std::string table = line(header);
    std::string rule;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        rule += i == 0 ? "" : "  ";
        for (std::size_t n = 0; n < widths[i]; ++n) rule += "─";
    }
    table += rule + "\n";
    for (const auto& row : rows) table += line(row);
    return table;
}

std::string format_answer(const json::Value& answer) {
    std::vector<std::string> header;
    for (const json::Value& column : answer.find("columns")->items())
        header.push_back(column.text_or("name", ""));
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& row : answer.find("rows")->items()) {
        auto& cells = rows.emplace_back();
        for (const json::Value& cell : row.items()) cells.push_back(cell_text(cell));
    }
    return format_table(header, rows);
}

std::string cell_text(const json::Value& value) {
    switch (value.kind()) {
        case json::Kind::Null:
            return "";
        case json::Kind::Boolean:
            return value.as_boolean() ? "true" : "false";
        case json::Kind::Number:
        case json::Kind::String:
            return value.text();
        case json::Kind::Array:
        case json::Kind::Object:
            return value.dump();
    }
    return "";
}

Progress::Progress(std::string label, std::string unit)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      shown_(os::stderr_is_terminal()),
      began_us_(monotonic_us()) {}

Progress::~Progress() {
    finish();
}

void Progress::update(std::int64_t done, std::int64_t total) {
    if (!shown_) return;
    const std::int64_t now_us = monotonic_us();
    if (drawn_ && now_us - drawn_us_ < redraw_us) return;
    drawn_us_ = now_us;
    draw(done, total);
}

void Progress::draw(std::int64_t done, std::int64_t total) {
    const double seconds = std::max(1e-3, static_cast<double>(drawn_us_ - began_us_) / 1e6);
    const double rate = static_cast<double>(done) / seconds;
    std::string text = "\r\x1b[K" + label_ + " ";
    if (total > 0) {
        const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
        const int filled = static_cast<int>(share * bar_width);
        for (int i = 0; i < bar_width; ++i) text += i < filled ? "█" : "░";
        text += " " + std::to_string(static_cast<int>(share * 100)) + "%";
    }
    const bool bytes = unit_ == "bytes";
    const auto amount = [&](double n) {
        return bytes ? format_bytes(static_cast<std::int64_t>(n))
                     : format_count(static_cast<std::int64_t>(n)) + " " + unit_;
    };
    text += "  " + amount(static_cast<double>(done)) + (detail_.empty() ? "" : ", " + detail_) +
            "  " + amount(rate) + "/s";
    if (total > done && rate > 0)
        text += "  " +
                format_duration_us(
                    static_cast<std::int64_t>(static_cast<double>(total - done) / rate * 1e6)
                ) +
                " left";
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
}

void Progress::finish() {
    if (!drawn_) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace tradewind::cli

// What a person sees: tables on stdout, progress on stderr.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace tradewind::cli {

void print(std::string_view text);           // stdout, as it stands
void print_line(std::string_view text);      // stdout
void print_line_now(std::string_view text);  // also where stdout is a pipe that somebody reads
void note(std::string_view text);            // stderr, a line

// Columns padded to the width of their cells (counted in code points), numbers to the right.
std::string format_table(
    const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows
);
// The answer of a query, {columns, rows}, as such a table.
std::string format_answer(const json::Value& answer);
// A JSON value as a table's cell.
std::string cell_text(const json::Value& value);

// A bar with rate and time left on a terminal, nothing elsewhere (a line at the end is the
// command's own).
class Progress {
public:
    // `unit`: what is counted, "rows". total 0: not known yet.
    Progress(std::string label, std::string unit);
    ~Progress();
    void update(std::int64_t done, std::int64_t total);
    // What stands beside the bar, such as a count of rows while the bar counts bytes.
    void set_detail(std::string detail) { detail_ = std::move(detail); }
    void finish();

private:
    void draw(std::int64_t done, std::int64_t total);

    const std::string label_;
    const std::string unit_;
    std::string detail_;
    const bool shown_;
    bool drawn_ = false;
    std::int64_t began_us_ = 0;
    std::int64_t drawn_us_ = 0;
};

}  // namespace tradewind::cli

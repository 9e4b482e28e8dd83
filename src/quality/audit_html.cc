#include "quality/audit_html.h"

#include <algorithm>

#include "base/html.h"
#include "base/text.h"
#include "base/time.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

using namespace html;

std::string utc(Timestamp at) {
    return format_sql({at.micros - at.micros % 1'000'000}) + " UTC";
}

std::string anchor(const Report& report) {
    return "table-" + url_encode(report.table.text());
}

// A failure that blocks nothing is a warning.
std::string state_class(const CheckResult& result) {
    if (result.state == State::Failed && !result.blocking) return "warned";
    return to_string(result.state);
}

std::string badge(std::string_view text, const std::string& classes) {
    return element("span", text, "badge " + classes);
}

std::string verdict_badge(const Report& report) {
    const std::string word = verdict(report);
    return badge(word, word == "failed" ? "warned" : word);
}

std::string spark(const std::vector<TrailPoint>& trail) {
    std::vector<Bar> bars;
    for (const TrailPoint& point : trail) {
        const std::string title = utc(point.checked_at) + ": " + to_string(point.state) + ", " +
                                  format_count(point.failing) + " failing";
        bars.push_back({point.state == State::Passed ? 0.35 : 1.0, title, to_string(point.state)});
    }
    return bars_svg(bars, std::clamp(static_cast<int>(bars.size()) * 5, 10, 200), 18);
}

std::string samples_html(const CheckResult& result) {
    std::string out;
    for (const Sample& sample : result.samples) {
        out += "<br>" + element("code", sample.value);
        if (sample.rows > 1) out += element("span", " × " + format_count(sample.rows), "soft");
    }
    return out;
}

std::string result_row(const CheckResult& result, const Trails& trails) {
    std::string out = "<tr><td>" + badge(to_string(result.state), state_class(result)) + "</td>";
    out += "<td>" + element("b", result.name) +
           element("span", result.blocking ? "" : " (does not block)", "soft");
    if (!result.description.empty()) out += "<br>" + element("span", result.description);
    out += "<br>" + element("span", to_string(result.kind), "soft");
    if (!result.columns.empty()) out += element("span", ": " + join(result.columns, ", "), "soft");
    out += "</td><td>" + escape_html(result.message) + samples_html(result) + "</td>";
    out += table_cell(format_count(result.failing), true);
    out += table_cell(format_count(result.total), true);
    out += table_cell(percent_text(result.failing, result.total), true);
    out += table_cell(format_duration_us(result.duration_us), true);
    const auto trail = trails.find(result.name);
    out += "<td>" + (trail == trails.end() ? std::string() : spark(trail->second)) + "</td></tr>\n";
    return out;
}

std::string about(const Report& report) {
    std::string text = format_count(report.row_count) + " rows, ";
    text += report.candidate ? "rows that were not published yet"
                             : "version " + std::to_string(report.version);
    text += ", " + utc(report.checked_at) + ", " + format_duration_us(report.duration_us) +
            ", run " + report.run;
    std::string out = element("p", text, "soft");
    if (!report.quarantine.empty()) {
        const std::string sql =
            "SELECT * FROM " + report.quarantine + " WHERE _run = " + quote_literal(report.run);
        out += "<p class=\"soft\">Rows that failed: " + element("code", sql) + "</p>";
    }
    return out;
}

// What failed stands first.
std::vector<const CheckResult*> in_order(const Report& report) {
    const auto rank = [](const CheckResult* result) {
        if (result->state == State::Passed) return 2;
        return result->blocking ? 0 : 1;
    };
    std::vector<const CheckResult*> order;
    for (const CheckResult& result : report.results) order.push_back(&result);
    std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
        return rank(a) < rank(b);
    });
    return order;
}

std::string table_section(const AuditTable& table) {
    const Report& report = table.report;
    std::string out = "<section><h2 id=\"" + escape_html(anchor(report)) + "\">" +
                      escape_html(report.table.text()) + " " + verdict_badge(report) + "</h2>\n";
    out += about(report);
    out +=
        "<div class=\"scroll\"><table><thead><tr><th>State</th><th>Check</th><th>Found</th>"
        "<th class=\"n\">Failing</th><th class=\"n\">Looked at</th><th class=\"n\">Share</th>"
        "<th class=\"n\">Time</th><th>Before</th></tr></thead>\n<tbody>\n";
    for (const CheckResult* result : in_order(report)) out += result_row(*result, table.trails);
    return out + "</tbody></table></div></section>\n";
}

std::string summary(const std::vector<AuditTable>& tables) {
    std::int64_t checks = 0;
    std::int64_t passed = 0;
    std::int64_t errors = 0;
    std::int64_t blocked = 0;
    for (const AuditTable& table : tables) {
        checks += static_cast<std::int64_t>(table.report.results.size());
        passed += table.report.count(State::Passed);
        errors += table.report.count(State::Error);
        blocked += table.report.blocked();
    }
    const std::int64_t failed = checks - passed - errors;
    std::string out = "<div class=\"tiles\">";
    out += tile(format_count(static_cast<std::int64_t>(tables.size())), "tables");
    out += tile(format_count(checks), "checks");
    out += tile(format_count(passed), "passed", "passed");
    out += tile(format_count(failed), "failed", failed > 0 ? "failed" : "");
    out += tile(format_count(errors), "not answered", errors > 0 ? "failed" : "");
    out += tile(format_count(blocked), "tables blocked", blocked > 0 ? "blocked" : "");
    return out + "</div>\n";
}

std::string overview(const std::vector<AuditTable>& tables) {
    std::string out =
        "<div class=\"scroll\"><table><thead><tr><th>Table</th><th>Verdict</th>"
        "<th class=\"n\">Rows</th><th class=\"n\">Checks</th><th class=\"n\">Failed</th>"
        "<th>Checked</th></tr></thead>\n<tbody>\n";
    for (const AuditTable& table : tables) {
        const Report& report = table.report;
        const auto checks = static_cast<std::int64_t>(report.results.size());
        out += "<tr><td><a href=\"#" + escape_html(anchor(report)) + "\">" +
               escape_html(report.table.text()) + "</a></td><td>" + verdict_badge(report) + "</td>";
        out += table_cell(format_count(report.row_count), true) +
               table_cell(format_count(checks), true) +
               table_cell(format_count(checks - report.count(State::Passed)), true) +
               table_cell(utc(report.checked_at)) + "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

}  // namespace

std::string audit_html(const std::vector<AuditTable>& tables, Timestamp now) {
    std::string body = "<h1>Audit</h1>\n" + element("p", "Made " + utc(now), "soft") + "\n";
    body += summary(tables);
    if (tables.empty()) body += element("p", "No checks have run yet.");
    if (tables.size() > 1) body += overview(tables);
    for (const AuditTable& table : tables) body += table_section(table);
    return html_page("Audit", body);
}

}  // namespace tradewind::quality

// Reports hold what stands in people's data: nothing of it becomes markup, and nothing is loaded.
#include "base/html.h"

#include <gtest/gtest.h>

#include "quality/audit_html.h"

namespace tradewind::quality {
namespace {

using namespace html;

constexpr const char* hostile = "<script>alert('x')</script>\"&\x01\xff";

// Text stays text, whatever it holds.
TEST(Html, Escapes) {
    EXPECT_EQ(escape_html("a < b & \"c\" 'd'"), "a &lt; b &amp; &quot;c&quot; &#39;d&#39;");
    EXPECT_EQ(escape_html("\x01\xff£"), "\xEF\xBF\xBD\xEF\xBF\xBD£");
    EXPECT_EQ(escape_html(""), "");
}

// Figures as people read them.
TEST(Html, WritesNumbers) {
    EXPECT_EQ(number_text(0), "0");
    EXPECT_EQ(number_text(1234567), "1,234,567");
    EXPECT_EQ(number_text(-1234.5), "-1,234.5");
    EXPECT_EQ(number_text(0.05), "0.05");
    EXPECT_EQ(number_text(999999.9), "1,000,000");
    EXPECT_EQ(number_text(1.0 / 3), "0.333333");
    EXPECT_EQ(number_text(1e20), "1e+20");
    EXPECT_EQ(number_text(1.0 / 0.0), "–");
    EXPECT_EQ(percent_text(1, 3), "33.33 %");
    EXPECT_EQ(percent_text(0, 0), "–");
    EXPECT_EQ(percent_text(1, 1'000'000), "< 0.01 %");
    EXPECT_EQ(percent_text(999'999, 1'000'000), "> 99.99 %");
}

AuditTable hostile_table() {
    AuditTable table;
    table.report.table = {hostile, hostile};
    table.report.package = hostile;
    table.report.run = hostile;
    table.report.quarantine = hostile;
    CheckResult result;
    result.name = result.description = result.message = hostile;
    result.columns = {hostile};
    result.state = State::Failed;
    result.samples = {{hostile, 2}};
    table.report.results = {result};
    table.trails[hostile] = {{Timestamp{0}, State::Failed, 1}, {Timestamp{1}, State::Passed, 0}};
    return table;
}

// The audit report and the profile carry hostile names and values as text, in one file.
TEST(Html, ReportsAreInert) {
    Profile profile;
    profile.table = {hostile, hostile};
    profile.row_count = 2;
    ColumnProfile column;
    column.name = column.type = hostile;
    column.min = column.max = hostile;
    column.top = column.patterns = {{hostile, 2}, {std::nullopt, 1}};
    column.quantiles = {hostile};
    profile.columns = {column};
    profile.correlations = {{hostile, "b", 0.5}, {hostile, "c", std::nullopt}};
    for (const std::string& page :
         {audit_html({hostile_table(), hostile_table()}, Timestamp{}), profile_html(profile)}) {
        EXPECT_EQ(page.find("<script"), std::string::npos);
        EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
        EXPECT_EQ(page.find("http"), page.find("http-equiv"));
        EXPECT_EQ(page.find("src="), std::string::npos);
        EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
        EXPECT_NE(page.find("@media print"), std::string::npos);
        EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    }
}

// What is too long for a cell is cut between letters and marked; its card has it whole.
TEST(Html, LongValuesAreMarkedAsCut) {
    Profile profile;
    profile.table = {"raw", "t"};
    profile.row_count = 1;
    ColumnProfile column;
    column.name = "s";
    column.type = "STRING";
    column.min = std::string(59, 'x') + "\xC3\xBC" + "end";
    profile.columns = {column};
    const std::string page = profile_html(profile);
    EXPECT_NE(page.find(">" + std::string(59, 'x') + "…<"), std::string::npos);
    EXPECT_NE(
        page.find("\xC3\xBC"
                  "end<"),
        std::string::npos
    );
}

// Nothing to show is said, too.
TEST(Html, EmptyAudit) {
    EXPECT_NE(audit_html({}, Timestamp{}).find("No checks have run yet."), std::string::npos);
}

}  // namespace
}  // namespace tradewind::quality

#include "base/log.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace tradewind::log {
namespace {

// Nothing that comes from outside can begin a second line or forge a field.
TEST(Log, TextStaysOnOneLine) {
    const std::string line = format_line(
        Format::Text,
        Level::Warn,
        "bad\nrecord\x1b[31m",
        {{"key", "a b"},
         {"forged", "x\n2026 ERROR lost=1"},
         {"quote", "\""},
         {"empty", ""},
         {"rows", 541909},
         {"plain", "x-1"}}
    );
    EXPECT_EQ(
        line,
        "WARN  bad record [31m key=\"a b\" forged=\"x\\n2026 ERROR lost=1\" quote=\"\\\"\" "
        "empty=\"\" rows=541909 plain=x-1"
    );
}

// JSON lines are JSON, whatever bytes a value holds; numbers stay numbers.
TEST(Log, JsonIsJson) {
    const std::string line =
        format_line(Format::Json, Level::Error, "caf\xe9 \"x\"\n", {{"n", -5}, {"path", "a\\b"}});
    const json::Value value = MUST(json::parse("{" + line + "}"));
    EXPECT_EQ(value.text_or("level", ""), "error");
    EXPECT_EQ(value.text_or("message", ""), "caf\xef\xbf\xbd \"x\"\n");
    EXPECT_EQ(value.integer_or("n", 0), -5);
    EXPECT_EQ(value.text_or("path", ""), "a\\b");
}

// Lines below the level are not written; those above go to stderr with a time in UTC.
TEST(Log, WritesToStderr) {
    configure(Level::Info, Format::Json);
    testing::internal::CaptureStderr();
    debug("not this");
    info("started", {{"port", 8080}});
    configure(Level::Off, Format::Text);
    error("nor this");
    configure(Level::Info, Format::Text);
    warn("100% {} %v");
    const std::string written = testing::internal::GetCapturedStderr();
    const std::size_t end = written.find('\n');
    const json::Value line = MUST(json::parse(written.substr(0, end)));
    EXPECT_EQ(line.text_or("message", ""), "started");
    EXPECT_EQ(line.integer_or("port", 0), 8080);
    const std::string time = line.text_or("time", "");
    EXPECT_EQ(time.size(), std::string("2026-11-21T11:30:00.123456Z").size());
    EXPECT_EQ(time.back(), 'Z');
    EXPECT_EQ(written.find("this"), std::string::npos);
    EXPECT_NE(written.find("Z WARN  100% {} %v\n", end), std::string::npos);
}

}  // namespace
}  // namespace tradewind::log

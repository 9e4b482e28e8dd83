#include "site/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tradewind::site {
namespace {

using testing::HasSubstr;

const std::string list =
    "tradewind-site 1\n"
    "/index.html\ttext/html; charset=utf-8\t\"a1\"\t0\t4\t2\t0\n"
    "/assets/app-3f.js\ttext/javascript\t\"b2\"\t1\t3\t0\t1\n"
    "\n";

// Proves that each file has its own bytes in each packing, and that paths are exact.
TEST(Site, FilesAreFoundByPath) {
    const std::string pack = list + "htmlgzjavB";
    const Site site = MUST(Site::parse(pack));
    EXPECT_EQ(site.entry().plain, "html");
    EXPECT_EQ(site.entry().gzip, "gz");
    EXPECT_EQ(site.entry().brotli, "");
    EXPECT_FALSE(site.entry().immutable);
    const File* script = site.find("/assets/app-3f.js");
    ASSERT_NE(script, nullptr);
    EXPECT_EQ(script->content_type, "text/javascript");
    EXPECT_EQ(script->etag, "\"b2\"");
    EXPECT_TRUE(script->immutable);
    EXPECT_EQ(script->plain, "jav");
    EXPECT_EQ(script->brotli, "B");
    EXPECT_EQ(site.find("/assets"), nullptr);
    EXPECT_EQ(site.find("assets/app-3f.js"), nullptr);
}

// Proves that a pack which is cut short, too long or another file is an error, not a crash.
TEST(Site, BrokenPacksAreRefused) {
    const std::string whole = list + "htmlgzjavB";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string part = whole.substr(0, size);
        EXPECT_FALSE(Site::parse(part).ok()) << size;
    }
    EXPECT_FALSE(Site::parse(whole + "!").ok());
    const auto no_entry = Site::parse("tradewind-site 1\n/a\tt\t\"e\"\t0\t0\t0\t0\n\n");
    ASSERT_FALSE(no_entry.ok());
    EXPECT_THAT(no_entry.error().message(), HasSubstr("no index.html"));
}

// Proves that what the build packed is a site.
TEST(Site, TheEmbeddedPackIsWhole) {
    const auto site = embedded();
    EXPECT_THAT(std::string(site->entry().plain), HasSubstr("<!doctype html>"));
    EXPECT_FALSE(site->entry().brotli.empty());
}

}  // namespace
}  // namespace tradewind::site

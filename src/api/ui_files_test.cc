// The pages of the UI over HTTP: which addresses are pages, how they are packed, kept and guarded.
#include "api/ui_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::TestPlatform;
using testing::HasSubstr;

const std::string pack =
    "tradewind-site 1\n"
    "/index.html\ttext/html; charset=utf-8\t\"a1\"\t0\t4\t2\t1\n"
    "/assets/app-3f.js\ttext/javascript\t\"b2\"\t1\t6\t0\t0\n"
    "\nhtmlgzBscript";

class UiFiles : public testing::Test {
protected:
    // Nothing: no page and no file.
    std::optional<Response> find(
        const std::string& path, std::map<std::string, std::string> headers = {}
    ) {
        Request request;
        request.target = path;
        request.headers = std::move(headers);
        return answer_with_ui(site_, request, path);
    }
    Response get(const std::string& path, std::map<std::string, std::string> headers = {}) {
        auto response = find(path, std::move(headers));
        EXPECT_TRUE(response.has_value()) << path;
        return response ? *std::move(response) : Response();
    }

    const site::Site site_ = MUST(site::Site::parse(pack));
};

const std::string browser = "text/html,application/xhtml+xml,*/*;q=0.8";

// Proves that each page's address answers with the one page, and what is for programs does not.
TEST_F(UiFiles, AddressesOfPagesAnswerWithThePage) {
    for (const char* target : {"/", "/index.html", "/runs/12", "/catalog/raw/orders"}) {
        const Response page = get(target, {{"accept", browser}});
        EXPECT_EQ(page.status, 200) << target;
        EXPECT_EQ(page.content_type, "text/html; charset=utf-8") << target;
        EXPECT_EQ(page.body, "html") << target;
        EXPECT_EQ(page.headers.at("cache-control"), "no-cache") << target;
        EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("script-src 'self';"));
    }
    for (const char* target : {"/v1/nothing", "/v1", "/assets/gone.js"})
        EXPECT_FALSE(find(target, {{"accept", browser}}).has_value()) << target;
    EXPECT_FALSE(find("/runs/12", {{"accept", "*/*"}}).has_value());
}

// Proves that files with a hash in their names are kept for ever, and others are asked for again.
TEST_F(UiFiles, FilesAreKeptByTheirNames) {
    const Response script = get("/assets/app-3f.js");
    EXPECT_EQ(script.content_type, "text/javascript");
    EXPECT_EQ(script.body, "script");
    EXPECT_THAT(script.headers.at("cache-control"), HasSubstr("immutable"));
    for (const char* known : {"\"a1\"", "W/\"a1\"", "\"x\", \"a1\"", "*"}) {
        const Response same = get("/", {{"if-none-match", known}});
        EXPECT_EQ(same.status, 304) << known;
        EXPECT_EQ(same.body, "") << known;
        EXPECT_EQ(same.headers.at("etag"), "\"a1\"");
    }
    EXPECT_EQ(get("/", {{"if-none-match", "\"old\""}}).status, 200);
}

// Proves that the smallest packing is sent that the client takes, and none that it does not.
TEST_F(UiFiles, ThePackingIsOneThatTheClientTakes) {
    const auto coding = [&](const std::string& accepted) {
        const Response page = get("/", {{"accept-encoding", accepted}});
        EXPECT_EQ(page.headers.at("vary"), "Accept-Encoding");
        const auto found = page.headers.find("content-encoding");
        return (found == page.headers.end() ? "plain" : found->second) + " " + page.body;
    };
    EXPECT_EQ(coding("gzip, deflate, br, zstd"), "br B");
    EXPECT_EQ(coding("gzip"), "gzip gz");
    EXPECT_EQ(coding("br;q=0, gzip;q=0.5"), "gzip gz");
    EXPECT_EQ(coding("br; q=0.0"), "plain html");
    EXPECT_EQ(coding(""), "plain html");
}

// Proves that pages are only read, and only by those whom data would be shown.
TEST_F(UiFiles, PagesAreForTheVisitorsOfTheData) {
    TestPlatform platform;
    const auto ask = [&](const std::string& host) {
        Request request;
        request.target = "/runs/12?tab=log";
        request.headers = {{"accept", browser}, {"host", host}};
        request.from_owner = false;
        return platform.call(std::move(request));
    };
    const Response page = ask("localhost:8080");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("<!doctype html>"));
    Response stranger = ask("evil.example");
    expect_problem(stranger, 404);
    Response posted = platform.post("/runs/12", "{}", {{"accept", browser}});
    expect_problem(posted, 404);
}

}  // namespace
}  // namespace tradewind::api

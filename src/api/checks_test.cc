// Checks and profiles over HTTP: what is asked for reaches the room, and pages go by Accept.
#include <gtest/gtest.h>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::TestPlatform;

class FakeQuality : public quality::Quality {
public:
    Result<void> declare(std::vector<quality::TableChecks>) override { return {}; }
    std::vector<quality::TableChecks> declared() override { return {}; }
    Result<quality::Report>
    run_checks(engine::Work&, const catalog::TableName&, const quality::TableChecks&, const quality::RunContext&)
        override {
        return report;
    }
    Result<std::vector<quality::Report>>
    check(const quality::Selection& selection, std::shared_ptr<const std::atomic<bool>>) override {
        asked = selection;
        if (selection.package == "nobody")
            return Error(ErrorCode::NotFound, "no checks are declared for package nobody");
        return std::vector<quality::Report>{report};
    }
    Result<std::vector<quality::Report>> results(const quality::Selection& selection) override {
        asked = selection;
        return std::vector<quality::Report>{report};
    }
    Result<std::string> audit_html(const quality::Selection&) override { return page; }
    Result<quality::Profile>
    profile(const catalog::TableName& table, std::shared_ptr<const std::atomic<bool>>) override {
        quality::Profile made;
        made.table = table;
        made.row_count = 7;
        return made;
    }

    const std::string page = "<!doctype html>";
    quality::Report report;
    quality::Selection asked;
};

struct ChecksApi : testing::Test {
    ChecksApi() {
        quality.report.table = {"shop", "orders"};
        quality::CheckResult failed;
        failed.name = "unique_id";
        failed.state = quality::State::Failed;
        quality.report.results = {failed};
        platform.services.quality = &quality;
    }
    FakeQuality quality;
    TestPlatform platform;
};

// All, a table, a package; what is none of them is refused with the place.
TEST_F(ChecksApi, RunsWhatIsAskedFor) {
    Response all = platform.post("/v1/checks", "");
    EXPECT_EQ(all.status, 200);
    EXPECT_TRUE(fakes::json_of(all).boolean_or("blocked", false));
    EXPECT_FALSE(quality.asked.table);
    Response one = platform.post("/v1/checks", R"({"table":"shop.orders"})");
    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(quality.asked.table->text(), "shop.orders");
    Response unknown = platform.post("/v1/checks", R"({"package":"nobody"})");
    fakes::expect_problem(unknown, 404);
    for (const char* body :
         {R"({"table":"orders"})", R"({"table":5})", R"({"tabel":"a.b"})", "[]"}) {
        Response bad = platform.post("/v1/checks", body);
        fakes::expect_problem(bad, 400);
    }
}

// JSON for programs, a page for people, and a refusal of anything else.
TEST_F(ChecksApi, PagesGoByAccept) {
    const auto get = [&](const std::string& target, const std::string& accept) {
        Request request;
        request.target = target;
        request.headers = {{"accept", accept}};
        return platform.call(std::move(request));
    };
    for (const std::string target : {"/v1/checks?package=shop", "/v1/tables/shop/orders/profile"}) {
        EXPECT_EQ(get(target, "*/*").content_type, "application/json");
        const Response page = get(target, "text/html");
        EXPECT_TRUE(page.content_type.starts_with("text/html"));
        EXPECT_TRUE(page.headers.contains("content-security-policy"));
        EXPECT_TRUE(page.body.starts_with("<!doctype html>"));
        Response other = get(target, "image/png");
        fakes::expect_problem(other, 406);
    }
    EXPECT_EQ(quality.asked.package, "shop");
    Response profile = get("/v1/tables/shop/orders/profile", "application/json");
    EXPECT_EQ(fakes::json_of(profile).integer_or("row_count", 0), 7);
}

}  // namespace
}  // namespace tradewind::api

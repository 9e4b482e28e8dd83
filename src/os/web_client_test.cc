#include "os/web_client.h"

#include <gtest/gtest.h>

#include <atomic>

#include "os/web_test_server.h"

namespace tradewind::os {

namespace {

WebRequest request_to(const std::string& url) {
    WebRequest request;
    request.url = url;
    request.body = "{\"a\":1}";
    request.headers = {{"Content-Type", "application/json"}};
    return request;
}

TEST(WebClient, SendsAndReadsTheAnswer) {
    // Proves that method, path, headers and body arrive as given, and status and body come back.
    WebTestServer server([](const std::string&) { return WebTestServer::status(418, "tea"); });
    const auto client = make_web_client();
    const WebAnswer answer = MUST(client->send(request_to(server.url() + "/api?x=1")));
    EXPECT_EQ(answer.status, 418);
    EXPECT_EQ(answer.body, "tea");
    const std::string seen = server.wait_for(1)[0];
    EXPECT_TRUE(seen.starts_with("POST /api?x=1 HTTP/1.1\r\n")) << seen;
    EXPECT_NE(seen.find("Content-Type: application/json\r\n"), std::string::npos);
    EXPECT_EQ(seen.find("Expect:"), std::string::npos);
    EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"a\":1}")) << seen;
}

TEST(WebClient, AnswersToARedirectWithTheRedirect) {
    // Proves that an answer cannot lead a request, with its headers, to another machine.
    WebTestServer server([](const std::string&) {
        return std::string("HTTP/1.1 302 x\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
    });
    EXPECT_EQ(MUST(make_web_client()->send(request_to(server.url()))).status, 302);
    EXPECT_EQ(server.wait_for(1).size(), 1u);
}

TEST(WebClient, WhatIsNoAnswerIsUnavailable) {
    // Proves that a closed connection, rubbish and a closed port are told, without the address's
    // path, which may be a secret.
    const auto client = make_web_client();
    std::string gone;
    for (const char* reply :
         {"", "rubbish\r\n\r\n", "HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\na"}) {
        WebTestServer server([&](const std::string&) { return std::string(reply); });
        const auto answer = client->send(request_to(server.url() + "/secret"));
        ASSERT_FALSE(answer.ok()) << reply;
        EXPECT_EQ(answer.error().code(), ErrorCode::Unavailable);
        EXPECT_EQ(answer.error().describe().find("secret"), std::string::npos);
        gone = server.url();
    }
    EXPECT_EQ(client->send(request_to(gone)).error().code(), ErrorCode::Unavailable);
}

TEST(WebClient, AReceiverThatHangsIsLeftInTime) {
    // Proves that the time limit holds, and that a request can be given up before.
    WebTestServer server([](const std::string&) { return std::string(WebTestServer::hang); });
    const auto client = make_web_client();
    WebRequest request = request_to(server.url());
    request.timeout_us = 50'000;
    EXPECT_EQ(client->send(request).error().code(), ErrorCode::Unavailable);
    request.timeout_us = 60'000'000;
    int asked = 0;
    const auto given_up = client->send(request, [&] { return ++asked > 3; });
    EXPECT_EQ(given_up.error().code(), ErrorCode::Cancelled);
}

TEST(WebClient, ReadsNoMoreThanItWants) {
    // Proves that an endless answer costs no memory.
    WebTestServer server([](const std::string&) {
        return WebTestServer::status(200, std::string(1 << 20, 'x'));
    });
    WebRequest request = request_to(server.url());
    request.answer_bytes_max = 1000;
    const WebAnswer answer = MUST(make_web_client()->send(request));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.size(), 1000u);
}

TEST(WebClient, AddressesAndHeadersAreChecked) {
    // Proves that other schemes, secrets in addresses and smuggled headers are refused.
    for (const char* bad :
         {"",
          "x",
          "http://",
          "file:///etc/passwd",
          "ftp://a/b",
          "http://u:p@host/",
          "http://u@host/",
          "http://ho st/",
          "//host/x"}) {
        EXPECT_EQ(web_origin(bad).error().code(), ErrorCode::InvalidArgument) << bad;
        EXPECT_FALSE(make_web_client()->send(request_to(bad)).ok()) << bad;
    }
    EXPECT_EQ(MUST(web_origin("HTTPS://Example.org:8443/a/b?c")), "https://Example.org:8443");
    EXPECT_EQ(MUST(web_path("http://host:5000")), "/");
    EXPECT_EQ(MUST(web_path("http://host/api/v1?x#y")), "/api/v1");
    WebRequest request = request_to("http://127.0.0.1:1/");
    request.headers = {{"X", "a\r\nY: b"}};
    EXPECT_EQ(make_web_client()->send(request).error().code(), ErrorCode::InvalidArgument);
}

}  // namespace

}  // namespace tradewind::os

// A platform that remembers what it was asked and answers what it was told: for tests of commands.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.h"

namespace tradewind::cli {

struct Answered {
    int status = 200;
    std::string body = "{}";
    std::vector<std::string> rest = {};  // further pieces
    std::optional<Error> broken = {};    // after those pieces
};

struct Heard {
    std::vector<std::string> targets;  // "POST /v1/query"
    std::vector<std::string> bodies;
    std::vector<std::map<std::string, std::string>> headers;
    OpenRequest opened;
    std::string init_folder;
    std::vector<std::string> init_packages;
};

class Pieces : public api::BodySource {
public:
    Pieces(std::vector<std::string> pieces, std::optional<Error> broken)
        : pieces_(std::move(pieces)), broken_(std::move(broken)) {}
    Result<std::string> next() override {
        if (at_ < pieces_.size()) return pieces_[at_++];
        if (broken_) return *broken_;
        return std::string();
    }

private:
    std::vector<std::string> pieces_;
    std::optional<Error> broken_;
    std::size_t at_ = 0;
};

class FakePlatform : public LocalPlatform, private api::Api {
public:
    FakePlatform(Heard& heard, const Answered& answered) : heard_(heard), answered_(answered) {}
    api::Api& api() override { return *this; }
    std::string url() const override { return "http://127.0.0.1:1"; }
    void stop() override {}

private:
    void handle(api::Request request, api::Reply reply) override {
        heard_.targets.push_back(request.method + " " + request.target);
        heard_.bodies.push_back(request.body);
        heard_.headers.push_back(request.headers);
        api::Response response;
        response.status = answered_.status;
        if (response.status >= 400) response.content_type = "application/problem+json";
        response.body = answered_.body;
        if (!answered_.rest.empty() || answered_.broken)
            response.rest = std::make_unique<Pieces>(answered_.rest, answered_.broken);
        reply(std::move(response));
    }
    std::shared_ptr<api::BodySink> open_body(const api::Request&) override { return nullptr; }
    const std::string& openapi() const override { return document_; }

    Heard& heard_;
    const Answered& answered_;
    const std::string document_;
};

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
};

// Runs the command line in this process.
class CommandTest : public testing::Test {
protected:
    Outcome run_command(const std::vector<std::string>& arguments) {
        std::vector<std::string> words{"tradewind"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = run(static_cast<int>(argv.size()), argv.data(), backend());
        return {
            code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()
        };
    }

    Backend backend() {
        Backend made;
        made.open = [this](const OpenRequest& request) -> Result<std::unique_ptr<LocalPlatform>> {
            heard_.opened = request;
            if (refused_) return *refused_;
            return std::unique_ptr<LocalPlatform>(std::make_unique<FakePlatform>(heard_, answered_)
            );
        };
        made.init = [this](const std::string& folder, const std::vector<std::string>& packages) {
            heard_.init_folder = folder;
            heard_.init_packages = packages;
            return Result<void>();
        };
        made.doctor = [this](const std::string&) { return report_; };
        made.validate = [this](const std::string&) { return report_; };
        made.control_socket = [](const std::string& workspace) { return workspace + "/none.sock"; };
        made.patience_ms = 20;
        made.version = "9.8.7";
        made.engine_version = "v1";
        return made;
    }

    Heard heard_;
    Answered answered_;
    std::optional<Error> refused_;
    Result<std::string> report_ = std::string(R"({"ok":true,"findings":[]})");
};

}  // namespace tradewind::cli

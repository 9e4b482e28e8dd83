// For tests: an Api over fakes, and a way to ask it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "api/fakes.h"
#include "base/json.h"
#include "os/random.h"

namespace tradewind::api::fakes {

class TempFolder {
public:
    TempFolder() : path_(std::filesystem::temp_directory_path() / ("tw-api-" + os::random_id())) {
        std::filesystem::create_directories(path_);
    }
    ~TempFolder() { std::filesystem::remove_all(path_); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    std::string path() const { return path_.string(); }
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// Everything is there; change the fakes before open().
struct TestPlatform {
    TempFolder folder;
    MetricsRegistry metrics;
    std::unique_ptr<os::Clock> clock = os::make_system_clock();
    FakeIngest ingest;
    FakeStream stream;
    FakeLetters letters;
    FakeServing serving;
    FakeEngine engine;
    FakeImporter importer;
    FakeDelivery delivery{
        contract_of("source: online_retail\nkind: stream\nfiles: [\"*.csv\", "
                    "\"*.xlsx\"]\npartition_by: invoice_no\n"
                    "fields:\n  invoice_no: {type: text, required: true}\n")
    };
    Services services;
    ApiOptions options;
    std::unique_ptr<Api> api;

    TestPlatform() {
        stream.state.name = "online_retail";
        stream.state.partitions = {{PartitionId(0), Offset(0), Offset(3)}};
        stream.values = {R"({"a":1.10})", R"({"a":2})", R"({"a":3})"};
        ingest.on_post = [](ingest::Post, ingest::Done done) { done(accepted(1)); };
        serving.rows["invoices"]["536365"] =
            R"({"invoice_no":"536365","invoice_date":"2010-12-01T08:26:00","customer_id":"17850","country":"United Kingdom","cancelled":false,"total":139.12,"items":[]})";
        serving.rows["customers"]["17850"] =
            R"({"customer_id":"17850","invoices":34,"cancellations":1,"spent":5391.21,"first":"2010-12-01T08:26:00","last":"2011-02-10T14:38:00"})";
        serving.partitions["17850"] = {
            R"({"invoice_no":"536365","invoice_date":"2010-12-01T08:26:00","total":139.12,"item_count":7})"
        };
        services.packages.emplace_back();
        services.packages[0].name = "online_retail";
        services.packages[0].queries = {{"sales_by_country", "Sales by country.", "SELECT 1"}};
        services.streams["online_retail"] = &stream;
        services.deliveries["online_retail"] = &delivery;
        services.ingest = &ingest;
        services.dead_letters = &letters;
        services.serving = &serving;
        services.engine = &engine;
        services.importer = &importer;
        services.metrics = &metrics;
        services.clock = clock.get();
        services.upload_folder = folder / "uploads";
        services.temp_folder = folder.path();
        services.doctor = []() -> Result<std::string> { return std::string(R"({"ok":true})"); };
        services.version = "0.1.0";
    }

    Api& open() {
        if (api == nullptr) api = make_api(options, services);
        return *api;
    }

    Response call(Request request) {
        std::promise<Response> answered;
        open().handle(std::move(request), [&answered](Response response) {
            answered.set_value(std::move(response));
        });
        return answered.get_future().get();
    }
    Response get(std::string target) {
        Request request;
        request.target = std::move(target);
        return call(std::move(request));
    }
    Response post(
        std::string target, std::string body, std::map<std::string, std::string> headers = {}
    ) {
        Request request;
        request.method = "POST";
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = std::move(headers);
        return call(std::move(request));
    }
};

// The whole body, streamed parts included.
inline std::string whole_body(Response& response) {
    std::string body = std::move(response.body);
    while (response.rest != nullptr) {
        auto piece = response.rest->next();
        EXPECT_TRUE(piece.ok());
        if (!piece.ok() || piece->empty()) break;
        body += *piece;
    }
    return body;
}

inline json::Value json_of(Response& response) {
    return MUST(json::parse(whole_body(response)));
}

// A problem in the one shape that all have; its detail and hint as text.
inline std::string expect_problem(Response& response, int status) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const json::Value problem = json_of(response);
    EXPECT_TRUE(problem.text_or("type", "").starts_with("urn:tradewind:problem:"));
    EXPECT_FALSE(problem.text_or("title", "").empty());
    EXPECT_EQ(problem.integer_or("status", 0), status);
    EXPECT_FALSE(problem.text_or("detail", "").empty());
    EXPECT_EQ(response.headers.contains("retry-after"), status == 429 || status == 503);
    return problem.text_or("detail", "") + " | " + problem.text_or("hint", "");
}

}  // namespace tradewind::api::fakes

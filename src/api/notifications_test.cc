#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;

std::string record(const std::string& event, const std::string& key) {
    return R"({"eventVersion":"2.1","eventSource":"aws:s3","eventName":")" + event +
           R"(","s3":{"bucket":{"name":"my-shop"},"object":{"key":")" + key + R"(","size":5}}})";
}

std::string records(const std::vector<std::string>& all) {
    std::string list;
    for (const std::string& one : all) list += (list.empty() ? "" : ",") + one;
    return R"({"Records":[)" + list + "]}";
}

class Notifications : public ::testing::Test {
protected:
    Notifications() {
        platform_.services.landing_folder = platform_.folder / "landing";
        put("online_retail/day 1+2.csv");
        put("online_retail/plain.csv");
        put("my-shop/online_retail/in bucket.csv");
        put("elsewhere/day.csv");
        put("online_retail/readme.md");
    }
    void put(const std::string& name) {
        const std::filesystem::path path = platform_.folder / ("landing/" + name);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << "InvoiceNo\n1\n";
    }
    Response notify(const std::string& body) {
        return platform_.post("/v1/notifications/s3", body);
    }
    std::vector<std::string> submitted() {
        std::vector<std::string> names;
        for (const auto& request : platform_.importer.submitted) names.push_back(request.identity);
        return names;
    }
    using Names = std::vector<std::string>;

    TestPlatform platform_;
};

// Proves that what is no notification is refused and nothing is queued.
TEST_F(Notifications, WhatIsNone) {
    for (const std::string& body :
         {std::string(),
          std::string("{"),
          std::string("[]"),
          std::string("{}"),
          std::string(R"({"Records":{}})"),
          std::string(R"({"Records":[{}]})"),
          std::string(R"({"Records":[7]})"),
          std::string(R"({"Records":[{"eventName":"ObjectCreated:Put"}]})"),
          std::string(R"({"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":7}}]})"),
          std::string(R"({"detail-type":"Object Created","detail":[]})"),
          std::string(R"({"Type":"Notification","Message":"hello"})"),
          records({record("ObjectCreated:Put", "")})}) {
        Response response = notify(body);
        EXPECT_EQ(response.status, 400) << body;
    }
    EXPECT_TRUE(submitted().empty());
}

// Proves that a key leads below landing or nowhere, in whatever way it is written.
TEST_F(Notifications, KeysThatLeadOut) {
    std::ofstream(platform_.folder / "secret.csv") << "InvoiceNo\n1\n";
    std::filesystem::create_symlink(
        platform_.folder / "secret.csv", platform_.folder / "landing/online_retail/link.csv"
    );
    for (const char* key :
         {"../secret.csv",
          "..%2Fsecret.csv",
          "online_retail/../../secret.csv",
          "%2Fetc%2Fpasswd",
          "/etc/passwd",
          "online_retail//plain.csv",
          "online_retail/./plain.csv",
          "online_retail/a%00.csv",
          "online_retail/%ff.csv"}) {
        Response response = notify(records({record("ObjectCreated:Put", key)}));
        EXPECT_EQ(response.status, 400) << key << response.body;
    }
    Response link = notify(records({record("ObjectCreated:Put", "online_retail/link.csv")}));
    expect_problem(link, 403);
    EXPECT_TRUE(submitted().empty());
}

// Proves that a key that is not there is named decoded, and that then nothing at all is queued.
TEST_F(Notifications, AllOrNone) {
    Response response = notify(records(
        {record("ObjectCreated:Put", "online_retail/plain.csv"),
         record("ObjectCreated:Put", "online_retail/no+such%20day.csv")}
    ));
    EXPECT_NE(
        expect_problem(response, 404).find("'online_retail/no such day.csv'"), std::string::npos
    );
    Response stray = notify(records({record("ObjectCreated:Put", "elsewhere/day.csv")}));
    EXPECT_NE(expect_problem(stray, 404).find("no source \"elsewhere\""), std::string::npos);
    EXPECT_TRUE(submitted().empty());
}

// Proves that keys are decoded, found in the bucket's folder too, and that all records are queued.
TEST_F(Notifications, CreatedObjects) {
    Response response = notify(records(
        {record("ObjectCreated:Put", "online_retail/day+1%2B2.csv"),
         record("s3:ObjectCreated:CompleteMultipartUpload", "online_retail%2Fplain.csv"),
         record("ObjectCreated:Copy", "online_retail/in%20bucket.csv"),
         record("ObjectCreated:Put", "online_retail/readme.md"),
         record("ObjectCreated:Put", "online_retail/"),
         record("ObjectRemoved:Delete", "online_retail/gone.csv"),
         record("ObjectTagging:Put", "online_retail/plain.csv")}
    ));
    EXPECT_EQ(response.status, 202) << response.body;
    const json::Value answer = json_of(response);
    EXPECT_EQ(answer.find("imports")->items().size(), 3U);
    EXPECT_EQ(answer.integer_or("removed", -1), 1);
    EXPECT_EQ(answer.integer_or("ignored", -1), 3);
    EXPECT_EQ(
        submitted(),
        (Names{
            "online_retail/day 1+2.csv",
            "online_retail/plain.csv",
            "my-shop/online_retail/in bucket.csv"
        })
    );
    EXPECT_EQ(platform_.importer.submitted[2].source, "online_retail");
}

// Proves that SNS's envelope, with its content type, and EventBridge's form are understood.
TEST_F(Notifications, OtherForms) {
    json::Value envelope = json::Value::object();
    envelope.set("Type", "Notification");
    envelope.set("Message", records({record("ObjectCreated:Put", "online_retail/plain.csv")}));
    Response wrapped = platform_.post(
        "/v1/notifications/s3", envelope.dump(), {{"content-type", "text/plain; charset=UTF-8"}}
    );
    EXPECT_EQ(wrapped.status, 202) << wrapped.body;
    for (const char* key : {"online_retail/day 1+2.csv", "online_retail/day+1%2B2.csv"}) {
        Response bridged = notify(
            R"({"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"my-shop"},"object":{"key":")" +
            std::string(key) + R"("}}})"
        );
        EXPECT_EQ(bridged.status, 202) << bridged.body;
    }
    EXPECT_EQ(
        submitted(),
        (Names{"online_retail/plain.csv", "online_retail/day 1+2.csv", "online_retail/day 1+2.csv"})
    );
}

// Proves that a store's test, a topic's question and removed objects are answered 200.
TEST_F(Notifications, NothingToImport) {
    for (const std::string& body :
         {std::string(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"my-shop"})"),
          std::string(
              R"({"Type":"SubscriptionConfirmation","TopicArn":"a","SubscribeURL":"https://x"})"
          ),
          std::string(R"({"detail-type":"Object Deleted","detail":{}})"),
          std::string(R"({"Records":[]})"),
          records({record("ObjectRemoved:Delete", "../x")})}) {
        EXPECT_EQ(notify(body).status, 200) << body;
    }
    EXPECT_TRUE(submitted().empty());
}

}  // namespace
}  // namespace tradewind::api

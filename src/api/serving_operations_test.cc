#include <gtest/gtest.h>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;

// Proves that an invoice is the same row by path, by parameter and as a row of its table.
TEST(ServingOperations, InvoiceByThreeWays) {
    TestPlatform platform;
    const std::string row = platform.serving.rows["invoices"]["536365"];
    for (const char* target :
         {"/v1/invoices/536365", "/v1/invoices?invoice_no=536365", "/v1/serving/invoices/536365"}) {
        EXPECT_EQ(platform.get(target).body, row) << target;
    }
}

// Proves that what is missing is named: the key, the table (with the nearest name), the parameter.
TEST(ServingOperations, NamesWhatIsMissing) {
    TestPlatform platform;
    Response key = platform.get("/v1/invoices/0");
    EXPECT_EQ(expect_problem(key, 404), "there is no 0 | ");
    Response table = platform.get("/v1/serving/invioces/0");
    EXPECT_EQ(
        expect_problem(table, 404),
        "there is no serving table 'invioces' | Did you mean 'invoices'?"
    );
    Response parameter = platform.get("/v1/invoices");
    EXPECT_EQ(
        expect_problem(parameter, 400), "parameter 'invoice_no' is missing | The invoice's number."
    );
}

// Proves that a history has the members of DESIGN §4, passes limit and cursor on, and refuses bad
// ones.
TEST(ServingOperations, HistoryInPages) {
    TestPlatform platform;
    Response page = platform.get("/v1/customers/17850/invoices?limit=1");
    EXPECT_EQ(
        page.body,
        R"({"invoices":[{"invoice_no":"536365","invoice_date":"2010-12-01T08:26:00","total":139.12,"item_count":7}],"next_cursor":"bmV4dA"})"
    );
    EXPECT_EQ(platform.serving.last_list.limit, 1);
    Response last = platform.get("/v1/customers/17850/invoices?cursor=bmV4dA");
    EXPECT_TRUE(json_of(last).find("next_cursor")->is_null());
    EXPECT_EQ(platform.serving.last_list.cursor, "bmV4dA");
    Response rows = platform.get("/v1/serving/customers/17850/rows");
    EXPECT_EQ(json_of(rows).find("rows")->items().size(), 1u);
    Response summary = platform.get("/v1/customers/17850");
    EXPECT_EQ(json_of(summary).integer_or("invoices", 0), 34);
    const std::pair<const char*, int> bad[] = {
        {"/v1/customers/17850/invoices?cursor=bad", 400},
        {"/v1/customers/17850/invoices?limit=1001", 400},
        {"/v1/customers/1/invoices", 404},
        {"/v1/customers/1", 404},
    };
    for (const auto& [target, status] : bad) {
        Response response = platform.get(target);
        expect_problem(response, status);
    }
}

// Proves that a key is found however it is written, where the contract takes it so, and that a text
// is a text.
TEST(ServingOperations, KeysAsTheContractReadsThem) {
    TestPlatform platform;
    fakes::FakeDelivery delivery(fakes::contract_of(
        "source: online_retail\nkind: stream\nfields:\n"
        "  invoice_no: {type: text, required: true}\n  customer_id: {type: text, integral: true}\n"
    ));
    platform.services.deliveries["online_retail"] = &delivery;
    for (const char* target :
         {"/v1/customers/17850.0", "/v1/serving/customers/17850.0", "/v1/customers/%2017850"})
        EXPECT_EQ(platform.get(target).body, platform.serving.rows["customers"]["17850"]) << target;
    Response page = platform.get("/v1/customers/17850.00/invoices");
    EXPECT_EQ(json_of(page).find("invoices")->items().size(), 1u);
    EXPECT_EQ(platform.serving.last_list.key, "17850");
    for (const char* target : {"/v1/customers/17850.5", "/v1/invoices/536365.0"}) {
        Response response = platform.get(target);
        expect_problem(response, 404);
    }
}

// Proves that the short names exist only where a package declares their tables.
TEST(ServingOperations, RoutesFollowTheTables) {
    TestPlatform platform;
    platform.serving.rows.erase("customers");
    Response response = platform.get("/v1/customers/17850");
    expect_problem(response, 404);
    EXPECT_EQ(platform.open().openapi().find("/v1/customers"), std::string::npos);
    EXPECT_NE(platform.open().openapi().find("/v1/invoices/{invoice_no}"), std::string::npos);
}

}  // namespace
}  // namespace tradewind::api

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;

std::string make_file(TestPlatform& platform, const std::string& name) {
    const std::string path = platform.folder / name;
    std::ofstream(path) << "InvoiceNo\n1\n";
    return path;
}

std::string form(
    const std::vector<std::pair<std::string, std::string>>& fields, const std::string& file_name
) {
    std::string body;
    for (const auto& [name, value] : fields) {
        body += "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
                "\r\n";
    }
    body += "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file_name +
            "\"\r\n\r\nInvoiceNo\n1\n\r\n--XX--\r\n";
    return body;
}

const std::map<std::string, std::string> form_type = {
    {"content-type", "multipart/form-data; boundary=XX"}
};

std::size_t upload_count(TestPlatform& platform) {
    const std::string folder = platform.services.upload_folder;
    if (!std::filesystem::exists(folder)) return 0;
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// Proves that a named file is queued as it was ordered, and that the answer names the import.
TEST(Imports, ByPath) {
    TestPlatform platform;
    const std::string path = make_file(platform, "a.csv");
    Response response = platform.post(
        "/v1/imports",
        R"({"source":"online_retail","path":")" + path +
            R"(","encoding":"utf-8","identity":"x/a.csv","again":true})"
    );
    EXPECT_EQ(response.status, 202);
    const json::Value import = json_of(response).find("imports")->items()[0];
    EXPECT_EQ(import.integer_or("id", 0), 1);
    EXPECT_EQ(import.text_or("state", ""), "queued");
    EXPECT_EQ(import.text_or("queued_at", ""), "2010-12-01T08:26:00Z");
    EXPECT_TRUE(import.find("finished_at")->is_null());
    const importer::ImportRequest& request = platform.importer.submitted[0];
    EXPECT_EQ(
        request.identity + "|" + request.encoding + "|" + (request.again ? "again" : ""),
        "x/a.csv|utf-8|again"
    );
    Response several = platform.post(
        "/v1/imports",
        R"({"package":"online_retail","paths":[")" + path + R"(",")" + path + R"("]})"
    );
    expect_problem(several, 400);  // the package has no source file in this test
}

// Proves that who comes over the network gets at files below landing alone, by whatever name.
TEST(Imports, OnlyLandingOverTheNetwork) {
    TestPlatform platform;
    const std::string outside = make_file(platform, "outside.csv");
    const std::filesystem::path landing = platform.folder / "landing";
    std::filesystem::create_directories(landing / "2011");
    std::ofstream(landing / "2011/day.csv") << "InvoiceNo\n";
    std::filesystem::create_symlink(outside, landing / "link.csv");
    platform.services.landing_folder = landing;
    const auto order = [&](const std::string& path) {
        Request request;
        request.method = "POST";
        request.target = "/v1/imports";
        request.from_owner = false;
        request.body = R"({"source":"online_retail","path":")" + path + R"("})";
        return platform.call(std::move(request));
    };
    for (const std::string& path : {outside, std::string("link.csv")})
        EXPECT_EQ(order(path).status, 403) << path;
    // The answer is the same whether the file is there or not.
    for (const std::string& path :
         {std::string("../outside.csv"),
          std::string("../nowhere.csv"),
          std::string("2011/../../outside.csv"),
          landing.string() + "/../outside.csv",
          landing.string() + "/../nowhere.csv"})
        EXPECT_EQ(order(path).status, 400) << path;
    EXPECT_EQ(order("2011/none.csv").status, 404);
    EXPECT_EQ(order("2011/day.csv").status, 202);
    EXPECT_EQ(platform.importer.submitted.back().identity, "2011/day.csv");
    EXPECT_EQ(order((landing / "2011/day.csv").string()).status, 202);
    EXPECT_EQ(platform.importer.submitted.back().identity, "2011/day.csv");
}

// Proves that an order that cannot be followed is refused whole.
TEST(Imports, WrongOrders) {
    TestPlatform platform;
    const std::string path = make_file(platform, "a.csv");
    const std::pair<std::string, int> cases[] = {
        {"{}", 400},
        {R"({"path":")" + path + R"("})", 400},
        {R"({"source":"online_retail"})", 400},
        {R"({"source":"online_retail","path":""})", 400},
        {R"({"source":"online_retail","path":"a.csv"})", 404},
        {R"({"source":"online_retail","path":7})", 400},
        {R"({"source":"online_retail","paths":"/a"})", 400},
        {R"({"source":7,"path":"/a"})", 400},
        {R"({"source":"online_retail","path":"/a","again":"yes"})", 400},
        {R"({"source":"online_retail","paths":["/a","/b"],"identity":"one"})", 400},
        {R"({"source":"online_retail","package":"online_retail","path":"/a"})", 400},
        {R"({"source":"online_retial","path":")" + path + R"("})", 404},
        {R"({"package":"nowhere","path":")" + path + R"("})", 404},
        {R"({"source":"online_retail","path":"/no/such/file.csv"})", 404},
    };
    for (const auto& [body, status] : cases) {
        Response response = platform.post("/v1/imports", body);
        expect_problem(response, status);
    }
    EXPECT_TRUE(platform.importer.submitted.empty());
}

// Proves that a package's sources are told apart by their file patterns.
TEST(Imports, FindsTheSourceInAPackage) {
    TestPlatform platform;
    fakes::FakeDelivery stores(
        fakes::contract_of("source: stores\nkind: files\nfiles: [\"store_*.csv\"]\nfields:\n  id: "
                           "{type: text, required: true}\n")
    );
    platform.services.deliveries["stores"] = &stores;
    for (const char* source : {"online_retail", "stores"}) {
        platform.services.packages[0].sources.push_back(
            {source, MUST(yaml::parse("source: " + std::string(source), source))}
        );
    }
    const std::string invoices = make_file(platform, "Online Retail.XLSX");
    Response response =
        platform.post("/v1/imports", R"({"package":"online_retail","path":")" + invoices + R"("})");
    EXPECT_EQ(response.status, 202);
    EXPECT_EQ(platform.importer.submitted[0].source, "online_retail");
    const std::string both = make_file(platform, "store_1.csv");
    Response ambiguous =
        platform.post("/v1/imports", R"({"package":"online_retail","path":")" + both + R"("})");
    EXPECT_EQ(
        expect_problem(ambiguous, 400),
        "store_1.csv fits two sources of package online_retail. They are online_retail and stores. "
        "| Name the source."
    );
    const std::string neither = make_file(platform, "a.pdf");
    Response unknown =
        platform.post("/v1/imports", R"({"package":"online_retail","path":")" + neither + R"("})");
    EXPECT_EQ(
        expect_problem(unknown, 400),
        "a.pdf fits no source of package online_retail. Its sources take files by name: "
        "online_retail: *.csv, *.xlsx; stores: store_*.csv. | Name the source, or add a pattern to "
        "its files."
    );
    // Also where there is no choice: another shop's file is not this source's.
    platform.services.packages[0].sources.pop_back();
    platform.api.reset();
    Response only =
        platform.post("/v1/imports", R"({"package":"online_retail","path":")" + neither + R"("})");
    EXPECT_EQ(
        expect_problem(only, 400),
        "a.pdf fits no source of package online_retail. Its sources take files by name: "
        "online_retail: *.csv, *.xlsx. | Name the source, or add a pattern to its files."
    );
    Response misspelt =
        platform.post("/v1/imports", R"({"package":"online_retial","path":")" + neither + R"("})");
    EXPECT_EQ(
        expect_problem(misspelt, 404),
        "there is no package 'online_retial' | Did you mean 'online_retail'?"
    );
}

// Proves that a file sent along is stored whole under a name of ours and known by the name it came
// with.
TEST(Imports, Upload) {
    TestPlatform platform;
    Response response = platform.post(
        "/v1/imports", form({{"source", "online_retail"}}, "north/Dez 2010.csv"), form_type
    );
    EXPECT_EQ(response.status, 202) << response.body;
    const importer::ImportRequest& request = platform.importer.submitted[0];
    EXPECT_EQ(request.identity, "north/Dez 2010.csv");
    EXPECT_EQ(os::base_name(request.path), "Dez 2010.csv");
    EXPECT_TRUE(request.path.starts_with(platform.services.upload_folder));
    EXPECT_EQ(
        MUST(os::read_file(*os::make_posix_filesystem(), request.path, 100)), "InvoiceNo\n1\n"
    );
}

// Proves that a file which the workspace's owner sends over from his command is known by its path
// there, and that nobody else can say one.
TEST(Imports, UploadKnownByItsPath) {
    TestPlatform platform;
    platform.services.landing_folder = platform.folder / "landing";
    const auto send = [&](const std::string& path, bool from_owner) {
        Request request;
        request.method = "POST";
        request.target = "/v1/imports";
        request.headers = form_type;
        request.from_owner = from_owner;
        request.body = form(
            {{"source", "online_retail"}, {"path", path}, {"keep_identity", "true"}}, "day.csv"
        );
        return platform.call(std::move(request)).status;
    };
    EXPECT_EQ(send("/home/ann/day.csv", true), 202);
    const importer::ImportRequest first = platform.importer.submitted.back();
    EXPECT_EQ(first.sent_from + " " + first.identity, "/home/ann/day.csv day.csv");
    EXPECT_TRUE(first.keep_identity);
    EXPECT_TRUE(first.path.starts_with(platform.services.upload_folder));
    EXPECT_EQ(send(platform.services.landing_folder + "/2011/day.csv", true), 202);
    EXPECT_EQ(platform.importer.submitted.back().identity, "2011/day.csv");
    EXPECT_EQ(send("/home/ann/day.csv", false), 403);
    EXPECT_EQ(send("day.csv", true), 400);
    EXPECT_EQ(send("/home/../day.csv", true), 400);
    EXPECT_EQ(upload_count(platform), 2u);
}

// Proves that the pieces of a large upload give the same as one body.
TEST(Imports, UploadInPieces) {
    TestPlatform platform;
    Request request;
    request.method = "POST";
    request.target = "/v1/imports";
    request.headers = form_type;
    const auto sink = platform.open().open_body(request);
    ASSERT_NE(sink, nullptr);
    const std::string body = form({{"source", "online_retail"}, {"again", "true"}}, "a.csv");
    for (const char c : body) ASSERT_TRUE(sink->write(std::string_view(&c, 1)).ok());
    request.sink = sink;
    Response response = platform.call(std::move(request));
    EXPECT_EQ(response.status, 202) << response.body;
    EXPECT_TRUE(platform.importer.submitted[0].again);
    Request json;
    json.method = "POST";
    json.target = "/v1/imports";
    EXPECT_EQ(platform.open().open_body(json), nullptr);
    json.target = "/v1/query";
    json.headers = form_type;
    EXPECT_EQ(platform.open().open_body(json), nullptr);
}

// Proves that an upload that is refused or breaks off leaves nothing behind, and cannot choose its
// place.
TEST(Imports, RefusedUploadsLeaveNothing) {
    TestPlatform platform;
    const std::string whole = form({{"source", "online_retail"}}, "a.csv");
    const std::pair<std::string, int> cases[] = {
        {whole.substr(0, whole.size() - 8), 400},
        {form({{"source", "online_retail"}}, ".."), 400},
        {form({{"source", "online_retail"}}, "a/"), 400},
        {form({{"source", "online_retail"}}, "../../../evil.csv"), 400},
        {form({{"source", "online_retail"}}, "a/../b.csv"), 400},
        {form({{"source", "online_retail"}}, "/etc/a.csv"), 400},
        {form({{"source", "online_retail"}}, "a//b.csv"), 400},
        {form({{"source", "online_retail"}}, "a\x1b[2Jb.csv"), 400},
        {form({{"source", "online_retail"}}, ""), 400},
        {form({{"source", "online_retail"}}, "\xff.csv"), 400},
        {form({{"source", "online_retail"}}, std::string(300, 'a')), 400},
        {form({{"source", "online_retail"}, {"source", "online_retail"}}, "a.csv"), 400},
        {form({{"source", "online_retail"}, {"colour", "red"}}, "a.csv"), 400},
        {form({{"source", std::string(5000, 'x')}}, "a.csv"), 400},
        {form({{"source", "nowhere"}}, "a.csv"), 404},
        {form({}, "a.csv"), 400},
        {"--XX--\r\n", 400},
    };
    for (const auto& [body, status] : cases) {
        Response response = platform.post("/v1/imports", body, form_type);
        expect_problem(response, status);
        EXPECT_EQ(upload_count(platform), 0u) << body.substr(0, 200);
    }
    EXPECT_TRUE(platform.importer.submitted.empty());
}

// Proves that files stop coming in before the disk is full, whether they are sent or named, and
// leave nothing behind.
TEST(Imports, LeaveTheDiskItsReserve) {
    TestPlatform platform;
    platform.services.disk_reserve_bytes = std::uint64_t{1} << 60;
    Response sent =
        platform.post("/v1/imports", form({{"source", "online_retail"}}, "a.csv"), form_type);
    EXPECT_NE(expect_problem(sent, 503).find("disk.reserve keeps"), std::string::npos);
    EXPECT_EQ(upload_count(platform), 0u);
    const std::string path = make_file(platform, "b.csv");
    Response named =
        platform.post("/v1/imports", R"({"source":"online_retail","path":")" + path + R"("})");
    expect_problem(named, 503);
    EXPECT_TRUE(platform.importer.submitted.empty());
}

// Proves that a sent file goes once its import is done, and not before.
TEST(Imports, UploadsGoWhenTheirImportIsDone) {
    TestPlatform platform;
    platform.post("/v1/imports", form({{"source", "online_retail"}}, "a.csv"), form_type);
    platform.post("/v1/imports", form({{"source", "online_retail"}}, "b.csv"), form_type);
    EXPECT_EQ(upload_count(platform), 2u);
    platform.importer.imports[0].state = importer::ImportState::Succeeded;
    platform.post("/v1/imports", form({{"source", "online_retail"}}, "c.csv"), form_type);
    EXPECT_EQ(upload_count(platform), 2u);
    EXPECT_TRUE(std::filesystem::exists(platform.importer.submitted[1].path));
    EXPECT_FALSE(std::filesystem::exists(platform.importer.submitted[0].path));
}

// Proves that imports can be listed, followed, cancelled and resumed, and that ids are checked.
TEST(Imports, FollowAndSteer) {
    TestPlatform platform;
    const std::string path = make_file(platform, "a.csv");
    platform.post("/v1/imports", R"({"source":"online_retail","path":")" + path + R"("})");
    platform.importer.imports[0].replaces = 3;
    Response one = platform.get("/v1/imports/1");
    EXPECT_EQ(json_of(one).integer_or("replaces", 0), 3);
    Response cancelled = platform.post("/v1/imports/1/cancel", "");
    EXPECT_EQ(cancelled.status, 200);
    EXPECT_EQ(platform.importer.cancelled, 1);
    Response resumed = platform.post("/v1/imports/resume", "");
    EXPECT_EQ(json_of(resumed).find("imports")->items().size(), 1u);
    Response list = platform.get("/v1/imports?source=online_retail&limit=1");
    EXPECT_EQ(json_of(list).find("imports")->items().size(), 1u);
    const std::pair<const char*, int> bad[] = {
        {"/v1/imports/2", 404}, {"/v1/imports/x", 400}, {"/v1/imports/0", 400}
    };
    for (const auto& [target, status] : bad) {
        Response response = platform.get(target);
        expect_problem(response, status);
    }
}

}  // namespace
}  // namespace tradewind::api

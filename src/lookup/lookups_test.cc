#include <gtest/gtest.h>

#include "base/log.h"
#include "lookup/lookup.h"
#include "os/temporary_folder.h"

namespace tradewind::lookup {
namespace {

// A lake with tables that a test publishes, and what is held of them.
class LookupsTest : public testing::Test {
protected:
    LookupsTest() {
        log::configure(log::Level::Off, log::Format::Text);
        lake::LakeOptions lake;
        lake.root = folder_.path("lake");
        lake.quarantine_folder = folder_.path("quarantine");
        lake_ = MUST(lake::open_lake(lake, *files_, clock_));
        engine::EngineOptions engine;
        engine.temp_folder = folder_.path("temp");
        engine.readable_folders = {folder_.path("lake")};
        engine_ = MUST(engine::open_engine(engine, metrics_));
        database_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
        catalog_ = MUST(catalog::open_catalog(*lake_, *database_));
        declare({"groups", "places", "names"});
        options_.look_us = 0;  // looks when it is asked
    }

    void declare(const std::vector<std::string>& names) {
        std::vector<catalog::Declaration> tables;
        for (const std::string& name : names) {
            catalog::Declaration table;
            table.name = {"shop", name};
            table.kind = catalog::Kind::Asset;
            table.layer = "mart";
            table.dataset = "mart/shop/" + name;
            tables.push_back(std::move(table));
        }
        ASSERT_TRUE(catalog_->declare(std::move(tables)).ok());
    }

    // The next version of a table holds these rows and no others.
    void publish(const std::string& table, const std::string& sql) {
        const auto work = MUST(engine_->open_work({}));
        engine::WriteOptions write;
        write.path = MUST(lake_->scratch_path(".parquet"));
        const auto written = MUST(work->write(sql, write));
        const std::string dataset = "mart/shop/" + table;
        const std::string path = dataset + "/" + std::to_string(++files_made_) + ".parquet";
        lake::Commit commit;
        commit.add.push_back(MUST(lake_->adopt(write.path, path, written.at(0).row_count)));
        commit.remove_if = [](const lake::DataFile&) { return true; };
        catalog::Provenance provenance;
        for (const auto& column : MUST(work->columns(sql)))
            provenance.columns.push_back({column.name, column.type, ""});
        commit.extra = catalog::to_json(provenance);
        MUST(lake_->commit(dataset, commit, std::nullopt));
    }

    Lookups& lookups() {
        if (lookups_ != nullptr) return *lookups_;
        HoldParts parts;
        parts.declared = declared_;
        parts.engine = engine_.get();
        parts.catalog = catalog_.get();
        parts.lake = lake_.get();
        parts.clock = &clock_;
        parts.metrics = &metrics_;
        lookups_ = hold_tables(options_, std::move(parts));
        return *lookups_;
    }

    std::string record(const std::string& key) {
        std::string json = R"({"id":")" + key + R"("})";
        lookups().add_to("people", key, json);
        return json;
    }

    void look_up(const std::string& text) {
        const yaml::Node node = MUST(yaml::parse(text, "people.yml"));
        declared_.records.push_back({"people", MUST(parse_lookups(node, "shop", {"id"}))});
    }

    std::vector<std::string> found(const std::string& question, SearchPage* page = nullptr) {
        SearchRequest request{"names", question, 2, std::nullopt};
        if (page != nullptr) request.cursor = page->next_cursor;
        SearchPage answer = MUST(lookups().search(request));
        if (page != nullptr) *page = answer;
        return answer.rows;
    }

    void search_names() {
        const yaml::Node node = MUST(yaml::parse(
            "search: names\ntable: names\nkey: id\ntext: [name]\nbest_by: sales\n"
            "columns: [name, {revenue: sales}]\n"
            "lookups: [{as: places, many: place, table: places, key: id, columns: [place]}]\n",
            "names.yml"
        ));
        declared_.searches.push_back(MUST(parse_search(node, "shop")));
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    os::ManualClock clock_{Timestamp{1'700'000'000'000'000}};
    MetricsRegistry metrics_;
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<catalog::Catalog> catalog_;
    HoldOptions options_;
    Declared declared_;
    std::unique_ptr<Lookups> lookups_;
    int files_made_ = 0;
};

constexpr const char* both =
    "[{table: groups, key: id, columns: [segment, size]},"
    " {as: places, many: place, table: places, key: id, columns: [place, {town: name}]}]";

// Proves that members are null before their table is made, then its values with every digit, null
// for a key that is not there, and those of the next version once that is published.
TEST_F(LookupsTest, RecordsHaveTheNewestVersion) {
    look_up(both);
    EXPECT_EQ(record("1"), R"({"id":"1","segment":null,"size":null,"places":null})");
    publish(
        "groups",
        "SELECT * FROM (VALUES (2, 'a \"b\"', 12345678901.20::DECIMAL(18,2)), (1, NULL, 1), (10, "
        "'c', 2), (NULL, 'd', 3)) t(id, segment, size)"
    );
    publish(
        "places",
        "SELECT * FROM (VALUES ('1', 2, 'Rome'), ('1', 1, 'Oslo'), ('3', 1, 'Bonn')) t(id, place, "
        "name)"
    );
    EXPECT_EQ(record("2"), R"({"id":"2","segment":"a \"b\"","size":12345678901.20,"places":[]})");
    EXPECT_EQ(
        record("1"),
        R"({"id":"1","segment":null,"size":1.00,"places":[{"place":1,"town":"Oslo"},{"place":2,"town":"Rome"}]})"
    );
    EXPECT_EQ(
        record("3"), R"({"id":"3","segment":null,"size":null,"places":[{"place":1,"town":"Bonn"}]})"
    );
    EXPECT_EQ(record("10"), R"({"id":"10","segment":"c","size":2.00,"places":[]})");
    publish("groups", "SELECT '2' AS id, 'new' AS segment, 5 AS size");
    EXPECT_EQ(record("2"), R"({"id":"2","segment":"new","size":5,"places":[]})");
    EXPECT_EQ(record("10"), R"({"id":"10","segment":null,"size":null,"places":[]})");
    std::string other = "{}";
    lookups().add_to("other", "2", other);
    EXPECT_EQ(other, "{}");
}

// Proves that a table beyond the limit is not held, nor the version before it, and that it is again
// once it fits.
TEST_F(LookupsTest, WhatIsTooLargeIsLeftOut) {
    options_.rows_max = 3;
    look_up("[{table: groups, key: id, columns: [segment]}]");
    publish("groups", "SELECT i AS id, 'x' AS segment FROM range(3) t(i)");
    EXPECT_EQ(record("1"), R"({"id":"1","segment":"x"})");
    publish("groups", "SELECT i AS id, 'x' AS segment FROM range(4) t(i)");
    EXPECT_EQ(record("1"), R"({"id":"1","segment":null})");
    publish("groups", "SELECT i AS id, 'y' AS segment FROM range(2) t(i)");
    EXPECT_EQ(record("1"), R"({"id":"1","segment":"y"})");
}

// Proves that a version which lacks a column leaves the one before in place, and that the next good
// one is taken up.
TEST_F(LookupsTest, WhatCannotBeReadLeavesTheVersionBefore) {
    look_up("[{table: groups, key: id, columns: [segment]}]");
    publish("groups", "SELECT 1 AS id, 'x' AS segment");
    EXPECT_EQ(record("1"), R"({"id":"1","segment":"x"})");
    publish("groups", "SELECT 1 AS id, 'y' AS other");
    EXPECT_EQ(record("1"), R"({"id":"1","segment":"x"})");
    publish("groups", "SELECT 1 AS id, 'z' AS segment");
    EXPECT_EQ(record("1"), R"({"id":"1","segment":"z"})");
}

// Proves that a search gives whole records, the greatest first among equals, in pages that belong
// to their question.
TEST_F(LookupsTest, SearchInPages) {
    search_names();
    const auto early = lookups().search({"names", "lamp", 2, std::nullopt});
    EXPECT_EQ(early.error().code(), ErrorCode::Conflict);
    publish(
        "names",
        "SELECT * FROM (VALUES ('a', 'red lamp', 1), ('b', 'blue lamp', 3), ('c', 'old lamp', "
        "NULL), ('d', 'bag', 9)) t(id, name, sales)"
    );
    publish("places", "SELECT 'b' AS id, 1 AS place");
    SearchPage page;
    const std::vector<std::string> first = found("lamp", &page);
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[0], R"({"id":"b","name":"blue lamp","revenue":3,"places":[{"place":1}]})");
    EXPECT_EQ(first[1], R"({"id":"a","name":"red lamp","revenue":1,"places":[]})");
    EXPECT_EQ(page.total, 3);
    ASSERT_TRUE(page.next_cursor.has_value());
    const SearchRequest other{"names", "bag", 2, page.next_cursor};
    EXPECT_EQ(lookups().search(other).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(found("lamp", &page).size(), 1u);
    EXPECT_FALSE(page.next_cursor.has_value());
}

// Proves that what is no question is refused, each in its words.
TEST_F(LookupsTest, BadQuestions) {
    search_names();
    publish("names", "SELECT 'a' AS id, 'lamp' AS name, 1 AS sales");
    std::string many;
    for (int i = 0; i < 17; ++i) many += "w ";
    for (const std::string& question :
         {std::string(), std::string(" "), std::string("?!."), std::string(201, 'x'), many}) {
        const auto answer = lookups().search({"names", question, 2, std::nullopt});
        ASSERT_FALSE(answer.ok()) << question;
        EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument) << question;
    }
    const auto unknown = lookups().search({"nmes", "a", 2, std::nullopt});
    EXPECT_EQ(unknown.error().code(), ErrorCode::NotFound);
    for (const char* cursor : {"", "x", "MTIz", "MS4tMQ", "OS45OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}) {
        const auto answer = lookups().search({"names", "lamp", 2, std::string(cursor)});
        EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument) << cursor;
    }
}

}  // namespace
}  // namespace tradewind::lookup

// Folders as people have them become packages; odd ones say what is odd.
#include "draft/draft.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "base/metrics.h"
#include "contract/contract.h"
#include "engine/engine.h"
#include "os/temporary_folder.h"

namespace tradewind::draft {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DraftTest : public ::testing::Test {
protected:
    DraftTest() {
        log::configure(log::Level::Off, log::Format::Text);
        std::filesystem::create_directories(folder_.path("shop"));
    }
    void put(const std::string& name, const std::string& bytes) {
        const std::filesystem::path path = folder_.path("shop/" + name);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << bytes;
    }
    Result<Draft> try_draft() {
        DraftRequest request;
        request.folder = folder_.path("shop");
        request.taken = taken_;
        request.scratch = folder_.path("scratch");
        request.extension_folder = TRADEWIND_EXTENSION_FOLDER;
        std::filesystem::remove_all(request.scratch);
        return draft_package(request, *files_, *clock_);
    }
    // Every drafted contract is one.
    Draft draft() {
        Draft made = MUST(try_draft());
        for (const package::SourceFile& file : made.files) {
            if (file.path.starts_with("sources/"))
                MUST(contract::parse_contract(MUST(yaml::parse(file.text, file.path))));
        }
        return made;
    }
    static std::string text(const Draft& draft, const std::string& path) {
        for (const package::SourceFile& file : draft.files) {
            if (file.path == path) return file.text;
        }
        return "there is no " + path;
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::set<std::string> taken_;
};

std::string orders(int count) {
    std::string csv = "Order ID,Customer,Zip,Ordered At,Amount,State,order\n";
    for (int i = 1; i <= count; ++i)
        csv += std::to_string(i) + "," + std::to_string(i % 7 + 1) + ",0" +
               std::to_string(1000 + i) + ",2024-01-" + (i % 28 < 9 ? "0" : "") +
               std::to_string(i % 28 + 1) + "," + std::to_string(i) + ".5," +
               (i % 2 == 0 ? "open" : "paid ") + ",x\n";
    return csv;
}

// The usual case: types, aliases, keys, checks, relations, a mart, each with its reason.
TEST_F(DraftTest, ALittleShop) {
    put("orders.csv", orders(200));
    put("customers.csv", "customer,name\n1,Ann\n2,Bo\n3,Cy\n4,Di\n5,Ed\n6,Flo\n7,Gus\n8,Hal\n");
    const Draft made = draft();
    EXPECT_THAT(made.remarks, IsEmpty());
    const std::string source = text(made, "sources/orders.yml");
    EXPECT_THAT(
        source,
        AllOf(
            HasSubstr("files: [\"orders*.csv\"]"),
            HasSubstr("key: order_id"),
            HasSubstr("unique and never null in all 200 rows"),
            HasSubstr("order_id: {type: bigint, required: true, aliases: [Order ID]}"),
            HasSubstr("zip: {type: text, required: true}"),
            HasSubstr("leading zeros stay"),
            HasSubstr("amount: {type: \"decimal(18,1)\"")
        )
    );
    const std::string clean = text(made, "assets/clean/orders.sql");
    EXPECT_THAT(
        clean,
        AllOf(
            HasSubstr("- unique: order_id"),
            HasSubstr("values: [open, paid]"),
            HasSubstr("- min: {column: amount, value: 0}"),
            HasSubstr("relationships: {column: customer, to: raw.customers, field: customer}"),
            HasSubstr("trim(state) AS state"),
            HasSubstr("\"order\"")
        )
    );
    EXPECT_THAT(text(made, "sources/customers.yml"), HasSubstr("key: customer"));
    EXPECT_THAT(
        text(made, "assets/mart/orders_by_day.sql"),
        AllOf(HasSubstr("SELECT ordered_at AS day"), HasSubstr("sum(amount) AS amount"))
    );
}

// A table may be called what YAML takes for nothing, true or a number.
TEST_F(DraftTest, NamesThatAreWordsOfYaml) {
    put("null/null.csv", "id,on\n1,2\n2,3\n");
    put("yes/yes.csv", "id,no\n1,2\n2,3\n");
    put("shop/orders.csv", "id,total\n1,2\n2,3\n");
    const Draft made = draft();
    EXPECT_EQ(made.sources.size(), 3u);
    EXPECT_THAT(text(made, "sources/null.yml"), HasSubstr("source: \"null\""));
    EXPECT_THAT(text(made, "sources/yes.yml"), HasSubstr("source: \"yes\""));
}

// The words that stand for null are as many as the files have; what the clean table casts is null
// then, and nothing else is.
TEST_F(DraftTest, SeveralWordsForNull) {
    put("n/a.csv", "a,b\n1,NULL\n\\N,x\nNULL,y\n");
    const Draft made = draft();
    EXPECT_THAT(
        text(made, "assets/clean/n.sql"),
        AllOf(
            HasSubstr("CAST(nullif(nullif(a, 'NULL'), '\\N') AS BIGINT) AS a"),
            HasSubstr("nullif(nullif(b, 'NULL'), '\\N') AS b")
        )
    );
}

// Rows of two partition folders are two rows, also where the files repeat each other's; what the
// folders say is read as the crawler reads it. Folders of days may hold dumps of the whole table.
TEST_F(DraftTest, PartitionFolders) {
    for (const char* country : {"UK", "C%27I", "__HIVE_DEFAULT_PARTITION__"})
        put(std::string("parts/country=") + country + "/f.csv", "id,q\n1,2\n2,4\n3,6\n");
    for (const char* day : {"2024-01-01", "2024-01-02"})
        put(std::string("dumps/day=") + day + "/f.csv", "id,q\n1,2\n2,4\n3,6\n");
    const Draft made = draft();
    EXPECT_THAT(text(made, "sources/parts.yml"), Not(HasSubstr("key:")));
    EXPECT_THAT(
        text(made, "assets/clean/parts.sql"),
        HasSubstr("nullif(nullif(url_decode(regexp_extract(_source, '(^|/)country=([^/]*)', 2)), "
                  "''), '__HIVE_DEFAULT_PARTITION__') AS country")
    );
    EXPECT_THAT(text(made, "sources/dumps.yml"), HasSubstr("key: id"));
    EXPECT_THAT(text(made, "assets/clean/dumps.sql"), Not(HasSubstr("url_decode")));
}

// What a contract cannot say, or the crawl could not read, is said plainly.
TEST_F(DraftTest, OddFiles) {
    put("empty.csv", "");
    put("notes.md", "# hello\n");
    put("broken.csv.gz", "\x1f\x8b\x08 no gzip");
    put("twice/a.csv", "id,x,X\n1,2,3\n");
    put("header/only.csv", "name,price\n");
    put("nested/e.ndjson", "{\"id\":1,\"items\":[1,2]}\n{\"id\":2,\"items\":[3]}\n");
    put("mixed/a.csv", "key,v\n1,2\n");
    put("mixed/b.csv", "totally,other,columns\na,b,c\n");
    put(std::string("bad\xff.csv"), "a,b\n1,2\n");
    put("wörter/ä.csv", "Größe;Straße;group\n1,5;Weg;a\n2,25;Allee;b\n");
    const Draft made = draft();
    EXPECT_THAT(made.remarks, Contains(HasSubstr("empty.csv")));
    EXPECT_THAT(made.remarks, Contains(HasSubstr("broken.csv.gz")));
    EXPECT_THAT(made.remarks, Contains(HasSubstr("several columns have this name")));
    EXPECT_THAT(made.remarks, Contains(HasSubstr("there are no rows to learn from")));
    EXPECT_THAT(text(made, "sources/nested.yml"), HasSubstr("items: {type: json, required: true}"));
    EXPECT_THAT(made.remarks, Contains(HasSubstr("not UTF-8")));
    EXPECT_THAT(text(made, "README.md"), HasSubstr("broken.csv.gz"));
    bool umlauts = false;
    for (const package::SourceFile& file : made.files)
        umlauts = umlauts || file.text.find(
                                 "groesse: {type: text, required: true, aliases: "
                                 "[\"Größe\"]}"
                             ) != std::string::npos;
    EXPECT_TRUE(umlauts);
}

// Nothing to go by is an error that says why, not an empty package.
TEST_F(DraftTest, NothingToGoBy) {
    auto none = try_draft();
    ASSERT_FALSE(none.ok());
    EXPECT_THAT(
        none.error().describe(),
        AllOf(HasSubstr("could be understood as a table"), HasSubstr("There is no file"))
    );
    put("picture.png", "\x89PNG");
    none = try_draft();
    ASSERT_FALSE(none.ok());
    EXPECT_THAT(none.error().describe(), HasSubstr("picture.png"));
}

// Files that each hold the whole table as of their day: rows of one key are one.
TEST_F(DraftTest, DailyDumps) {
    for (int day = 1; day <= 3; ++day) {
        std::string csv = "TRANS_ID,PROD_KEY,SALES_AMT\n";
        for (int i = 1; i <= 100 + day; ++i)
            csv +=
                std::to_string(i) + "," + std::to_string(i % 9) + "," + std::to_string(i) + ".25\n";
        put("sales_2024-01-0" + std::to_string(day) + ".csv", csv);
    }
    const std::string source = text(draft(), "sources/sales.yml");
    EXPECT_THAT(source, AllOf(HasSubstr("key: trans_id"), HasSubstr("files: [\"sales*.csv\"]")));
    EXPECT_THAT(source, HasSubstr("unique in each of the 3 files"));
}

// Numbers that start anew in each file are no key, though none comes twice in one file.
TEST_F(DraftTest, NumbersThatStartAnew) {
    for (int day = 1; day <= 3; ++day) {
        std::string csv = "line_no,amount\n";
        for (int i = 1; i <= 100; ++i)
            csv += std::to_string(i) + "," + std::to_string(i * day) + ".25\n";
        put("lines_2024-01-0" + std::to_string(day) + ".csv", csv);
    }
    EXPECT_THAT(text(draft(), "sources/lines.yml"), Not(HasSubstr("key:")));
}

// Files that only their folders tell apart get patterns with folders; the folders' values become
// columns.
TEST_F(DraftTest, FilesOfOneNameInSeveralFolders) {
    put("orders/day=2024-01-01/part-0.csv", "order_no,total\n1,2.50\n");
    put("orders/day=2024-01-02/part-0.csv", "order_no,total\n2,3.50\n");
    put("people/part-0.csv", "person,name\n1,Ann\n2,Bo\n");
    const Draft made = draft();
    EXPECT_THAT(text(made, "sources/orders.yml"), HasSubstr("files: [\"orders/*/*.csv\"]"));
    EXPECT_THAT(text(made, "sources/people.yml"), HasSubstr("files: [\"people/*.csv\"]"));
    EXPECT_THAT(
        text(made, "assets/clean/orders.sql"),
        HasSubstr("TRY_CAST(regexp_extract(_source, '(^|/)day=([^/]*)', 2) AS DATE) AS day")
    );
}

// Braces in a file's name stand for nothing in its pattern.
TEST_F(DraftTest, NamesLikePatterns) {
    put("{sales}.csv", "a,b\n1,2\n");
    put("people.csv", "c,d,e\n1,2,3\n");
    EXPECT_THAT(text(draft(), "sources/sales.yml"), HasSubstr("files: [\"?sales*.csv\"]"));
}

// Text that a database wrote for null, and whole numbers as pandas writes them.
TEST_F(DraftTest, WhatOtherProgramsWrite) {
    std::string csv = "id,price,days\n";
    for (int i = 1; i <= 30; ++i)
        csv += std::to_string(i) + (i % 5 == 0 ? ",NULL," : ",2.75,") + (i % 3 == 0 ? "" : "7.0") +
               "\n";
    put("rows.csv", csv);
    const Draft made = draft();
    EXPECT_THAT(text(made, "sources/rows.yml"), HasSubstr("days: {type: bigint}"));
    EXPECT_THAT(
        text(made, "assets/clean/rows.sql"),
        HasSubstr("CAST(nullif(price, 'NULL') AS DECIMAL(18,2)) AS price")
    );
}

// A column of bytes that are no text is left out and told, the rows stay; bytes that are text are
// text, and decimals that no contract holds too.
TEST_F(DraftTest, BytesAndWideDecimals) {
    engine::EngineOptions options;
    options.temp_folder = folder_.path("temp");
    MetricsRegistry metrics;
    const auto writer = MUST(engine::open_engine(options, metrics));
    engine::WriteOptions to;
    to.path = folder_.path("shop/b.parquet");
    MUST(MUST(writer->open_work({}))
             ->write(
                 "SELECT i AS id, '\\xFF'::BLOB AS photo, 'ab'::BLOB AS name, "
                 "CAST(i AS DECIMAL(20,0)) AS big FROM range(3) t(i)",
                 to
             ));
    const Draft made = draft();
    const std::string source = text(made, "sources/b.yml");
    EXPECT_THAT(source, HasSubstr("Drafted from 1 file with 3 rows"));
    EXPECT_THAT(source, AllOf(HasSubstr("name: {type: text, req"), HasSubstr("big: {type: text")));
    EXPECT_THAT(source, Not(HasSubstr("photo: {")));
    EXPECT_THAT(made.remarks, Contains(HasSubstr("photo: bytes that are no UTF-8 text")));
}

// Names that are taken, by the platform or by other packages, are not taken again.
TEST_F(DraftTest, TakenNames) {
    put("import.csv", "a,b\n1,2\n");
    put("orders.csv", "c,d,e\n1,2,3\n");
    taken_ = {"orders"};
    const Draft made = draft();
    EXPECT_THAT(text(made, "sources/shop_import.yml"), HasSubstr("source: shop_import"));
    EXPECT_THAT(text(made, "sources/shop_orders.yml"), HasSubstr("source: shop_orders"));
}

}  // namespace
}  // namespace tradewind::draft

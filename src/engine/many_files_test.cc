// Tables of very many files are read part by part, and only files of folders that a WHERE leaves
// are looked at; the rows are those of a table whose files are listed.
#include "engine/many_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/duckdb_macros.h"
#include "engine/duckdb_query.h"
#include "engine/duckdb_work.h"
#include "engine/parts_source.h"
#include "engine/published.h"
#include "os/temporary_folder.h"

namespace tradewind::engine {
namespace {

using testing::HasSubstr;

// Tables as the crawler makes them: files by store and day, one of a store that is null, and one
// that is written otherwise.
class ManyFilesTest : public testing::Test {
protected:
    void SetUp() override {
        table_.name = {"raw", "sales"};
        table_.columns = {
            {"id", "BIGINT", ""},
            {"amount", "DECIMAL(18,2)", ""},
            {"store", "BIGINT", ""},
            {"day", "DATE", ""}
        };
        table_.columns[3].format = "%Y-%m-%d";
        catalog::FileGroup group;
        group.scan.format = catalog::Format::Csv;
        group.scan.hive_columns = {{"store", "STRING", ""}, {"day", "STRING", ""}};
        group.scan.null_text = "NULL";
        group.columns = {"id", "amount"};
        table_.groups = {group, group};
        table_.groups[1].scan.delimiter = ';';
        for (int store = 1; store <= 4; ++store) {
            for (int day = 1; day <= 3; ++day) put_day(store, day);
        }
        put(0, "store=__HIVE_DEFAULT_PARTITION__/day=2024-01-01/a.csv", "900,1.5");
        put(1, "store=NULL/day=2024-01-02/a.csv", "901;2.5");
        put(1, "store=4/day=2024-01-02/other.csv", "902;2.5");
        table_.scan = table_.groups.front().scan;
        open();
    }

    void put_day(int store, int day) {
        const std::string folder =
            "store=" + std::to_string(store) + "/day=2024-01-0" + std::to_string(day) + "/";
        for (int file = 0; file < 2; ++file) {
            const std::string id = std::to_string(100 * store + 10 * day + file);
            put(0, folder + std::to_string(file) + ".csv", id + "," + id + ".5");
        }
    }
    void put(std::size_t group, const std::string& name, const std::string& row) {
        put_in(table_, group, name, (group == 0 ? "id,amount\n" : "id;amount\n") + row);
    }
    void put_in(
        catalog::TableFiles& table,
        std::size_t group,
        const std::string& name,
        const std::string& text
    ) {
        const std::filesystem::path path = folder_.path("in/" + name);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text << "\n";
        table.files.push_back(path.string());
        table.groups[group].files.push_back(path.string());
    }
    void lose(const std::string& name) { std::filesystem::remove(folder_.path("in/" + name)); }

    // As the engine does.
    void open() {
        InstanceOptions options;
        options.temp_folder = folder_.path("temp");
        work_ = take(Instance::open(options));
        query_ = take(Instance::open(options));
        ASSERT_TRUE(listed_.register_on(*query_, *work_).ok());
        in_parts_.list_at_most(3);
        parts_query_ = take(Instance::open(options));
        ASSERT_TRUE(in_parts_.register_on(*parts_query_, *work_).ok());
        publish(table_);
    }
    void publish(const catalog::TableFiles& table) {
        const auto listed = listed_.publish(table);
        ASSERT_TRUE(listed.ok()) << listed.error().describe();
        const auto published = in_parts_.publish(table);
        ASSERT_TRUE(published.ok()) << published.error().describe();
        ASSERT_NE(in_parts_.many(table.name.schema, table.name.table), nullptr);
    }

    // CSV of `id`, in folders that say `country`.
    static catalog::TableFiles by_country(const std::string& name) {
        catalog::TableFiles table;
        table.name = {"raw", name};
        table.columns = {{"id", "BIGINT", ""}, {"country", "STRING", ""}};
        catalog::FileGroup group;
        group.scan.format = catalog::Format::Csv;
        group.scan.hive_columns = {{"country", "STRING", ""}};
        group.columns = {"id"};
        table.groups = {group};
        table.scan = group.scan;
        return table;
    }
    void expect_same_by_country(const std::string& name) {
        for (const std::string condition :
             {"= 'DE'", "= 'FR'", "= ''", "<> 'FR'", "> 'A'", "IS NULL", "IS NOT NULL"})
            expect_same(
                "SELECT id, country FROM raw." + name + " WHERE country " + condition +
                " ORDER BY id"
            );
    }

    static std::string rows_of(
        Instance& instance, TableCatalog& names, PublishedFiles& files, const std::string& sql
    ) {
        Watchdog watchdog;
        const Engine::FindVersion no_version;
        const Versions versions{no_version, files};
        const QueryPlace place{instance, watchdog, names, names.search_path(), true, &versions};
        QueryRequest request;
        request.sql = sql;
        auto query = UserQuery::start(place, request);
        if (!query.ok()) return "refused: " + query.error().describe();
        std::string text;
        while (true) {
            const auto count = (*query)->append_rows(ResultFormat::Csv, text);
            if (!count.ok()) return "refused: " + count.error().describe();
            if (*count == 0) return text;
        }
    }
    std::string query(const std::string& sql) {
        return rows_of(*parts_query_, parts_names_, in_parts_, sql);
    }
    // The same answer both ways, and an answer it is.
    void expect_same(const std::string& sql) {
        const std::string answer = rows_of(*query_, names_, listed_, sql);
        EXPECT_THAT(answer, testing::Not(HasSubstr("refused"))) << sql;
        EXPECT_EQ(query(sql), answer) << sql;
    }

    template <typename T>
    static T take(Result<T> result) {
        if (!result.ok()) {
            ADD_FAILURE() << result.error().describe();
            std::abort();
        }
        return std::move(result).take();
    }

    os::TemporaryFolder folder_;
    catalog::TableFiles table_;
    TableCatalog names_;
    TableCatalog parts_names_;
    std::unique_ptr<Instance> work_;
    std::unique_ptr<Instance> query_;
    std::unique_ptr<Instance> parts_query_;
    PublishedFiles listed_{names_, {}, ""};
    PublishedFiles in_parts_{parts_names_, {}, ""};
};

// All rows, with their types: in a scan, a sort, a join with itself, and as far as asked.
TEST_F(ManyFilesTest, ReadsAsIfListed) {
    expect_same("SELECT count(*), sum(amount), max(day), count(store) FROM raw.sales");
    expect_same("SELECT * FROM raw.sales ORDER BY id");
    expect_same("SELECT a.id FROM sales a JOIN sales b ON a.id = b.id ORDER BY 1");
    expect_same("SELECT id FROM raw.sales ORDER BY id LIMIT 3");
    EXPECT_EQ(query("SELECT count(*) FROM raw.sales"), "27\n");
}

// Whatever a WHERE says of partitions, the rows are the same.
TEST_F(ManyFilesTest, ConditionsLeaveTheRightRows) {
    const std::vector<std::string> conditions{
        "store = 2",
        "store IN (1, 3) AND amount > 120",
        "store BETWEEN 2 AND 3 AND day >= DATE '2024-01-02'",
        "day > '2024-01-02'",
        "store = 1 OR day = DATE '2024-01-03'",
        "store = 1 OR id = 331",
        "NOT (store = 2)",
        "store IS NULL",
        "store IS NOT NULL AND store <> 4",
        "abs(store) = 2",
        "store = 99",
        "CAST(store AS STRING) = '3'",
        "2 < store",
        "store = (SELECT max(store) FROM raw.sales)",
        "store = 2 AND random() >= 0",
        "STORE = 3"
    };
    for (const std::string& condition : conditions)
        expect_same("SELECT id, store, day FROM raw.sales WHERE " + condition + " ORDER BY id");
}

TEST_F(ManyFilesTest, JoinsAndNamesLeaveTheRightRows) {
    expect_same(
        "SELECT a.id, b.id FROM sales a JOIN sales b ON a.day = b.day WHERE a.store = 1 AND "
        "b.store = 2 ORDER BY 1, 2"
    );
    expect_same(
        "SELECT a.id, b.id FROM sales a LEFT JOIN sales b ON a.id = b.id + 100 WHERE a.store = 1 "
        "AND b.store IS NULL ORDER BY 1, 2"
    );
    expect_same(
        "SELECT a.id, b.id FROM sales a FULL JOIN sales b ON a.id = b.id + 100 WHERE b.store = 1 "
        "ORDER BY 1, 2"
    );
    expect_same("WITH sales AS (SELECT 7 AS store) SELECT count(*) FROM sales WHERE store = 7");
    expect_same("SELECT x.n FROM raw.sales AS x(n, store, s, d) WHERE store > 7 ORDER BY 1");
    expect_same("SELECT raw.sales.id FROM raw.sales WHERE raw.sales.store = 2 ORDER BY 1");
    expect_same("SELECT sales.id FROM raw.sales WHERE sales.store = 2 ORDER BY 1");
    expect_same(
        "SELECT count(*) FROM (SELECT id FROM raw.sales WHERE store = 3) t, raw.sales s WHERE "
        "s.store = 2"
    );
    expect_same("SELECT id FROM raw.sales WHERE store = 1 UNION ALL SELECT 5 ORDER BY 1");
}

// Before a join that looks at a side's rows together, none of that side's are left out.
TEST_F(ManyFilesTest, JoinsOfNeighboursSeeAllRows) {
    const std::string quotes = "(SELECT 250 AS t UNION ALL SELECT 400) q ";
    expect_same(
        "SELECT q.t, m.id FROM " + quotes + "ASOF JOIN sales m ON q.t >= m.id WHERE m.store = 1"
    );
    expect_same(
        "SELECT q.t, m.id FROM " + quotes +
        "ASOF LEFT JOIN sales m ON q.t >= m.id WHERE m.store = 3 ORDER BY 1"
    );
    const std::string one = "(SELECT 1 AS t) q ";
    expect_same("SELECT count(q.t) FROM sales m POSITIONAL JOIN " + one + "WHERE m.store = 4");
    expect_same("SELECT count(q.t) FROM " + one + "POSITIONAL JOIN sales m WHERE m.store = 4");
    expect_same(
        "SELECT a.id FROM sales a SEMI JOIN sales b ON a.id = b.id - 100 WHERE a.store = 2 "
        "ORDER BY 1"
    );
    lose("store=4/day=2024-01-02/0.csv");
    EXPECT_EQ(
        query("SELECT count(*) FROM sales m ASOF JOIN " + one + "ON m.id >= q.t WHERE m.store = 2"),
        "6\n"
    );
}

// A folder that says nothing after "=" takes no other's place.
TEST_F(ManyFilesTest, EmptyPartitionValuesShiftNone) {
    catalog::TableFiles table = by_country("blank");
    put_in(table, 0, "blank/country=/a.csv", "id\n1");
    put_in(table, 0, "blank/country=DE/a.csv", "id\n2");
    put_in(table, 0, "blank/country=FR/a.csv", "id\n3");
    put_in(table, 0, "blank/country=IT/a.csv", "id\n4");
    publish(table);
    expect_same_by_country("blank");
    lose("blank/country=FR/a.csv");
    EXPECT_EQ(query("SELECT id FROM raw.blank WHERE country = 'DE'"), "2\n");
    EXPECT_EQ(query("SELECT id FROM raw.blank WHERE country = ''"), "1\n");
}

// Each group's folders are read by what that group calls the column; where it is none of the
// folders', or they say it in a way of their own, the rows tell.
TEST_F(ManyFilesTest, FoldersAreReadAsTheirGroupIs) {
    catalog::TableFiles table = by_country("mixed");
    table.groups.resize(3, table.groups.front());
    table.groups[1].scan.hive_columns[0].source = "Country";
    table.groups[2].scan.hive_columns.clear();
    table.groups[2].columns = {"id", "country"};
    put_in(table, 0, "mixed/country=FR/a.csv", "id\n1");
    put_in(table, 0, "mixed/country=IT/a.csv", "id\n2");
    put_in(table, 1, "mixed/Country=DE/a.csv", "id\n3");
    put_in(table, 2, "mixed/b.csv", "id,country\n4,DE\n5,FR");
    publish(table);
    expect_same_by_country("mixed");
    lose("mixed/country=IT/a.csv");
    EXPECT_EQ(query("SELECT id FROM raw.mixed WHERE country = 'DE' ORDER BY id"), "3\n4\n");
}

// The engine takes these otherwise than they are written.
TEST_F(ManyFilesTest, FoldersThatTheEngineReadsOtherwise) {
    catalog::TableFiles table = by_country("odd");
    put_in(table, 0, "odd/country=null/a.csv", "id\n1");
    put_in(table, 0, "odd/country=FR/country=DE/a.csv", "id\n2");
    put_in(table, 0, "odd/country=DE\\x/a.csv", "id\n3");
    put_in(table, 0, "odd/country=IT/a.csv", "id\n4");
    put_in(table, 0, "odd/country=D%45/a.csv", "id\n5");
    publish(table);
    expect_same_by_country("odd");
}

// Files of other partitions are gone, and nobody looks for them.
TEST_F(ManyFilesTest, OnlyFilesOfWhatIsLeftAreLookedAt) {
    lose("store=4/day=2024-01-02/0.csv");
    EXPECT_EQ(query("SELECT count(*) FROM raw.sales WHERE store = 2"), "6\n");
    EXPECT_EQ(query("SELECT count(*) FROM raw.sales s WHERE s.store IN (1, 2, 3)"), "18\n");
    EXPECT_EQ(query("SELECT count(*) FROM raw.sales WHERE day < DATE '2024-01-02'"), "9\n");
    EXPECT_EQ(
        query("SELECT count(*) FROM raw.sales WHERE store = 4 AND day = '2024-01-03'"), "2\n"
    );
    EXPECT_EQ(query("SELECT count(*) FROM raw.sales WHERE store = 99"), "0\n");
    EXPECT_THAT(query("SELECT count(*) FROM raw.sales"), HasSubstr("refused"));
    EXPECT_THAT(query("SELECT sum(id) FROM raw.sales WHERE store = 4"), HasSubstr("refused"));
    // A sample is taken of all rows, and the WHERE asked of those.
    EXPECT_THAT(
        query("SELECT sum(id) FROM raw.sales WHERE store = 2 USING SAMPLE 5 ROWS"),
        HasSubstr("refused")
    );
}

// A newer version of few files is listed again.
TEST_F(ManyFilesTest, FewFilesAreListed) {
    catalog::TableFiles few = table_;
    few.groups.resize(1);
    few.groups[0].files.resize(2);
    few.files = few.groups[0].files;
    ASSERT_TRUE(in_parts_.publish(few).ok());
    EXPECT_EQ(in_parts_.many("raw", "sales"), nullptr);
    EXPECT_EQ(query("SELECT count(*) FROM raw.sales WHERE store = 1"), "2\n");
    ASSERT_TRUE(in_parts_.publish(table_).ok());
    EXPECT_NE(in_parts_.many("raw", "SALES"), nullptr);
    ASSERT_TRUE(in_parts_.unpublish(table_.name).ok());
    EXPECT_EQ(in_parts_.many("", "sales"), nullptr);
}

// Nor is the list of files kept once they are read where they are.
TEST_F(ManyFilesTest, SourcesOfListedTablesAreForgotten) {
    TableCatalog names;
    PublishedFiles files{names, {folder_.path("in")}, ""};
    InstanceOptions options;
    options.temp_folder = folder_.path("temp");
    const auto instance = take(Instance::open(options));
    ASSERT_TRUE(files.register_on(*instance, *work_).ok());
    files.list_at_most(3);
    ASSERT_TRUE(files.publish(table_).ok());
    const std::string source = "SELECT count(*) FROM tradewind_files('raw.sales')";
    ASSERT_TRUE(take(instance->connect())->run(source).ok());
    catalog::TableFiles few = table_;
    few.groups.resize(1);
    few.groups[0].files.resize(2);
    few.files = few.groups[0].files;
    ASSERT_TRUE(files.publish(few).ok());
    EXPECT_FALSE(take(instance->connect())->run(source).ok());
    EXPECT_EQ(rows_of(*instance, names, files, "SELECT count(*) FROM raw.sales"), "2\n");
}

// Parts are of one group each, have no more files than asked, and all of them once.
TEST_F(ManyFilesTest, PartsHaveAllFilesOnce) {
    const auto next = ManyFiles::parts_of(std::make_shared<const ManyFiles>(table_), 4);
    std::vector<std::string> files;
    for (auto part = take(next()); !part.files.empty(); part = take(next())) {
        EXPECT_LE(part.files.size(), 4u);
        EXPECT_EQ(part.groups.size(), 1u);
        files.insert(files.end(), part.files.begin(), part.files.end());
    }
    EXPECT_THAT(files, testing::UnorderedElementsAreArray(table_.files));
}

// The platform's own work reads them so too, and as if they were listed.
TEST_F(ManyFilesTest, WorkReadsParts) {
    StatementSources sources;
    ASSERT_TRUE(sources.register_on(*take(work_->connect())).ok());
    Watchdog watchdog;
    DistinctFiles distinct;
    const auto rows = [&](std::int64_t number, std::size_t listed_max) {
        const auto work =
            take(DuckdbWork::open(*work_, watchdog, sources, distinct, number, {}, ""));
        work->list_at_most(listed_max);
        const auto added = work->add_table(table_);
        EXPECT_TRUE(added.ok()) << added.error().describe();
        return take(work->rows("SELECT * FROM raw.sales ORDER BY id", 100)).rows;
    };
    const auto listed = rows(1, 100);
    EXPECT_EQ(rows(2, 3), listed);
    EXPECT_EQ(listed.size(), 27u);
}

// What only the files tell of a type, and rows that take the place of others, need all at once.
TEST_F(ManyFilesTest, SomeTablesDoNotFit) {
    EXPECT_TRUE(fits_parts(table_));
    catalog::TableFiles keyed = table_;
    keyed.key = {"id"};
    EXPECT_FALSE(fits_parts(keyed));
    catalog::TableFiles nested = table_;
    nested.columns[0].type = "ARRAY<BIGINT>";
    EXPECT_FALSE(fits_parts(nested));
}

}  // namespace
}  // namespace tradewind::engine

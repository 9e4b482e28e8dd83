#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extract/extract.h"
#include "os/temporary_folder.h"

namespace tradewind::extract {

namespace {

using testing::HasSubstr;

class DeclarationsTest : public testing::Test {
protected:
    Result<Connections> connections_of(const std::string& yaml) {
        MUST(os::write_file_atomic(*files_, folder_.path("connections.yml"), yaml));
        return read_connections(*files_, folder_.path());
    }
    Result<std::vector<Dump>> dumps_of(const std::string& yaml) {
        package::Package package;
        package.name = "week";
        package.manifest = MUST(yaml::parse(yaml, "package.yml"));
        return read_dumps(package);
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
};

// Proves that each mistake in connections.yml is refused with its place.
TEST_F(DeclarationsTest, MistakesInConnections) {
    const std::pair<const char*, const char*> cases[] = {
        {"- a\n", "holds names"},
        {"Shop: {kind: sqlite, path: x}\n", "not a name for a connection"},
        {"shop: x\n", "holds kind:"},
        {"shop: {kind: oracle}\n", "no kind of database: 'oracle'"},
        {"shop: {path: x}\n", "kind"},
        {"shop: {kind: sqlite}\n", "path"},
        {"shop: {kind: sqlite, path: x, host: y}\n", "host"},
        {"shop: {kind: postgres, host: h, database: d, user: u, password: p}\n", "password"},
        {"shop: {kind: postgres, host: h, database: d}\n", "user"},
        {"shop: {kind: postgres, host: h, database: d, user: u, port: 0}\n", "not a port"},
        {"shop: {kind: postgres, host: h, database: d, user: u, tls: on}\n", "way of encryption"},
        {"shop: {kind: postgres, host: h, database: d, user: u, connect_timeout: soon}\n",
         "not a duration"},
        {"shop: {kind: postgres, host: h, database: d, user: u, password_env: A, password_file: "
         "b}\n",
         "not in both"},
    };
    for (const auto& [yaml, reason] : cases) {
        SCOPED_TRACE(yaml);
        const auto connections = connections_of(yaml);
        ASSERT_FALSE(connections.ok());
        EXPECT_THAT(connections.error().describe(), HasSubstr(reason));
        EXPECT_THAT(connections.error().describe(), HasSubstr("connections.yml:1"));
    }
}

// Proves that what is written is read, and that what leaves the machine is encrypted and verified
// unless told otherwise.
TEST_F(DeclarationsTest, Connections) {
    EXPECT_TRUE(MUST(read_connections(*files_, folder_.path())).empty());
    EXPECT_TRUE(MUST(connections_of("# none yet\n")).empty());
    const auto connections = MUST(connections_of(
        "local: {kind: sqlite, path: data/shop.sqlite}\n"
        "here: {kind: postgres, host: 127.0.0.1, database: d, user: u}\n"
        "there: {kind: postgres, host: db.example.org, port: 6432, database: d, user: u,\n"
        "  password_file: secrets/db, silence_timeout: 5m, ca_file: ca.pem}\n"
    ));
    EXPECT_EQ(connections.at("local").path, folder_.path("data/shop.sqlite"));
    EXPECT_EQ(connections.at("here").tls, "prefer");
    const Connection& there = connections.at("there");
    EXPECT_EQ(there.tls, "verify-full");
    EXPECT_EQ(there.ca_file, folder_.path("ca.pem"));
    EXPECT_EQ(there.password.file, folder_.path("secrets/db"));
    EXPECT_EQ(there.silence_timeout_us, 300'000'000);
    EXPECT_EQ(there.port, 6432);
}

// Proves that each mistake in a package's extracts is refused with its place.
TEST_F(DeclarationsTest, MistakesInExtracts) {
    const std::pair<const char*, const char*> cases[] = {
        {"extracts: [dump]\n", "holds names"},
        {"extracts: {dump: shop}\n", "holds connection:"},
        {"extracts: {dump: {tables: [a]}}\n", "connection"},
        {"extracts: {dump: {connection: shop}}\n", "tables"},
        {"extracts: {dump: {connection: shop, tables: {}}}\n", "1 to 1000 tables"},
        {"extracts: {dump: {connection: shop, tables: [a.b]}}\n", "not a name for a file"},
        {"extracts: {dump: {connection: shop, tables: [a, b], files: \"x_{date}.csv\"}}\n",
         "the same name"},
        {"extracts: {dump: {connection: shop, tables: [a], files: \"{table}_{date}.xlsx\"}}\n",
         ".csv, .csv.gz or .csv.zst"},
        {"extracts: {dump: {connection: shop, tables: [a], files: \"{table}_{date}.CSV.bz2\"}}\n",
         "writes CSV"},
        {"extracts: {dump: {connection: shop, tables: [a], files: \"{table}.csv\"}}\n", "no {date}"
        },
        {"extracts: {dump: {connection: shop, tables: [a], files: \"\"}}\n", "not a file's name"},
        {"extracts: {dump: {connection: shop, tables: [a], files: \"../{table}.csv\"}}\n",
         "not a file's name"},
        {"extracts: {dump: {connection: shop, tables: [a], files: \"{tabel}.csv\"}}\n",
         "not a file's name"},
        {"extracts: {dump: {connection: shop, tables: [a], folder: ../x}}\n", "below landing"},
        {"extracts: {dump: {connection: shop, tables: [a], timezone: Mars/Base}}\n", "Mars/Base"},
        {"extracts: {dump: {connection: shop, tables: [a], parallel: 99}}\n", "tables at once"},
        {"extracts: {dump: {connection: shop, tables: [a], retry_delay: x}}\n", "not a duration"},
        {"extracts: {dump: {connection: shop, tables: [a], table: a}}\n", "table"},
    };
    for (const auto& [yaml, reason] : cases) {
        SCOPED_TRACE(yaml);
        const auto dumps = dumps_of(yaml);
        ASSERT_FALSE(dumps.ok());
        EXPECT_THAT(dumps.error().describe(), HasSubstr(reason));
        EXPECT_THAT(dumps.error().describe(), HasSubstr("package.yml:1"));
    }
}

// Proves that an extract is what is written, with the package's zone.
TEST_F(DeclarationsTest, Extracts) {
    const auto dumps =
        MUST(dumps_of("timezone: America/New_York\n"
                      "extracts:\n"
                      "  dump:\n"
                      "    connection: shop\n"
                      "    folder: store_week\n"
                      "    manifest: rows_{date}.json\n"
                      "    tables:\n"
                      "      sales: SELECT * FROM sales WHERE NOT deleted\n"
                      "      store: stores\n"
                      "    retries: 0\n"));
    ASSERT_EQ(dumps.size(), 1);
    EXPECT_EQ(dumps[0].timezone, "America/New_York");
    EXPECT_EQ(dumps[0].files, "{table}_{date}.csv.gz");
    EXPECT_EQ(dumps[0].tables[1].query, "stores");
    EXPECT_EQ(dumps[0].retries, 0);
    EXPECT_TRUE(MUST(dumps_of("name: week\n")).empty());
}

}  // namespace

}  // namespace tradewind::extract

#include "catalog/test_kit.h"

namespace tradewind::catalog {

namespace {

using testing::CatalogTest;

const TableName orders{"raw", "orders"};
const TableName clean{"shop", "clean"};
const TableName totals{"shop", "totals"};

Declaration source() {
    Declaration declared;
    declared.name = orders;
    declared.kind = Kind::Source;
    declared.layer = "raw";
    declared.dataset = "raw/orders/table";
    declared.columns = {{"id", "STRING", "its number"}, {"_row", "BIGINT", ""}};
    declared.key = {"id"};
    return declared;
}

Declaration asset() {
    Declaration declared;
    declared.name = clean;
    declared.layer = "clean";
    declared.dataset = "clean/shop/clean";
    declared.columns = {{"id", "", "the order"}};
    declared.sql = "SELECT id FROM raw.orders";
    declared.inputs = {"raw.orders"};
    return declared;
}

Declaration view() {
    Declaration declared;
    declared.name = totals;
    declared.kind = Kind::View;
    declared.sql = "SELECT count(*) AS n FROM shop.clean";
    declared.inputs = {"shop.clean"};
    return declared;
}

Provenance provenance() {
    Provenance provenance;
    provenance.run = "run-7";
    provenance.sql_hash = "abc";
    provenance.inputs = {{"raw.orders", 3}};
    provenance.lineage = {{"id", {"raw.orders.id"}}};
    provenance.columns = {{"id", "STRING", ""}};
    provenance.rows_in = 12;
    return provenance;
}

TEST(TableNames, OnlyTwoNamesWithADotBetween) {
    // Proves that nothing else passes as the name of a table.
    for (const char* bad : {"", ".", "raw", "raw.", ".orders", "a.b.c", "raw..orders"}) {
        EXPECT_EQ(parse_table_name(bad).error().code(), ErrorCode::InvalidArgument) << bad;
    }
    EXPECT_EQ(MUST(parse_table_name("raw.orders")), orders);
}

TEST(ProvenanceJson, KeepsAllAndStandsAnything) {
    // Proves that what a version says of itself is read as it was written, and that other JSON is
    // no reason to fail.
    Provenance written = provenance();
    written.note = "first";
    const Provenance read = provenance_from(MUST(json::parse(to_json(written).dump())));
    EXPECT_EQ(to_json(read).dump(), to_json(written).dump());
    for (const char* other :
         {"null", "3", "[]", "{\"inputs\": 3, \"lineage\": [[]], \"run\": {}}"}) {
        EXPECT_TRUE(provenance_from(MUST(json::parse(other))).inputs.empty()) << other;
    }
}

TEST_F(CatalogTest, UnknownNamesAreNotFoundWithTheNearest) {
    // Proves that a slip in a name is answered with the name that was meant.
    MUST(catalog().declare({source()}));
    const auto error = catalog().show({"raw", "ordres"}).error();
    EXPECT_EQ(error.code(), ErrorCode::NotFound);
    EXPECT_EQ(error.hint(), "Did you mean raw.orders?");
    EXPECT_EQ(catalog().files({"x", "y"}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(catalog().versions({"x", "y"}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(catalog().lineage({"x", "y"}).error().code(), ErrorCode::NotFound);
}

TEST_F(CatalogTest, DeclaredTwiceIsRefusedAndChangesNothing) {
    // Proves that a name clash leaves the declarations before as they were.
    MUST(catalog().declare({source()}));
    EXPECT_EQ(catalog().declare({asset(), asset()}).error().code(), ErrorCode::AlreadyExists);
    EXPECT_TRUE(catalog().show(orders).ok());
    EXPECT_FALSE(catalog().show(clean).ok());
}

TEST_F(CatalogTest, TablesOfTheLakeAreWhatItsVersionsSay) {
    // Proves that versions, kept files, partitions, columns and files come from the lake.
    MUST(catalog().declare({source(), asset()}));
    EXPECT_EQ(MUST(catalog().show(clean)).version.number, 0);
    EXPECT_TRUE(MUST(catalog().versions(clean)).empty());
    lake::Commit first;
    first.add = {
        put("clean/shop/clean/a", 2, {{"c", "x"}}), put("clean/shop/clean/b", 3, {{"c", "y"}})
    };
    first.extra = to_json(provenance());
    MUST(lake_->commit("clean/shop/clean", first, std::nullopt));
    lake::Commit second;
    second.add = {put("clean/shop/clean/d", 5, {{"c", "y"}})};
    second.remove = {"clean/shop/clean/a"};
    MUST(lake_->commit("clean/shop/clean", second, std::nullopt));

    const auto versions = MUST(catalog().versions(clean));
    ASSERT_EQ(versions.size(), 2u);
    EXPECT_EQ(versions[0].number, 2);
    EXPECT_EQ(versions[0].row_count, 8);
    EXPECT_EQ(versions[0].files_kept, 1u);
    EXPECT_EQ(versions[1].files_kept, 0u);
    EXPECT_EQ(versions[1].provenance.run, "run-7");
    const auto partitions = MUST(catalog().partitions(clean));
    ASSERT_EQ(partitions.size(), 1u);
    EXPECT_EQ(partitions[0].values.at("c"), "y");
    EXPECT_EQ(partitions[0].row_count, 8);
    const auto files = MUST(catalog().files(clean));
    EXPECT_EQ(
        files.files,
        (std::vector<std::string>{
            lake_->absolute("clean/shop/clean/b"), lake_->absolute("clean/shop/clean/d")
        })
    );
    EXPECT_EQ(files.columns, (std::vector<Column>{{"id", "STRING", "the order"}}));
    EXPECT_EQ(MUST(catalog().files(clean, 1)).files.size(), 2u);
    const Error later = catalog().files(clean, 9).error();
    EXPECT_EQ(later.code(), ErrorCode::NotFound);
    EXPECT_EQ(later.message(), "version 9 of '" + clean.text() + "' is not there yet");
    EXPECT_NE(later.hint().find("Its newest version is "), std::string::npos);
}

TEST_F(CatalogTest, ASourceKeepsItsContractsColumnsAndKey) {
    // Proves that rows of streams are read with their provenance and by their key.
    MUST(catalog().declare({source()}));
    const auto files = MUST(catalog().files(orders));
    EXPECT_EQ(files.columns, source().columns);
    EXPECT_EQ(files.key, source().key);
    EXPECT_TRUE(files.files.empty());
}

TEST_F(CatalogTest, LineageLeadsBothWays) {
    // Proves that inputs come from the newest version, else from the declaration, and outputs from
    // both too.
    MUST(catalog().declare({source(), asset(), view()}));
    EXPECT_EQ(MUST(catalog().lineage(clean)).inputs, std::vector<std::string>{"raw.orders"});
    EXPECT_TRUE(MUST(catalog().lineage(clean)).columns.empty());
    EXPECT_EQ(MUST(catalog().lineage(clean)).outputs, std::vector<std::string>{"shop.totals"});
    Provenance other = provenance();
    other.inputs = {{"raw.other", 1}};
    lake::Commit commit;
    commit.add = {put("clean/shop/clean/a", 2)};
    commit.extra = to_json(other);
    MUST(lake_->commit("clean/shop/clean", commit, std::nullopt));
    EXPECT_EQ(MUST(catalog().lineage(clean)).inputs, std::vector<std::string>{"raw.other"});
    EXPECT_EQ(MUST(catalog().lineage(clean)).columns.size(), 1u);
    EXPECT_TRUE(MUST(catalog().lineage(orders)).outputs.empty());
}

TEST_F(CatalogTest, WhatNoSqlMakesNamesWhatIsBehindItsViews) {
    // Proves that a table which only says what it is made of (models write such) has the stored
    // tables and columns behind the views that it names, and is among their outputs.
    Declaration half;
    half.name = {"shop", "half"};
    half.kind = Kind::View;
    Declaration lists;
    lists.name = {"shop", "lists"};
    lists.dataset = "mart/shop/lists";
    lists.inputs = {"shop.half"};
    lists.lineage = {{"user", {"shop.half.id"}}};
    MUST(catalog().declare({source(), half, lists}));
    PlannedTables planned;
    planned[half.name] = {
        {{"id", "STRING", ""}}, {"raw.orders"}, {}, {{"id", {"raw.orders.id"}, {}, {}}}
    };
    catalog().find_planned_with([&] { return std::make_shared<const PlannedTables>(planned); });
    using Names = std::vector<std::string>;
    const auto of_lists = MUST(catalog().lineage(lists.name));
    EXPECT_EQ(of_lists.inputs, (Names{"shop.half", "raw.orders"}));
    ASSERT_EQ(of_lists.columns.size(), 1u);
    EXPECT_EQ(of_lists.columns[0].from, Names{"raw.orders.id"});
    EXPECT_EQ(of_lists.columns[0].through, Names{"shop.half.id"});
    EXPECT_EQ(MUST(catalog().lineage(orders)).outputs, (Names{"shop.half", "shop.lists"}));
}

TEST_F(CatalogTest, WhatNoVersionTellsIsPlanned) {
    // Proves that views and tables never made have columns and lineage both ways, that a version's
    // own word counts more, and that planning fills in what an old version does not tell.
    Declaration half;
    half.name = {"shop", "half"};
    half.kind = Kind::View;
    half.inputs = {"shop.clean"};
    Declaration sums = view();
    sums.inputs = {"shop.half"};
    MUST(catalog().declare({source(), asset(), half, sums}));
    int asked = 0;
    PlannedTables planned;
    planned[clean] = {
        {{"id", "STRING", "the order"}}, {"raw.orders"}, {}, {{"id", {"raw.orders.id"}, {}, {}}}
    };
    planned[half.name] = {
        {{"id", "STRING", ""}}, {"shop.clean"}, {}, {{"id", {"shop.clean.id"}, {}, {}}}
    };
    planned[totals] = {
        {{"n", "BIGINT", ""}},
        {"shop.clean"},
        {"shop.half"},
        {{"n", {"shop.clean.id"}, {"shop.half.id"}, {}}}
    };
    catalog().find_planned_with([&] {
        ++asked;
        return std::make_shared<const PlannedTables>(planned);
    });
    EXPECT_EQ(MUST(catalog().show(orders)).columns.size(), 2u);
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(MUST(catalog().show(clean)).columns[0].type, "STRING");
    EXPECT_EQ(MUST(catalog().show(totals)).columns[0].name, "n");
    asked = 0;
    EXPECT_EQ(MUST(catalog().list()).size(), 4u);
    EXPECT_EQ(asked, 1);

    using Names = std::vector<std::string>;
    const auto of_view = MUST(catalog().lineage(totals));
    EXPECT_EQ(of_view.inputs, (Names{"shop.clean", "shop.half"}));
    EXPECT_EQ(of_view.columns.at(0).from, Names{"shop.clean.id"});
    EXPECT_EQ(of_view.columns.at(0).through, Names{"shop.half.id"});
    const auto between = MUST(catalog().lineage(half.name));
    EXPECT_EQ(between.outputs, Names{"shop.totals"});
    EXPECT_EQ(between.columns.at(0).to, Names{"shop.totals.n"});
    const auto unmade = MUST(catalog().lineage(clean));
    EXPECT_EQ(unmade.columns.at(0).from, Names{"raw.orders.id"});
    EXPECT_EQ(unmade.columns.at(0).to, (Names{"shop.half.id", "shop.totals.n"}));
    const auto of_source = MUST(catalog().lineage(orders));
    ASSERT_EQ(of_source.columns.size(), 1u);
    EXPECT_EQ(of_source.columns[0].to, Names{"shop.clean.id"});

    Provenance old = provenance();
    old.lineage.clear();
    lake::Commit commit;
    commit.add = {put("clean/shop/clean/a", 2)};
    commit.extra = to_json(old);
    MUST(lake_->commit("clean/shop/clean", commit, std::nullopt));
    EXPECT_EQ(MUST(catalog().lineage(clean)).columns.at(0).from, Names{"raw.orders.id"});
    Provenance other = provenance();
    other.lineage = {{"id", {"raw.orders._row"}}};
    commit.add = {put("clean/shop/clean/b", 2)};
    commit.extra = to_json(other);
    MUST(lake_->commit("clean/shop/clean", commit, std::nullopt));
    EXPECT_EQ(MUST(catalog().lineage(clean)).columns.at(0).from, Names{"raw.orders._row"});
    EXPECT_EQ(MUST(catalog().lineage(orders)).columns.at(0).column, "_row");
}

TEST_F(CatalogTest, AViewHasNoFilesAndNoVersions) {
    // Proves that what cannot be answered of a view is said, and the rest is empty.
    MUST(catalog().declare({view()}));
    EXPECT_EQ(catalog().files(totals).error().code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(MUST(catalog().versions(totals)).empty());
    EXPECT_TRUE(MUST(catalog().partitions(totals)).empty());
    EXPECT_EQ(MUST(catalog().show(totals)).declared.sql, view().sql);
}

TEST_F(CatalogTest, DamageIsToldOfTheTableNotOfTheCatalog) {
    // Proves that one damaged dataset leaves the list of tables whole.
    MUST(catalog().declare({source(), asset()}));
    for (const char* path : {"clean/shop/clean/a", "clean/shop/clean/b"}) {
        lake::Commit commit;
        commit.add = {put(path, 2)};
        MUST(lake_->commit("clean/shop/clean", commit, std::nullopt));
    }
    const std::string folder = folder_.path("lake/clean/shop/clean/_versions");
    for (const auto& info : MUST(files_->list(folder))) {
        MUST(os::write_file_atomic(*files_, folder + "/" + info.name, "torn"));
    }
    lake_.reset();
    lake::LakeOptions options;
    options.root = folder_.path("lake");
    options.quarantine_folder = folder_.path("quarantine");
    lake_ = MUST(lake::open_lake(options, *files_, clock_));
    open();
    MUST(catalog().declare({source(), asset()}));
    const auto tables = MUST(catalog().list());
    ASSERT_EQ(tables.size(), 2u);
    EXPECT_TRUE(tables[0].damage.empty());
    EXPECT_FALSE(tables[1].damage.empty());
}

}  // namespace

}  // namespace tradewind::catalog

// The store and the in-memory reference get the same random operations and must give the same
// answers, all of them: the reference computes them from the lines every time.
#include <gtest/gtest.h>

#include <set>

#include "os/random.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

// A source with a column of every type.
const std::vector<ColumnSpec> columns = {
    {"code", ColumnType::Text, 0, 0},
    {"grp", ColumnType::Text, 0, 0},
    {"number", ColumnType::Integer, 0, 0},
    {"wide", ColumnType::BigInt, 0, 0},
    {"price", ColumnType::Decimal, 12, 4},
    {"real", ColumnType::Double, 0, 0},
    {"flag", ColumnType::Boolean, 0, 0},
    {"day", ColumnType::Date, 0, 0},
    {"at", ColumnType::Timestamp, 0, 0},
};

std::vector<std::shared_ptr<const TableSpec>> make_tables() {
    return {
        make_table(
            R"(
table: by_code
source: mixed
partition_key: code
event_time: at
attributes:
  first: {min: at}
  last_price: {latest: price}
  special: {starts_with: [code, "\u00e9"]}
  last_group: {latest: grp}
  real_max: {max: real}
  group_min: {min: grp}
totals:
  total: {sum: [number, price]}
  wide_total: {sum: wide}
  lines: {count: true}
items: [number, grp, {amount: [number, price]}, wide, real, flag, day, at, {cost: price}, code]
)",
            columns
        ),
        make_table(
            R"(
table: by_group
source: mixed
partition_key: grp
sort_key: code
order: [first desc, real_max, total desc, code desc]
attributes:
  first: {min: day}
  real_max: {max: real}
  special: {starts_with: [code, "a"]}
  plain: {starts_with: [grp, ""]}
  any_flag: {max: flag}
totals:
  total: {sum: [number, price]}
  lines: {count: true}
summary:
  rows: {count: true}
  specials: {count_if: special}
  unflagged: {count_unless: any_flag}
  total: {sum: total}
  first: {min: first}
  last_code: {max: code}
)",
            columns
        ),
        make_table(
            R"(
table: by_number
source: mixed
partition_key: number
sort_key: day
totals: {lines: {count: true}}
items: [code]
)",
            columns
        ),
    };
}

const std::vector<std::string> names = {"by_code", "by_group", "by_number"};

class Workload {
public:
    explicit Workload(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
    bool chance(double probability) { return random_.chance(probability); }

    // Few values, so that keys meet again; odd bytes, so that encodings are tried.
    std::string text() {
        static const std::vector<std::string> texts = {
            "",
            "a",
            "ab",
            std::string("a\0", 2),
            std::string("a\0\x01", 3),
            std::string("\0\xff", 2),
            "\xc3\xa9t\xc3\xa9",
            "\xff\xfe",
            "say \"no\"\\\n",
            "b"
        };
        return texts[random_.below(texts.size())];
    }

    RowBatch batch(std::int64_t origin, std::int64_t& sequence) {
        RowBatch rows(columns);
        rows.origin = OriginId(origin);
        for (auto count = random_.below(40); count > 0; --count) {
            add_text_or_null(rows.column(0), 0.1);
            add_text_or_null(rows.column(1), 0.1);
            add_number(rows.column(2), 5);
            add_number(rows.column(3), 1'000'000'000'000'000'000);
            add_number(rows.column(4), 999'999'999'999);
            add_real(rows.column(5));
            add_boolean(rows.column(6));
            add_number(rows.column(7), 4);
            add_number(rows.column(8), 3);
            const PartitionId partition(static_cast<std::int32_t>(random_.below(3)));
            rows.commit_row({partition, sequence++, Timestamp{}});
        }
        return rows;
    }

private:
    void add_text_or_null(Column& column, double null_chance) {
        if (random_.chance(null_chance)) return column.add_null();
        column.add_text(text());
    }
    void add_number(Column& column, std::int64_t bound) {
        if (random_.chance(0.1)) return column.add_null();
        const auto magnitude =
            static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)));
        column.add_integer(random_.chance(0.5) ? magnitude : -magnitude);
    }
    void add_real(Column& column) {
        if (random_.chance(0.1)) return column.add_null();
        column.add_real(random_.chance(0.2) ? -0.0 : (random_.uniform() - 0.5) * 1e3);
    }
    void add_boolean(Column& column) {
        if (random_.chance(0.3)) return column.add_null();
        column.add_integer(random_.chance(0.5) ? 1 : 0);
    }

    os::Random random_;
};

std::vector<std::string> scan_all(Serving& serving, const std::string& table) {
    std::vector<std::string> rows;
    MUST(serving.scan(table, [&](std::string_view json) {
        rows.emplace_back(json);
        return true;
    }));
    return rows;
}

// The pages of a list, each with a limit of its own, as one text.
std::string list_all(
    Serving& serving, const std::string& table, const std::string& key, std::uint64_t seed
) {
    os::Random random(seed);
    std::string out;
    ListRequest request{table, key, 0, {}};
    while (true) {
        request.limit = 1 + static_cast<std::int64_t>(random.below(4));
        const auto page = serving.list(request);
        if (!page.ok()) return out + to_string(page.error().code());
        for (const std::string& row : page->rows) out += row + "\n";
        if (!page->next_cursor) return out;
        out += "--\n";
        request.cursor = page->next_cursor;
    }
}

std::string get_one(Serving& serving, const std::string& table, const std::string& key) {
    const auto json = serving.get({table, key});
    return json.ok() ? *json : to_string(json.error().code());
}

void expect_same(Serving& store, Serving& reference, Workload& workload) {
    for (const std::string& table : names) {
        ASSERT_EQ(scan_all(store, table), scan_all(reference, table)) << table;
        for (int i = 0; i < 12; ++i) {
            const bool number = table == "by_number";
            const std::string key =
                number ? std::to_string(static_cast<int>(workload.below(12)) - 6) : workload.text();
            ASSERT_EQ(get_one(store, table, key), get_one(reference, table, key)) << table;
            const std::uint64_t seed = workload.below(1000);
            ASSERT_EQ(list_all(store, table, key, seed), list_all(reference, table, key, seed))
                << table;
        }
    }
}

// What one origin has sent so far: imports can be dropped and come again under a new cursor.
struct Sender {
    std::int64_t origin = 0;
    std::string cursor;
    std::int64_t value = 0;
    std::int64_t sequence = 1;
};

class Pair {
public:
    explicit Pair(const TemporaryFolder& folder) : tables_(make_tables()) {
        options_.folder = folder.file("serving");
        // Small, so that everything is written out, read back and compacted within the test.
        options_.memtable_bytes = 256u << 10;
        options_.cache_bytes = 1u << 20;
        reference_ = make_reference_serving(tables_);
        reopen();
    }

    void reopen() {
        store_.reset();
        auto opened = open_serving(options_, tables_, metrics_);
        ASSERT_TRUE(opened.ok()) << opened.error().describe();
        store_ = std::move(opened).take();
        EXPECT_TRUE(store_->stale_tables().empty());
    }

    Serving& store() { return *store_; }
    Serving& reference() { return *reference_; }

    template <typename F>
    void both(F&& change) {
        const Result<void> first = change(*store_);
        const Result<void> second = change(*reference_);
        ASSERT_EQ(first.ok(), second.ok()) << (first.ok() ? "" : first.error().describe());
    }

private:
    std::vector<std::shared_ptr<const TableSpec>> tables_;
    MetricsRegistry metrics_;
    ServingOptions options_;
    std::unique_ptr<Serving> store_;
    std::unique_ptr<Serving> reference_;
};

void apply_batch(Pair& pair, Workload& workload, Sender& sender) {
    const RowBatch rows = workload.batch(sender.origin, sender.sequence);
    sender.value += 1 + static_cast<std::int64_t>(workload.below(5));
    // Some batches come twice, some again after an older cursor.
    for (int times = workload.chance(0.2) ? 2 : 1; times > 0; --times) {
        const Cursor cursor{sender.cursor, sender.value};
        const bool durable = workload.chance(0.05);
        pair.both([&](Serving& s) { return s.apply("mixed", rows, cursor, durable); });
    }
    if (!workload.chance(0.1)) return;
    const Cursor old{sender.cursor, sender.value - 1};
    pair.both([&](Serving& s) { return s.apply("mixed", rows, old, false); });
}

void drop_import(Pair& pair, Workload& workload, std::vector<Sender>& senders) {
    Sender& sender = senders[1 + workload.below(senders.size() - 1)];
    pair.both([&](Serving& s) { return s.drop_origin("mixed", OriginId(sender.origin)); });
    sender.cursor += "+";
    sender.value = 0;
    sender.sequence = 1;
}

void one_step(Pair& pair, Workload& workload, std::vector<Sender>& senders) {
    const auto dice = workload.below(100);
    if (dice < 80) return apply_batch(pair, workload, senders[workload.below(senders.size())]);
    if (dice < 88) return drop_import(pair, workload, senders);
    if (dice < 92) return pair.reopen();
    if (dice < 94) return pair.both([](Serving& s) { return s.flush(); });
    if (dice < 95) return pair.both([](Serving& s) { return s.clear("mixed"); });
    expect_same(pair.store(), pair.reference(), workload);
}

void expect_same_cursors(Pair& pair, const std::vector<Sender>& senders) {
    for (const Sender& sender : senders) {
        EXPECT_EQ(*pair.store().cursor(sender.cursor), *pair.reference().cursor(sender.cursor));
    }
}

class Conformance : public ::testing::TestWithParam<std::uint64_t> {};

// Any sequence of batches, repeats, corrections, rebuilds and restarts leaves the same answers in
// both.
TEST_P(Conformance, AnswersAsTheReference) {
    const TemporaryFolder folder;
    Workload workload(GetParam());
    Pair pair(folder);
    std::vector<Sender> senders = {{0, "sink", 0, 0}};
    for (std::int64_t i = 1; i <= 4; ++i)
        senders.push_back({i, "import/" + std::to_string(i), 0, 1});
    for (int step = 0; step < 200 && !::testing::Test::HasFatalFailure(); ++step) {
        one_step(pair, workload, senders);
    }
    expect_same(pair.store(), pair.reference(), workload);
    expect_same_cursors(pair, senders);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Conformance, ::testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace tradewind::serving

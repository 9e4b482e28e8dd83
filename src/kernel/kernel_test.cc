// The kernel's tables beside those of a plain implementation that follows the definitions word for
// word, over seeded random interactions with every oddity that may come.
#include "kernel/kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kernel/plain_tables.h"
#include "os/random.h"

namespace tradewind::kernel {

namespace {

constexpr Kind in_lines = Kind::Lines;

std::vector<TableColumn> columns_of(Kind kind, std::vector<Measure> measures) {
    std::vector<TableColumn> columns;
    for (const Measure measure : measures) columns.push_back({kind, measure, 0});
    return columns;
}

TablePlan plan(Kind kind) {
    using enum Measure;
    switch (kind) {
        case Kind::Lines:
            return {
                kind,
                columns_of(in_lines, {Order, User, Sequence, Gap, Carried, Item, Position, Repeat})
            };
        case Kind::Pairs:
            return {
                kind,
                columns_of(
                    kind,
                    {User, Item, LineCount, FirstSequence, LastSequence, MeanPosition, Repeats}
                )
            };
        case Kind::UsersByOrders:
            return {
                kind,
                columns_of(kind, {User, Orders, FirstSequence, LastSequence, TotalGap, MeanGap})
            };
        case Kind::UsersByLines:
            return {
                kind,
                columns_of(kind, {User, LineCount, DistinctItems, Repeats, LaterLines, RepeatRatio})
            };
        case Kind::Items:
            return {kind, columns_of(kind, {Item, LineCount, Repeats, Firsts, Seconds})};
        default:
            return {
                kind,
                {{Kind::Pairs, User, 0},
                 {Kind::Pairs, Item, 0},
                 {Kind::Pairs, LineCount, 0},
                 {Kind::UsersByOrders, LastSequence, 0},
                 {Kind::UsersByOrders, MeanGap, 0},
                 {Kind::UsersByLines, DistinctItems, 0},
                 {Kind::UsersByLines, RepeatRatio, 0},
                 {Kind::Items, LineCount, 0},
                 {Kind::Items, Seconds, 0}}
            };
    }
}

// Columns of optional numbers as a block.
class BlockOf {
public:
    explicit BlockOf(std::size_t columns) : values_(columns), valid_(columns) {}
    void add(const std::vector<std::optional<std::int64_t>>& row) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (rows_ % 64 == 0) valid_[i].push_back(0);
            values_[i].push_back(row[i].value_or(77));
            if (row[i]) valid_[i].back() |= std::uint64_t{1} << (rows_ % 64);
        }
        ++rows_;
    }
    Block block() const {
        Block block;
        block.rows = rows_;
        for (std::size_t i = 0; i < values_.size(); ++i)
            block.columns.push_back({values_[i].data(), valid_[i].data()});
        return block;
    }

private:
    std::size_t rows_ = 0;
    std::vector<std::vector<std::int64_t>> values_;
    std::vector<std::vector<std::uint64_t>> valid_;
};

Block orders_block(BlockOf& rows, const Data& data, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        const PlainOrder& o = data.orders[i];
        rows.add({o.id, o.user, o.sequence, o.gap, o.in_set ? 1 : 0, o.carried});
    }
    return rows.block();
}

Block lines_block(BlockOf& rows, const std::vector<PlainLine>& lines) {
    for (const PlainLine& l : lines) rows.add({l.order, l.item, l.position, l.repeat});
    return rows.block();
}

class KernelTest : public testing::Test {
protected:
    KernelTest()
        : folder_(std::filesystem::temp_directory_path() / ("tw_kernel_" + os::random_id())) {}
    ~KernelTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    Options options() const {
        Options options;
        options.scratch_folder = folder_.string();
        return options;
    }

    Result<std::unique_ptr<Groups>> group(const Data& data, const Options& options) {
        const auto grouping = begin_grouping(options, 1, *files_);
        const std::size_t half = data.orders.size() / 2;
        BlockOf first(6);
        BlockOf second(6);
        BlockOf lines(4);
        TRY(grouping->add_orders(orders_block(first, data, 0, half)));
        TRY(grouping->add_orders(orders_block(second, data, half, data.orders.size())));
        TRY(grouping->add_lines(lines_block(lines, data.lines)));
        return grouping->finish();
    }

    static Table rows_of(const Groups& groups, Kind kind, std::size_t rows_at_once) {
        const TablePlan table = plan(kind);
        const std::size_t columns = table.columns.size();
        Table all;
        for (std::size_t part = 0; part < groups.parts(table); ++part) {
            const auto rows = groups.open(table, part);
            while (true) {
                std::vector<std::vector<std::int64_t>> integers(columns);
                std::vector<std::vector<double>> reals(columns);
                std::vector<std::vector<std::uint64_t>> valid(columns);
                std::vector<OutColumn> out;
                for (std::size_t i = 0; i < columns; ++i) {
                    integers[i].resize(rows_at_once);
                    reals[i].resize(rows_at_once);
                    valid[i].assign(rows_at_once / 64 + 1, ~std::uint64_t{0});
                    out.push_back({integers[i].data(), reals[i].data(), valid[i].data()});
                }
                const auto count = rows->next(out, rows_at_once);
                EXPECT_TRUE(count.ok());
                if (!count.ok() || *count == 0) break;
                for (std::size_t row = 0; row < *count; ++row) {
                    all.emplace_back();
                    for (std::size_t i = 0; i < columns; ++i) {
                        const bool there = (valid[i][row / 64] >> (row % 64) & 1) != 0;
                        const bool real = is_real(table.columns[i].measure);
                        const double value =
                            real ? reals[i][row] : static_cast<double>(integers[i][row]);
                        EXPECT_TRUE(there || may_be_null(table.columns[i].measure));
                        all.back().push_back(there ? Cell(value) : std::nullopt);
                    }
                }
            }
        }
        return all;
    }

    static void expect_equal(const Groups& groups, const Data& data, std::size_t rows_at_once) {
        const Plain plain(data);
        EXPECT_EQ(rows_of(groups, Kind::Lines, rows_at_once), plain.lines());
        EXPECT_EQ(rows_of(groups, Kind::Pairs, rows_at_once), plain.pairs());
        EXPECT_EQ(rows_of(groups, Kind::UsersByOrders, rows_at_once), plain.users_by_orders());
        EXPECT_EQ(rows_of(groups, Kind::UsersByLines, rows_at_once), plain.users_by_lines());
        EXPECT_EQ(rows_of(groups, Kind::Items, rows_at_once), plain.items());
        EXPECT_EQ(rows_of(groups, Kind::Joined, rows_at_once), plain.joined());
    }

    Error refused(const Data& data) {
        auto groups = group(data, options());
        EXPECT_FALSE(groups.ok());
        return groups.ok() ? Error(ErrorCode::Io, "") : std::move(groups).error();
    }

    std::filesystem::path folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
};

}  // namespace

// Every table equals the plain one, whatever the data: many seeds, few and many rows at once, many
// small ranges and one large one.
TEST_F(KernelTest, EqualsThePlainImplementation) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        const Data data = random_data(seed);
        Options small = options();
        small.orders_per_range = 1 + seed % 50;
        small.rows_per_part = 1 + seed * 7;
        small.threads = 1 + static_cast<int>(seed % 3);
        const auto groups = group(data, small);
        ASSERT_TRUE(groups.ok()) << groups.error().describe();
        EXPECT_FALSE((*groups)->spilled());
        expect_equal(**groups, data, seed % 2 == 0 ? 2048 : 7);
    }
}

// What does not fit the memory lies in a file, of which nothing can be seen, and changes nothing.
TEST_F(KernelTest, SpillsAndStaysTheSame) {
    Data data = random_data(2);
    data.lines.clear();
    os::Random random(7);
    for (int i = 0; i < 60'000; ++i)
        data.lines.push_back(
            {data.orders[random.below(data.orders.size())].id,
             static_cast<std::int64_t>(random.below(300)),
             static_cast<std::int64_t>(random.below(90)),
             static_cast<std::int64_t>(random.below(2))}
        );
    Options small = options();
    small.orders_per_range = 20;
    small.memory_bytes_max = 128u << 10;
    const auto groups = group(data, small);
    ASSERT_TRUE(groups.ok()) << groups.error().describe();
    EXPECT_TRUE((*groups)->spilled());
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
    expect_equal(**groups, data, 1000);
}

// The order in which lines come, and the number of threads, change no row and no part.
TEST_F(KernelTest, DependsOnTheDataAlone) {
    const Data data = random_data(6);
    Data turned = data;
    std::ranges::reverse(turned.lines);
    Options one = options();
    one.threads = 1;
    one.rows_per_part = 50;
    Options four = one;
    four.threads = 4;
    const auto groups = group(data, one);
    const auto others = group(turned, four);
    ASSERT_TRUE(groups.ok() && others.ok());
    for (const Kind kind : {Kind::Lines, Kind::Pairs, Kind::Items, Kind::Joined}) {
        EXPECT_EQ((*groups)->parts(plan(kind)), (*others)->parts(plan(kind)));
        EXPECT_EQ(rows_of(**groups, kind, 64), rows_of(**others, kind, 64));
    }
}

// Parts together have every row once, in order, and none is much larger than asked for.
TEST_F(KernelTest, PartsFollowEachOther) {
    const Data data = random_data(12);
    Options options = this->options();
    options.orders_per_range = 5;
    options.rows_per_part = 100;
    const auto groups = group(data, options);
    ASSERT_TRUE(groups.ok());
    const std::size_t parts = (*groups)->parts(plan(Kind::Lines));
    EXPECT_GE(parts, (*groups)->line_count() / 100);
    EXPECT_GT(parts, 1u);
    expect_equal(**groups, data, 64);
}

// Nothing at all gives tables without rows, in one part each.
TEST_F(KernelTest, NothingIsFine) {
    const auto groups = group({}, options());
    ASSERT_TRUE(groups.ok()) << groups.error().describe();
    for (const Kind kind : {Kind::Lines, Kind::Pairs, Kind::UsersByOrders, Kind::Items}) {
        EXPECT_EQ((*groups)->parts(plan(kind)), 1u);
        EXPECT_TRUE(rows_of(**groups, kind, 64).empty());
    }
}

// What the packing does not hold is refused, with what it is.
TEST_F(KernelTest, RefusesWhatDoesNotFit) {
    const PlainOrder order{1, 1, 1, std::nullopt, true, std::nullopt};
    EXPECT_EQ(refused({{order}, {{1, 5, 70'000, 0}}}).message(), "a position beyond 0 to 65535");
    EXPECT_EQ(refused({{order}, {{1, 5, -1, 0}}}).message(), "a position beyond 0 to 65535");
    EXPECT_EQ(
        refused({{order}, {{1, 5, 1, 2}}}).message(), "a repeat flag that is neither 0 nor 1"
    );
    PlainOrder again = order;
    again.user = 2;
    EXPECT_EQ(refused({{order, again}, {}}).message(), "order 1 is there twice");
    PlainOrder before = order;
    before.id = 0;
    EXPECT_EQ(
        refused({{order, before}, {}}).message(),
        "orders of a user do not come by sequence and order"
    );
    before.user = 0;
    EXPECT_EQ(refused({{order, before}, {}}).message(), "orders do not come by user");
    PlainOrder wide = order;
    wide.gap = std::int64_t{1} << 40;
    const Error error = refused({{wide}, {}});
    EXPECT_EQ(error.message(), "a gap beyond 32 bits");
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
}

// A null key is refused where it counts: in an order, and in a line that an order of the set has.
TEST_F(KernelTest, RefusesNulls) {
    const auto with = [&](std::vector<std::optional<std::int64_t>> order,
                          std::vector<std::optional<std::int64_t>> line) {
        const auto grouping = begin_grouping(options(), 0, *files_);
        BlockOf orders(5);
        orders.add(order);
        BlockOf lines(4);
        lines.add(line);
        const Result<void> taken = grouping->add_orders(orders.block());
        return taken.ok() ? grouping->add_lines(lines.block()) : taken;
    };
    EXPECT_TRUE(with({1, 1, 1, {}, 1}, {1, 2, 3, 0}).ok());
    EXPECT_FALSE(with({{}, 1, 1, {}, 1}, {1, 2, 3, 0}).ok());
    EXPECT_FALSE(with({1, {}, 1, {}, 1}, {1, 2, 3, 0}).ok());
    EXPECT_FALSE(with({1, 1, {}, {}, 1}, {1, 2, 3, 0}).ok());
    EXPECT_FALSE(with({1, 1, 1, {}, 1}, {1, {}, 3, 0}).ok());
    EXPECT_FALSE(with({1, 1, 1, {}, 1}, {1, 2, {}, 0}).ok());
    EXPECT_FALSE(with({1, 1, 1, {}, 1}, {1, 2, 3, {}}).ok());
    EXPECT_TRUE(with({1, 1, 1, {}, 1}, {{}, 2, 3, 0}).ok());
    EXPECT_TRUE(with({1, 1, 1, {}, {}}, {1, {}, {}, {}}).ok());
}

// Orders that do not fit the memory are refused: they cannot be spilled.
TEST_F(KernelTest, RefusesOrdersBeyondTheMemory) {
    Data data;
    for (std::int64_t i = 0; i < 5000; ++i) data.orders.push_back({i, i, 1, {}, true, {}});
    Options small = options();
    small.memory_bytes_max = 100'000;
    const auto groups = group(data, small);
    ASSERT_FALSE(groups.ok());
    EXPECT_EQ(groups.error().message(), "the orders do not fit into memory");
}

// A grouping that is cancelled ends, and so do rows that are read from then on.
TEST_F(KernelTest, IsCancelled) {
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    Options options = this->options();
    options.cancelled = cancelled;
    const Data data = random_data(2);
    const auto groups = group(data, options);
    ASSERT_TRUE(groups.ok());
    *cancelled = true;
    std::vector<std::int64_t> values(64);
    const TablePlan users{Kind::Pairs, {{Kind::Pairs, Measure::User, 0}}};
    const auto rows = (*groups)->open(users, 0)->next({{values.data(), nullptr, nullptr}}, 64);
    ASSERT_FALSE(rows.ok());
    EXPECT_EQ(rows.error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(group(data, options).error().code(), ErrorCode::Cancelled);
}

}  // namespace tradewind::kernel

// Trees learn what is there to learn, predict as XGBoost itself does, come back from their bytes,
// do not depend on threads or on how rows are cut, and refuse what cannot be learnt from.
#include "learn/trees.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "learn/probability_metrics.h"
#include "os/random.h"

namespace tradewind::learn {
namespace {

constexpr std::size_t columns = 5;

// Label 1 is likely where column 0 is great and column 1 is not known; the others are noise.
struct Table {
    std::vector<float> values;  // row by row
    std::vector<float> labels;

    std::size_t rows() const { return labels.size(); }
    FeatureBlock features() const { return FeatureBlock::by_row(values.data(), rows(), columns); }
    LabelledBlock block() const { return {features(), labels.data(), nullptr}; }
};

Table table(std::size_t rows, std::uint64_t seed, bool missing = true) {
    os::Random random(seed);
    Table out;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column)
            out.values.push_back(static_cast<float>(random.uniform() * 10 - 5));
        float* mine = &out.values[row * columns];
        const bool unknown = missing && random.chance(0.3);
        if (unknown) mine[1] = NAN;
        const double margin = static_cast<double>(mine[0]) + (unknown ? 2 : -1);
        out.labels.push_back(random.chance(1 / (1 + std::exp(-margin))) ? 1.0f : 0.0f);
    }
    return out;
}

TreeOptions options(int rounds = 20) {
    TreeOptions out;
    out.feature_names = {"up_orders", "days_since", "c", "d", "e"};
    out.rounds = rounds;
    out.depth = 4;
    out.work.threads = 1;
    return out;
}

std::unique_ptr<Trees> train(const Table& data, const TreeOptions& how) {
    BlockSource source(data.block());
    return MUST(train_trees(source, nullptr, how));
}

std::vector<float> predictions(const Trees& trees, const Table& data, int threads = 1) {
    std::vector<float> out(data.rows());
    MUST(trees.predict(data.features(), out, {.threads = threads, .cancelled = nullptr}));
    return out;
}

// Rows in blocks of a few, laid out by column.
class SlicedSource : public FeatureSource {
public:
    SlicedSource(const Table& table, std::size_t size) : table_(table), size_(size) {}
    Result<void> rewind() override {
        at_ = 0;
        return {};
    }
    Result<std::optional<LabelledBlock>> next() override {
        if (fail_at && at_ >= *fail_at) return Error(ErrorCode::Io, "the disk is gone");
        if (at_ == table_.rows()) return std::optional<LabelledBlock>();
        const std::size_t rows = std::min(size_, table_.rows() - at_);
        block_.resize(rows * columns);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < columns; ++column)
                block_[column * rows + row] = table_.values[(at_ + row) * columns + column];
        at_ += rows;
        return std::optional(LabelledBlock{
            FeatureBlock::by_column(block_.data(), rows, columns),
            table_.labels.data() + at_ - rows,
            nullptr
        });
    }
    std::optional<std::size_t> fail_at;

private:
    const Table& table_;
    std::size_t size_;
    std::size_t at_ = 0;
    std::vector<float> block_;
};

TEST(Trees, LearnWhatIsThere) {
    const Table data = table(4000, 1);
    const Table others = table(2000, 2);
    const auto trees = train(data, options());
    const std::vector<std::uint8_t> labels(others.labels.begin(), others.labels.end());
    const std::vector<float> p = predictions(*trees, others);
    EXPECT_GT(*area_under_curve(p, labels), 0.9);
    EXPECT_LT(MUST(probability_values(p, labels)).calibration_error, 0.08);
    EXPECT_EQ(trees->tree_count(), 20u);
    EXPECT_EQ(trees->feature_names()[1], "days_since");
    EXPECT_GT(trees->importance()[0], 0.5);
    EXPECT_NEAR(
        std::accumulate(trees->importance().begin(), trees->importance().end(), 0.0), 1, 1e-9
    );
}

// XGBoost's own contributions sum up to its own margin: ours must be the same.
TEST(Trees, PredictAsXgboostDoesAndContributionsSumUp) {
    const Table data = table(3000, 3);
    const auto trees = train(data, options(60));
    const Table others = table(333, 4);
    const std::vector<float> p = predictions(*trees, others);
    const std::vector<float> parts = MUST(trees->contributions(others.features()));
    ASSERT_EQ(parts.size(), others.rows() * (columns + 1));
    for (std::size_t row = 0; row < others.rows(); ++row) {
        double margin = 0;
        for (std::size_t i = 0; i <= columns; ++i)
            margin += static_cast<double>(parts[row * (columns + 1) + i]);
        EXPECT_NEAR(p[row], 1 / (1 + std::exp(-margin)), 2e-6);
        const auto features = std::span(others.values).subspan(row * columns, columns);
        EXPECT_EQ(trees->predict_row(features), p[row]);
    }
}

TEST(Trees, ComeBackFromTheirBytes) {
    const Table data = table(1000, 5);
    const auto trees = train(data, options());
    const std::string bytes = MUST(trees->bytes());
    const auto again = MUST(load_trees(bytes));
    EXPECT_EQ(again->feature_names(), trees->feature_names());
    EXPECT_EQ(predictions(*again, data), predictions(*trees, data));
    EXPECT_EQ(MUST(again->bytes()), bytes);
    EXPECT_EQ(
        MUST(again->contributions(data.features())), MUST(trees->contributions(data.features()))
    );
}

TEST(Trees, RefuseBytesThatAreNone) {
    const std::string bytes = MUST(train(table(500, 5), options(3))->bytes());
    for (const std::string& bad :
         {std::string(), std::string("nothing"), bytes.substr(0, bytes.size() / 2)})
        EXPECT_EQ(load_trees(bad).error().code(), ErrorCode::Corruption) << bad.size();
}

TEST(Trees, DoNotDependOnThreadsOrBlocks) {
    const Table data = table(5000, 6);
    TreeOptions how = options();
    how.row_share = 0.8;
    how.column_share = 0.8;
    how.work.threads = 1;
    const auto one = train(data, how);
    const std::string bytes = MUST(one->bytes());
    how.work.threads = 3;
    EXPECT_EQ(MUST(train(data, how)->bytes()), bytes);
    SlicedSource sliced(data, 5000);
    EXPECT_EQ(MUST(MUST(train_trees(sliced, nullptr, how))->bytes()), bytes)
        << "columns that lie one after the other are the same";
    EXPECT_EQ(predictions(*one, data, 1), predictions(*one, data, 3));
}

TEST(Trees, LearnAsMuchFromManyBlocks) {
    const Table data = table(4000, 7);
    SlicedSource sliced(data, 97);
    const auto trees = MUST(train_trees(sliced, nullptr, options()));
    const std::vector<std::uint8_t> labels(data.labels.begin(), data.labels.end());
    EXPECT_GT(*area_under_curve(predictions(*trees, data), labels), 0.9);
}

// More rounds than help: the loss of others begins to grow, and only the rounds before are kept.
TEST(Trees, EndEarlyAndKeepTheBestRounds) {
    const Table data = table(400, 8);
    const Table others = table(2000, 9);
    TreeOptions how = options(300);
    how.learning_rate = 0.3;
    how.patience_rounds = 10;
    std::vector<double> losses;
    how.on_round = [&](const TreeRound& round) { losses.push_back(*round.validation_loss); };
    BlockSource source(data.block());
    BlockSource judge(others.block());
    const auto trees = MUST(train_trees(source, &judge, how));
    ASSERT_LT(losses.size(), 300u);
    const auto best = std::ranges::min_element(losses);
    EXPECT_EQ(trees->tree_count(), static_cast<std::size_t>(best - losses.begin()) + 1);
    EXPECT_EQ(losses.size(), trees->tree_count() + 10);
    const std::vector<std::uint8_t> labels(others.labels.begin(), others.labels.end());
    const double loss = MUST(probability_values(predictions(*trees, others), labels)).log_loss;
    EXPECT_NEAR(loss, *best, 1e-3) << "validation rows are judged by the training rows' bins";
    EXPECT_EQ(MUST(load_trees(MUST(trees->bytes())))->tree_count(), trees->tree_count());
}

TEST(Trees, PredictValues) {
    Table data = table(3000, 10, false);
    for (std::size_t row = 0; row < data.rows(); ++row)
        data.labels[row] = 100 + 3 * data.values[row * columns];
    TreeOptions how = options(100);
    how.goal = TreeGoal::Value;
    const auto trees = train(data, how);
    const std::vector<float> values = predictions(*trees, data);
    double error = 0;
    for (std::size_t row = 0; row < data.rows(); ++row)
        error += std::abs(static_cast<double>(values[row] - data.labels[row]));
    EXPECT_LT(error / 3000, 0.5);
    EXPECT_EQ(predictions(*MUST(load_trees(MUST(trees->bytes()))), data), values);
}

TEST(Trees, RefuseRowsThatTeachNothing) {
    const auto code = [](Table data, TreeOptions how = options()) {
        BlockSource source(data.block());
        return train_trees(source, nullptr, how).error().code();
    };
    EXPECT_EQ(code(Table()), ErrorCode::InvalidArgument) << "no row";
    Table constant = table(100, 1);
    std::ranges::fill(constant.labels, 1.0f);
    EXPECT_EQ(code(constant), ErrorCode::InvalidArgument) << "one label";
    Table infinite = table(100, 1);
    infinite.values[7] = INFINITY;
    EXPECT_EQ(code(infinite), ErrorCode::InvalidArgument);
    for (const float label : {2.0f, NAN, -1.0f}) {
        Table wrong = table(100, 1);
        wrong.labels[3] = label;
        EXPECT_EQ(code(wrong), ErrorCode::InvalidArgument) << label;
    }
    TreeOptions names = options();
    names.feature_names.pop_back();
    EXPECT_EQ(code(table(100, 1), names), ErrorCode::InvalidArgument) << "other columns";
}

TEST(Trees, RefuseOptionsOutOfRange) {
    const Table data = table(100, 1);
    const auto refused = [&data](auto change) {
        TreeOptions how = options();
        change(how);
        BlockSource source(data.block());
        return !train_trees(source, nullptr, how).ok();
    };
    EXPECT_TRUE(refused([](TreeOptions& how) { how.rounds = 0; }));
    EXPECT_TRUE(refused([](TreeOptions& how) { how.depth = 0; }));
    EXPECT_TRUE(refused([](TreeOptions& how) { how.learning_rate = NAN; }));
    EXPECT_TRUE(refused([](TreeOptions& how) { how.row_share = 0; }));
    EXPECT_TRUE(refused([](TreeOptions& how) { how.patience_rounds = 5; }));
    EXPECT_TRUE(refused([](TreeOptions& how) { how.feature_names[0] = how.feature_names[1]; }));
}

TEST(Trees, TakeFeaturesThatAreNeverKnown) {
    Table data = table(500, 2);
    for (std::size_t row = 0; row < data.rows(); ++row) data.values[row * columns + 3] = NAN;
    const auto trees = train(data, options(5));
    for (const float p : predictions(*trees, data)) EXPECT_TRUE(p > 0 && p < 1);
}

TEST(Trees, OfTenUsers) {
    const auto trees = train(table(10, 4), options(5));
    EXPECT_EQ(trees->tree_count(), 5u);
}

TEST(Trees, PassOnWhatTheSourceSays) {
    const Table data = table(1000, 1);
    SlicedSource source(data, 100);
    source.fail_at = 500;
    EXPECT_EQ(train_trees(source, nullptr, options()).error().code(), ErrorCode::Io);
}

TEST(Trees, AreCalledOff) {
    const Table data = table(1000, 1);
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    TreeOptions how = options(1000);
    how.work.cancelled = flag;
    int rounds = 0;
    how.on_round = [&](const TreeRound& round) { *flag = (rounds = round.round) == 3; };
    BlockSource source(data.block());
    EXPECT_EQ(train_trees(source, nullptr, how).error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(rounds, 3);
}

}  // namespace
}  // namespace tradewind::learn

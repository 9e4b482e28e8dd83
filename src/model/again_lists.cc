// Each user's list of what he buys again, with what speaks most for each item: of the features that
// the model's file has words for, the one in which the row stands out most from all others, in the
// direction in which it makes a purchase likelier.
#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "model/buy_again.h"

namespace tradewind::model {

namespace {

constexpr std::size_t reasons_max = 8;

// A feature's mean and spread, and whether it grows with the probability.
struct Spread {
    double n = 0;
    double sum = 0;
    double squares = 0;
    double with_probability = 0;
    double probability = 0;

    void add(float value, float p) {
        if (std::isnan(value)) return;
        n += 1;
        sum += value;
        squares += static_cast<double>(value) * value;
        with_probability += static_cast<double>(value) * p;
        probability += p;
    }
    // How much this value speaks for a purchase.
    double speaks(float value) const {
        if (std::isnan(value) || n < 2) return -1e9;
        const double mean = sum / n;
        const double variance = squares / n - mean * mean;
        const double together = with_probability / n - mean * probability / n;
        const double away = (value - mean) / std::sqrt(std::max(variance, 1e-12));
        return together >= 0 ? away : -away;
    }
};

struct Row {
    std::uint32_t item = 0;
    float probability = 0;
    std::array<float, reasons_max> values{};
};

bool before(const Row& a, const Row& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.item < b.item;
}

// The best rows of one user so far.
class Best {
public:
    void add(Row row, std::size_t count) {
        rows_.push_back(row);
        if (rows_.size() >= 2 * count) cut(count);
    }
    void cut(std::size_t count) {
        const std::size_t kept = std::min(count, rows_.size());
        std::ranges::partial_sort(rows_, rows_.begin() + static_cast<long>(kept), before);
        rows_.resize(kept);
    }
    const std::vector<Row>& rows() const { return rows_; }

private:
    std::vector<Row> rows_;
};

class Collector {
public:
    Collector(const Training& training, const BuyAgain& model)
        : training_(training),
          model_(model),
          length_(static_cast<std::size_t>(training.spec.parameter("list_length", 30))),
          users_(training.shop.users.size()) {
        for (const auto& [feature, words] : training.spec.reasons) {
            const auto found = std::ranges::find(model.columns, feature);
            if (columns_.size() == reasons_max || found == model.columns.end()) continue;
            columns_.push_back(static_cast<std::size_t>(found - model.columns.begin()));
        }
        spreads_.resize(columns_.size());
    }

    Result<void> collect() {
        FeatureRows rows(
            training_.tables.work(), scored_sql(training_.spec, model_.columns, "score"), 3
        );
        std::vector<float> out(block_rows_max);
        std::int64_t done = 0;
        while (const FeatureRowsBlock* block = TRY(rows.next())) {
            const std::span<float> scores = std::span(out).first(block->rows);
            TRY(model_.trees->predict(block->features, scores, training_.work));
            for (std::size_t i = 0; i < block->rows; ++i) take(*block, i, scores[i]);
            done += static_cast<std::int64_t>(block->rows);
            training_.tell("lists: " + format_count(done) + " candidates");
        }
        return {};
    }

    Lists lists() {
        Lists lists;
        std::vector<ListEntry> list;
        for (Best& best : users_) {
            best.cut(length_);
            list.clear();
            for (const Row& row : best.rows()) list.push_back(entry_of(row));
            lists.add(list);
        }
        return lists;
    }

private:
    void take(const FeatureRowsBlock& block, std::size_t i, float raw) {
        Row row;
        row.item = static_cast<std::uint32_t>(block.keys[1][i]);
        row.probability = model_.probability(raw);
        for (std::size_t r = 0; r < columns_.size(); ++r) {
            row.values[r] = block.features.at(i, columns_[r]);
            spreads_[r].add(row.values[r], row.probability);
        }
        if (training_.shop.offered[row.item] == 0) return;
        users_[static_cast<std::size_t>(block.keys[0][i])].add(row, length_);
    }

    ListEntry entry_of(const Row& row) const {
        ListEntry entry{row.item, row.probability, 0, 0};
        double most = -1e8;
        for (std::size_t r = 0; r < columns_.size(); ++r) {
            const double speaks = spreads_[r].speaks(row.values[r]);
            if (speaks <= most) continue;
            most = speaks;
            entry.value = row.values[r];
            entry.reason = static_cast<std::uint32_t>(columns_[r]) + 1;
        }
        return entry;
    }

    const Training& training_;
    const BuyAgain& model_;
    const std::size_t length_;
    std::vector<std::size_t> columns_;
    std::vector<Spread> spreads_;
    std::vector<Best> users_;
};

}  // namespace

Result<Lists> again_lists(const Training& training, const BuyAgain& model) {
    Collector collector(training, model);
    TRY(collector.collect());
    return collector.lists();
}

}  // namespace tradewind::model

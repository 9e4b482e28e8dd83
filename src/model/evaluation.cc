#include "model/evaluation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace tradewind::model {

namespace {

constexpr std::size_t coverage_size = 10;

std::string at(const char* name, std::size_t k) {
    return std::string(name) + "@" + std::to_string(k);
}

void add_values(json::Value& out, const learn::RankingValues& values, std::size_t k) {
    out.set(at("recall", k), number(values.recall));
    out.set(at("precision", k), number(values.precision));
    out.set(at("f1", k), number(values.f1));
    out.set(at("ndcg", k), number(values.ndcg));
    out.set(at("ndcg_cut", k), number(values.ndcg_cut));
    out.set(at("hit_rate", k), number(values.hit_rate));
}

}  // namespace

json::Value number(double value) {
    if (!std::isfinite(value)) return {};
    char text[32];
    std::snprintf(text, sizeof(text), "%.6f", value);
    return json::Value::number_text(text);
}

ListScores::ListScores(std::size_t item_count, std::vector<std::uint32_t> groups)
    : lists_(item_count, std::move(groups)) {
    for (const std::size_t k : list_sizes) means_.emplace_back(k);
}

void ListScores::add(
    std::span<const learn::Item> ranked,
    std::span<const learn::Item> truth,
    std::optional<std::span<const learn::Item>> set,
    std::size_t own_size
) {
    ++users_;
    for (learn::RankingMean& mean : means_) mean.add(ranked, truth);
    lists_.add(ranked.first(std::min(ranked.size(), coverage_size)));
    if (set) {
        sets_ = true;
        set_f1_ += learn::set_f1(*set, truth);
        return;
    }
    const auto first = [&](std::size_t k) { return ranked.first(std::min(k, ranked.size())); };
    own_size_f1_ += learn::set_f1(first(own_size), truth);
    for (std::size_t k = 0; k <= set_sizes_max; ++k) size_f1_[k] += learn::set_f1(first(k), truth);
}

double ListScores::f1() const {
    if (users_ == 0) return 0;
    const double best = std::max(own_size_f1_, *std::ranges::max_element(size_f1_));
    return (sets_ ? set_f1_ : best) / static_cast<double>(users_);
}

json::Value ListScores::metrics() const {
    json::Value out = json::Value::object();
    out.set("f1", number(f1()));
    for (const learn::RankingMean& mean : means_) add_values(out, mean.mean(), mean.k());
    const learn::ListValues lists = lists_.values();
    out.set(at("coverage", coverage_size), number(lists.coverage));
    out.set(at("diversity", coverage_size), number(lists.diversity));
    out.set(at("concentration", coverage_size), number(lists.gini));
    return out;
}

SplitScores::SplitScores() {
    for (const std::size_t k : list_sizes) means_.emplace_back(k);
}

json::Value SplitScores::values() const {
    json::Value out = json::Value::object();
    const std::pair<const char*, const learn::RankingMean& (learn::SplitRankingMean::*)() const>
        parts[] = {
            {"all", &learn::SplitRankingMean::all},
            {"repeat", &learn::SplitRankingMean::repeat},
            {"explore", &learn::SplitRankingMean::explore}
        };
    for (const auto& [name, part] : parts) {
        json::Value& values = out.set(name, json::Value::object());
        values.set("users", static_cast<std::int64_t>((means_.front().*part)().users()));
        for (const auto& mean : means_) add_values(values, (mean.*part)().mean(), mean.all().k());
    }
    return out;
}

json::Value to_json(const learn::ProbabilityValues& values) {
    json::Value out = json::Value::object();
    out.set("rows", static_cast<std::int64_t>(values.count));
    out.set("positive_rate", number(values.positive_rate));
    out.set("brier", number(values.brier));
    out.set("log_loss", number(values.log_loss));
    out.set("auc", values.auc ? number(*values.auc) : json::Value());
    out.set("calibration_error", number(values.calibration_error));
    json::Value& bins = out.set("bins", json::Value::array());
    for (const learn::CalibrationBin& bin : values.bins) {
        json::Value& one = bins.add(json::Value::object());
        one.set("from", number(bin.begin));
        one.set("to", number(bin.end));
        one.set("count", static_cast<std::int64_t>(bin.count));
        one.set("predicted", number(bin.predicted));
        one.set("happened", number(bin.happened));
    }
    return out;
}

}  // namespace tradewind::model

// What learning costs, on interactions drawn by chance that are as skewed as a grocer's.
//   tw_learn_bench make FOLDER LINES ITEMS ROWS     writes what the others, and peers, read
//   tw_learn_bench co_purchase|als|trees FOLDER THREADS
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "learn/learn.h"
#include "os/clock.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::learn {
namespace {

constexpr std::size_t columns = 40;
constexpr std::size_t baskets_of_user = 16;

class Stopwatch {
public:
    double seconds() const { return static_cast<double>(clock_->monotonic_us() - begin_us_) / 1e6; }
    double cpu() const { return os::cpu_seconds() - begin_cpu_; }

private:
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::int64_t begin_us_ = clock_->monotonic_us();
    double begin_cpu_ = os::cpu_seconds();
};

template <typename T>
void write(const std::string& path, const std::vector<T>& values) {
    std::ofstream out(path, std::ios::binary);
    out.write(
        reinterpret_cast<const char*>(values.data()),
        static_cast<std::streamsize>(values.size() * sizeof(T))
    );
    CHECK(out.good());
}

template <typename T>
std::vector<T> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    CHECK(in.good());
    std::vector<T> values(static_cast<std::size_t>(in.tellg()) / sizeof(T));
    in.seekg(0);
    in.read(
        reinterpret_cast<char*>(values.data()),
        static_cast<std::streamsize>(values.size() * sizeof(T))
    );
    return values;
}

// Item r is drawn with a chance of about 1 / (r + 20); half of what a user takes he has taken
// before.
Baskets draw_baskets(std::size_t lines, std::size_t items) {
    os::Random random(1);
    constexpr double flat = 20;
    const double ratio = static_cast<double>(items) / flat + 1;
    BasketsBuilder builder;
    std::vector<Item> taken;
    std::vector<Item> basket;
    std::size_t made = 0;
    for (std::size_t number = 0; made < lines; ++number) {
        if (number % baskets_of_user == 0) taken.clear();
        basket.resize(1 + static_cast<std::size_t>(-9.5 * std::log(1 - random.uniform())));
        for (Item& one : basket) {
            const bool again = !taken.empty() && random.chance(0.5);
            one = again ? taken[random.below(taken.size())]
                        : static_cast<Item>(flat * std::pow(ratio, random.uniform()) - flat);
            taken.push_back(one);
        }
        made += basket.size();
        MUST(builder.add(
            static_cast<User>(number / baskets_of_user),
            basket,
            static_cast<float>(number % baskets_of_user)
        ));
    }
    return std::move(builder).finish(0, items);
}

// Features as those of what is bought again: counts, shares, days, a tenth not known.
void draw_rows(const std::string& folder, std::size_t rows) {
    os::Random random(2);
    std::vector<float> values;
    std::vector<float> labels;
    values.reserve(rows * columns);
    for (std::size_t row = 0; row < rows; ++row) {
        double margin = -3;
        for (std::size_t column = 0; column < columns; ++column) {
            const double x = random.uniform();
            const double value = column % 3 == 0 ? std::floor(1 / (x + 0.01)) : x * 30;
            margin += column < 8 ? (x - 0.5) * (column % 2 == 0 ? 2 : -2) : 0;
            values.push_back(
                column % 10 == 9 && random.chance(0.3) ? NAN : static_cast<float>(value)
            );
        }
        labels.push_back(random.chance(1 / (1 + std::exp(-margin))) ? 1.0f : 0.0f);
    }
    write(folder + "/features.f32", values);
    write(folder + "/labels.f32", labels);
}

void make(const std::string& folder, std::size_t lines, std::size_t items, std::size_t rows) {
    const Baskets baskets = draw_baskets(lines, items);
    std::vector<Item> codes;
    std::vector<std::uint64_t> first{0};
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket) {
        const auto some = baskets.items(basket);
        codes.insert(codes.end(), some.begin(), some.end());
        first.push_back(codes.size());
    }
    write(folder + "/items.u32", codes);
    write(folder + "/baskets.u64", first);
    const WeightedPairs pairs = count_pairs(baskets);
    write(folder + "/pair_items.u32", pairs.items);
    write(folder + "/pair_weights.f32", pairs.weights);
    write(folder + "/pair_users.u64", pairs.first);
    write(folder + "/item_count.u64", std::vector<std::uint64_t>{items});
    draw_rows(folder, rows);
}

void end_figures() {
    std::cout << ", \"resident_bytes_peak\": " << os::resident_bytes_peak() << "}\n";
}

void co_purchase(const std::string& folder, int threads) {
    const auto codes = read<Item>(folder + "/items.u32");
    const auto first = read<std::uint64_t>(folder + "/baskets.u64");
    BasketsBuilder builder;
    for (std::size_t basket = 0; basket + 1 < first.size(); ++basket)
        MUST(builder.add(
            static_cast<User>(basket / baskets_of_user),
            std::span(codes).subspan(first[basket], first[basket + 1] - first[basket])
        ));
    const auto items = read<std::uint64_t>(folder + "/item_count.u64")[0];
    const Baskets baskets = std::move(builder).finish(0, items);
    CoPurchaseOptions options;
    options.neighbours_max = 20;
    options.closeness = Closeness::Count;
    options.count_min = 1;
    const Stopwatch watch;
    const auto made = MUST(CoPurchase::make(baskets, options, {.threads = threads}));
    std::cout << "{\"seconds\": " << watch.seconds() << ", \"cpu_seconds\": " << watch.cpu()
              << ", \"lines\": " << baskets.line_count();
    double sum = 0;
    for (Item item = 0; item < items; ++item)
        for (const ScoredItem& other : made->nearest(item, 20, Closeness::Count))
            sum += static_cast<double>(other.score);
    const std::span<const Item> basket(codes.data(), std::min<std::size_t>(codes.size(), 10'000));
    const Stopwatch next;
    constexpr int requests = 1000;
    for (int i = 0; i < requests; ++i) made->next(basket, {});
    std::cout << ", \"sum\": " << static_cast<std::int64_t>(sum)
              << ", \"next_us\": " << next.cpu() / requests * 1e6;
    end_figures();
}

void als(const std::string& folder, int threads) {
    WeightedPairs pairs;
    pairs.items = read<Item>(folder + "/pair_items.u32");
    pairs.weights = read<float>(folder + "/pair_weights.f32");
    pairs.first = read<std::uint64_t>(folder + "/pair_users.u64");
    pairs.item_count = read<std::uint64_t>(folder + "/item_count.u64")[0];
    AlsOptions options;
    options.iterations = 5;
    options.work.threads = threads;
    std::vector<double> at;
    const Stopwatch watch;
    options.on_iteration = [&](int) { at.push_back(watch.seconds()); };
    const auto made = MUST(Als::make(pairs, options));
    std::cout << "{\"seconds\": " << (at.back() - at.front()) / 4
              << ", \"cpu_seconds\": " << watch.cpu() / 5.5 << ", \"pairs\": " << pairs.items.size()
              << ", \"users\": " << pairs.user_count() << ", \"loss\": " << made->loss(pairs);
    end_figures();
}

void trees(const std::string& folder, int threads) {
    const Stopwatch watch;
    const auto values = read<float>(folder + "/features.f32");
    const auto labels = read<float>(folder + "/labels.f32");
    const auto rows = FeatureBlock::by_row(values.data(), labels.size(), columns);
    BlockSource source({rows, labels.data(), nullptr});
    TreeOptions options;
    options.rounds = 100;
    options.work.threads = threads;
    for (std::size_t i = 0; i < columns; ++i)
        options.feature_names.push_back("f" + std::to_string(i));
    const auto trained = MUST(train_trees(source, nullptr, options));
    std::cout << "{\"seconds\": " << watch.seconds() << ", \"cpu_seconds\": " << watch.cpu()
              << ", \"rows\": " << labels.size();
    std::vector<float> out(labels.size());
    const Stopwatch predicting;
    MUST(trained->predict(rows, out, {.threads = threads}));
    std::cout << ", \"predict_rows_per_second\": "
              << static_cast<double>(labels.size()) / predicting.seconds()
              << ", \"predict_cpu_us\": "
              << predicting.cpu() / static_cast<double>(labels.size()) * 1e6;
    const std::vector<std::uint8_t> happened(labels.begin(), labels.end());
    std::cout << ", \"log_loss\": " << MUST(probability_values(out, happened)).log_loss;
    const Stopwatch one;
    const std::size_t singles = std::min<std::size_t>(labels.size(), 20'000);
    float sum = 0;
    for (std::size_t row = 0; row < singles; ++row)
        sum += trained->predict_row(std::span(values).subspan(row * columns, columns));
    std::cout << ", \"predict_row_us\": " << one.cpu() / static_cast<double>(singles) * 1e6
              << ", \"mean\": " << sum / static_cast<float>(singles);
    const Stopwatch explaining;
    const std::size_t explained = std::min<std::size_t>(labels.size(), 50);
    for (std::size_t row = 0; row < explained; ++row)
        MUST(trained->contributions(FeatureBlock::by_row(values.data() + row * columns, 1, columns))
        );
    std::cout << ", \"explain_row_us\": "
              << explaining.cpu() / static_cast<double>(explained) * 1e6;
    end_figures();
}

int run(const std::vector<std::string>& arguments) {
    const auto number = [&](std::size_t at) {
        return std::strtoul(arguments.at(at).c_str(), nullptr, 10);
    };
    if (arguments.size() == 5 && arguments[0] == "make") {
        make(arguments[1], number(2), number(3), number(4));
        return 0;
    }
    if (arguments.size() != 3) return 2;
    const auto threads = static_cast<int>(number(2));
    if (arguments[0] == "co_purchase") co_purchase(arguments[1], threads);
    if (arguments[0] == "als") als(arguments[1], threads);
    if (arguments[0] == "trees") trees(arguments[1], threads);
    return 0;
}

}  // namespace
}  // namespace tradewind::learn

int main(int argc, char** argv) {
    return tradewind::learn::run(std::vector<std::string>(argv + 1, argv + argc));
}

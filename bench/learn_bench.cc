// What learning costs, on interactions drawn by chance that are as skewed as a grocer's.
//   tw_learn_bench co_purchase LINES ITEMS THREADS
//   tw_learn_bench als LINES ITEMS THREADS
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>

#include "learn/learn.h"
#include "os/clock.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::learn {
namespace {

class Stopwatch {
public:
    double seconds() const { return static_cast<double>(clock_->monotonic_us() - begin_us_) / 1e6; }

private:
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::int64_t begin_us_ = clock_->monotonic_us();
};

// Item r is drawn with a chance of about 1 / (r + 20): the first one stands in every 70th line.
class Shop {
public:
    Shop(std::size_t items, std::uint64_t seed)
        : items_(static_cast<double>(items)), random_(seed) {}
    Item item() {
        constexpr double flat = 20;
        return static_cast<Item>(flat * std::pow(items_ / flat + 1, random_.uniform()) - flat);
    }
    // 1 to about 60, 10 on average.
    std::size_t basket_size() {
        return 1 + static_cast<std::size_t>(-9.5 * std::log(1 - random_.uniform()));
    }
    Baskets baskets(std::size_t lines) {
        BasketsBuilder builder;
        std::size_t made = 0;
        std::vector<Item> basket;
        for (User basket_number = 0; made < lines; ++basket_number) {
            basket.resize(basket_size());
            for (Item& one : basket) one = item();
            made += basket.size();
            MUST(builder.add(basket_number / 16, basket, static_cast<float>(basket_number % 16)));
        }
        return std::move(builder).finish();
    }

private:
    double items_;
    os::Random random_;
};

void co_purchase(std::size_t lines, std::size_t items, int threads) {
    const Baskets baskets = Shop(items, 1).baskets(lines);
    CoPurchaseOptions options;
    options.neighbours_max = 20;
    const double cpu = os::cpu_seconds();
    const Stopwatch watch;
    const auto made = MUST(CoPurchase::make(baskets, options, {.threads = threads}));
    std::cout << "{\"seconds\": " << watch.seconds()
              << ", \"cpu_seconds\": " << os::cpu_seconds() - cpu
              << ", \"lines\": " << baskets.line_count()
              << ", \"baskets\": " << baskets.basket_count();
    Shop visitors(items, 2);
    std::vector<Item> basket(10'000);
    for (Item& one : basket) one = visitors.item();
    const Stopwatch next;
    constexpr int requests = 1000;
    for (int i = 0; i < requests; ++i) made->next(basket, {});
    std::cout << ", \"next_us\": " << next.seconds() / requests * 1e6
              << ", \"resident_bytes_peak\": " << os::resident_bytes_peak() << "}\n";
}

void als(std::size_t lines, std::size_t items, int threads) {
    const WeightedPairs pairs = count_pairs(Shop(items, 1).baskets(lines));
    AlsOptions options;
    options.iterations = 3;
    options.work.threads = threads;
    std::vector<double> at;
    std::vector<double> cpu;
    const Stopwatch watch;
    options.on_iteration = [&](int) {
        at.push_back(watch.seconds());
        cpu.push_back(os::cpu_seconds());
    };
    const auto made = MUST(Als::make(pairs, options));
    std::cout << "{\"seconds\": " << (at[2] - at[0]) / 2
              << ", \"cpu_seconds\": " << (cpu[2] - cpu[0]) / 2
              << ", \"pairs\": " << pairs.items.size() << ", \"users\": " << pairs.user_count()
              << ", \"loss\": " << made->loss(pairs)
              << ", \"resident_bytes_peak\": " << os::resident_bytes_peak() << "}\n";
}

int run(int argc, char** argv) {
    const auto number = [&](int at, std::size_t fallback) {
        return argc > at ? std::strtoul(argv[at], nullptr, 10) : fallback;
    };
    const std::string what = argc > 1 ? argv[1] : "";
    const std::size_t lines = number(2, 32'000'000);
    const std::size_t items = number(3, 50'000);
    const auto threads = static_cast<int>(number(4, 2));
    if (what == "co_purchase")
        co_purchase(lines, items, threads);
    else if (what == "als")
        als(lines, items, threads);
    else
        return 2;
    return 0;
}

}  // namespace
}  // namespace tradewind::learn

int main(int argc, char** argv) {
    return tradewind::learn::run(argc, argv);
}

// What serving costs on the real file: applying it to both tables, and look-ups of one thread.
//   tw_serving_bench [batch rows] [folder]
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "base/text.h"
#include "os/clock.h"
#include "os/process.h"
#include "os/random.h"
#include "serving/retail_file.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

class Stopwatch {
public:
    double seconds() const { return static_cast<double>(clock_->monotonic_us() - begin_us_) / 1e6; }
    double cpu() const { return os::cpu_seconds() - begin_cpu_; }

private:
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::int64_t begin_us_ = clock_->monotonic_us();
    double begin_cpu_ = os::cpu_seconds();
};

void apply_all(Serving& serving, const std::vector<RowBatch>& batches, std::int64_t& rows) {
    for (std::size_t i = 0; i < batches.size(); ++i) {
        rows += static_cast<std::int64_t>(batches[i].row_count());
        MUST(serving.apply("online_retail", batches[i], {"import/1", rows}, i + 1 == batches.size())
        );
    }
}

std::vector<std::string> all_invoices(const std::vector<RowBatch>& batches) {
    std::vector<std::string> out;
    for (const RowBatch& rows : batches) {
        for (std::size_t row = 0; row < rows.row_count(); ++row) {
            const std::string_view number = rows.column(0).text(row);
            if (out.empty() || out.back() != number) out.emplace_back(number);
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void measure_gets(
    Serving& serving,
    const std::string& table,
    const std::vector<std::string>& keys,
    const char* what
) {
    os::Random random(1);
    constexpr int count = 200'000;
    std::size_t bytes = 0;
    const Stopwatch watch;
    for (int i = 0; i < count; ++i) {
        const auto json = serving.get({table, keys[random.below(keys.size())]});
        CHECK(json.ok());
        bytes += json->size();
    }
    std::cout << what << ": " << format_count(static_cast<std::int64_t>(count / watch.seconds()))
              << " gets/s, " << format_count(static_cast<std::int64_t>(count / watch.cpu()))
              << " a second of CPU, " << bytes / count << " bytes each\n";
}

int run(std::size_t batch_rows, const std::string& folder) {
    const auto data = test_data_folder();
    if (!data) {
        std::cerr << "no real data; TRADEWIND_TEST_DATA names its folder\n";
        return 1;
    }
    const auto batches = read_retail_file(*data, batch_rows, OriginId(1));
    const auto invoices = all_invoices(batches);
    MetricsRegistry metrics;
    ServingOptions options;
    options.folder = folder;
    auto serving =
        MUST(open_serving(options, {shipped_table("invoices"), shipped_table("customers")}, metrics)
        );
    std::int64_t rows = 0;
    {
        const Stopwatch watch;
        apply_all(*serving, batches, rows);
        std::cout << "apply " << format_count(rows) << " rows in batches of " << batch_rows << ": "
                  << watch.seconds() << " s, " << watch.cpu() << " s of CPU\n";
    }
    measure_gets(*serving, "invoices", invoices, "invoices, as applied");
    serving.reset();
    serving =
        MUST(open_serving(options, {shipped_table("invoices"), shipped_table("customers")}, metrics)
        );
    measure_gets(*serving, "invoices", invoices, "invoices, after reopening");
    measure_gets(*serving, "invoices", invoices, "invoices, from the cache");
    measure_gets(*serving, "invoices", {"536365"}, "one invoice of 7 items");
    measure_gets(*serving, "customers", {"17850"}, "one customer's summary");
    {
        const Stopwatch watch;
        MUST(serving->drop_origin("online_retail", OriginId(1)));
        std::cout << "drop the import: " << watch.seconds() << " s\n";
    }
    std::cout << "resident at most: "
              << format_bytes(static_cast<std::int64_t>(os::resident_bytes_peak())) << "\n";
    return 0;
}

}  // namespace
}  // namespace tradewind::serving

int main(int argc, char** argv) {
    const std::size_t batch_rows = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 50'000;
    const tradewind::serving::TemporaryFolder folder;
    return tradewind::serving::run(batch_rows, argc > 2 ? argv[2] : folder.file("serving"));
}

#include "generate/basket.h"

#include <algorithm>
#include <cmath>

#include "generate/basket_unit.h"
#include "generate/file_set.h"
#include "generate/ordered_work.h"

namespace tradewind::generate {

namespace {

using namespace basket;

enum File : std::size_t { Orders, Prior, Train, Products, Aisles, Departments };
std::vector<std::string> file_names() {
    return {
        "orders.csv",
        "order_products__prior.csv",
        "order_products__train.csv",
        "products.csv",
        "aisles.csv",
        "departments.csv"
    };
}
constexpr std::string_view orders_header =
    "order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n";
constexpr std::string_view lines_header = "order_id,product_id,add_to_cart_order,reordered\n";

// Pieces that wait to be written, for each thread: about 2 MB each.
constexpr std::size_t pieces_ahead = 4;
// Of the time, making orders takes that share, writing their lines the rest.
constexpr double making_share = 0.6;

struct LineRows {
    CsvRows prior;
    CsvRows train;
};

class BasketRun {
public:
    BasketRun(
        const GenerateRequest& request, FileSet& out, const std::function<void(double)>& progress
    )
        : out_(out), progress_(progress), assortment_(request.seed) {
        limits_.threads = thread_count(request);
        limits_.ahead = pieces_ahead * static_cast<std::size_t>(limits_.threads);
        population_.seed = request.seed;
        population_.user_count = std::max<std::int64_t>(
            1, std::llround(request.scale * static_cast<double>(unit_users_max))
        );
        for (int i = 0; i < limits_.threads; ++i) shoppers_.emplace_back(assortment_);
    }

    Result<void> write_all() {
        TRY(out_.append(Orders, orders_header));
        TRY(out_.append(Prior, lines_header));
        TRY(out_.append(Train, lines_header));
        std::int64_t next_id = 1;
        for (std::int64_t done = 0; done < population_.user_count; done += unit_users_max) {
            const std::int64_t users = std::min(unit_users_max, population_.user_count - done);
            Unit unit(population_, {done + 1, users, next_id});
            TRY(write_unit(unit, done, users));
            next_id += unit.order_count();
        }
        return write_references();
    }

private:
    Result<void> write_unit(Unit& unit, std::int64_t users_done, std::int64_t users) {
        const auto report = [&](double share) {
            if (!progress_) return;
            const double done =
                static_cast<double>(users_done) + share * static_cast<double>(users);
            progress_(std::min(1.0, done / static_cast<double>(population_.user_count)));
        };
        TRY(write_orders(unit, report));
        return write_lines(unit, report);
    }

    Result<void> write_orders(Unit& unit, const std::function<void(double)>& report) {
        const auto count = static_cast<double>(unit.chunk_count());
        return OrderedWork<CsvRows>::run(
            unit.chunk_count(),
            limits_,
            [&](std::size_t chunk, std::size_t thread) {
                CsvRows rows;
                unit.make_chunk(chunk, shoppers_[thread], rows);
                return rows;
            },
            [&](std::size_t chunk, const CsvRows& rows) -> Result<void> {
                TRY(write(Orders, rows));
                report(making_share * static_cast<double>(chunk + 1) / count);
                return {};
            }
        );
    }

    Result<void> write_lines(const Unit& unit, const std::function<void(double)>& report) {
        const auto count = static_cast<double>(unit.block_count());
        return OrderedWork<LineRows>::run(
            unit.block_count(),
            limits_,
            [&](std::size_t block, std::size_t) {
                LineRows rows;
                unit.write_block(block, rows.prior, rows.train);
                return rows;
            },
            [&](std::size_t block, const LineRows& rows) -> Result<void> {
                TRY(write(Prior, rows.prior));
                TRY(write(Train, rows.train));
                const double share = static_cast<double>(block + 1) / count;
                report(making_share + (1 - making_share) * share);
                return {};
            }
        );
    }

    Result<void> write(File file, const CsvRows& rows) {
        TRY(out_.append(file, rows.text()));
        out_.count_rows(file, rows.row_count());
        return {};
    }

    Result<void> write_references() {
        TRY(out_.append(Products, assortment_.products_csv()));
        TRY(out_.append(Aisles, assortment_.aisles_csv()));
        TRY(out_.append(Departments, assortment_.departments_csv()));
        out_.count_rows(Products, product_count);
        out_.count_rows(Aisles, assortment_.aisle_count());
        out_.count_rows(Departments, assortment_.department_count());
        return {};
    }

    FileSet& out_;
    const std::function<void(double)>& progress_;
    const Assortment assortment_;
    WorkLimits limits_;
    Population population_;
    std::vector<Shopper> shoppers_;  // one for each thread
};

}  // namespace

Result<std::vector<GeneratedFile>> generate_basket(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
) {
    auto out = TRY(FileSet::create(files, request.folder, file_names()));
    BasketRun run(request, *out, progress);
    TRY(run.write_all());
    return out->publish();
}

}  // namespace tradewind::generate

#include "generate/store_week.h"

#include <algorithm>
#include <array>

#include "generate/file_set.h"
#include "generate/gzip_pieces.h"
#include "generate/ordered_work.h"
#include "generate/week_shelves.h"

namespace tradewind::generate {

namespace {

using chain::Chain;
using chain::Day;
using chain::Shelves;

enum File : std::size_t { Calendar, Inventory, ProductTable, Sales, StoreTable, file_count };
struct FileKind {
    std::string_view name;
    std::string_view header;
};
constexpr std::array<FileKind, file_count> file_kinds = {{
    {"calendar",
     "cal_dt,cal_type_desc,day_of_wk_num,day_of_wk_desc,yr_num,wk_num,yr_wk_num,mnth_num,"
     "yr_mnth_num,qtr_num,yr_qtr_num\n"},
    {"inventory",
     "cal_dt,store_key,prod_key,inventory_on_hand_qty,inventory_on_order_qty,out_of_stock_flg,"
     "waste_qty,promotion_flg,next_delivery_dt\n"},
    {"product",
     "prod_key,prod_name,vol,wgt,brand_name,status_code,status_code_name,category_key,"
     "category_name,subcategory_key,subcategory_name\n"},
    {"sales",
     "trans_id,prod_key,store_key,trans_dt,trans_time,sales_qty,sales_price,sales_amt,discount,"
     "sales_cost,sales_mgrn,ship_cost\n"},
    {"store",
     "store_key,store_num,store_desc,addr,city,region,cntry_cd,cntry_nm,postal_zip_cd,"
     "prov_state_desc,prov_state_cd,store_type_cd,store_type_desc,frnchs_flg,store_size,"
     "market_key,market_name,submarket_key,submarket_name,latitude,longitude\n"},
}};

// A range of shelves is worked off in blocks of so many days.
constexpr Day block_days = 8;

std::vector<std::string> file_names(const std::string& date) {
    std::vector<std::string> names;
    for (const FileKind& kind : file_kinds) {
        names.push_back(std::string(kind.name) + "_" + date + ".csv.gz");
    }
    return names;
}

struct DayPieces {
    GzipPiece inventory;
    GzipPiece sales;
};
using BlockPieces = std::vector<DayPieces>;

// What one thread works with.
struct Bench {
    GzipPacker packer;
    CsvRows rows;
    CsvRows sales;
};

class StoreWeekRun {
public:
    StoreWeekRun(
        const GenerateRequest& request,
        chain::Calendar calendar,
        FileSet& out,
        const std::function<void(double)>& progress
    )
        : progress_(progress), chain_(request.seed, request.scale, std::move(calendar)) {
        for (std::size_t i = 0; i < file_count; ++i) files_.emplace_back(out, i);
        for (std::size_t i = 0; i * chain::range_shelves < chain_.shelf_count(); ++i) {
            ranges_.emplace_back(chain_, i);
        }
        threads_ = thread_count(request);
        benches_.resize(static_cast<std::size_t>(threads_));
    }

    Result<void> write_all() {
        for (std::size_t i = 0; i < file_count; ++i) {
            TRY(files_[i].begin());
            TRY(files_[i].append(benches_[0].packer.pack(file_kinds[i].header)));
        }
        TRY(write_table(Calendar, [&](CsvRows& rows) { chain_.calendar.write(rows); }));
        TRY(write_table(ProductTable, [&](CsvRows& rows) {
            write_products(chain_.seed, chain_.products, rows);
        }));
        TRY(write_table(StoreTable, [&](CsvRows& rows) {
            write_stores(chain_.seed, chain_.stores, rows);
        }));
        TRY(write_days());
        for (GzipFile& file : files_) TRY(file.end());
        return {};
    }

private:
    Result<void> write_table(File file, const std::function<void(CsvRows&)>& write) {
        Bench& bench = benches_[0];
        bench.rows.clear();
        write(bench.rows);
        return files_[file].append(pack(bench, bench.rows));
    }

    static GzipPiece pack(Bench& bench, const CsvRows& rows) {
        GzipPiece piece = bench.packer.pack(rows.text());
        piece.row_count = rows.row_count();
        return piece;
    }

    // Block by block, and in it range by range. A range's block is begun once its block before was
    // taken (WorkLimits::ahead), for its shelves are as that left them.
    Result<void> write_days() {
        const auto blocks =
            static_cast<std::size_t>((chain_.calendar.day_count() + block_days - 1) / block_days);
        return OrderedWork<BlockPieces>::run(
            blocks * ranges_.size(),
            {.threads = threads_, .ahead = ranges_.size()},
            [&](std::size_t at, std::size_t thread) { return make_block(at, benches_[thread]); },
            [&](std::size_t at, BlockPieces& pieces) -> Result<void> {
                block_.push_back(std::move(pieces));
                if (block_.size() < ranges_.size()) return {};
                if (progress_) {
                    const auto done = static_cast<double>(at / ranges_.size() + 1);
                    progress_(done / static_cast<double>(blocks));
                }
                return write_block();
            }
        );
    }

    BlockPieces make_block(std::size_t at, Bench& bench) {
        const auto first_day = static_cast<Day>(at / ranges_.size()) * block_days;
        const Day end_day = std::min(first_day + block_days, chain_.calendar.day_count());
        Shelves& shelves = ranges_[at % ranges_.size()];
        BlockPieces pieces;
        for (Day day = first_day; day < end_day; ++day) {
            bench.rows.clear();
            bench.sales.clear();
            shelves.next_day(bench.rows, bench.sales);
            pieces.push_back({pack(bench, bench.rows), pack(bench, bench.sales)});
        }
        return pieces;
    }

    // Rows are in order of days, then stores, then products.
    Result<void> write_block() {
        for (std::size_t day = 0; day < block_.front().size(); ++day) {
            for (const BlockPieces& range : block_) {
                TRY(files_[Inventory].append(range[day].inventory));
                TRY(files_[Sales].append(range[day].sales));
            }
        }
        block_.clear();
        return {};
    }

    const std::function<void(double)>& progress_;
    const Chain chain_;
    int threads_ = 1;
    std::vector<GzipFile> files_;
    std::vector<Shelves> ranges_;
    std::vector<Bench> benches_;
    std::vector<BlockPieces> block_;  // of each range, of the current block
};

}  // namespace

Result<std::vector<GeneratedFile>> generate_store_week(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
) {
    chain::Calendar calendar = TRY(chain::Calendar::until(request.date));
    auto out = TRY(FileSet::create(files, request.folder, file_names(calendar.dump_date())));
    StoreWeekRun run(request, std::move(calendar), *out, progress);
    TRY(run.write_all());
    return out->publish();
}

}  // namespace tradewind::generate

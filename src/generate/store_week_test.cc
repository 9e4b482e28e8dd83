#include <zlib.h>

#include <cmath>
#include <map>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "generate/test_kit.h"
#include "os/simulated_filesystem.h"

namespace tradewind::generate {
namespace {

// SHA-256 of the five tables' rows, unzipped, of scale 0.001 on the usual date, seed 42. A change
// of it is a change of everybody's sample data: say so in the changelog.
constexpr std::string_view expected_hash =
    "477fac284ab54614c46094b85ea18ad53b41ba76f7ba8a351fa7d9d572a0305c";

const std::map<std::string, std::string> headers = {
    {"calendar",
     "cal_dt,cal_type_desc,day_of_wk_num,day_of_wk_desc,yr_num,wk_num,yr_wk_num,mnth_num,"
     "yr_mnth_num,qtr_num,yr_qtr_num"},
    {"inventory",
     "cal_dt,store_key,prod_key,inventory_on_hand_qty,inventory_on_order_qty,out_of_stock_flg,"
     "waste_qty,promotion_flg,next_delivery_dt"},
    {"product",
     "prod_key,prod_name,vol,wgt,brand_name,status_code,status_code_name,category_key,"
     "category_name,subcategory_key,subcategory_name"},
    {"sales",
     "trans_id,prod_key,store_key,trans_dt,trans_time,sales_qty,sales_price,sales_amt,discount,"
     "sales_cost,sales_mgrn,ship_cost"},
    {"store",
     "store_key,store_num,store_desc,addr,city,region,cntry_cd,cntry_nm,postal_zip_cd,"
     "prov_state_desc,prov_state_cd,store_type_cd,store_type_desc,frnchs_flg,store_size,"
     "market_key,market_name,submarket_key,submarket_name,latitude,longitude"},
};

// Of one gzip member that ends where the file ends; zlib checks sum and size.
std::string unzip(const std::string& packed) {
    z_stream stream = {};
    EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    std::string raw;
    std::string piece(1u << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        state = inflate(&stream, Z_NO_FLUSH);
        raw.append(piece, 0, piece.size() - stream.avail_out);
    }
    EXPECT_EQ(state, Z_STREAM_END);
    EXPECT_EQ(stream.avail_in, 0U);
    inflateEnd(&stream);
    return raw;
}

std::int64_t number_of(const std::string& cell) {
    const auto number = parse_integer(cell);
    EXPECT_TRUE(number.has_value()) << cell;
    return number.value_or(-1);
}

// Of an amount with exactly two decimals.
std::int64_t cents_of(std::string cell) {
    EXPECT_TRUE(cell.size() >= 4 && cell[cell.size() - 3] == '.') << cell;
    cell.erase(cell.size() - 3, 1);
    return number_of(cell);
}

class StoreWeekTest : public GeneratorTest {
protected:
    StoreWeekTest() : GeneratorTest("store_week") {}

    std::string table(const GenerateRequest& wanted, const std::string& name) {
        const std::string date = wanted.date.empty() ? "2025-07-01" : wanted.date;
        return unzip(read(wanted, name + "_" + date + ".csv.gz"));
    }
    std::vector<Cells> rows(const GenerateRequest& wanted, const std::string& name) {
        return parse_csv(table(wanted, name), headers.at(name));
    }
};

// Requests that make no sense are refused before anything is written.
TEST_F(StoreWeekTest, RefusesNonsense) {
    std::vector<GenerateRequest> bad(6, request(0.001));
    bad[0].scale = 0;
    bad[1].scale = -0.5;
    bad[2].scale = 101;
    bad[3].scale = std::nan("");
    bad[4].splits = 2;
    bad[5].folder = "";
    for (const char* date :
         {"tomorrow",
          "2024-07-01",
          "1970-01-01",
          "2034-07-02",
          "2025-13-01",
          "2025-02-29",
          "2025-7-1",
          "2025-07-01T02:00:00",
          "2025-07-01 ",
          "../2025-07-01"}) {
        bad.push_back(request(0.001));
        bad.back().date = date;
    }
    for (const GenerateRequest& wanted : bad) {
        const auto answer = generate(wanted, *files_, {});
        ASSERT_FALSE(answer.ok()) << wanted.date;
        EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument);
    }
    EXPECT_FALSE(files_->exists(folder_));
}

// A folder that cannot be made is reported; of a date whose files are partly there none is
// written.
TEST_F(StoreWeekTest, LeavesWhatIsThereAlone) {
    MUST(files_->create_folders(folder_));
    const std::string mine = os::join(folder_, "sales_2025-07-01.csv.gz");
    MUST(os::write_file_atomic(*files_, mine, "mine"));
    EXPECT_FALSE(generate(request_into(0.001, "sales_2025-07-01.csv.gz/below"), *files_, {}).ok());
    const auto answer = generate(request(0.001), *files_, {});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::AlreadyExists);
    EXPECT_EQ(MUST(os::read_file(*files_, mine, 100)), "mine");
    EXPECT_EQ(MUST(files_->list(folder_)).size(), 1U);
}

// A full disk is reported, whichever file it hits, and leaves no half-written file behind.
TEST_F(StoreWeekTest, CleansUpWhenTheDiskIsFull) {
    for (const std::uint64_t capacity : {1u << 10, 1u << 14, 1u << 18}) {
        os::SimulatedFilesystem small(7);
        small.set_capacity(capacity);
        GenerateRequest wanted = request(0.003);
        wanted.folder = "/out";
        const auto answer = generate(wanted, small, {});
        ASSERT_FALSE(answer.ok());
        EXPECT_EQ(answer.error().code(), ErrorCode::ResourceExhausted);
        EXPECT_TRUE(MUST(small.list("/out")).empty());
    }
}

// A power cut leaves whole files or none under the final names, wherever it comes.
TEST_F(StoreWeekTest, FilesAppearWholeOrNotAtAll) {
    GenerateRequest wanted = request(0.0001);
    wanted.folder = "/out";
    wanted.date = "2024-07-05";
    os::SimulatedFilesystem calm(1);
    std::map<std::string, std::uint64_t> sizes;
    for (const auto& file : MUST(generate(wanted, calm, {}))) sizes[file.path] = file.bytes;
    for (std::uint64_t at = 0; at < calm.mutation_count(); ++at) {
        os::SimulatedFilesystem stormy(at);
        stormy.crash_after(at);
        EXPECT_FALSE(generate(wanted, stormy, {}).ok());
        stormy.crash();
        for (const auto& [path, bytes] : sizes) {
            const auto info = stormy.info(path);
            if (info.ok()) {
                EXPECT_EQ(info.value().size, bytes) << "crash at " << at;
            }
        }
    }
}

// The same seed gives the same rows on every machine (the hash is written down here) and, with any
// number of threads, the same packed bytes; another seed gives others.
TEST_F(StoreWeekTest, IsDeterministic) {
    const auto rows_hash = [&](const GenerateRequest& wanted) {
        Sha256 hash;
        for (const auto& [name, header] : headers) hash.update(table(wanted, name));
        return hash.finish_hex();
    };
    MUST(generate(request_into(0.001, "usual"), *files_, {}));
    EXPECT_EQ(rows_hash(request_into(0.001, "usual")), expected_hash);
    GenerateRequest other = request_into(0.001, "other");
    other.seed = 43;
    MUST(generate(other, *files_, {}));
    EXPECT_NE(rows_hash(other), expected_hash);

    std::set<std::string> hashes;
    for (const int threads : {1, 2, 5}) {  // of more shelves than one range has
        GenerateRequest wanted = request_into(0.1, std::to_string(threads));
        wanted.date = "2024-07-12";
        wanted.threads = threads;
        MUST(generate(wanted, *files_, {}));
        hashes.insert(hash_of(wanted));
    }
    EXPECT_EQ(hashes.size(), 1U);
}

// The next day's dump holds all rows of this day's, unchanged and first, and one day's more.
TEST_F(StoreWeekTest, DumpsContinueEachOther) {
    GenerateRequest today = request(0.05);
    today.date = "2024-07-31";
    GenerateRequest tomorrow = today;
    tomorrow.date = "2024-08-01";
    MUST(generate(today, *files_, {}));
    MUST(generate(tomorrow, *files_, {}));
    EXPECT_EQ(MUST(files_->list(folder_)).size(), 10U);
    for (const char* name : {"product", "store", "calendar"}) {
        EXPECT_EQ(table(today, name), table(tomorrow, name));
    }
    for (const char* name : {"inventory", "sales"}) {
        const std::string old_rows = table(today, name);
        const std::string all_rows = table(tomorrow, name);
        ASSERT_TRUE(all_rows.starts_with(old_rows)) << name;
        const auto more =
            parse_csv(headers.at(name) + "\n" + all_rows.substr(old_rows.size()), headers.at(name));
        EXPECT_GT(more.size(), 1000U);
        for (const Cells& row : more) EXPECT_EQ(row[name[0] == 'i' ? 0 : 3], "2024-07-31");
    }
}

// The calendar has every day of whole years, weeks begin on Sundays, and a new one with the year.
TEST_F(StoreWeekTest, CalendarCoversWholeYears) {
    GenerateRequest wanted = request(0.0001);
    wanted.date = "2024-12-31";
    MUST(generate(wanted, *files_, {}));
    std::map<std::string, Cells> days;
    std::map<std::string, int> days_of_week;
    for (const Cells& row : rows(wanted, "calendar")) {
        EXPECT_TRUE(days.emplace(row[0], row).second);
        ++days_of_week[row[6]];
        EXPECT_EQ(row[6], std::to_string(number_of(row[4]) * 100 + number_of(row[5])));
    }
    EXPECT_EQ(days.size(), 366U + 365U);
    EXPECT_EQ(days.begin()->first, "2024-01-01");
    EXPECT_EQ(days.rbegin()->first, "2025-12-31");
    EXPECT_EQ(
        days["2024-12-31"],
        (Cells{
            "2024-12-31",
            "Retail",
            "2",
            "Tuesday",
            "2024",
            "53",
            "202453",
            "12",
            "202412",
            "4",
            "20244"
        })
    );
    EXPECT_EQ(
        days["2025-01-01"],
        (Cells{
            "2025-01-01",
            "Retail",
            "3",
            "Wednesday",
            "2025",
            "1",
            "202501",
            "1",
            "202501",
            "1",
            "20251"
        })
    );
    EXPECT_EQ(days_of_week["202453"], 3);
    EXPECT_EQ(days_of_week["202501"], 4);
    EXPECT_EQ(days_of_week["202502"], 7);
}

// A sale's money is exact to the cent, its keys are there, one receipt has one store and time and a
// product once; nobody brings back more than was sold.
TEST_F(StoreWeekTest, SalesKeepTheRules) {
    const GenerateRequest wanted = request(0.004);
    MUST(generate(wanted, *files_, {}));
    std::set<std::string> stores;
    for (const Cells& row : rows(wanted, "store")) stores.insert(row[0]);
    std::set<std::string> products;
    for (const Cells& row : rows(wanted, "product")) products.insert(row[0]);
    EXPECT_EQ(stores.size() * products.size(), 399U);  // 3 times 133
    std::map<std::string, std::string> receipts;
    std::set<std::string> lines;
    std::map<std::string, std::int64_t> sold;
    std::map<std::string, int> counts;
    std::map<std::string, int> transactions;
    std::map<std::string, std::int64_t> quantity_of_day;
    std::string date_before;
    for (const Cells& row : rows(wanted, "sales")) {
        EXPECT_LE(date_before, row[3]);
        date_before = row[3];
        EXPECT_TRUE(stores.count(row[2]) == 1 && products.count(row[1]) == 1);
        EXPECT_TRUE(lines.insert(row[0] + "/" + row[1]).second);
        const std::string where = row[2] + " " + row[3] + " " + row[4];
        EXPECT_EQ(receipts.emplace(row[0], where).first->second, where);
        const std::int64_t quantity = number_of(row[5]);
        const std::int64_t amount = cents_of(row[7]);
        EXPECT_EQ(amount, quantity * cents_of(row[6]) - cents_of(row[8]));
        EXPECT_EQ(cents_of(row[10]), amount - cents_of(row[9]));
        EXPECT_GE(cents_of(row[11]), 0);
        const std::string shelf = row[2] + "/" + row[1];
        EXPECT_GE(sold[shelf] += quantity, 0);
        EXPECT_NE(row[3].substr(5), "12-25");
        ++transactions[shelf + "/" + row[3]];
        quantity_of_day[shelf + "/" + row[3]] += quantity;
        counts["returns"] += quantity < 0;
        counts["voids"] += quantity == 0;
        counts["discounts"] += cents_of(row[8]) > 0;
        counts["shipped"] += cents_of(row[11]) > 0;
    }
    for (const auto& [key, count] : transactions) counts["several"] += count > 1;
    for (const auto& [key, sum] : quantity_of_day) counts["nothing in sum"] += sum == 0;
    for (const char* what :
         {"returns", "voids", "discounts", "shipped", "several", "nothing in sum"}) {
        EXPECT_GT(counts[what], 20) << what;
    }
    EXPECT_EQ(date_before, "2025-06-30");
}

struct Evening {
    std::int64_t on_hand = 0;
    std::int64_t on_order = 0;
    std::int64_t waste = 0;
    std::string delivery;
};

// Stock is this morning's less what was sold and thrown away, and rises only by what was on order,
// on the day on which it was to come. Flags say what the figures say. Some rows are missing.
TEST_F(StoreWeekTest, StockIsCoherent) {
    const GenerateRequest wanted = request(0.004);
    MUST(generate(wanted, *files_, {}));
    std::map<std::string, std::map<std::string, std::int64_t>> sold;
    for (const Cells& row : rows(wanted, "sales")) {
        sold[row[2] + "/" + row[1]][row[3]] += number_of(row[5]);
    }
    std::map<std::string, std::map<std::string, Evening>> evenings;
    std::map<std::string, int> counts;
    for (const Cells& row : rows(wanted, "inventory")) {
        const Evening evening{number_of(row[3]), number_of(row[4]), number_of(row[6]), row[8]};
        EXPECT_EQ(row[5], evening.on_hand <= 0 ? "1" : "0");
        EXPECT_TRUE(row[7] == "0" || row[7] == "1");
        EXPECT_GE(evening.waste, 0);
        EXPECT_EQ(evening.delivery.empty(), evening.on_order == 0);
        EXPECT_TRUE(evening.delivery.empty() || evening.delivery > row[0]);
        EXPECT_TRUE(evenings[row[1] + "/" + row[2]].emplace(row[0], evening).second);
        counts["out of stock"] += evening.on_hand <= 0;
        counts["below nothing"] += evening.on_hand < 0;
        counts["promotions"] += row[7] == "1";
        counts["waste"] += evening.waste > 0;
        ++counts["rows"];
    }
    for (const auto& [shelf, days] : evenings) {
        for (auto today = days.begin(); today != days.end(); ++today) {
            const std::int64_t quantity = sold[shelf][today->first];
            counts["low"] += today->second.on_hand > 0 && today->second.on_hand < quantity;
            if (today == days.begin()) continue;
            const auto before = std::prev(today);
            const Evening& evening = before->second;
            const std::int64_t day = to_days(MUST(parse_iso(today->first)));
            if (format_date(day - 1) != before->first) {
                ++counts["gaps"];
                continue;
            }
            const std::int64_t came =
                today->second.on_hand - evening.on_hand + quantity + today->second.waste;
            EXPECT_GE(came, 0) << shelf << " " << today->first;
            if (came == 0) continue;
            ++counts["deliveries"];
            EXPECT_EQ(evening.delivery, today->first) << shelf;
            EXPECT_LE(came, evening.on_order);
        }
    }
    for (const char* what :
         {"out of stock", "below nothing", "promotions", "waste", "low", "gaps", "deliveries"}) {
        EXPECT_GT(counts[what], 20) << what;
    }
    EXPECT_NEAR(counts["rows"], 399 * 365, 399 * 365 / 50);
    EXPECT_LT(counts["out of stock"], counts["rows"] / 8);
}

// Stores and products are described whole, with franchises, and with commas, quotes and letters
// beyond ASCII in names.
TEST_F(StoreWeekTest, DescribesStoresAndProducts) {
    GenerateRequest wanted = request(1.0);
    wanted.date = "2024-07-02";
    MUST(generate(wanted, *files_, {}));
    std::map<std::string, int> counts;
    const auto stores = rows(wanted, "store");
    EXPECT_EQ(stores.size(), 50U);
    for (const Cells& row : stores) {
        for (const std::string& cell : row) EXPECT_TRUE(!cell.empty() && valid_utf8(cell));
        counts["franchise " + row[13]] += 1;
        EXPECT_TRUE(row[6] == "US" || row[6] == "CA");
        const double latitude = parse_double(row[19]).value_or(0);
        const double longitude = parse_double(row[20]).value_or(0);
        EXPECT_TRUE(25 < latitude && latitude < 48 && -86 < longitude && longitude < -70);
    }
    EXPECT_EQ(counts["franchise 1"], 10);
    EXPECT_EQ(counts["franchise 0"], 40);
    const auto products = rows(wanted, "product");
    EXPECT_EQ(products.size(), 2000U);
    std::map<std::string, std::string> categories;
    for (const Cells& row : products) {
        for (const std::string& cell : row) EXPECT_TRUE(!cell.empty() && valid_utf8(cell));
        EXPECT_EQ(categories.emplace(row[7], row[8]).first->second, row[8]);
        EXPECT_EQ(categories.emplace(row[9], row[10]).first->second, row[10]);
        counts["commas"] += row[1].find(',') != std::string::npos;
        counts["quotes"] += row[1].find('"') != std::string::npos;
        counts["foreign"] += row[1].find('\xC3') != std::string::npos;
        counts["discontinued"] += row[5] == "D";
    }
    for (const char* what : {"commas", "quotes", "foreign"}) EXPECT_GT(counts[what], 50) << what;
    EXPECT_NEAR(counts["discontinued"], 20, 18);
    EXPECT_NEAR(static_cast<double>(rows(wanted, "inventory").size()), 100'000, 1500);
}

}  // namespace
}  // namespace tradewind::generate

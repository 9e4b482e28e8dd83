#include "generate/generate.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "generate/csv_files.h"
#include "generate/test_kit.h"
#include "os/simulated_filesystem.h"

namespace tradewind::generate {
namespace {

// SHA-256 of the rows (without header) of scale 0.02, seed 42. A change of it is a change of
// everybody's sample data: say so in the changelog.
constexpr std::string_view expected_hash =
    "b16714d4e3e4ff507d461f280a72d27c8454c67c440ed74e5f46a7fd5e6cd08b";
constexpr std::string_view header =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

enum Cell {
    InvoiceNo,
    StockCode,
    Description,
    Quantity,
    InvoiceDate,
    UnitPrice,
    CustomerId,
    Country
};

Timestamp time_of(const std::string& text) {
    static std::map<std::string, Timestamp> known;
    const auto [at, added] = known.try_emplace(text);
    if (added) at->second = MUST(parse_with_format(text, "%m/%d/%Y %H:%M"));
    return at->second;
}

class GenerateTest : public GeneratorTest {
protected:
    GenerateTest() : GeneratorTest("online_retail") {}

    std::string text_of(const GenerateRequest& wanted) {
        std::string all;
        for (const GeneratedFile& file : MUST(generate(wanted, *files_, {}))) {
            const std::string text = MUST(os::read_file(*files_, file.path, file_bytes_max));
            EXPECT_EQ(text.size(), file.bytes);
            EXPECT_TRUE(text.starts_with(std::string(header) + "\n"));
            all += text.substr(header.size() + 1);
        }
        return all;
    }
    std::vector<Cells> rows_of(const GenerateRequest& wanted) {
        std::vector<Cells> rows;
        const std::string text = text_of(wanted);
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            rows.push_back(parse_line(rest.substr(0, end)));
            rest.remove_prefix(end + 1);
        }
        return rows;
    }
};

// Requests that make no sense are refused before anything is written.
TEST_F(GenerateTest, RefusesNonsense) {
    std::vector<GenerateRequest> bad(12, request(0.01));
    bad[0].kind = "online_retial";
    bad[1].kind = "";
    bad[2].scale = 0;
    bad[3].scale = -1;
    bad[4].scale = std::nan("");
    bad[5].scale = std::numeric_limits<double>::infinity();
    bad[6].splits = 0;
    bad[7].splits = 1000;
    bad[8].folder = "";
    bad[9].scale = 1001;
    bad[10].date = "2025-07-01";
    bad[11].threads = -1;
    for (const GenerateRequest& wanted : bad) {
        const auto answer = generate(wanted, *files_, {});
        ASSERT_FALSE(answer.ok());
        EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument);
    }
    EXPECT_FALSE(files_->exists(folder_));
}

// A file that is there is never overwritten, and the others of its set are not written either.
TEST_F(GenerateTest, LeavesExistingFilesAlone) {
    MUST(files_->create_folders(folder_));
    const std::string mine = os::join(folder_, "online_retail_002.csv");
    MUST(os::write_file_atomic(*files_, mine, "mine"));
    GenerateRequest wanted = request(0.01);
    wanted.splits = 3;
    const auto answer = generate(wanted, *files_, {});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::AlreadyExists);
    EXPECT_NE(answer.error().message().find(mine), std::string::npos);
    EXPECT_EQ(MUST(os::read_file(*files_, mine, 100)), "mine");
    EXPECT_EQ(MUST(files_->list(folder_)).size(), 1U);
}

// A full disk is reported and leaves no half-written file behind.
TEST_F(GenerateTest, CleansUpWhenTheDiskIsFull) {
    os::SimulatedFilesystem small(7);
    small.set_capacity(2u << 20);
    GenerateRequest wanted = request(0.2);
    wanted.folder = "/out";
    wanted.splits = 4;
    const auto answer = generate(wanted, small, {});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::ResourceExhausted);
    EXPECT_TRUE(MUST(small.list("/out")).empty());
}

// A power cut leaves whole files or none under the final names, wherever it comes.
TEST_F(GenerateTest, FilesAppearWholeOrNotAtAll) {
    GenerateRequest wanted = request(0.002);
    wanted.folder = "/out";
    wanted.splits = 2;
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

// The same seed gives the same bytes on every machine (the hash is written down here), another
// seed others.
TEST_F(GenerateTest, IsDeterministic) {
    Sha256 hash;
    hash.update(text_of(request(0.02)));
    EXPECT_EQ(hash.finish_hex(), expected_hash);

    GenerateRequest other = request(0.02);
    other.folder = folder_ + "/other";
    other.seed = 43;
    Sha256 other_hash;
    other_hash.update(text_of(other));
    EXPECT_NE(other_hash.finish_hex(), expected_hash);
}

// Split files hold the same rows in the same order as one file, about equally many each, and no
// invoice twice.
TEST_F(GenerateTest, SplitsHoldTheSameRows) {
    const std::string whole = text_of(request(0.02));
    GenerateRequest wanted = request(0.02);
    wanted.folder = folder_ + "/splits";
    wanted.splits = 5;
    EXPECT_EQ(text_of(wanted), whole);

    std::set<std::string> seen;
    for (int i = 1; i <= 5; ++i) {
        const std::string path =
            os::join(wanted.folder, "online_retail_00" + std::to_string(i) + ".csv");
        std::set<std::string> here;
        int rows = -1;
        for (const std::string& line :
             split(MUST(os::read_file(*files_, path, file_bytes_max)), '\n')) {
            if (++rows > 0 && !line.empty()) here.insert(parse_line(line)[InvoiceNo]);
        }
        EXPECT_NEAR(rows, 10'800 / 5, 500);
        for (const std::string& invoice : here) EXPECT_TRUE(seen.insert(invoice).second) << invoice;
    }
}

// Fewer invoices than files: the files too many hold the header alone, none is missing.
TEST_F(GenerateTest, MoreFilesThanInvoices) {
    GenerateRequest wanted = request(0.0001);
    wanted.splits = 40;
    const auto made = MUST(generate(wanted, *files_, {}));
    ASSERT_EQ(made.size(), 40U);
    EXPECT_EQ(made.back().row_count, 0);
    EXPECT_EQ(made.back().bytes, header.size() + 1);
}

// Progress rises from 0 to 1 and ends there.
TEST_F(GenerateTest, ReportsProgress) {
    std::vector<double> shares;
    MUST(generate(request(0.1), *files_, [&](double share) { shares.push_back(share); }));
    ASSERT_GE(shares.size(), 3U);
    EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
    EXPECT_GT(shares.front(), 0.0);
    EXPECT_EQ(shares.back(), 1.0);
}

// Lines come in order of time and within the shop's hours: no Saturday, no Christmas, few on
// Sundays.
TEST_F(GenerateTest, KeepsOpeningHours) {
    Timestamp before{};
    std::map<std::int64_t, int> by_weekday;  // 0 = Sunday
    for (const Cells& row : rows_of(request(0.2))) {
        const Timestamp at = time_of(row[InvoiceDate]);
        EXPECT_LE(before, at);
        before = at;
        const CivilTime civil = to_civil(at);
        EXPECT_GE(civil.hour, 6);
        EXPECT_LE(civil.hour, 20);
        EXPECT_FALSE(civil.month == 12 && civil.day >= 24);
        ++by_weekday[(to_days(at) + 4) % 7];
    }
    EXPECT_EQ(by_weekday.count(6), 0U);
    for (int weekday = 1; weekday <= 5; ++weekday) EXPECT_LT(by_weekday[0], by_weekday[weekday]);
    EXPECT_EQ(format_date(to_days(before)), "2011-12-09");
}

// Every cancelled line takes back an earlier purchase of the same customer: same code, same price,
// no more pieces than were bought.
TEST_F(GenerateTest, CancellationsReferToPurchases) {
    std::map<std::string, std::int64_t> bought;
    int cancelled = 0;
    for (const Cells& row : rows_of(request(0.2))) {
        const std::string key = row[CustomerId] + "/" + row[StockCode] + "/" + row[UnitPrice];
        const std::int64_t quantity = parse_integer(row[Quantity]).value();
        if (!row[InvoiceNo].starts_with('C')) {
            bought[key] += quantity;
        } else if (!row[CustomerId].empty() && row[StockCode] != "D") {
            EXPECT_LT(quantity, 0);
            EXPECT_GE(bought[key] += quantity, 0) << key;
            ++cancelled;
        }
    }
    EXPECT_GT(cancelled, 1000);
}

// What the real data is like, the made data is like: counts of one run at scale 1.
TEST_F(GenerateTest, LooksLikeAShop) {
    const std::vector<Cells> rows = rows_of(request(1.0));
    std::map<std::string, std::set<std::string>> times_of_invoice;
    std::map<std::string, std::set<std::string>> names_of_code;
    std::map<std::string, std::set<std::string>> invoices_of_customer;
    std::map<std::string, int> lines_of_code;
    std::map<std::string, int> lines_of_country;
    std::map<int, int> lines_of_month;
    std::map<std::string, int> special;
    std::map<std::string, int> counts;
    std::set<std::string> codes_lower;
    std::set<std::uint64_t> distinct;
    for (const Cells& row : rows) {
        ASSERT_EQ(row.size(), 8U);
        times_of_invoice[row[InvoiceNo]].insert(row[InvoiceDate]);
        if (!row[Description].empty()) names_of_code[row[StockCode]].insert(row[Description]);
        if (!row[CustomerId].empty()) invoices_of_customer[row[CustomerId]].insert(row[InvoiceNo]);
        ++lines_of_code[row[StockCode]];
        ++lines_of_country[row[Country]];
        const CivilTime civil = to_civil(time_of(row[InvoiceDate]));
        ++lines_of_month[civil.year * 100 + civil.month];
        counts["no customer"] += row[CustomerId].empty();
        counts["no description"] += row[Description].empty();
        counts["zero price"] += row[UnitPrice] == "0";
        counts["cancelled"] += row[InvoiceNo].starts_with('C');
        counts["bad debt"] += row[InvoiceNo].starts_with('A');
        counts["negative"] += row[Quantity].starts_with('-');
        counts["blanks"] += trim(row[Description]).size() != row[Description].size();
        counts["quotes"] += row[Description].find('"') != std::string::npos;
        counts["commas"] += row[Description].find(',') != std::string::npos;
        counts["pounds"] += row[Description].find("\xC2\xA3") != std::string::npos;
        EXPECT_TRUE(valid_utf8(row[Description]));
        EXPECT_TRUE(row[CustomerId].empty() || row[CustomerId].size() == 5);
        std::string line;
        for (const std::string& cell : row) line += cell + "\n";
        distinct.insert(hash64(line));
    }
    const auto total = static_cast<double>(rows.size());
    const auto invoices = static_cast<double>(times_of_invoice.size());
    EXPECT_NEAR(total, 540'000, 0.03 * 540'000);
    EXPECT_NEAR(total / invoices, 21, 2);
    EXPECT_NEAR(counts["no customer"] / total, 0.25, 0.03);
    EXPECT_NEAR(counts["no description"] / total, 0.003, 0.001);
    EXPECT_NEAR(counts["zero price"] / total, 0.0046, 0.0015);
    EXPECT_NEAR(counts["cancelled"] / total, 0.0171, 0.004);
    EXPECT_EQ(counts["bad debt"], 3);
    EXPECT_GT(counts["negative"], counts["cancelled"]);
    EXPECT_NEAR(counts["blanks"] / total, 0.2, 0.07);
    for (const char* dirt : {"quotes", "commas", "pounds"}) EXPECT_GT(counts[dirt], 500) << dirt;
    EXPECT_NEAR(total - static_cast<double>(distinct.size()), 5268, 2500);

    EXPECT_EQ(lines_of_country.size(), 38U);
    EXPECT_NEAR(lines_of_country["United Kingdom"] / total, 0.91, 0.03);
    EXPECT_NEAR(static_cast<double>(invoices_of_customer.size()), 4372, 700);
    EXPECT_GT(lines_of_month[201111], 2 * lines_of_month[201102]);
    for (const char* code : {"POST", "M", "D", "BANK CHARGES", "DOT", "C2", "AMAZONFEE", "B"}) {
        EXPECT_GT(lines_of_code[code], 0) << code;
    }

    int several_times = 0;
    for (const auto& [invoice, times] : times_of_invoice) several_times += times.size() > 1;
    EXPECT_NEAR(several_times, 43, 30);
    int several_names = 0;
    for (const auto& [code, names] : names_of_code) several_names += names.size() > 1;
    EXPECT_GT(several_names, 300);
    int lower_case = 0;
    for (const auto& [code, lines] : lines_of_code) {
        lower_case += to_lower_ascii(code) == code && lines_of_code.count(code) > 0 &&
                      code.find_first_of("abcdef") != std::string::npos;
    }
    EXPECT_GT(lower_case, 50);
    int best = 0;
    for (const auto& [code, lines] : lines_of_code) best = std::max(best, lines);
    EXPECT_NEAR(best, 2300, 900);
}

}  // namespace
}  // namespace tradewind::generate

#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "generate/basket_unit.h"
#include "generate/test_kit.h"
#include "os/simulated_filesystem.h"

namespace tradewind::generate {
namespace {

constexpr std::string_view orders_header =
    "order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order";
constexpr std::string_view lines_header = "order_id,product_id,add_to_cart_order,reordered";
// SHA-256 of all files of scale 0.002, seed 42. A change of it is a change of everybody's sample
// data: say so in the changelog.
constexpr std::string_view expected_hash =
    "a6c191a4cf1e0579fa795bf55ac63c91bf80088d89830b70349aeb6f357533de";

struct OrderRow {
    std::int64_t user = 0;
    std::string set;
    int number = 0;
    int weekday = 0;
    int hour = 0;
    std::optional<int> days;
};

struct LineRow {
    std::int64_t product = 0;
    bool reordered = false;
};

int number_of(const std::string& cell) {
    const auto number = parse_integer(cell);
    EXPECT_TRUE(number.has_value()) << cell;
    return static_cast<int>(number.value_or(-1));
}

class BasketTest : public GeneratorTest {
protected:
    BasketTest() : GeneratorTest("basket") {}

    void make(double scale) {
        wanted_ = request(scale);
        MUST(generate(wanted_, *files_, {}));
        std::int64_t user_before = 1;
        for (const Cells& row : parse_csv(read(wanted_, "orders.csv"), orders_header)) {
            const int id = number_of(row[0]);
            OrderRow order{
                .user = number_of(row[1]),
                .set = row[2],
                .number = number_of(row[3]),
                .weekday = number_of(row[4]),
                .hour = number_of(row[5]),
                .days = {}
            };
            if (!row[6].empty()) {
                EXPECT_TRUE(row[6].ends_with(".0")) << row[6];
                order.days = number_of(row[6].substr(0, row[6].size() - 2));
            }
            EXPECT_GE(order.user, user_before);  // in order of users and numbers
            user_before = order.user;
            EXPECT_TRUE(orders_.emplace(id, order).second) << "order " << id << " comes twice";
            orders_of_user_[order.user].push_back(id);
        }
        read_lines("order_products__prior.csv", "prior");
        read_lines("order_products__train.csv", "train");
    }
    void read_lines(const std::string& name, const std::string& set) {
        int id_before = 0;
        for (const Cells& row : parse_csv(read(wanted_, name), lines_header)) {
            const int id = number_of(row[0]);
            EXPECT_GE(id, id_before);  // in order of ids
            id_before = id;
            EXPECT_EQ(orders_.at(id).set, set);
            std::vector<LineRow>& lines = lines_[id];
            EXPECT_TRUE(row[3] == "0" || row[3] == "1");
            lines.push_back({.product = number_of(row[1]), .reordered = row[3] == "1"});
            EXPECT_EQ(number_of(row[2]), static_cast<int>(lines.size()));
        }
    }

    GenerateRequest wanted_;
    std::map<int, OrderRow> orders_;
    std::map<std::int64_t, std::vector<int>> orders_of_user_;
    std::map<int, std::vector<LineRow>> lines_;
};

// Requests that make no sense are refused before anything is written.
TEST_F(BasketTest, RefusesNonsense) {
    std::vector<GenerateRequest> bad(9, request(0.001));
    bad[0].scale = 0;
    bad[1].scale = -1;
    bad[2].scale = 100.5;
    bad[3].scale = 1e300;
    bad[4].scale = std::nan("");
    bad[5].splits = 2;
    bad[6].date = "2025-07-01";
    bad[7].threads = -1;
    bad[8].folder = "";
    for (const GenerateRequest& wanted : bad) {
        const auto answer = generate(wanted, *files_, {});
        ASSERT_FALSE(answer.ok());
        EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument);
    }
    EXPECT_FALSE(files_->exists(folder_));
}

// A folder that cannot be made is reported, and a file that is there is never overwritten.
TEST_F(BasketTest, LeavesWhatIsThereAlone) {
    MUST(files_->create_folders(folder_));
    const std::string mine = os::join(folder_, "aisles.csv");
    MUST(os::write_file_atomic(*files_, mine, "mine"));
    EXPECT_FALSE(generate(request_into(0.001, "aisles.csv/below"), *files_, {}).ok());
    const auto answer = generate(request(0.001), *files_, {});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::AlreadyExists);
    EXPECT_EQ(MUST(os::read_file(*files_, mine, 100)), "mine");
    EXPECT_EQ(MUST(files_->list(folder_)).size(), 1U);
}

// A full disk is reported, whichever file it hits, and leaves no half-written file behind.
TEST_F(BasketTest, CleansUpWhenTheDiskIsFull) {
    for (const std::uint64_t capacity : {1u << 10, 1u << 19, 3u << 20}) {
        os::SimulatedFilesystem small(7);
        small.set_capacity(capacity);
        GenerateRequest wanted = request(0.005);
        wanted.folder = "/out";
        const auto answer = generate(wanted, small, {});
        ASSERT_FALSE(answer.ok());
        EXPECT_EQ(answer.error().code(), ErrorCode::ResourceExhausted);
        EXPECT_TRUE(MUST(small.list("/out")).empty());
    }
}

// The same seed gives the same bytes on every machine (the hash is written down here) with any
// number of threads, another seed others.
TEST_F(BasketTest, IsDeterministic) {
    for (const int threads : {1, 2, 5}) {
        GenerateRequest wanted = request_into(0.002, std::to_string(threads));
        wanted.threads = threads;
        MUST(generate(wanted, *files_, {}));
        EXPECT_EQ(hash_of(wanted), expected_hash);
    }
    GenerateRequest other = request_into(0.002, "other");
    other.seed = 43;
    MUST(generate(other, *files_, {}));
    EXPECT_NE(hash_of(other), expected_hash);
}

// Each user's orders are numbered without gap, four at least and a hundred at most, with the first
// without days and all others with; exactly the last is for training or testing, in the original's
// shares.
TEST_F(BasketTest, OrdersKeepTheRules) {
    make(0.01);
    EXPECT_EQ(orders_of_user_.size(), 2062U);
    EXPECT_EQ(orders_of_user_.begin()->first, 1);
    EXPECT_EQ(orders_of_user_.rbegin()->first, 2062);
    EXPECT_EQ(orders_.begin()->first, 1);
    EXPECT_EQ(orders_.rbegin()->first, static_cast<int>(orders_.size()));
    std::map<std::string, int> last_sets;
    for (const auto& [user, ids] : orders_of_user_) {
        EXPECT_GE(ids.size(), 4U);
        EXPECT_LE(ids.size(), 100U);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const OrderRow& order = orders_.at(ids[i]);
            EXPECT_EQ(order.number, static_cast<int>(i) + 1);
            EXPECT_EQ(order.days.has_value(), i > 0);
            EXPECT_EQ(order.set == "prior", i + 1 < ids.size());
            EXPECT_TRUE(0 <= order.weekday && order.weekday <= 6);
            EXPECT_TRUE(0 <= order.hour && order.hour <= 23);
            EXPECT_EQ(lines_.count(ids[i]) == 0, order.set == "test");
            if (i == 0) continue;
            const OrderRow& prior = orders_.at(ids[i - 1]);
            EXPECT_TRUE(0 <= *order.days && *order.days <= 30);
            if (*order.days < 30) {
                EXPECT_EQ((prior.weekday + *order.days) % 7, order.weekday);
            }
            if (*order.days == 0) {
                EXPECT_GE(order.hour, prior.hour);
            }
        }
        ++last_sets[orders_.at(ids.back()).set];
    }
    EXPECT_EQ(last_sets["train"], 1312);  // 131,209 of 206,209
    EXPECT_EQ(last_sets["test"], 2062 - 1312);
}

// A product is in an order once, and `reordered` says whether the user had it in an earlier order.
TEST_F(BasketTest, LinesKeepTheRules) {
    make(0.01);
    for (const auto& [user, ids] : orders_of_user_) {
        std::set<std::int64_t> bought;
        for (const int id : ids) {
            std::set<std::int64_t> here;
            for (const LineRow& line : lines_[id]) {
                EXPECT_TRUE(here.insert(line.product).second) << "order " << id;
                EXPECT_TRUE(1 <= line.product && line.product <= 49'688);
                EXPECT_EQ(line.reordered, bought.count(line.product) > 0) << "order " << id;
            }
            bought.merge(here);
        }
    }
}

// Products, aisles and departments are as many as the original's; every reference is there; names
// are unique and as awkward as real ones.
TEST_F(BasketTest, ReferencesAreWhole) {
    make(0.001);
    std::map<std::string, std::string> departments;
    for (const Cells& row :
         parse_csv(read(wanted_, "departments.csv"), "department_id,department")) {
        departments[row[0]] = row[1];
    }
    std::map<std::string, std::string> aisles;
    for (const Cells& row : parse_csv(read(wanted_, "aisles.csv"), "aisle_id,aisle")) {
        aisles[row[0]] = row[1];
    }
    EXPECT_EQ(departments.size(), 21U);
    EXPECT_EQ(aisles.size(), 134U);
    std::set<std::string> names;
    std::map<std::string, std::string> department_of_aisle;
    std::map<std::string, int> counts;
    const auto products =
        parse_csv(read(wanted_, "products.csv"), "product_id,product_name,aisle_id,department_id");
    for (std::size_t i = 0; i < products.size(); ++i) {
        const Cells& row = products[i];
        EXPECT_EQ(number_of(row[0]), static_cast<int>(i) + 1);
        EXPECT_TRUE(names.insert(row[1]).second) << row[1];
        EXPECT_TRUE(valid_utf8(row[1]));
        EXPECT_EQ(trim(row[1]), row[1]);
        EXPECT_TRUE(aisles.count(row[2]) == 1 && departments.count(row[3]) == 1);
        EXPECT_EQ(department_of_aisle.emplace(row[2], row[3]).first->second, row[3]);
        counts["commas"] += row[1].find(',') != std::string::npos;
        counts["quotes"] += row[1].find("\\\"") != std::string::npos;
        counts["foreign"] += row[1].find('\xC3') != std::string::npos;
    }
    EXPECT_EQ(products.size(), 49'688U);
    EXPECT_EQ(department_of_aisle.size(), 134U);
    EXPECT_NEAR(counts["commas"], 3220, 300);
    EXPECT_NEAR(counts["quotes"], 120, 60);
    EXPECT_NEAR(counts["foreign"], 318, 100);
}

// What the original is like, the made data is like.
TEST_F(BasketTest, LooksLikeAGrocer) {
    make(0.02);
    std::map<std::int64_t, int> lines_of_product;
    double prior_orders = 0;
    double lines = 0;
    double reordered = 0;
    double days = 0;
    double gaps = 0;
    std::map<int, double> orders_of_weekday;
    std::map<int, double> orders_of_hour;
    for (const auto& [id, order] : orders_) {
        ++orders_of_weekday[order.weekday];
        ++orders_of_hour[order.hour];
        days += order.days.value_or(0);
        gaps += order.days.has_value();
        if (order.set != "prior") continue;
        ++prior_orders;
        for (const LineRow& line : lines_[id]) {
            ++lines;
            reordered += line.reordered;
            ++lines_of_product[line.product];
        }
    }
    const auto orders = static_cast<double>(orders_.size());
    EXPECT_NEAR(orders / 4124, 16.59, 0.8);
    EXPECT_NEAR(lines / prior_orders, 10.09, 0.5);
    EXPECT_NEAR(reordered / lines, 0.59, 0.02);
    EXPECT_NEAR(days / gaps, 11.1, 1.5);
    EXPECT_GT(orders_of_weekday[0], 1.2 * orders_of_weekday[3]);
    EXPECT_GT(orders_of_hour[10], 20 * orders_of_hour[3]);
    int best = 0;
    int rare = 0;
    for (const auto& [product, count] : lines_of_product) {
        best = std::max(best, count);
        rare += count <= 10;
    }
    EXPECT_NEAR(best / lines, 0.0146, 0.006);
    EXPECT_GT(rare, 15'000);
}

// Beyond one unit order ids go on where those of the unit before ended, and users keep their
// orders: what a user buys does not depend on where the units are cut.
TEST(BasketUnitTest, UnitsFollowEachOther) {
    const basket::Population population{.seed = 42, .user_count = 300'000};
    const basket::Assortment assortment(population.seed);
    basket::Shopper shopper(assortment);
    const auto rows_of = [&](const basket::Unit::Range& range) {
        basket::Unit unit(population, range);
        CsvRows orders;
        for (std::size_t i = 0; i < unit.chunk_count(); ++i) {
            CsvRows rows;
            unit.make_chunk(i, shopper, rows);
            std::memcpy(orders.begin(rows.text().size()), rows.text().data(), rows.text().size());
            orders.end(orders.begin(0) + rows.text().size());
        }
        CsvRows prior;
        CsvRows train;
        for (std::size_t i = 0; i < unit.block_count(); ++i) unit.write_block(i, prior, train);
        EXPECT_GT(prior.row_count(), 10 * train.row_count());
        return parse_csv(
            std::string(orders_header) + "\n" + std::string(orders.text()), orders_header
        );
    };
    const auto whole = rows_of({.first_user = 5001, .user_count = 2000, .first_id = 1});
    const auto second = rows_of({.first_user = 6001, .user_count = 1000, .first_id = 70'001});
    std::set<int> ids;
    for (std::size_t i = 0; i < second.size(); ++i) {
        ids.insert(number_of(second[i][0]));
        const Cells& same = whole[whole.size() - second.size() + i];
        for (std::size_t cell = 1; cell < same.size(); ++cell) {
            EXPECT_EQ(second[i][cell], same[cell]);
        }
    }
    EXPECT_EQ(ids.size(), second.size());
    EXPECT_EQ(*ids.begin(), 70'001);
    EXPECT_EQ(*ids.rbegin(), 70'000 + static_cast<int>(second.size()));
}

}  // namespace
}  // namespace tradewind::generate

// Assets that follow their inputs' files: they hold what one made anew would hold, whatever
// changed, and what cannot be followed is refused.
#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

using testing::HasSubstr;

class FollowingTest : public PipelineTest {
protected:
    // Each statement twice, under the header and made anew as a whole.
    static std::map<std::string, std::string> twice(
        const std::map<std::string, std::string>& statements, const std::string& header
    ) {
        std::map<std::string, std::string> assets;
        for (const auto& [name, sql] : statements) {
            assets[name] = "/* asset:\n" + header + "*/\n" + sql;
            assets[name + "_whole"] = sql;
        }
        return assets;
    }

    // Rows of the one that the other has not.
    std::string differences(const std::string& name) {
        const std::string one = "SELECT * FROM shop." + name;
        const std::string other = "SELECT * FROM shop." + name + "_whole";
        return query(
            "(" + one + " EXCEPT ALL " + other + ") UNION ALL (" + other + " EXCEPT ALL " + one +
            ")"
        );
    }

    std::uint64_t next(std::uint64_t below) {
        seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
        return (seed_ >> 33) % below;
    }

    // A few rows with few numbers, so that they meet; now and then instead of earlier ones.
    void deliver_some() {
        std::string rows;
        for (std::uint64_t i = 0, count = 1 + next(4); i < count; ++i) {
            const std::string country =
                next(5) == 0 ? "NULL" : "'C" + std::to_string(next(3)) + "'";
            rows += (rows.empty() ? "('o" : ", ('o") + std::to_string(next(8)) + "', " + country +
                    ", '2026-0" + std::to_string(1 + next(2)) + "-0" + std::to_string(1 + next(3)) +
                    "', " + std::to_string(next(6)) + ")";
        }
        std::vector<std::string> gone;
        while (!live_.empty() && next(3) == 0) {
            const std::size_t at = next(live_.size());
            gone.push_back(live_[at]);
            live_.erase(live_.begin() + static_cast<long>(at));
        }
        live_.push_back(deliver(rows, gone));
    }

    void follow(const std::map<std::string, std::string>& assets, int rounds) {
        PipelineOptions options;
        options.partition_files_max = 4;
        deliver_some();
        start(assets, options);
        for (int round = 0; round < rounds; ++round) {
            deliver_some();
            if (next(3) == 0) continue;  // several at once
            const RunReport made = run();
            ASSERT_EQ(made.state, RunState::Succeeded) << to_json(made).dump();
            for (const auto& [name, sql] : assets) {
                if (!assets.contains(name + "_whole")) continue;
                ASSERT_EQ(differences(name), "") << name << ", round " << round;
            }
        }
    }

    std::uint64_t seed_ = 4711;
    std::vector<std::string> live_;
};

// Partitions that rows of old and new input make together, or that no row of the result shows yet,
// are found; what a change reaches far away is made anew as a whole.
TEST_F(FollowingTest, PartitionsHoldWhatARebuildWould) {
    auto assets = twice(
        {{"having",
          "SELECT day, sum(amount) AS n FROM raw.orders GROUP BY day HAVING sum(amount) > 7"},
         {"ranked",
          "SELECT day, order_no, amount FROM raw.orders QUALIFY row_number() OVER (PARTITION BY "
          "day ORDER BY amount DESC, order_no, country NULLS LAST) = 2"},
         {"unmatched",
          "SELECT day, order_no FROM raw.orders a WHERE NOT EXISTS (SELECT 1 FROM raw.orders b "
          "WHERE b.order_no = a.order_no AND b.day > a.day)"},
         {"lagged", "SELECT DISTINCT day, sum(amount) OVER (ORDER BY day) AS n FROM raw.orders"},
         {"joined",
          "SELECT o.day, sum(o.amount * n.orders) AS n FROM raw.orders o JOIN names n USING "
          "(order_no) GROUP BY o.day HAVING count(*) > 1"},
         {"viewed", "SELECT day, count(*) AS n FROM big GROUP BY ALL"},
         {"either",
          "SELECT day, order_no FROM raw.orders WHERE amount > 3 UNION SELECT CAST(day AS "
          "TIMESTAMP), order_no FROM raw.orders WHERE country = 'C1'"}},
        "  materialize: partitions\n  partition_by: day\n"
    );
    assets.merge(twice(
        {{"monthly",
          "SELECT upper(country) AS land, strftime(day, '%Y-%m') AS month, count(*) AS n FROM "
          "raw.orders GROUP BY 1, 2 HAVING count(*) BETWEEN 2 AND 5"}},
        "  materialize: partitions\n  partition_by: [month, land]\n"
    ));
    assets["names"] = "SELECT order_no, count(*) AS orders FROM raw.orders GROUP BY order_no";
    assets["big"] = "/* asset:\n  materialize: view\n*/\nSELECT * FROM raw.orders WHERE amount > 2";
    follow(assets, 25);
}

// Row by row, also where rows are joined with a table that changes too.
TEST_F(FollowingTest, FilesHoldWhatARebuildWould) {
    auto assets = twice(
        {{"plain", "SELECT order_no, country, amount FROM raw.orders WHERE amount > 1"},
         {"doubled",
          "SELECT country, amount FROM raw.orders UNION ALL SELECT upper(country), -amount FROM "
          "raw.orders"},
         {"joined",
          "SELECT o.order_no, o.country, n.total FROM raw.orders o LEFT JOIN names n ON "
          "n.country = o.country"}},
        "  materialize: files\n  partition_by: country\n  input: raw.orders\n"
    );
    assets["names"] = "SELECT country, sum(amount) AS total FROM raw.orders GROUP BY country";
    follow(assets, 25);
}

// A batch's file is made again while the files beside it are merged; later both are of batches that
// are told apart no more, and what is made again for one must not hold the rows of the other.
TEST_F(FollowingTest, MergedFilesAndCorrectedOnesStayApart) {
    PipelineOptions options;
    options.partition_files_max = 3;
    options.batches_max = 4;
    const auto row = [](const std::string& name, int amount) {
        return "('" + name + "', 'FR', '2026-01-01', " + std::to_string(amount) + ")";
    };
    deliver(row("f1", 1));
    start(
        twice(
            {{"plain", "SELECT order_no, amount, country FROM raw.orders"}},
            "  materialize: files\n  partition_by: country\n  input: raw.orders\n"
        ),
        options
    );
    run();
    const std::string c1 = deliver(row("c1", 1));
    const std::string c2 = deliver(row("c2", 1));
    deliver(row("c3", 1));
    run();
    deliver(row("f3", 1));
    run();
    const std::string f4 = deliver(row("f4", 1));
    run();
    for (const auto& [name, gone] : {std::pair("c1", c1), {"c2", c2}, {"f4", f4}}) {
        deliver(row(name, 2), {gone});
        run();
        EXPECT_EQ(differences("plain"), "") << name;
    }
}

// Two inputs are corrected in one run: what only the old ones had together goes too.
TEST_F(FollowingTest, TwoInputsCorrectedAtOnce) {
    const std::string left = deliver("('k1', 'L', '2026-01-01', 1), ('k2', 'L', '2026-01-02', 2)");
    const std::string right = deliver("('k1', 'R', '2026-02-01', 5), ('k2', 'R', '2026-02-01', 6)");
    std::map<std::string, std::string> assets = twice(
        {{"joined", "SELECT l.day, l.order_no, r.amount FROM lefts l JOIN rights r USING (order_no)"
        }},
        "  materialize: partitions\n  partition_by: day\n"
    );
    assets["lefts"] = "SELECT * FROM raw.orders WHERE country = 'L'";
    assets["rights"] = "SELECT * FROM raw.orders WHERE country = 'R'";
    start(assets);
    run();
    EXPECT_EQ(query("SELECT count(*) FROM shop.joined"), "2\n");
    deliver("('k3', 'L', '2026-01-01', 1), ('k2', 'L', '2026-01-02', 2)", {left});
    deliver("('k2', 'R', '2026-02-01', 6)", {right});
    run();
    EXPECT_EQ(query("SELECT order_no FROM shop.joined"), "k2\n");
    EXPECT_EQ(differences("joined"), "");
}

// A run of an interval makes what else changed, too: the version is told to be of these inputs.
TEST_F(FollowingTest, AnIntervalForgetsNothing) {
    deliver("('a', 'FR', '2026-01-01', 5), ('b', 'DE', '2026-01-02', 7)");
    start(twice(
        {{"daily", "SELECT day, sum(amount) AS amount FROM raw.orders GROUP BY day"}},
        "  materialize: partitions\n  partition_by: day\n  interval: day\n"
    ));
    run();
    deliver("('c', 'FR', '2026-01-01', 1), ('d', 'FR', '2026-01-02', 1)");
    RunRequest interval;
    interval.package = "shop";
    interval.from = "2026-01-01";
    interval.to = "2026-01-02";
    EXPECT_EQ(of(run_request(interval), "daily").state, RunState::Succeeded);
    run();
    EXPECT_EQ(differences("daily"), "");
}

// materialize: files is for statements that take rows one by one; others are refused with the place
// and what to use, when they are validated as well as when they run.
TEST_F(FollowingTest, RefusesWhatDoesNotAddUp) {
    deliver("('a', 'FR', '2026-01-01', 5)");
    const std::map<std::string, std::string> assets{
        {"daily",
         "/* asset:\n  materialize: files\n*/\nSELECT day, sum(amount) AS n\nFROM raw.orders\n"
         "GROUP BY day"},
        {"top",
         "/* asset:\n  materialize: files\n*/\nSELECT * FROM raw.orders ORDER BY amount LIMIT 1"}
    };
    const AssetGraph graph = take(read(assets));
    const auto faults = validate_assets(graph, *engine_, [](const catalog::TableName&) {
        return Result<std::vector<catalog::Column>>(orders().columns);
    });
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_EQ(
        faults[0].describe(),
        "/w/packages/shop/assets/daily.sql:6:10: materialize: files takes the rows of raw.orders "
        "one by one, and GROUP BY looks at several. Use materialize: partitions, which makes anew "
        "the partitions that changed, or table."
    );
    EXPECT_THAT(faults[1].describe(), HasSubstr("top.sql:4"));
    start(assets);
    const RunReport failed = run();
    EXPECT_EQ(failed.state, RunState::Failed);
    EXPECT_THAT(of(failed, "daily").message, HasSubstr("daily.sql:6:10: materialize: files"));
}

// What a version keeps of its input's files does not grow with them, and a correction of a file
// taken long ago still finds its rows.
TEST_F(FollowingTest, TheStateOfFilesIsBounded) {
    const std::string first = deliver("('a', 'FR', '2026-01-01', 5)");
    start(twice(
        {{"plain", "SELECT * FROM raw.orders"}}, "  materialize: files\n  partition_by: country\n"
    ));
    std::size_t most = 0;
    for (int i = 0; i < 70; ++i) {
        deliver(
            "('o" + std::to_string(i) + "', 'C" + std::to_string(i % 3) + "', '2026-01-01', 1)"
        );
        run({"plain"});
        const auto version = take(lake_->current("mart/shop/plain"));
        const json::Value* state = version.extra.find("batches");
        ASSERT_NE(state, nullptr);
        most = std::max(most, state->members().size());
    }
    EXPECT_LE(most, 65u);
    deliver("('a', 'DE', '2026-01-01', 6)", {first});
    const RunReport corrected = run();
    EXPECT_GT(of(corrected, "plain").files_kept, 0);
    EXPECT_EQ(differences("plain"), "");
}

}  // namespace
}  // namespace tradewind::pipeline

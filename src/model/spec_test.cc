// models/*.yml: what it may say, and that every fault is told with its place.
#include "model/spec.h"

#include <gmock/gmock.h>

namespace tradewind::model {
namespace {

using testing::HasSubstr;

constexpr const char* whole = R"(kind: buy_again
description: What they buy again.
interactions: {table: lines, user: u, item: p, basket: o, sequence: n, position: c, day: d}
items: {table: raw.products, item: p, name: title}
features: {table: rows, columns: [a, b]}
parameters: {rounds: 50, learning_rate: 0.2}
search: {seconds: 30}
gate: {metric: ndcg@10, tolerance: 0.01}
threshold: 0.3
reasons: {a: "bought in {percent} of their orders", b: "{value} days ago"}
)";

Result<ModelSpec> parse(const std::string& text) {
    return parse_model("shop", "again", TRY(yaml::parse(text, "models/again.yml")));
}

// All keys, with bare tables in the package's own schema and reasons in their order.
TEST(ModelSpec, ReadsAll) {
    const ModelSpec spec = MUST(parse(whole));
    EXPECT_EQ(spec.text(), "shop/again");
    EXPECT_EQ(spec.kind, Kind::BuyAgain);
    EXPECT_EQ(spec.interactions.table.text(), "shop.lines");
    EXPECT_EQ(spec.items->table.text(), "raw.products");
    EXPECT_EQ(spec.features->user, "u");
    EXPECT_EQ(spec.features->fold, "fold");
    EXPECT_EQ(spec.parameter("rounds", 1), 50);
    EXPECT_EQ(spec.parameter("depth", 6), 6);
    EXPECT_EQ(spec.gate.metric, "ndcg@10");
    EXPECT_EQ(spec.threshold, 0.3);
    EXPECT_EQ(spec.reasons.at(1).first, "b");
}

// Rows of any table: their columns stand for interactions and features too.
TEST(ModelSpec, ReadsRowsToClassify) {
    const ModelSpec spec = MUST(parse(
        "kind: classify\nrows: {table: invoices, id: no, label: big, time: at, except: [total], "
        "hold_out: 0.3}"
    ));
    EXPECT_EQ(spec.kind, Kind::Classify);
    EXPECT_EQ(spec.rows->table.text(), "shop.invoices");
    EXPECT_EQ(spec.rows->hold_out, 0.3);
    EXPECT_EQ(spec.features->label, "big");
    EXPECT_EQ(spec.features->except, std::vector<std::string>{"total"});
    EXPECT_EQ(spec.interactions.table.text(), "shop.invoices");
    EXPECT_EQ(spec.gate.metric, "auc");
}

// Each fault names its line and, where there is one, the nearest word.
TEST(ModelSpec, TellsFaults) {
    const struct {
        const char* text;
        const char* told;
    } cases[] = {
        {"kind: buy_agian\ninteractions: {}", "models/again.yml:1:7: there is no kind of model"},
        {"kind: try_first", "models/again.yml"},
        {"kind: try_first\ninteractions: {table: a, user: u, item: i, basket: b, colour: c}",
         "models/again.yml:2"},
        {"kind: buy_again\ninteractions: {table: a, user: u, item: i, basket: b}",
         "learns from features"},
        {"kind: try_first\ninteractions: {table: a, user: u, item: i, basket: b}\nparameters: "
         "{round: 5}",
         "Did you mean 'rounds'?"},
        {"kind: try_first\ninteractions: {table: a, user: u, item: i, basket: b}\nparameters: "
         "{rounds: 0}",
         "rounds is between"},
        {"kind: try_first\ninteractions: {table: a, user: u, item: i, basket: b}\nthreshold: 1.5",
         "a probability"},
        {"kind: try_first\ninteractions: {table: a.b.c, user: u, item: i, basket: b}",
         "is no table's name"},
        {"kind: classify\ninteractions: {}", "reads rows:, and no interactions"},
        {"kind: classify\nthreshold: 0.5", "rows: names a table"},
        {"kind: classify\nrows: {table: a, id: i, label: l, time: t, hold_out: 1}", "hold_out is"},
        {"kind: classify\nrows: {table: a, id: i, label: l, time: t, columns: [x, l]}",
         "no feature of itself"},
        {"kind: try_first\nrows: {table: a}\ninteractions: {table: a, user: u, item: i, basket: b}",
         "only models of kind classify"},
        {"kind: classify\nrows: {table: a, id: i, label: l, time: t}\ngate: {metric: logloss}",
         "models/again.yml:3:16: reports of classify have no metric 'logloss'"},
        {"kind: try_first\ninteractions: {table: a, user: u, item: i, basket: b}\ngate: {metric: "
         "log_loss}",
         "have no metric 'log_loss'"},
        {"- a\n", "holds kind:"},
    };
    for (const auto& one : cases) {
        const auto spec = parse(one.text);
        ASSERT_FALSE(spec.ok()) << one.text;
        EXPECT_THAT(spec.error().describe(), HasSubstr(one.told)) << one.text;
    }
}

}  // namespace
}  // namespace tradewind::model

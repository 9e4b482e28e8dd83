// Which way a gate compares.
#include "model/gate.h"

#include <gmock/gmock.h>

#include <cmath>

namespace tradewind::model {
namespace {

using testing::Contains;
using testing::Not;

// Of a loss the greater one is worse, of anything else the lesser one; the tolerance is for both.
TEST(Gate, KnowsWhatIsWorse) {
    for (const char* loss : {"log_loss", "brier", "calibration_error", "concentration@10"}) {
        EXPECT_TRUE(passes_gate({loss, 0}, 0.2, 0.3)) << loss;
        EXPECT_FALSE(passes_gate({loss, 0}, 0.3, 0.2)) << loss;
        EXPECT_TRUE(passes_gate({loss, 0.2}, 0.3, 0.2)) << loss;
    }
    EXPECT_FALSE(passes_gate({"auc", 0}, 0.2, 0.3));
    EXPECT_TRUE(passes_gate({"auc", 0}, 0.3, 0.2));
    EXPECT_TRUE(passes_gate({"auc", 0.2}, 0.2, 0.3));
    EXPECT_TRUE(passes_gate({"auc", 0}, 0.2, std::nan("")));
}

// Lists have no losses, rows to classify no lists.
TEST(Gate, MetricsOfKinds) {
    EXPECT_THAT(gate_metrics(Kind::BuyAgain), Contains("ndcg@10"));
    EXPECT_THAT(gate_metrics(Kind::NextInCart), Contains("hit_rate@10"));
    EXPECT_THAT(gate_metrics(Kind::TryFirst), Not(Contains("log_loss")));
    EXPECT_THAT(gate_metrics(Kind::Classify), Contains("log_loss"));
    EXPECT_THAT(gate_metrics(Kind::Classify), Not(Contains("recall@10")));
}

}  // namespace
}  // namespace tradewind::model

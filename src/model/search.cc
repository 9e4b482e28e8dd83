#include "model/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/text.h"
#include "model/evaluation.h"
#include "model/feature_rows.h"

namespace tradewind::model {

namespace {

// What is varied: by a factor, or by a step.
struct Knob {
    const char* name;
    double fallback;
    double factor;  // 0: by the step
    double step;
    double min;
    double max;
};
constexpr std::array<Knob, 6> knobs{
    {{"depth", 5, 0, 1, 2, 10},
     {"learning_rate", 0.08, 1.6, 0, 0.01, 0.4},
     {"min_child_weight", 20, 2.5, 0, 1, 500},
     {"subsample", 0.8, 0, 0.1, 0.4, 1},
     {"column_sample", 0.6, 0, 0.15, 0.2, 1},
     {"lambda", 5, 2.5, 0, 0.1, 200}}
};

// Small, seeded and the same everywhere (splitmix64).
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}
    // -1, 0 or 1
    int direction() { return static_cast<int>(next() % 3) - 1; }
    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15u;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

ModelSpec near(const ModelSpec& best, Chance& chance) {
    ModelSpec other = best;
    for (const Knob& knob : knobs) {
        const int direction = chance.direction();
        double value = best.parameter(knob.name, knob.fallback);
        if (knob.factor > 0) {
            value *= std::pow(knob.factor, direction);
        } else {
            value += direction * knob.step;
        }
        other.parameters[knob.name] = std::clamp(value, knob.min, knob.max);
    }
    return other;
}

// On the users kept for it.
Result<double> loss_of(
    const Training& training, const ModelSpec& spec, const std::vector<std::string>& columns
) {
    engine::Work& work = training.tables.work();
    LabelledRows rows(work, labelled_sql(spec, columns, "train", Share::Learn));
    LabelledRows validation(work, labelled_sql(spec, columns, "train", Share::Validate));
    return loss_of_trees(rows, validation, tree_options(training, spec, columns));
}

}  // namespace

bool is_kept_back(learn::User user) {
    return Chance(user).next() % 10 == 0;
}

Result<double> loss_of_trees(
    learn::FeatureSource& rows, learn::FeatureSource& validation, learn::TreeOptions options
) {
    double least = std::numeric_limits<double>::infinity();
    double last = least;
    options.on_round = [&](const learn::TreeRound& round) {
        if (!round.validation_loss) return;
        last = *round.validation_loss;
        least = std::min(least, last);
    };
    TRY(learn::train_trees(rows, &validation, options));
    return options.patience_rounds > 0 ? least : last;
}

Result<ModelSpec> search_near(
    const Training& training, const ModelSpec& first, const LossOf& loss
) {
    ModelSpec best = first;
    const std::int64_t until =
        training.clock->monotonic_us() + static_cast<std::int64_t>(training.search_seconds * 1e6);
    if (training.search_seconds <= 0) return best;
    double least = TRY(loss(best));
    Chance chance(static_cast<std::uint64_t>(best.parameter("seed", 42)));
    for (int tried = 1; training.clock->monotonic_us() < until; ++tried) {
        training.tell("search: " + std::to_string(tried) + " tried, loss " + number(least).text());
        const ModelSpec other = near(best, chance);
        const double found = TRY(loss(other));
        if (found >= least) continue;
        least = found;
        best = other;
    }
    return best;
}

Result<ModelSpec> search_parameters(
    const Training& training, const std::vector<std::string>& columns
) {
    return search_near(training, training.spec, [&](const ModelSpec& spec) {
        return loss_of(training, spec, columns);
    });
}

}  // namespace tradewind::model

// next_in_cart in memory.
#include <algorithm>
#include <utility>

#include "model/next_scorer.h"
#include "model/popular.h"

namespace tradewind::model {

namespace {

class ServedNext : public Served {
public:
    ServedNext(
        const Serving& serving,
        std::int64_t version,
        Known known,
        NextScorer scorer,
        json::Value live_from
    )
        : spec_(serving.spec),
          version_(version),
          known_(std::move(known)),
          scorer_(std::move(scorer)),
          live_from_(std::move(live_from)) {}

    bool knows_user(const std::string& user) const override {
        return known_.users.find(user).has_value();
    }

    Result<Recommendations> recommend(const RecommendOrder& order) const override {
        Recommendations answer = known_.answer(spec_, version_);
        const auto cart = TRY(known_.codes_of(order.basket));
        const auto user = known_.users.find(order.user);
        answer.known_user = user.has_value();
        // Withdrawn items may be among the first.
        const std::size_t asked = 2 * order.limit + 10;
        for (const NextItem& one : scorer_.next(user, cart, asked)) {
            if (answer.list.size() >= order.limit) break;
            if (known_.offered[one.item] != 0)
                answer.list.push_back(known_.entry(one.item, one.score, reason_of(one)));
        }
        known_.add_popular(answer, order.limit, cart);
        return answer;
    }

    const json::Value& live_from() const override { return live_from_; }

    Result<void> observe(const std::string& user, const std::vector<std::string>& basket)
        const override {
        std::vector<learn::Item> items;
        for (const std::string& one : basket)
            if (const auto code = known_.items.find(one)) items.push_back(*code);
        if (!items.empty()) scorer_.add(known_.users.find(user), items);
        return {};
    }

private:
    std::string because(learn::Item item) const {
        return known_.names[item].empty() ? known_.items.id(item) : known_.names[item];
    }
    std::string reason_of(const NextItem& one) const {
        switch (one.reason) {
            case NextReason::Habit:
                return reason_text("in {percent} of their recent baskets", one.value);
            case NextReason::Likeness:
                return "in their earlier baskets like this one";
            case NextReason::Together:
                return "goes with " + because(one.because);
            case NextReason::After:
                return "often follows " + because(one.because);
            case NextReason::Popular:
                return reason_text("popular: in {percent} of all baskets", one.value);
        }
        return "";
    }

    const ModelSpec spec_;
    const std::int64_t version_;
    const Known known_;
    const NextScorer scorer_;
    const json::Value live_from_;
};

}  // namespace

Result<std::shared_ptr<const Served>> serve_next_in_cart(
    const Serving& serving, const StoredVersion& version
) {
    Known known = TRY(Known::from(version));
    NextScorer scorer = TRY(NextScorer::from(version, serving.spec, known.items.size()));
    const json::Value* live = version.card.find("live_from");
    return std::shared_ptr<const Served>(std::make_shared<ServedNext>(
        serving,
        version.number,
        std::move(known),
        std::move(scorer),
        live != nullptr ? *live : json::Value::object()
    ));
}

}  // namespace tradewind::model

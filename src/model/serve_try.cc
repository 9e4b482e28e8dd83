// try_first in memory: lists that were worked out beforehand.
#include <algorithm>
#include <utility>

#include "model/kinds.h"
#include "model/popular.h"

namespace tradewind::model {

namespace {

class ServedTry : public Served {
public:
    ServedTry(const Serving& serving, std::int64_t version, Known known, Lists lists)
        : spec_(serving.spec),
          version_(version),
          known_(std::move(known)),
          lists_(std::move(lists)) {}

    bool knows_user(const std::string& user) const override {
        return known_.users.find(user).has_value();
    }

    Result<Recommendations> recommend(const RecommendOrder& order) const override {
        Recommendations answer = known_.answer(spec_, version_);
        const auto without = TRY(known_.codes_of(order.basket));
        const auto user = known_.users.find(order.user);
        answer.known_user = user.has_value();
        for (const ListEntry& one : user ? lists_.of(*user) : std::span<const ListEntry>()) {
            if (answer.list.size() >= order.limit) break;
            if (std::ranges::find(without, one.item) == without.end())
                answer.list.push_back(known_.entry(one.item, one.score, reason_of(one)));
        }
        if (!user) known_.add_popular(answer, order.limit, without);
        return answer;
    }

private:
    std::string reason_of(const ListEntry& entry) const {
        if (entry.reason == 0 || entry.reason > known_.items.size())
            return reason_text("bought by {percent} of all customers", entry.value);
        const std::uint32_t item = entry.reason - 1;
        const std::string& name = known_.names[item];
        return "goes with " + (name.empty() ? known_.items.id(item) : name);
    }

    const ModelSpec spec_;
    const std::int64_t version_;
    const Known known_;
    const Lists lists_;
};

}  // namespace

Result<std::shared_ptr<const Served>> serve_try_first(
    const Serving& serving, const StoredVersion& version
) {
    Known known = TRY(Known::from(version));
    const auto bytes = version.files.find("lists.bin");
    if (bytes == version.files.end())
        return Error(ErrorCode::Corruption, "the version has no file lists.bin");
    Lists lists = TRY(Lists::from_bytes(bytes->second, known.items.size()));
    return std::shared_ptr<const Served>(
        std::make_shared<ServedTry>(serving, version.number, std::move(known), std::move(lists))
    );
}

}  // namespace tradewind::model

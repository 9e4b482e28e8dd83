// buy_again in memory: lists that were worked out beforehand, and single predictions with their
// reasons.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/sql_text.h"
#include "base/text.h"
#include "model/buy_again.h"
#include "model/popular.h"

namespace tradewind::model {

namespace {

constexpr std::size_t reasons_told = 5;
constexpr std::int64_t look_up_timeout_us = 10'000'000;

std::string id_literal(const std::string& id, const Codes& codes) {
    return codes.numbers() ? id : quote_literal(id);
}

class ServedAgain : public Served {
public:
    ServedAgain(
        const Serving& serving, std::int64_t version, Known known, BuyAgain model, Lists lists
    )
        : spec_(serving.spec),
          engine_(*serving.engine),
          version_(version),
          known_(std::move(known)),
          model_(std::move(model)),
          lists_(std::move(lists)) {}

    bool knows_user(const std::string& user) const override {
        return known_.users.find(user).has_value();
    }
    Result<Recommendations> recommend(const RecommendOrder& order) const override;
    Result<Prediction> predict(const PredictOrder& order) const override;

private:
    std::string reason_of(const ListEntry& entry) const;
    Result<std::optional<std::vector<float>>> look_up(
        const std::string& user, const std::string& item
    ) const;
    Result<std::vector<float>> features_of(const PredictOrder& order) const;
    Result<Prediction> predict_row(const std::vector<float>& row) const;
    std::string words_for(const std::string& feature, float value) const;
    Prediction empty_prediction() const;

    const ModelSpec spec_;
    engine::Engine& engine_;
    const std::int64_t version_;
    const Known known_;
    const BuyAgain model_;
    const Lists lists_;
};

std::string ServedAgain::words_for(const std::string& feature, float value) const {
    if (std::isnan(value)) return feature + " is not known";
    for (const auto& [name, words] : spec_.reasons)
        if (name == feature) return reason_text(words, value);
    return feature + reason_text(" is {value}", value);
}

std::string ServedAgain::reason_of(const ListEntry& entry) const {
    if (entry.reason == 0 || entry.reason > model_.columns.size()) return "bought before";
    return words_for(model_.columns[entry.reason - 1], entry.value);
}

Result<Recommendations> ServedAgain::recommend(const RecommendOrder& order) const {
    Recommendations answer = known_.answer(spec_, version_);
    const auto without = TRY(known_.codes_of(order.basket));
    const auto user = known_.users.find(order.user);
    answer.known_user = user.has_value();
    if (user) {
        for (const ListEntry& one : lists_.of(*user)) {
            if (answer.list.size() >= order.limit) break;
            if (std::ranges::find(without, one.item) != without.end()) continue;
            answer.list.push_back(known_.entry(one.item, one.score, reason_of(one)));
        }
    }
    if (answer.list.empty()) known_.add_popular(answer, order.limit, without);
    return answer;
}

// The row of the fold "score": nothing where the user never bought the item.
Result<std::optional<std::vector<float>>> ServedAgain::look_up(
    const std::string& user, const std::string& item
) const {
    const Features& of = *spec_.features;
    std::string list;
    for (const std::string& column : model_.columns)
        list += (list.empty() ? "" : ", ") + ("CAST(" + quote_name(column) + " AS DOUBLE)");
    engine::QueryRequest request;
    request.sql = "SELECT " + list + " FROM " + quote_name(of.table.schema) + "." +
                  quote_name(of.table.table) + " WHERE " + quote_name(of.fold) + " = 'score' AND " +
                  quote_name(of.user) + " = " + id_literal(user, known_.users) + " AND " +
                  quote_name(of.item) + " = " + id_literal(item, known_.items);
    request.rows_max = 1;
    request.timeout_us = look_up_timeout_us;
    const auto result = engine_.query(request);
    if (!result.ok()) {
        return Error(ErrorCode::Conflict, "the features of a user and a product cannot be read")
            .with_detail(result.error().describe())
            .with_hint("Run the package, and train the model anew when its columns changed.");
    }
    std::string text;
    if (TRY((*result)->append_rows(engine::ResultFormat::JsonRows, text)) == 0)
        return std::optional<std::vector<float>>();
    std::vector<float> row;
    const json::Value cells = TRY(json::parse(text));
    for (const json::Value& cell : cells.items())
        row.push_back(cell.is_null() ? NAN : static_cast<float>(TRY(cell.as_double())));
    return std::optional(std::move(row));
}

Result<std::vector<float>> ServedAgain::features_of(const PredictOrder& order) const {
    std::vector<float> row(model_.columns.size(), NAN);
    const std::vector<std::string_view> names(model_.columns.begin(), model_.columns.end());
    for (const auto& [name, value] : order.features) {
        const auto found = std::ranges::find(model_.columns, name);
        if (found == model_.columns.end()) {
            const auto near = nearest(name, names);
            return Error(ErrorCode::InvalidArgument, "the model has no feature '" + name + "'")
                .with_hint(
                    near ? "Did you mean '" + *near + "'?"
                         : "GET /v1/models/" + spec_.package + "/" + spec_.name + " lists them."
                );
        }
        if (value)
            row[static_cast<std::size_t>(found - model_.columns.begin())] =
                static_cast<float>(*value);
    }
    return row;
}

Prediction ServedAgain::empty_prediction() const {
    Prediction prediction;
    prediction.package = spec_.package;
    prediction.model = spec_.name;
    prediction.version = version_;
    prediction.threshold = spec_.threshold;
    return prediction;
}

Result<Prediction> ServedAgain::predict_row(const std::vector<float>& row) const {
    Prediction prediction = empty_prediction();
    prediction.probability = model_.probability(model_.trees->predict_row(row));
    const auto parts =
        TRY(model_.trees->contributions(learn::FeatureBlock::by_row(row.data(), 1, row.size())));
    std::vector<std::size_t> order(row.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return std::fabs(parts[a]) > std::fabs(parts[b]);
    });
    for (std::size_t i = 0; i < std::min(reasons_told, order.size()); ++i) {
        const std::size_t at = order[i];
        Reason reason;
        reason.feature = model_.columns[at];
        if (!std::isnan(row[at])) reason.value = row[at];
        reason.contribution = parts[at];
        reason.text = words_for(reason.feature, row[at]);
        prediction.reasons.push_back(std::move(reason));
    }
    return prediction;
}

Result<Prediction> ServedAgain::predict(const PredictOrder& order) const {
    if (order.user.empty() && order.item.empty()) return predict_row(TRY(features_of(order)));
    const auto user = known_.users.find(order.user);
    const auto item = known_.items.find(order.item);
    if (!user) return Error(ErrorCode::NotFound, "there is no user " + order.user);
    if (!item) return Error(ErrorCode::NotFound, "there is no product " + order.item);
    const auto row = TRY(look_up(known_.users.id(*user), known_.items.id(*item)));
    if (row && row->size() == model_.columns.size()) return predict_row(*row);
    Prediction prediction = empty_prediction();
    prediction.reasons.push_back(
        {"never_bought", std::nullopt, 0, "this user has never bought it: there is no again"}
    );
    return prediction;
}

}  // namespace

Result<std::shared_ptr<const Served>> serve_buy_again(
    const Serving& serving, const StoredVersion& version
) {
    Known known = TRY(Known::from(version));
    BuyAgain model = TRY(BuyAgain::from(version));
    const auto bytes = version.files.find("lists.bin");
    if (bytes == version.files.end())
        return Error(ErrorCode::Corruption, "the version has no file lists.bin");
    Lists lists = TRY(Lists::from_bytes(bytes->second, known.items.size()));
    return std::shared_ptr<const Served>(std::make_shared<ServedAgain>(
        serving, version.number, std::move(known), std::move(model), std::move(lists)
    ));
}

}  // namespace tradewind::model

#include "model/kinds.h"

namespace tradewind::model {

Result<Prediction> Served::predict([[maybe_unused]] const PredictOrder& order) const {
    return Error(ErrorCode::InvalidArgument, "this kind of model predicts no single purchase")
        .with_hint("Ask a model of kind buy_again.");
}

const json::Value& Served::live_from() const {
    static const json::Value none = json::Value::object();
    return none;
}

Result<Learnt> train(const Training& training) {
    switch (training.spec.kind) {
        case Kind::BuyAgain:
            return train_buy_again(training);
        case Kind::TryFirst:
            return train_try_first(training);
        case Kind::NextInCart:
            return train_next_in_cart(training);
        case Kind::Classify:
            return train_classify(training);
    }
    return Error(ErrorCode::InvalidArgument, "no such kind of model");
}

Result<Report> evaluate(const Training& training, const StoredVersion& version) {
    switch (training.spec.kind) {
        case Kind::BuyAgain:
            return evaluate_buy_again(training, version);
        case Kind::TryFirst:
            return evaluate_try_first(training, version);
        case Kind::NextInCart:
            return evaluate_next_in_cart(training, version);
        case Kind::Classify:
            return evaluate_classify(training, version);
    }
    return Error(ErrorCode::InvalidArgument, "no such kind of model");
}

Result<std::shared_ptr<const Served>> serve(const Serving& serving, const StoredVersion& version) {
    switch (serving.spec.kind) {
        case Kind::BuyAgain:
            return serve_buy_again(serving, version);
        case Kind::TryFirst:
            return serve_try_first(serving, version);
        case Kind::NextInCart:
            return serve_next_in_cart(serving, version);
        case Kind::Classify:
            return serve_classify(serving, version);
    }
    return Error(ErrorCode::InvalidArgument, "no such kind of model");
}

}  // namespace tradewind::model

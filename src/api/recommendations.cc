// What to buy again, to try, to put into the cart next; and whether a user will buy a product.
#include <utility>

#include "api/model_operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "base/text.h"
#include "model/model.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t list_default = 10;
constexpr std::int64_t list_max = 100;
constexpr std::size_t basket_items_max = 10'000;

// A number where ids are numbers, else a text.
void write_id(json::Writer& writer, const std::string& id, bool is_number) {
    if (is_number && json::is_number(id)) {
        writer.number_text(id);
    } else {
        writer.string(id);
    }
}

std::string list_json(const model::RecommendOrder& order, const model::Recommendations& found) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("user_id");
    write_id(writer, order.user, found.users_are_numbers);
    writer.key("kind");
    writer.string(model::list_name(order.kind));
    writer.key("package");
    writer.string(found.package);
    writer.key("model");
    writer.string(found.model);
    writer.key("model_version");
    writer.number(found.version);
    writer.key("known_user");
    writer.boolean(found.known_user);
    writer.key("recommendations");
    writer.begin_array();
    for (const model::Recommendation& one : found.list) {
        writer.begin_object();
        writer.key("product_id");
        write_id(writer, one.item, found.items_are_numbers);
        if (!one.name.empty()) {
            writer.key("name");
            writer.string(one.name);
        }
        writer.key("score");
        writer.number(one.score);
        writer.key("reason");
        writer.string(one.reason);
        writer.end_object();
    }
    writer.end_array();
    writer.end_object();
    return body;
}

Result<model::RecommendOrder> read_recommend(const Call& call) {
    model::RecommendOrder order;
    order.user = call.arguments.text("user");
    const std::string kind = call.arguments.text("kind");
    order.kind = model::kind_of_list(kind.empty() ? "again" : kind).value_or(model::Kind::BuyAgain);
    order.package = call.arguments.text("package");
    order.limit = static_cast<std::size_t>(call.arguments.integer_or("limit", list_default));
    for (const std::string& item : split(call.arguments.text("basket"), ',')) {
        const std::string trimmed(trim(item));
        if (!trimmed.empty()) order.basket.push_back(trimmed);
    }
    if (order.basket.size() > basket_items_max)
        return Error(ErrorCode::InvalidArgument, "a basket has at most 10,000 products");
    return order;
}

Operation recommend_operation(const Services& services) {
    Operation operation;
    operation.id = "recommend";
    operation.method = "GET";
    operation.path = "/v1/recommendations/{user}";
    operation.tag = "recommendations";
    operation.summary = "What a user will want, best first, each with its reason.";
    operation.description =
        "again: what he bought before; new: what he never bought; next: what goes with the basket "
        "so far. A user of whom nothing is known gets what everybody buys, and known_user is "
        "false.";
    operation.runs = Runs::Quick;
    operation.parameters = {
        path_parameter("user", "The user.", "17850"),
        {.name = "kind",
         .description = "Which list; again unless said.",
         .example = "again",
         .choices = {"again", "new", "next"}},
        {.name = "basket", .description = "Products in the cart, in their order: 1,2,3."},
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 10.",
         .example = "10",
         .min = 1,
         .max = list_max},
        {.name = "package", .description = "Whose model, where several packages have one."}
    };
    const Value entry = object(
        {{"product_id", anything("A number where the package's are.")},
         {"name", text(), true},
         {"score", number("A probability for again; else greater is better.")},
         {"reason", text()}}
    );
    operation.answers = {json_answer(
        "The list.",
        object(
            {{"user_id", anything()},
             {"kind", one_of({"again", "new", "next"})},
             {"package", text()},
             {"model", text()},
             {"model_version", integer()},
             {"known_user", boolean()},
             {"recommendations", array(entry)}}
        )
    )};
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const model::RecommendOrder order = TRY(read_recommend(call));
        return json_response(list_json(order, TRY(services.models->recommend(order))));
    });
    return operation;
}

// A text, or a number's digits.
Result<std::string> id_member(const json::Value& body, const char* name) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) return std::string();
    if (value->kind() == json::Kind::String || value->kind() == json::Kind::Number)
        return value->text();
    return Error(ErrorCode::InvalidArgument, std::string("'") + name + "' is a text or a number");
}

Result<model::PredictOrder> read_predict(const Call& call) {
    const json::Value body =
        TRY(read_json_body(call, {"user_id", "product_id", "features", "package"}, false));
    model::PredictOrder order;
    order.package = TRY(text_member(body, "package"));
    order.user = TRY(id_member(body, "user_id"));
    order.item = TRY(id_member(body, "product_id"));
    const json::Value* features = body.find("features");
    const bool pair = !order.user.empty() && !order.item.empty();
    if (features == nullptr && !pair) {
        return Error(ErrorCode::InvalidArgument, "user_id and product_id are wanted, or features")
            .with_hint(R"(Send {"user_id": 1, "product_id": 196}.)");
    }
    if (features == nullptr) return order;
    if (!order.user.empty() || !order.item.empty())
        return Error(ErrorCode::InvalidArgument, "a user and a product, or features, not both");
    if (features->kind() != json::Kind::Object)
        return Error(ErrorCode::InvalidArgument, "'features' maps names to numbers");
    for (const auto& [name, value] : features->members()) {
        if (value.is_null()) {
            order.features[name] = std::nullopt;
            continue;
        }
        const auto real = value.as_double();
        if (!real.ok() || value.kind() != json::Kind::Number)
            return Error(ErrorCode::InvalidArgument, "the feature '" + name + "' is no number");
        order.features[name] = *real;
    }
    return order;
}

std::string prediction_json(const model::Prediction& prediction) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("probability");
    writer.number(prediction.probability);
    writer.key("likely");
    writer.boolean(prediction.likely());
    writer.key("threshold");
    writer.number(prediction.threshold);
    writer.key("reasons");
    writer.begin_array();
    for (const model::Reason& reason : prediction.reasons) {
        writer.begin_object();
        writer.key("feature");
        writer.string(reason.feature);
        writer.key("value");
        if (reason.value) {
            writer.number(*reason.value);
        } else {
            writer.null();
        }
        writer.key("contribution");
        writer.number(reason.contribution);
        writer.key("text");
        writer.string(reason.text);
        writer.end_object();
    }
    writer.end_array();
    writer.key("package");
    writer.string(prediction.package);
    writer.key("model");
    writer.string(prediction.model);
    writer.key("model_version");
    writer.number(prediction.version);
    writer.end_object();
    return body;
}

Operation predict_operation(const Services& services) {
    Operation operation;
    operation.id = "predict_reorder";
    operation.method = "POST";
    operation.path = "/v1/predictions/reorder";
    operation.tag = "recommendations";
    operation.summary = "Will this user buy this product again?";
    operation.description =
        "From a user and a product, or from features by their names; those left out are not known.";
    operation.runs = Runs::Slow;
    operation.body = RequestBody{
        true,
        {json_media(
            object(
                {{"user_id", anything("A text or a number."), true},
                 {"product_id", anything("A text or a number."), true},
                 {"features", open_object({}, "Numbers by the names of the model's features."), true
                 },
                 {"package", text("Whose model, where several packages have one."), true}}
            ),
            R"({"user_id": 1, "product_id": 196})"
        )}
    };
    const Value reason = object(
        {{"feature", text()},
         {"value", nullable(number())},
         {"contribution", number("To the log-odds: above 0 it speaks for a purchase.")},
         {"text", text()}}
    );
    operation.answers = {json_answer(
        "The prediction.",
        object(
            {{"probability", number()},
             {"likely", boolean("The probability is above the threshold.")},
             {"threshold", number()},
             {"reasons", array(reason, "Strongest first.")},
             {"package", text()},
             {"model", text()},
             {"model_version", integer()}}
        )
    )};
    operation.problems = {404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        return json_response(prediction_json(TRY(services.models->predict(TRY(read_predict(call)))))
        );
    });
    return operation;
}

}  // namespace

std::vector<Operation> recommendation_operations(const Services& services) {
    if (services.models == nullptr) return {};
    return {recommend_operation(services), predict_operation(services)};
}

}  // namespace tradewind::api

// The commands of models.
#pragma once

#include <cstdint>
#include <string>

#include "cli/command.h"

namespace tradewind::cli {

struct ModelCommandOptions {
    std::string model;         // buy_again, basket/buy_again
    std::int64_t version = 0;  // 0: the one that serves
    std::string html;          // the report goes here
    bool no_run = false;
    bool no_promote = false;
    std::int64_t search_seconds = -1;  // below 0: as the model's file says
};
struct RecommendOptions {
    std::string user;
    std::string kind = "again";
    std::string basket;  // products, by commas
    std::string package;
    std::int64_t limit = 10;
};
Result<int> train_model(const Context& context, const ModelCommandOptions& options);
Result<int> evaluate_model(const Context& context, const ModelCommandOptions& options);
Result<int> score_model(const Context& context, const ModelCommandOptions& options);
Result<int> promote_model(const Context& context, const ModelCommandOptions& options);
Result<int> rollback_model(const Context& context, const ModelCommandOptions& options);
Result<int> list_models(const Context& context);
Result<int> recommend(const Context& context, const RecommendOptions& options);
Result<int> list_segments(const Context& context);

}  // namespace tradewind::cli

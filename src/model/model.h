// Models of packages: declared in models/*.yml, trained on the packages' tables, evaluated on what
// was held out, kept in versions, and served from memory: what a user buys again, what he may try
// for the first time, what comes next into the cart.
//
// Training and evaluation are jobs: durable when asked for, carried out one after the other on a
// thread of this room, cancelled by their number. A version is served once it is promoted; by
// itself it is when it is no worse than the one that was.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "model/spec.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "pipeline/pipeline.h"

namespace tradewind::model {

// ---------------------------------------------------------------- jobs

enum class JobKind { Train, Evaluate, Score };
enum class JobState { Queued, Running, Succeeded, Failed, Cancelled };
const char* to_string(JobKind kind);
const char* to_string(JobState state);

struct Job {
    std::int64_t id = 0;
    JobKind kind = JobKind::Train;
    std::string package;
    std::string model;
    JobState state = JobState::Queued;
    std::string message;       // what became of it
    std::string step;          // what is done now: "reading features", "trees: round 40 of 200"
    std::int64_t version = 0;  // that it made or looked at
    bool promoted = false;     // the version that it made is served
    Timestamp queued_at;
    Timestamp started_at;
    Timestamp finished_at;

    bool over() const { return state != JobState::Queued && state != JobState::Running; }
};
json::Value to_json(const Job& job);

struct TrainOrder {
    std::string model;           // "buy_again" where that is unique, else "basket/buy_again"
    bool refresh = true;         // bring the tables that it reads up to date first
    bool promote = true;         // when it is no worse than the one that is served
    double search_seconds = -1;  // below 0: as the model's file says
};

// ---------------------------------------------------------------- what there is

struct VersionInfo {
    std::int64_t number = 0;
    bool promoted = false;
    bool served = false;
    std::string damage;  // why it cannot be used; empty: it can
    json::Value card;    // what model.json says; Null: it cannot be read
};

struct ModelInfo {
    ModelSpec spec;
    bool has_data = false;              // something came in of what its interactions are made of
    std::int64_t promoted = 0;          // 0: none
    std::int64_t served = 0;            // another than the promoted one when that is damaged
    std::string trouble;                // why it serves another, or none; empty: all is well
    std::vector<VersionInfo> versions;  // newest first
};
json::Value to_json(const ModelInfo& info);

// ---------------------------------------------------------------- what is asked of them

struct RecommendOrder {
    std::string user;  // empty: nobody known
    Kind kind = Kind::BuyAgain;
    std::vector<std::string> basket;  // what is in the cart, in its order
    std::size_t limit = 10;
    std::string package;  // empty: the one that has such a model and knows the user
};
struct Recommendation {
    std::string item;
    std::string name;  // empty: not known
    double score = 0;
    std::string reason;
};
struct Recommendations {
    std::string package;
    std::string model;
    std::int64_t version = 0;
    bool known_user = true;
    bool items_are_numbers = false;
    bool users_are_numbers = false;
    std::vector<Recommendation> list;
};

struct PredictOrder {
    std::string package;
    // Of a user and an item …
    std::string user;
    std::string item;
    // … or of features by their names; nothing: not known.
    std::map<std::string, std::optional<double>> features;
};
struct Reason {
    std::string feature;
    std::optional<double> value;
    double contribution = 0;  // to the log-odds
    std::string text;
};
struct Prediction {
    std::string package;
    std::string model;
    std::int64_t version = 0;
    double probability = 0;
    double threshold = 0;
    std::vector<Reason> reasons;  // strongest first
    bool likely() const { return probability > threshold; }
};

// ---------------------------------------------------------------- the room

struct ModelOptions {
    std::string folder;  // data/models
    int threads = 2;
    std::int64_t timeout_us = 7'200'000'000;  // of one job
    std::size_t queue_max = 20;
    std::size_t jobs_kept = 500;
    // False: a model is read when somebody asks for it, and follows no stream.
    bool load_at_once = true;
    std::int64_t look_us = 1'000'000;  // streams are looked at that often
};

struct ModelParts {
    std::vector<ModelSpec> models;
    engine::Engine* engine = nullptr;
    catalog::Catalog* catalog = nullptr;
    lake::Lake* lake = nullptr;
    pipeline::Pipeline* pipeline = nullptr;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
    // How far a stream has come: another number than before when something came in. May be empty.
    std::function<std::int64_t(const std::string& stream)> stream_position;
};

// All methods: any thread.
class Models {
public:
    virtual ~Models() = default;
    // Jobs under way end as cancelled; no new ones begin.
    virtual void stop() = 0;

    virtual Result<std::vector<ModelInfo>> list() = 0;
    // NotFound with the nearest name; Conflict: packages have one of that name each.
    virtual Result<ModelInfo> show(const std::string& model) = 0;

    // Durable when it returns. ResourceExhausted: too many wait.
    virtual Result<Job> train(const TrainOrder& order) = 0;
    // Of the served version (0), or another, on the data of now.
    virtual Result<Job> evaluate(const std::string& model, std::int64_t version) = 0;
    // What the served version says of all rows of now becomes its table anew. InvalidArgument: a
    // model of lists, whose table its training writes.
    virtual Result<Job> score(const std::string& model) = 0;
    virtual Result<Job> job(std::int64_t id) = 0;
    virtual Result<std::vector<Job>> jobs(std::int64_t limit) = 0;  // newest first
    virtual Result<Job> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // Conflict: it is over.
    virtual Result<Job> cancel(std::int64_t id) = 0;
    // The newest evaluation of a version (0: the served one). NotFound: there is none.
    virtual Result<json::Value> report(const std::string& model, std::int64_t version) = 0;

    // Corruption: the version is damaged, and nothing changed.
    virtual Result<ModelInfo> promote(const std::string& model, std::int64_t version) = 0;
    virtual Result<ModelInfo> rollback(const std::string& model) = 0;

    // NotFound: an item that nobody knows, or no such model; Conflict: none was trained yet.
    virtual Result<Recommendations> recommend(const RecommendOrder& order) = 0;
    // NotFound: user or item unknown; InvalidArgument: features that the model does not have.
    virtual Result<Prediction> predict(const PredictOrder& order) = 0;
};

// Brings back what is on disk; a damaged version is told of in the log, and the last good one
// serves.
Result<std::unique_ptr<Models>> open_models(ModelOptions options, ModelParts parts);

// The tables that models write, such as <package>.recommendations, for the catalog.
std::vector<catalog::Declaration> declare_lists(const std::vector<ModelSpec>& models);
// The columns that they will have, by those of the tables that they are made of. What is made of
// a table that cannot be found is left out.
using FindColumns =
    std::function<std::optional<std::vector<catalog::Column>>(const catalog::TableName& name)>;
using MadeColumns = std::map<catalog::TableName, std::vector<catalog::Column>>;
MadeColumns plan_made_columns(const std::vector<ModelSpec>& models, const FindColumns& find);

// For people: the report of an evaluation as one page.
std::string report_html(const json::Value& report);

struct VersionFault {
    std::string model;  // "basket/buy_again"
    std::int64_t version = 0;
    std::string reason;
};
// Versions in the folder that cannot be used.
std::vector<VersionFault> verify_models(os::Filesystem& files, const std::string& folder);

}  // namespace tradewind::model

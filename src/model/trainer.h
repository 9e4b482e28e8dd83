// Carries out one job: reads what is pinned, learns, evaluates beside the served version,
// registers, promotes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "model/job_records.h"
#include "model/shelf.h"

namespace tradewind::model {

struct TrainerParts {
    const ModelOptions& options;
    const ModelParts& parts;
    Registry& registry;
    Shelf& shelf;
    JobRecords& records;
};

class Trainer {
public:
    Trainer(
        const TrainerParts& of,
        const ModelSpec& spec,
        std::shared_ptr<const std::atomic<bool>> cancelled,
        std::function<void(const std::string& step)> tell
    )
        : of_(of), spec_(spec), cancelled_(std::move(cancelled)), tell_(std::move(tell)) {}

    // Each fills in what became of the job.
    Result<void> train(const TrainOrder& order, Job& job);
    Result<void> evaluate(std::int64_t version, Job& job);
    Result<void> score(Job& job);

private:
    struct Gated {
        bool passed = true;
        json::Value told;  // for the card
        std::string words;
    };

    Result<void> refresh();
    Result<void> run_assets(const std::string& package, const std::vector<std::string>& assets);
    Result<void> open_tables();
    Result<StoredVersion> stored(std::int64_t version);
    Training training(double search_seconds);
    json::Value card_of(const Learnt& learnt) const;
    Result<json::Value> measure(const Training& training, const StoredVersion& version);
    Result<Gated> gate(const Training& training, const json::Value& report);
    bool is_asset(const catalog::TableName& name) const;
    Result<void> write_tables(const Training& training, const StoredVersion& fresh, Job& job);
    Result<void> write_learnt_rows(
        const Training& training, const StoredVersion& fresh, std::int64_t version
    );
    Result<void> check_cancelled() const;

    const TrainerParts& of_;
    const ModelSpec& spec_;
    std::shared_ptr<const std::atomic<bool>> cancelled_;
    std::function<void(const std::string& step)> tell_;
    std::unique_ptr<PinnedTables> tables_;
    Shop shop_;
};

}  // namespace tradewind::model

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "model/batch_table.h"
#include "model/find.h"
#include "model/job_records.h"
#include "model/live_baskets.h"
#include "model/shelf.h"
#include "model/trainer.h"

namespace tradewind::model {

namespace {

json::Value order_json(const TrainOrder& order) {
    json::Value body = json::Value::object();
    body.set("refresh", order.refresh);
    body.set("promote", order.promote);
    body.set("search_seconds", static_cast<std::int64_t>(order.search_seconds));
    return body;
}

class RunningModels : public Models {
public:
    RunningModels(ModelOptions options, ModelParts parts)
        : options_(std::move(options)),
          parts_(std::move(parts)),
          registry_(*parts_.files, options_.folder),
          shelf_(registry_, parts_.engine),
          records_(*parts_.database),
          trainer_parts_{options_, parts_, registry_, shelf_, records_} {}
    ~RunningModels() override { RunningModels::stop(); }

    Result<void> open() {
        TRY(records_.open(parts_.clock->now()));
        if (options_.load_at_once)
            for (const ModelSpec& spec : parts_.models) shelf_.put(spec);
        show_lists(parts_);
        thread_ = std::thread([this] { loop(); });
        if (options_.load_at_once && live_.any()) watch_ = std::thread([this] { watch(); });
        return {};
    }

    void stop() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            if (cancelled_) cancelled_->store(true);
        }
        changed_.notify_all();
        if (thread_.joinable()) thread_.join();
        if (watch_.joinable()) watch_.join();
    }

    Result<std::vector<ModelInfo>> list() override {
        std::vector<ModelInfo> all;
        for (const ModelSpec& spec : parts_.models) all.push_back(TRY(info_of(spec)));
        return all;
    }
    Result<ModelInfo> show(const std::string& model) override {
        return info_of(*TRY(find_model(parts_.models, model)));
    }

    Result<Job> train(const TrainOrder& order) override {
        const ModelSpec& spec = *TRY(find_model(parts_.models, order.model));
        return ask(spec, JobKind::Train, 0, order_json(order));
    }
    Result<Job> evaluate(const std::string& model, std::int64_t version) override {
        const ModelSpec& spec = *TRY(find_model(parts_.models, model));
        if (version > 0) TRY(registry_.card(spec.text(), version));
        return ask(spec, JobKind::Evaluate, version, json::Value::object());
    }
    Result<Job> score(const std::string& model) override {
        const ModelSpec& spec = *TRY(find_model(parts_.models, model));
        if (spec.rows) return ask(spec, JobKind::Score, 0, json::Value::object());
        return Error(ErrorCode::InvalidArgument, spec.text() + " has no table of scores")
            .with_hint("Its lists are those of its training; models of kind classify score rows.");
    }
    Result<Job> job(std::int64_t id) override { return with_step(TRY(records_.find(id))); }
    Result<std::vector<Job>> jobs(std::int64_t limit) override {
        std::vector<Job> all = TRY(records_.list(limit));
        for (Job& one : all) one = with_step(std::move(one));
        return all;
    }
    Result<Job> wait(std::int64_t id, std::int64_t timeout_us) override;
    Result<Job> cancel(std::int64_t id) override;
    Result<json::Value> report(const std::string& model, std::int64_t version) override;
    Result<ModelInfo> promote(const std::string& model, std::int64_t version) override;
    Result<ModelInfo> rollback(const std::string& model) override;
    Result<Recommendations> recommend(const RecommendOrder& order) override;
    Result<Prediction> predict(const PredictOrder& order) override;

private:
    Result<ModelInfo> info_of(const ModelSpec& spec);
    Result<Job> ask(
        const ModelSpec& spec, JobKind kind, std::int64_t version, const json::Value& order
    );
    Job with_step(Job job);
    void loop();
    void watch();
    void carry_out(std::int64_t id);
    Result<void> work_on(const ModelSpec& spec, Job& job);
    void finish(Job job, const Result<void>& done);
    Result<std::shared_ptr<const Served>> served(const ModelSpec& spec);
    Result<const ModelSpec*> find_kind(
        Kind kind, const std::string& package, const std::string& user
    );

    const ModelOptions options_;
    const ModelParts parts_;
    Registry registry_;
    Shelf shelf_;
    JobRecords records_;
    const TrainerParts trainer_parts_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::int64_t> queue_;
    std::int64_t running_ = 0;
    std::string step_;                              // of the running job
    std::shared_ptr<std::atomic<bool>> cancelled_;  // likewise
    std::set<std::int64_t> cancelled_waiting_;
    bool stopping_ = false;
    LiveBaskets live_{parts_, shelf_};
    std::thread thread_;
    std::thread watch_;
};

Result<ModelInfo> RunningModels::info_of(const ModelSpec& spec) {
    ModelInfo info;
    info.spec = spec;
    info.has_data = has_data(parts_, spec.interactions.table);
    info.promoted = TRY(registry_.promoted(spec.text()));
    const OnShelf on = shelf_.get(spec);
    info.served = on.version;
    info.trouble = on.trouble;
    for (const std::int64_t version : TRY(registry_.versions(spec.text()))) {
        VersionInfo one;
        one.number = version;
        one.promoted = version == info.promoted;
        one.served = version == info.served;
        auto card = registry_.card(spec.text(), version);
        if (card.ok()) {
            one.card = std::move(card).take();
        } else {
            one.damage = card.error().message();
        }
        info.versions.push_back(std::move(one));
    }
    return info;
}

Result<Job> RunningModels::ask(
    const ModelSpec& spec, JobKind kind, std::int64_t version, const json::Value& order
) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error(ErrorCode::Unavailable, "the program is ending");
    if (queue_.size() >= options_.queue_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            format_count(static_cast<std::int64_t>(queue_.size())) + " trainings wait already"
        );
    }
    Job job;
    job.kind = kind;
    job.package = spec.package;
    job.model = spec.name;
    job.version = version;
    job.queued_at = parts_.clock->now();
    job = TRY(records_.add(job, order));
    queue_.push_back(job.id);
    changed_.notify_all();
    return job;
}

Job RunningModels::with_step(Job job) {
    const std::lock_guard lock(mutex_);
    if (job.id == running_ && !job.over()) job.step = step_;
    return job;
}

void RunningModels::loop() {
    while (true) {
        std::int64_t id = 0;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            id = queue_.front();
            queue_.pop_front();
            running_ = id;
            step_.clear();
            cancelled_ = std::make_shared<std::atomic<bool>>(cancelled_waiting_.erase(id) > 0);
        }
        carry_out(id);
        {
            const std::lock_guard lock(mutex_);
            running_ = 0;
            cancelled_.reset();
        }
        changed_.notify_all();
    }
}

void RunningModels::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        live_.look();
        lock.lock();
        changed_.wait_for(lock, std::chrono::microseconds(options_.look_us), [this] {
            return stopping_;
        });
    }
}

void RunningModels::carry_out(std::int64_t id) {
    auto found = records_.find(id);
    if (!found.ok())
        return log::error("a training is lost", {{"reason", found.error().describe()}});
    Job job = std::move(found).take();
    job.state = JobState::Running;
    job.started_at = parts_.clock->now();
    static_cast<void>(records_.update(job).ok());
    const auto spec = find_model(parts_.models, job.package + "/" + job.model);
    const Result<void> done = spec.ok() ? work_on(**spec, job) : Result<void>(spec.error());
    finish(std::move(job), done);
}

Result<void> RunningModels::work_on(const ModelSpec& spec, Job& job) {
    if (*cancelled_) return Error(ErrorCode::Cancelled, "it was cancelled before it began");
    Trainer trainer(trainer_parts_, spec, cancelled_, [this](const std::string& step) {
        const std::lock_guard lock(mutex_);
        step_ = step;
    });
    if (job.kind == JobKind::Evaluate) return trainer.evaluate(job.version, job);
    if (job.kind == JobKind::Score) return trainer.score(job);
    const json::Value wanted = TRY(records_.order(job.id));
    TrainOrder order;
    order.refresh = wanted.boolean_or("refresh", true);
    order.promote = wanted.boolean_or("promote", true);
    order.search_seconds = static_cast<double>(wanted.integer_or("search_seconds", -1));
    return trainer.train(order, job);
}

void RunningModels::finish(Job job, const Result<void>& done) {
    job.state = JobState::Succeeded;
    if (!done.ok()) {
        const bool cancelled = done.error().code() == ErrorCode::Cancelled || *cancelled_;
        job.state = cancelled ? JobState::Cancelled : JobState::Failed;
        job.message = done.error().describe();
    }
    job.finished_at = parts_.clock->now();
    const auto recorded = records_.update(job);
    if (!recorded.ok())
        log::error("a training's end is not recorded", {{"reason", recorded.error().describe()}});
    static_cast<void>(records_.drop_beyond(options_.jobs_kept).ok());
    parts_.metrics
        ->counter(
            "tradewind_model_jobs_total",
            "Trainings and evaluations of models, by how they ended.",
            {{"kind", to_string(job.kind)}, {"state", to_string(job.state)}}
        )
        .add();
    log::info(
        std::string(to_string(job.kind)) + " " + to_string(job.state),
        {{"model", job.package + "/" + job.model}, {"message", job.message}}
    );
}

Result<Job> RunningModels::wait(std::int64_t id, std::int64_t timeout_us) {
    const std::int64_t until = parts_.clock->monotonic_us() + timeout_us;
    while (true) {
        const Job job = TRY(this->job(id));
        const std::int64_t left = until - parts_.clock->monotonic_us();
        if (job.over() || left <= 0) return job;
        std::unique_lock lock(mutex_);
        if (stopping_) return job;
        constexpr std::int64_t look_us = 200'000;
        changed_.wait_for(lock, std::chrono::microseconds(std::min(left, look_us)));
    }
}

Result<Job> RunningModels::cancel(std::int64_t id) {
    const Job job = TRY(records_.find(id));
    if (job.over())
        return Error(ErrorCode::Conflict, "it is over: " + std::string(to_string(job.state)));
    const std::lock_guard lock(mutex_);
    if (running_ == id && cancelled_) {
        cancelled_->store(true);
    } else {
        cancelled_waiting_.insert(id);
    }
    return job;
}

Result<json::Value> RunningModels::report(const std::string& model, std::int64_t version) {
    const ModelSpec& spec = *TRY(find_model(parts_.models, model));
    const std::int64_t wanted = version > 0 ? version : shelf_.get(spec).version;
    const auto found = TRY(records_.report(spec.text(), wanted));
    if (found) return *found;
    return Error(ErrorCode::NotFound, "there is no evaluation of " + spec.text() + " yet")
        .with_hint("Make one: tradewind evaluate " + spec.name + ".");
}

Result<ModelInfo> RunningModels::promote(const std::string& model, std::int64_t version) {
    const ModelSpec& spec = *TRY(find_model(parts_.models, model));
    auto served = TRY(shelf_.load(spec, version));
    TRY(registry_.promote(spec.text(), version));
    shelf_.set(spec, {version, std::move(served), ""});
    return info_of(spec);
}

Result<ModelInfo> RunningModels::rollback(const std::string& model) {
    const ModelSpec& spec = *TRY(find_model(parts_.models, model));
    const auto before = TRY(registry_.promoted_before(spec.text()));
    if (!before.empty()) TRY(shelf_.load(spec, before.front()));
    TRY(registry_.rollback(spec.text()));
    shelf_.put(spec);
    return info_of(spec);
}

Result<std::shared_ptr<const Served>> RunningModels::served(const ModelSpec& spec) {
    const OnShelf on = shelf_.get(spec);
    if (on.served != nullptr) return on.served;
    return Error(ErrorCode::Conflict, spec.text() + " has no version that could be served")
        .with_detail(on.trouble)
        .with_hint("Train it: tradewind train " + spec.name + ".");
}

// Of several packages with such a model, the first that knows the user.
Result<const ModelSpec*> RunningModels::find_kind(
    Kind kind, const std::string& package, const std::string& user
) {
    const ModelSpec* any = nullptr;
    const ModelSpec* trained = nullptr;
    for (const ModelSpec& spec : parts_.models) {
        if (spec.kind != kind || (!package.empty() && spec.package != package)) continue;
        if (any == nullptr) any = &spec;
        const OnShelf on = shelf_.get(spec);
        if (on.served == nullptr) continue;
        if (trained == nullptr) trained = &spec;
        if (on.served->knows_user(user)) return &spec;
    }
    if (trained != nullptr) return trained;
    if (any != nullptr) return any;
    const std::string of = package.empty() ? "" : " in the package " + package;
    return Error(
               ErrorCode::NotFound, "there is no model of kind " + std::string(to_string(kind)) + of
    )
        .with_hint("Packages declare models in models/NAME.yml.");
}

Result<Recommendations> RunningModels::recommend(const RecommendOrder& order) {
    const ModelSpec& spec = *TRY(find_kind(order.kind, order.package, order.user));
    return TRY(served(spec))
    ->recommend(order);
}

Result<Prediction> RunningModels::predict(const PredictOrder& order) {
    const ModelSpec& spec = *TRY(find_kind(Kind::BuyAgain, order.package, order.user));
    return TRY(served(spec))
    ->predict(order);
}

}  // namespace

Result<std::unique_ptr<Models>> open_models(ModelOptions options, ModelParts parts) {
    auto models = std::make_unique<RunningModels>(std::move(options), std::move(parts));
    TRY(models->open());
    return std::unique_ptr<Models>(std::move(models));
}

std::vector<VersionFault> verify_models(os::Filesystem& files, const std::string& folder) {
    std::vector<VersionFault> faults;
    Registry registry(files, folder);
    for (const auto& [model, damaged] : registry.verify())
        for (const VersionDamage& one : damaged) faults.push_back({model, one.number, one.reason});
    return faults;
}

}  // namespace tradewind::model

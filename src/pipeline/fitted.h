// Assets whose statement has numbers in it that are learnt from their input: segments, forecasts.
// One file of YAML makes two tables, what was found and what it is worth. Each is an ordinary
// asset; a run learns first, and then carries out the SQL with what was learnt written into it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "engine/engine.h"
#include "learn/learn.h"

namespace tradewind::pipeline {

class Fitted {
public:
    virtual ~Fitted() = default;
    // The same inputs and columns, with nothing learnt; all that the fit depends on stands in it.
    virtual const std::string& planned_sql() const = 0;
    // The statement with what was learnt from the tables of `work`.
    virtual Result<std::string> fit(engine::Work& work, const learn::Work& how) const = 0;
    // One row for each segment, rather than for what falls into them.
    virtual bool sums_up_segments() const { return false; }
};

// The tables of one file learn the same from the same rows, and a refresh makes them one after the
// other: what was learnt last, for as long as the rows are those. Any thread; who comes second
// waits for the first.
template <typename Fit>
class LastFit {
public:
    // `rows`: what all of `learn` depends on, told apart by a hash.
    Result<std::shared_ptr<const Fit>> of(
        const std::string& rows, const std::function<Result<Fit>()>& learn
    ) {
        const std::lock_guard lock(mutex_);
        if (fit_ == nullptr || rows != rows_) {
            fit_ = std::make_shared<const Fit>(TRY(learn()));
            rows_ = rows;
        }
        return fit_;
    }

private:
    std::mutex mutex_;
    std::string rows_;
    std::shared_ptr<const Fit> fit_;
};

// A table of such a file: its keys are those of any asset in YAML.
struct FittedTable {
    std::string name;
    yaml::Node node;
    std::shared_ptr<const Fitted> fitted;
};

bool is_fitted_kind(std::string_view kind);
// InvalidArgument with the place. `name`: of the file, and so of the first table.
Result<std::vector<FittedTable>> parse_fitted(const std::string& name, const yaml::Node& document);

// Each in the file of its kind.
Result<std::vector<FittedTable>> parse_segments(
    const std::string& name, const yaml::Node& document
);
Result<std::vector<FittedTable>> parse_forecasts(
    const std::string& name, const yaml::Node& document
);

// A number as SQL has it, with all its digits.
std::string sql_double(double value);
// The keys of any table of such a file, and those of its kind.
Result<void> allow_table_keys(const yaml::Node& node, std::vector<std::string_view> more);
// A table as it is written: "customer_features" or "online_retail.customer_features".
Result<std::string> quoted_table(const yaml::Node& node);

}  // namespace tradewind::pipeline

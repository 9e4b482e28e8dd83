// Whether a simulated night went as it should: what was seen, against what the dump's maker knows.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/night_files.h"
#include "cli/night_mails.h"
#include "cli/night_platform.h"
#include "cli/simulated_night.h"

namespace tradewind::cli {

// What was seen.
struct NightFacts {
    NightFiles files;
    std::size_t scans = 0;            // of the night
    std::vector<std::string> waited;  // what each scan that started nothing said
    Timestamp started_at;             // of the job
    json::Value job;                  // once it is over
    std::vector<json::Value> notices;
    std::vector<Mail> mails;
};

class NightJudge {
public:
    NightJudge(const NightOrder& order, const NightFacts& facts, NightPlatform& platform)
        : order_(order), facts_(facts), platform_(platform) {}

    // The morning's, raw ones last.
    Result<std::vector<NightTable>> tables();
    // After tables().
    Result<std::vector<std::string>> problems();

private:
    Result<NightTable> look_at(const std::string& name, bool dated);
    Result<std::vector<json::Value>> first_row(const std::string& sql);
    void expect(bool good, const std::string& problem) {
        if (!good) problems_.push_back(problem);
    }
    void judge_scans();
    void judge_job();
    void judge_notices();
    void judge_mails();
    void judge_tables();
    Result<void> judge_sums();
    std::string name_of(const std::string& table) const;

    const NightOrder& order_;
    const NightFacts& facts_;
    NightPlatform& platform_;
    std::vector<NightTable> tables_;
    std::vector<std::string> problems_;
};

}  // namespace tradewind::cli

// Jobs and backfills are made of this: a state, steps, and what people are told. Part of the door
// schedule/schedule.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"

namespace tradewind::schedule {

// CutOff: the program ended in the middle, and it was not gone on with.
enum class JobState { Waiting, Running, Succeeded, Failed, Cancelled, Skipped, CutOff };
const char* to_string(JobState state);
inline bool is_over(JobState state) {
    return state != JobState::Waiting && state != JobState::Running;
}

struct JobStep {
    std::string kind;
    JobState state = JobState::Waiting;
    std::string message;
    Timestamp started_at;
    Timestamp finished_at;
    std::vector<std::int64_t> runs;
    std::string notice = "failure";  // the kind of notice that its failure is
};

// One firing of a schedule or sensor.
struct Job {
    std::int64_t id = 0;
    std::string package;
    std::string trigger;
    std::string cause;  // "at 2026-11-22T03:00:00Z", "date 2026-11-22", "run 17", "asked …"
    std::string date;   // see StepOrder
    JobState state = JobState::Waiting;
    std::string message;  // what it waits for, why it failed
    std::map<std::string, std::string> params;
    std::int64_t cut_offs = 0;  // how often the program ended in its middle
    Timestamp due_at;
    Timestamp queued_at;
    Timestamp started_at;
    Timestamp finished_at;
    std::vector<JobStep> steps;
};
json::Value to_json(const Job& job);

// What people are told; app hands it on.
struct Notice {
    std::string kind;  // failure, failed_checks, missing_files, question, recovery, success
    std::string package;
    std::string subject;  // the schedule or sensor
    std::string title;
    std::string text;
    std::map<std::string, std::string> facts;
    std::string key;  // the same for the same event
    Timestamp at;
};

}  // namespace tradewind::schedule

// One life of the program on a simulated machine: stream, lake, dead letters and delivery, from a
// start to the moment the power goes or the process is killed.
#pragma once

#include <memory>
#include <string>

#include "base/metrics.h"
#include "deliver/deliver.h"
#include "deliver/simulated_engine.h"
#include "deliver/simulated_machine.h"
#include "deliver/simulated_model.h"
#include "os/clock.h"

namespace tradewind::deliver::simulation {

// What outlives a crash.
struct Machine {
    Machine(std::uint64_t seed, os::Database& letters, const MissingGuard& guard);

    // The power goes; of what serving had not synced, `kept` writes survive.
    void lose_power(std::size_t kept);
    // kill -9: what was written is still there.
    void keep_power();

    os::SimulatedFilesystem files;
    os::ManualClock clock;
    os::Database& database;
    const MissingGuard missing;
    std::shared_ptr<const contract::Contract> contract;
    std::unique_ptr<serving::ReferenceServing> store;
};

class Life {
public:
    static Result<std::unique_ptr<Life>> open(Machine& machine);

    stream::Stream& stream() { return *stream_; }
    lake::Lake& lake() { return lake_; }
    PoweredServing& serving() { return serving_; }
    DeadLetters& letters() { return *letters_; }
    Delivery& delivery() { return *delivery_; }

    Result<Holdings> holdings();
    // Ids of the dead letters that are open.
    Result<std::vector<std::string>> open_letters();

private:
    Life(Machine& machine, std::unique_ptr<lake::Lake> lake);
    Result<void> open();
    Result<Ids> in_stream();
    Result<Ids> in_dataset(const std::string& dataset);
    Result<Ids> in_table();
    Result<Ids> in_serving();
    Result<Ids> in_letters();

    Machine& machine_;
    MetricsRegistry metrics_;
    std::unique_ptr<lake::Lake> real_lake_;
    ForgetfulLake lake_;
    SimulatedEngine engine_;
    PoweredDatabase database_;
    PoweredServing serving_;
    std::unique_ptr<stream::Stream> stream_;
    std::unique_ptr<CommittingStream> replays_;
    std::unique_ptr<DeadLetters> letters_;
    std::unique_ptr<Delivery> delivery_;
};

// The lines of a zstd file.
Result<std::vector<std::string>> unpack_lines(const std::string& packed);

}  // namespace tradewind::deliver::simulation

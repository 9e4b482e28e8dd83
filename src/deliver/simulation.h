// A shop that lives through crashes, all of it decided by one seed: clients send, repeat, import,
// correct and replay; sinks take a batch now and then; the power goes anywhere. After every start,
// and at the end, what the targets hold is compared with what the clients were told.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "deliver/simulated_life.h"
#include "os/random.h"

namespace tradewind::deliver::simulation {

class Simulation {
public:
    // `letters`: an empty database, or what an earlier seed left, which is cleared.
    Simulation(std::uint64_t seed, os::Database& letters, const MissingGuard& missing = {});
    // What went wrong; empty: nothing.
    std::string run();

private:
    enum class Presence { None, Part, Whole };

    // Lives
    void live_once();
    bool start_life();
    void end_life();
    void step();
    void finish();
    // An error: somebody could not finish yet.
    Result<void> finish_once();
    // Clients
    void send_something();
    void send(const Request& request, bool repeated);
    void note_answer(const Request& request, const Result<stream::AppendAnswer>& answer);
    void repeat_something();
    void replay_something();
    Result<void> continue_replay();
    Item make_item(Fate fate);
    Fate draw_fate();
    // The importer
    void import_something();
    ImportJob make_import();
    Result<void> continue_import(bool to_the_end);
    Result<void> take_back(ImportJob& job);
    Result<void> end_import(ImportJob& job, const Result<LoadReport>& result);
    void give_up(ImportJob& job);
    void note_replaced(OriginId origin);
    bool published(const ImportJob& job);
    std::int64_t applied_of(const ImportJob& job);
    static std::string cursor_of(const ImportJob& job);
    // Platform
    void step_a_sink();
    void upkeep();
    void note_retirable();
    // Checks
    void check_start();
    void check_end();
    void check_stream(const Ids& held);
    void check_table(const Holdings& held);
    static Presence presence_of(const ImportJob& job, const Ids& table);
    void compare(const char* target, Ids held, Ids expected, bool complete);
    void compare_all(const Holdings& held, const Holdings& expected, bool complete);
    void fault(const std::string& what);
    void tell(const char* what, std::int64_t about = 0);

    Machine machine_;
    os::Random random_;
    Model model_;
    std::unique_ptr<Life> life_;
    bool sync_failed_ = false;  // or is to fail, since the last start
    std::string fault_;
};

}  // namespace tradewind::deliver::simulation

#include "deliver/simulation.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace tradewind::deliver::simulation {

namespace {

constexpr int lives = 3;
constexpr std::uint64_t steps_max = 24;
// A start writes some 15 times, a step 0 to 15 times.
constexpr std::uint64_t mutations_of_a_life = 120;
constexpr std::uint64_t mutations_of_a_start = 20;
// More rounds than a single failed sync can spoil.
constexpr int rounds_to_finish_max = 8;
constexpr int steps_to_catch_up_max = 500;

}  // namespace

Simulation::Simulation(std::uint64_t seed, os::Database& letters, const MissingGuard& missing)
    : machine_(seed * 2 + 1, letters, missing), random_(seed) {
    for (const char* table : {"dead_letters", "dead_letter_positions"})
        static_cast<void>(letters.run(std::string("DELETE FROM ") + table).ok());
}

std::string Simulation::run() {
    for (int life = 0; life < lives && fault_.empty(); ++life) live_once();
    if (fault_.empty()) finish();
    life_.reset();
    return fault_;
}

void Simulation::fault(const std::string& what) {
    if (fault_.empty()) fault_ = what;
}

// Read when a seed is run alone.
void Simulation::tell(const char* what, std::int64_t about) {
    log::debug(
        what,
        {{"about", about},
         {"machine", machine_.files.crashed() ? "off" : "on"},
         {"write", machine_.files.mutation_count()}}
    );
}

void Simulation::live_once() {
    // Recovery may be cut off, too.
    if (random_.chance(0.25)) machine_.files.crash_after(random_.below(mutations_of_a_start));
    if (start_life()) {
        machine_.files.crash_after(
            random_.chance(0.8) ? std::optional(random_.below(mutations_of_a_life)) : std::nullopt
        );
        const std::uint64_t steps = random_.below(steps_max);
        for (std::uint64_t i = 0; i < steps && !machine_.files.crashed() && fault_.empty(); ++i)
            step();
    }
    end_life();
}

bool Simulation::start_life() {
    auto life = Life::open(machine_);
    // The sync that was to fail may be one of the start's; whoever starts the program tries again.
    const bool sync_failed = std::exchange(sync_failed_, false);
    if (!life.ok() && sync_failed && !machine_.files.crashed()) life = Life::open(machine_);
    if (machine_.files.crashed()) return false;
    if (!life.ok()) {
        fault("does not start: " + life.error().describe());
        return false;
    }
    life_ = std::move(life).take();
    tell("started");
    check_start();
    return !machine_.files.crashed();
}

void Simulation::end_life() {
    const bool power_goes = machine_.files.crashed() || random_.chance(0.7);
    tell(power_goes ? "the power goes" : "killed");
    // Whoever tidies up while he is destroyed would not have come to it.
    if (power_goes) machine_.files.crash_after(0);
    life_.reset();
    machine_.files.crash_after(std::nullopt);
    if (power_goes) {
        machine_.lose_power(random_.below(machine_.store->unsynced_writes() + 1));
    } else {
        machine_.keep_power();
    }
}

void Simulation::step() {
    const std::uint64_t draw = random_.below(100);
    if (draw < 26) return send_something();
    if (draw < 34) return repeat_something();
    if (draw < 40) return replay_something();
    if (draw < 48) return import_something();
    if (draw < 78) return step_a_sink();
    if (draw < 90)
        return machine_.clock.advance_us(
            random_.chance(0.1) ? 3'600'000'000
                                : static_cast<std::int64_t>(random_.below(4'000'000))
        );
    if (draw < 93) {
        tell("a sync will fail");
        sync_failed_ = true;
        return machine_.files.fail_next_sync();
    }
    upkeep();
}

// ---------------------------------------------------------------- clients

Fate Simulation::draw_fate() {
    const std::uint64_t draw = random_.below(10);
    return draw < 6   ? Fate::Good
           : draw < 7 ? Fate::Filtered
           : draw < 8 ? Fate::Failing
           : draw < 9 ? Fate::Broken
                      : Fate::Rejected;
}

Item Simulation::make_item(Fate fate) {
    Item item;
    item.id = ++model_.last_id;
    item.fate = fate;
    item.invoice = "A" + std::to_string(random_.below(5));
    return item;
}

void Simulation::send_something() {
    Request request;
    request.key = "request-" + std::to_string(++model_.last_key);
    const std::uint64_t count = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < count; ++i) request.items.push_back(make_item(draw_fate()));
    for (const Item& item : request.items) model_.sent[item.id] = item.fate;
    tell("sends up to", model_.last_id);
    model_.unanswered.push_back(request);
    send(request, false);
}

void Simulation::send(const Request& request, bool repeated) {
    std::vector<std::string> bodies;
    for (const Item& item : request.items) bodies.push_back(body_of(item));
    stream::AppendRequest append;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        stream::NewRecord record;
        record.index = static_cast<std::int64_t>(i);
        record.key = request.items[i].invoice;
        record.value = bodies[i];
        if (request.items[i].fate == Fate::Rejected) {
            record.kind = stream::RecordKind::Rejected;
            record.reason = "refused";
            record.reason_type = "wrong_type";
        }
        append.records.push_back(record);
    }
    if (!repeated || !machine_.missing.idempotency_key) {
        append.idempotency_key = request.key;
        append.body_hash = request.key;
    }
    life_->stream().append(append, [&](Result<stream::AppendAnswer> answer) {
        note_answer(request, answer);
    });
    // Its failure reaches the answer, too.
    static_cast<void>(life_->stream().commit_pending().ok());
}

void Simulation::note_answer(const Request& request, const Result<stream::AppendAnswer>& answer) {
    // Without power nobody hears it.
    if (!answer.ok() || machine_.files.crashed()) return;
    const auto rejected =
        std::count_if(request.items.begin(), request.items.end(), [](const Item& item) {
            return item.fate == Fate::Rejected;
        });
    if (answer.value().rejected != rejected) fault(request.key + " got another request's answer");
    tell("acknowledged from", request.items.front().id);
    for (const Item& item : request.items) model_.acknowledged[item.id] = item.fate;
    const auto same = [&](const Request& other) { return other.key == request.key; };
    const bool first = std::erase_if(model_.unanswered, same) > 0;
    if (first) model_.answered.push_back(request);
}

// A client that heard nothing sends again; now and then one that did, whose answer was lost.
void Simulation::repeat_something() {
    const auto& from = random_.chance(0.8) ? model_.unanswered : model_.answered;
    if (from.empty()) return;
    const Request request = from[random_.below(from.size())];
    send(request, true);
}

void Simulation::replay_something() {
    if (!model_.replay) {
        const auto open = life_->open_letters();
        if (!open.ok() || open.value().empty()) return;
        Item repaired = make_item(Fate::Good);
        model_.sent[repaired.id] = repaired.fate;
        model_.replay = ReplayJob{open.value()[random_.below(open.value().size())], repaired};
    }
    static_cast<void>(continue_replay().ok());
}

Result<void> Simulation::continue_replay() {
    const ReplayJob job = *model_.replay;
    tell("replays as", job.item.id);
    const auto answer = life_->letters().replay(job.letter, body_of(job.item));
    if (machine_.files.crashed()) return power_is_gone();
    // Conflict: it went in, and the answer was lost with the power.
    const bool done = answer.ok() || answer.error().code() == ErrorCode::Conflict;
    if (!done) return answer.error();
    model_.acknowledged[job.item.id] = job.item.fate;
    model_.replay.reset();
    return {};
}

// ---------------------------------------------------------------- platform

void Simulation::step_a_sink() {
    // What fails now is tried again; that it is not for ever shows in the end.
    const auto sinks = life_->delivery().sinks();
    const std::string& sink = sinks[random_.below(sinks.size())].name;
    tell(sink.c_str(), life_->delivery().step(sink).ok() ? 1 : 0);
}

void Simulation::upkeep() {
    const std::uint64_t draw = random_.below(5);
    tell("upkeep", static_cast<std::int64_t>(draw));
    switch (draw) {
        case 0:
            return static_cast<void>(life_->delivery().flush().ok());
        case 1:
            return static_cast<void>(life_->lake().sweep().ok());
        case 2:
            return static_cast<void>(life_->delivery().rebuild_serving().ok());
        default:
            note_retirable();
            return static_cast<void>(life_->stream().apply_retention().ok());
    }
}

void Simulation::note_retirable() {
    const stream::StreamInfo info = life_->stream().info();
    Position slowest = info.next;
    for (const stream::ConsumerInfo& consumer : info.consumers)
        slowest = std::min(slowest, consumer.committed);
    const auto batch = life_->stream().read(info.first, {});
    if (!batch.ok()) return;
    for (const stream::Record& record : batch.value().records)
        if (record.position < slowest) model_.retirable.insert(id_in(record.value));
}

// ---------------------------------------------------------------- the end

void Simulation::finish() {
    if (!start_life()) return;
    for (int round = 0; round < rounds_to_finish_max && fault_.empty(); ++round) {
        const auto finished = finish_once();
        if (finished.ok()) return check_end();
        if (round + 1 == rounds_to_finish_max) fault("is stuck: " + finished.error().describe());
    }
}

Result<void> Simulation::finish_once() {
    if (model_.open_import() != nullptr) TRY(continue_import(true));
    for (const Request& request : std::vector<Request>(model_.unanswered)) send(request, true);
    if (model_.replay) TRY(continue_replay());
    if (!model_.unanswered.empty())
        return Error(ErrorCode::Unavailable, "a request is not answered");
    for (const SinkStatus& sink : life_->delivery().sinks()) {
        int steps = 0;
        while (TRY(life_->delivery().step(sink.name))) {
            if (++steps > steps_to_catch_up_max)
                return Error(ErrorCode::Unavailable, sink.name + " never comes to the end");
        }
    }
    return life_->delivery().flush();
}

}  // namespace tradewind::deliver::simulation

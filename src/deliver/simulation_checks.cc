// What a simulation compares after every start, and at the end.
#include <algorithm>

#include "deliver/simulation.h"

namespace tradewind::deliver::simulation {

namespace {

bool contains(const Ids& sorted, std::int64_t id) {
    return std::binary_search(sorted.begin(), sorted.end(), id);
}

Ids sorted(Ids ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

// What may be there while work is under way: all that is in the stream, and all that an import
// brought or is about to replace.
Holdings possible(Model model, const Ids& in_stream) {
    for (const std::int64_t id : in_stream) {
        const auto sent = model.sent.find(id);
        if (sent != model.sent.end()) model.acknowledged.insert(*sent);
    }
    for (ImportJob& job : model.imports) {
        if (job.state != ImportJob::State::TakenBack) job.state = ImportJob::State::Done;
    }
    return model.expected();
}

}  // namespace

void Simulation::compare(const char* target, Ids held, Ids expected, bool complete) {
    held = sorted(std::move(held));
    expected = sorted(std::move(expected));
    const auto twice = std::adjacent_find(held.begin(), held.end());
    if (twice != held.end())
        fault(std::string(target) + " hold record " + std::to_string(*twice) + " twice");
    for (const std::int64_t id : held) {
        if (!contains(expected, id))
            fault(
                std::string(target) + " hold record " + std::to_string(id) + ", which is not theirs"
            );
    }
    for (const std::int64_t id : expected) {
        if (complete && !contains(held, id))
            fault(std::string(target) + " have lost record " + std::to_string(id));
    }
}

void Simulation::compare_all(const Holdings& held, const Holdings& expected, bool complete) {
    compare("raw files", held.raw, expected.raw, complete);
    compare("table rows", held.table, expected.table, complete);
    compare("serving tables", held.serving, expected.serving, complete);
    compare("dead letters", held.letters, expected.letters, complete);
    compare("error files", held.errors, expected.errors, complete);
}

// Retention takes what all sinks have.
void Simulation::check_stream(const Ids& held) {
    Ids sent;
    for (const auto& [id, fate] : model_.sent) sent.push_back(id);
    compare("stream segments", held, sent, false);
    const Ids present = sorted(held);
    for (const auto& [id, fate] : model_.acknowledged) {
        if (!contains(present, id) && !model_.retirable.contains(id))
            fault("stream segments have lost record " + std::to_string(id));
    }
}

void Simulation::check_start() {
    const auto held = life_->holdings();
    if (machine_.files.crashed()) return;
    if (!held.ok()) return fault("cannot be read: " + held.error().describe());
    check_stream(held.value().stream);
    compare_all(held.value(), possible(model_, held.value().stream), false);
    check_table(held.value());
}

// The table is up to date when the start is done, and an import is in it wholly or not at all.
void Simulation::check_table(const Holdings& held) {
    const Ids table = sorted(held.table);
    for (const std::int64_t id : held.stream) {
        if (model_.sent[id] == Fate::Good && !contains(table, id))
            fault("table rows have lost record " + std::to_string(id));
    }
    for (const ImportJob& job : model_.imports) {
        const std::string name = "import " + std::to_string(job.origin.value);
        const Presence presence = presence_of(job, table);
        if (presence == Presence::Part) fault(name + " is in the table in part");
        if (job.state == ImportJob::State::TakenBack && presence == Presence::Whole)
            fault(name + " was taken back and is in the table");
        if (!job.replaces || job.state == ImportJob::State::TakenBack) continue;
        const Presence before =
            presence_of(model_.imports[static_cast<std::size_t>(job.replaces->value) - 1], table);
        if (before == Presence::Whole && presence == Presence::Whole)
            fault(name + " is in the table beside what it replaces");
    }
}

Simulation::Presence Simulation::presence_of(const ImportJob& job, const Ids& table) {
    std::size_t good = 0;
    std::size_t there = 0;
    for (const Item& item : job.rows) {
        if (item.fate != Fate::Good) continue;
        ++good;
        there += contains(table, item.id) ? 1 : 0;
    }
    if (there == 0) return Presence::None;
    return there == good ? Presence::Whole : Presence::Part;
}

void Simulation::check_end() {
    const auto held = life_->holdings();
    if (!held.ok()) return fault("cannot be read: " + held.error().describe());
    check_stream(held.value().stream);
    compare_all(held.value(), model_.expected(), true);
}

}  // namespace tradewind::deliver::simulation

// What the clients of a simulated shop know: what they sent, what was acknowledged, and so what
// each target must hold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"

namespace tradewind::deliver::simulation {

// What becomes of a record: Rejected is refused at the door, Broken in delivery's decoder, Failing
// by the transform, which also drops what is Filtered.
enum class Fate { Good, Filtered, Failing, Broken, Rejected };

struct Item {
    std::int64_t id = 0;  // nobody else's
    Fate fate = Fate::Good;
    std::string invoice;
};

std::string body_of(const Item& item);
// The id in a body or in anything that quotes one; 0: there is none.
std::int64_t id_in(std::string_view text);

struct Request {
    std::string key;
    std::vector<Item> items;
};

struct ImportJob {
    enum class State { Open, GivenUp, Done, TakenBack };
    OriginId origin;
    std::string identity;
    std::optional<OriginId> replaces;
    Timestamp received_at;
    std::vector<Item> rows;
    State state = State::Open;
    bool replaced = false;  // by a correction
};

struct ReplayJob {
    std::string letter;
    Item item;
};

using Ids = std::vector<std::int64_t>;

// What the targets hold (an id as often as it is there), or must hold.
struct Holdings {
    Ids stream;
    Ids raw;
    Ids table;
    Ids serving;
    Ids letters;
    Ids errors;
};

struct Model {
    std::map<std::int64_t, Fate> acknowledged;  // by the stream
    std::map<std::int64_t, Fate> sent;          // to the stream, whatever became of it
    std::set<std::int64_t> retirable;           // retention may have taken it out of the stream
    std::vector<Request> unanswered;
    std::vector<Request> answered;
    std::vector<ImportJob> imports;
    std::optional<ReplayJob> replay;  // under way
    std::int64_t last_id = 0;
    int last_key = 0;

    ImportJob* open_import();
    // All work is done: what must be where.
    Holdings expected() const;
};

}  // namespace tradewind::deliver::simulation

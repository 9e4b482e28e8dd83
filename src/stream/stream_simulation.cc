#include "stream/stream_simulation.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "stream/block_format.h"
#include "stream/segment_format.h"

namespace tradewind::stream {

namespace {

constexpr int steps = 60;
constexpr std::uint64_t requests_at_once_max = 3;
constexpr std::uint64_t items_max = 4;
constexpr int restarts_max = 50;

bool same_answer(const AppendAnswer& a, const AppendAnswer& b) {
    const auto same_range = [](const PartitionRange& x, const PartitionRange& y) {
        return x.partition == y.partition && x.first == y.first && x.last == y.last;
    };
    return a.accepted == b.accepted && a.rejected == b.rejected &&
           std::equal(
               a.offsets.begin(), a.offsets.end(), b.offsets.begin(), b.offsets.end(), same_range
           );
}

bool in_answer(const AppendAnswer& answer, PartitionId partition, Offset offset) {
    return std::any_of(answer.offsets.begin(), answer.offsets.end(), [&](const auto& range) {
        return range.partition == partition && range.first <= offset && offset <= range.last;
    });
}

// "… positions 4 to 9 …", with the position in between: what stood before it may be gone as well.
bool tells_of(const std::vector<std::string>& damage, Position position) {
    for (const std::string& line : damage) {
        const std::vector<std::string> words = split(line, ' ');
        for (std::size_t i = 0; i + 3 < words.size(); ++i) {
            if (words[i] != "positions") continue;
            const auto first = parse_integer(words[i + 1]);
            const auto last = parse_integer(words[i + 3]);
            if (first && last && *first <= position.value && position.value <= *last) return true;
        }
    }
    return false;
}

}  // namespace

Simulation::Simulation(std::uint64_t seed) : random_(seed), machine_(seed) {
    options_ = small_options();
    options_.segment_bytes_max = 1500 + random_.below(4000);
    options_.retention_bytes_max = 20'000;
}

std::string Simulation::run() {
    reopen();
    for (int step = 0; step < steps && fault_.empty(); ++step) {
        one_step();
        if (files().crashed()) restart();
    }
    if (!fault_.empty()) return fault_;
    files().crash_after(std::nullopt);
    reopen();
    // One that failed leaves damage behind only where bytes were turned over.
    const auto verified = stream().verify();
    if (!damaged_ && !verified.ok()) wrong("verify: " + verified.error().describe());
    return fault_;
}

void Simulation::one_step() {
    machine_.clock.advance_us(static_cast<std::int64_t>(random_.below(5'000'000)));
    const std::uint64_t dice = random_.below(100);
    if (dice < 50) return send_new();
    if (dice < 63) return send_again();
    if (dice < 67) return send_other_body();
    if (dice < 77) return consume();
    if (dice < 82) return reopen();
    if (dice < 92) return lose_power_soon();
    if (dice < 95) return fail_a_sync();
    if (dice < 97) return damage();
    if (dice < 98) return lose_end();
    if (dice < 99 || random_.chance(0.5)) return let_a_day_pass();
    restart();
}

Simulation::Sent& Simulation::make_sent() {
    const std::string number = std::to_string(sent_.size());
    Sent& sent = sent_.emplace_back();
    sent.kept = random_.chance(0.2);
    if (sent.kept) {
        sent.key = std::string(kept_key_prefix) + number;
    } else if (random_.chance(0.75)) {
        sent.key = "request " + number;
    }
    const std::uint64_t count = 1 + random_.below(items_max);
    for (std::uint64_t i = 0; i < count; ++i) {
        Item item;
        item.key = "key" + std::to_string(random_.below(10));
        item.value = number + "." + std::to_string(i) + std::string(random_.below(300), '-');
        if (i > 0 && random_.chance(0.2)) item.kind = RecordKind::Rejected;
        sent.items.push_back(std::move(item));
    }
    return sent;
}

void Simulation::append(Sent& sent) {
    AppendRequest request;
    for (std::size_t i = 0; i < sent.items.size(); ++i) {
        const Item& item = sent.items[i];
        const auto index = static_cast<std::int64_t>(i);
        request.records.push_back(
            item.kind == RecordKind::Accepted ? record(item.key, item.value, index)
                                              : rejected(item.value, "refused", index)
        );
    }
    request.idempotency_key = sent.key;
    const std::string hash = "hash of " + sent.key;
    request.body_hash = hash;
    const bool stored = sent.fate == Fate::Stored || sent.given_up;
    stream().append(request, [this, &sent, stored](Result<AppendAnswer> answer) {
        if (stored && answer.ok() && !answer->repeated) wrong(sent.key + " is stored twice");
        take_answer(sent, std::move(answer));
    });
}

void Simulation::take_answer(Sent& sent, Result<AppendAnswer> answer) {
    if (!answer.ok()) {
        const ErrorCode code = answer.error().code();
        // The sender knows nothing then, and may ask again.
        if (code == ErrorCode::Unavailable || code == ErrorCode::Io) return;
        return wrong("refused: " + answer.error().describe());
    }
    if (sent.answer && !same_answer(*sent.answer, *answer)) wrong(sent.key + " has two answers");
    counts_.repeated += answer->repeated ? 1 : 0;
    ++counts_.acknowledged;
    if (sent.given_up) return;
    sent.fate = Fate::Stored;
    sent.answer = std::move(*answer);
}

void Simulation::commit() {
    // What failed is told to the requests.
    [[maybe_unused]] const auto committed = stream().commit_pending();
    if (!files().crashed()) durable_ = std::max(durable_, stream().next());
}

void Simulation::send_new() {
    for (auto left = 1 + random_.below(requests_at_once_max); left > 0; --left) append(make_sent());
    commit();
}

void Simulation::send_again() {
    if (sent_.empty()) return;
    Sent& sent = sent_[random_.below(sent_.size())];
    if (sent.key.empty() || is_lost(sent)) return;
    append(sent);
    if (random_.chance(0.5)) append(sent);
    commit();
}

void Simulation::send_other_body() {
    if (sent_.empty()) return;
    const Sent& sent = sent_[random_.below(sent_.size())];
    if (sent.key.empty() || sent.fate != Fate::Stored) return;
    AppendRequest request;
    request.records = {record("key", "never stored")};
    request.idempotency_key = sent.key;
    request.body_hash = "another";
    stream().append(request, [&](Result<AppendAnswer> answer) {
        if (answer.ok() || answer.error().code() != ErrorCode::Conflict) {
            wrong(sent.key + " was taken with another body");
        }
    });
    commit();
}

void Simulation::fail_a_sync() {
    files().fail_next_sync();
    ++counts_.failed_syncs;
    send_new();
}

// Retention may take what the consumer has passed, and nothing else.
void Simulation::consume() {
    const Position first = stream().info().first;
    const auto span = static_cast<std::uint64_t>(stream().next().value - first.value) + 1;
    const bool all = random_.chance(0.5);
    const Position position =
        all ? stream().next() : first + static_cast<std::int64_t>(random_.below(span));
    if (!stream().commit("sink", position).ok()) return;
    consumed_ = std::max(consumed_.value_or(position), position);
    const auto deleted = stream().apply_retention();
    if (deleted.ok()) counts_.segments_deleted += *deleted;
    if (stream().info().first > position) wrong("retention passed the consumer");
}

void Simulation::reopen() {
    auto opened = machine_.open(options_);
    if (files().crashed()) return restart();
    if (!opened.ok()) return wrong("does not open: " + opened.error().describe());
    check();
}

void Simulation::restart() {
    for (int i = 0; i < restarts_max; ++i) {
        ++counts_.power_losses;
        machine_.lose_power();
        if (random_.chance(0.3)) lose_power_soon();
        const auto opened = machine_.open(options_);
        if (files().crashed()) continue;
        if (!opened.ok()) return wrong("does not open: " + opened.error().describe());
        check();
        if (!files().crashed()) return;
    }
    wrong("does not come back");
}

Simulation::Log Simulation::read_log() {
    Log log;
    const ReadLimits limits{1 + random_.below(50), 1 + random_.below(10'000)};
    Position next = stream().info().first;
    Position last = next + -1;
    for (;;) {
        const auto batch = stream().read(next, limits);
        // Power may go while damage that is met is being saved.
        if (!batch.ok() && !files().crashed()) wrong("read: " + batch.error().describe());
        if (!batch.ok() || batch->records.empty()) break;
        next = batch->next;
        for (const Record& read : batch->records) {
            if (read.position <= last) wrong("positions are out of order");
            last = read.position;
            const Seen seen{read.position, read.kind, read.partition, read.offset};
            if (!log.emplace(std::string(read.value), seen).second) {
                wrong("'" + std::string(read.value.substr(0, 20)) + "' is there twice");
            }
        }
    }
    return log;
}

void Simulation::check() {
    const StreamInfo info = stream().info();
    check_gaps(info);
    if (info.next < durable_) wrong("positions that were given out are free again");
    durable_ = std::max(durable_, info.next);
    if (consumed_ && !stream().committed("sink")) wrong("a consumer is forgotten");
    const Log log = read_log();
    if (files().crashed()) return;
    std::size_t known = 0;
    for (Sent& sent : sent_) {
        check_sent(sent, log);
        for (const Item& item : sent.items) known += log.contains(item.value) ? 1 : 0;
    }
    if (known != log.size()) wrong("the log holds what nobody sent");
}

void Simulation::check_sent(Sent& sent, const Log& log) {
    const auto found = std::count_if(sent.items.begin(), sent.items.end(), [&](const Item& item) {
        return log.contains(item.value);
    });
    const std::string name = "request " + sent.items[0].value.substr(0, 8);
    if (found == 0) {
        if (sent.fate != Fate::Stored) return;
        if (!given_up(sent)) return wrong(name + " was acknowledged and is lost");
        sent.fate = Fate::Gone;
        sent.given_up = true;
        return;
    }
    if (found != std::ssize(sent.items)) return wrong(name + " is there in part");
    if (sent.fate == Fate::Gone) return wrong(name + " came back");
    see(sent, log);
}

// Where its records stand, which is for ever, and where the answer said.
void Simulation::see(Sent& sent, const Log& log) {
    std::vector<std::pair<PartitionId, Offset>> places;
    for (const Item& item : sent.items) {
        const Seen& seen = log.at(item.value);
        if (seen.kind != item.kind) wrong("a record changed its kind");
        places.emplace_back(seen.partition, seen.offset);
        if (item.kind == RecordKind::Rejected || !sent.answer) continue;
        if (!in_answer(*sent.answer, seen.partition, seen.offset)) {
            wrong("a record is not where its answer said");
        }
    }
    const Position first = log.at(sent.items[0].value).position;
    if (!sent.places.empty() && (places != sent.places || first != sent.first)) {
        wrong("a record moved");
    }
    sent.fate = Fate::Stored;
    sent.places = std::move(places);
    sent.first = first;
}

// Retention has passed it: the first item is always an accepted one.
bool Simulation::given_up(const Sent& sent) {
    const StreamInfo info = stream().info();
    const auto passed = [&](PartitionId partition, Offset offset) {
        return offset < info.partitions[static_cast<std::size_t>(partition.value)].first;
    };
    if (!sent.places.empty()) return passed(sent.places[0].first, sent.places[0].second);
    const PartitionRange& range = sent.answer->offsets.at(0);
    return passed(range.partition, range.first);
}

// A byte turns over below the position that is known to be durable: only what stands in that block
// may be missing, and somebody must have been told.
void Simulation::damage() {
    reopen();
    if (files().crashed() || !fault_.empty()) return;
    const auto paths = machine_.paths(segment_suffix);
    if (paths.empty()) return;
    const std::size_t pick = random_.below(paths.size());
    const std::string bytes = MUST(os::read_file(files(), paths[pick], 64u << 20));
    // The last block has no later one to vouch for it: as a torn tail it would be cut.
    const std::size_t last_block = bytes.rfind(block_magic);
    const std::size_t end = pick + 1 < paths.size() ? bytes.size() : last_block;
    if (end == 0 || end == std::string::npos) return;
    files().crash_after(std::nullopt);
    machine_.kill();
    MUST(files().flip_byte(paths[pick], random_.below(end)));
    damaged_ = true;
    auto opened = machine_.open(options_);
    if (!opened.ok()) return wrong("does not open after damage: " + opened.error().describe());
    const Log log = read_log();
    std::vector<Sent*> lost;
    for (Sent& sent : sent_) {
        if (sent.fate == Fate::Stored && !log.contains(sent.items[0].value)) lost.push_back(&sent);
    }
    check_loss(lost);
    check();
}

void Simulation::check_loss(const std::vector<Sent*>& lost) {
    if (lost.empty()) return;
    std::set<Position> positions;
    for (Sent* sent : lost) {
        sent->fate = Fate::Gone;
        for (std::size_t i = 0; i < sent->items.size(); ++i) {
            positions.insert(sent->first + static_cast<std::int64_t>(i));
        }
    }
    counts_.records_damaged += static_cast<int>(positions.size());
    const std::int64_t span = positions.rbegin()->value - positions.begin()->value + 1;
    if (span != std::ssize(positions) || lost.size() > requests_at_once_max) {
        wrong("more than one block is lost by one byte");
    }
    const auto lines = stream().info().damage;
    if (!any_contains(lines, "quarantined in ")) wrong("records are lost in silence");
}

// The last block, damaged before anything vouches for it, passes for a torn tail and is cut. A sink
// that holds its records raises the end again, and every later start tells of the gap.
void Simulation::lose_end() {
    reopen();
    if (files().crashed() || !fault_.empty()) return;
    const auto paths = machine_.paths(segment_suffix);
    if (paths.empty()) return;
    const std::string bytes = MUST(os::read_file(files(), paths.back(), 64u << 20));
    const std::size_t last_block = bytes.rfind(block_magic);
    if (last_block == std::string::npos) return;
    files().crash_after(std::nullopt);
    machine_.kill();
    MUST(files().flip_byte(paths.back(), last_block));
    damaged_ = true;
    auto opened = machine_.open(options_);
    if (!opened.ok()) return wrong("does not open after damage: " + opened.error().describe());
    const Position end = stream().next();
    const auto raised = stream().raise_to(durable_);
    if (!raised.ok()) return wrong("is not raised: " + raised.error().describe());
    counts_.raised += end < durable_ ? 1 : 0;
    const Log log = read_log();
    std::vector<Sent*> lost;
    for (Sent& sent : sent_) {
        if (sent.fate == Fate::Stored && !log.contains(sent.items[0].value)) lost.push_back(&sent);
    }
    check_loss(lost);
    // Where a footer vouches for the block it is damage inside the log.
    if (end < durable_ || tells_of(stream().info().damage, durable_ + -1)) {
        gaps_.push_back(durable_ + -1);
    }
    check();
}

// Keys whose window is over may be used again, but for those that are kept.
void Simulation::let_a_day_pass() {
    machine_.clock.advance_us(options_.idempotency_window_us + 1);
    std::uint64_t left = requests_at_once_max;
    for (Sent& sent : sent_) {
        if (!sent.kept) sent.key.clear();
        if (!sent.kept || is_lost(sent) || left == 0 || !random_.chance(0.3)) continue;
        --left;
        counts_.kept_repeated += sent.fate == Fate::Unknown ? 0 : 1;
        append(sent);
    }
    commit();
}

void Simulation::check_gaps(const StreamInfo& info) {
    std::erase_if(gaps_, [&](Position gap) { return gap < info.first; });
    for (const Position gap : gaps_) {
        if (!tells_of(info.damage, gap)) wrong("a gap at the end is forgotten");
    }
}

void Simulation::wrong(const std::string& what) {
    if (fault_.empty()) fault_ = what;
}

}  // namespace tradewind::stream

// A stream's life on a machine that fails: one seed decides what is sent, when the power goes,
// which sync fails and which byte turns over. Beside it stands a model of what its senders were
// told, and after every restart the log must agree with that.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/random.h"
#include "stream/stream_fixture.h"

namespace tradewind::stream {

class Simulation {
public:
    explicit Simulation(std::uint64_t seed);

    // For guards that a test takes away.
    os::SimulatedFilesystem& files() { return machine_.files; }
    // What went wrong; empty: nothing.
    std::string run();

    // So that a test can see that it tried what it claims to try.
    struct Counts {
        int acknowledged = 0;
        int repeated = 0;  // answers given again
        int power_losses = 0;
        int failed_syncs = 0;
        int segments_deleted = 0;
        int records_damaged = 0;
        int kept_repeated = 0;  // with a key older than the window
        int raised = 0;         // the log's end, to what a consumer held
    };
    const Counts& counts() const { return counts_; }

private:
    // Unknown: sent, and never answered with success. Stored: acknowledged, or seen in the log
    // after a restart. Gone: in a damaged block, or given up by retention.
    enum class Fate { Unknown, Stored, Gone };
    struct Item {
        std::string key;
        std::string value;
        RecordKind kind = RecordKind::Accepted;
    };
    struct Sent {
        std::string key;        // empty: none, so that it is never sent again
        bool kept = false;      // its key is kept for ever
        bool given_up = false;  // Gone because of retention: its answer is still known
        std::vector<Item> items;
        Fate fate = Fate::Unknown;
        std::optional<AppendAnswer> answer;
        std::vector<std::pair<PartitionId, Offset>> places;  // by item, once seen
        Position first;                                      // likewise
    };
    // A record as a reader got it.
    struct Seen {
        Position position;
        RecordKind kind = RecordKind::Accepted;
        PartitionId partition;
        Offset offset;
    };
    using Log = std::map<std::string, Seen>;  // by value, of which there is one each

    void one_step();
    void send_new();
    void send_again();
    void send_other_body();
    void fail_a_sync();
    void consume();
    void damage();
    void lose_end();
    void let_a_day_pass();
    void lose_power_soon() { files().crash_after(random_.below(25)); }

    Sent& make_sent();
    void append(Sent& sent);
    void take_answer(Sent& sent, Result<AppendAnswer> answer);
    void commit();

    void reopen();
    // The machine comes back, perhaps only to lose its power again while the stream recovers.
    void restart();
    void check();
    Log read_log();
    void check_sent(Sent& sent, const Log& log);
    void see(Sent& sent, const Log& log);
    bool given_up(const Sent& sent);
    static bool is_lost(const Sent& sent) { return sent.fate == Fate::Gone && !sent.given_up; }
    void check_gaps(const StreamInfo& info);
    void check_loss(const std::vector<Sent*>& lost);
    void wrong(const std::string& what);
    Stream& stream() { return *machine_.stream; }

    os::Random random_;
    Machine machine_;
    StreamOptions options_;
    std::deque<Sent> sent_;
    Position durable_;  // the log's end as last seen, never to be seen lower
    std::optional<Position> consumed_;
    std::vector<Position> gaps_;  // where the log was raised, oldest first
    bool damaged_ = false;
    Counts counts_;
    std::string fault_;
};

}  // namespace tradewind::stream

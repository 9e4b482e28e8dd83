// Positions that were given out and whose records are gone: told of, noted in the quarantine folder
// until somebody removes the note, and remembered, so that the same loss is noted once. Any thread.
//
// A first segment that begins late may be what retention left: how far it went is remembered, too.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/damage_log.h"
#include "stream/stream.h"

namespace tradewind::stream {

constexpr const char* losses_name = "losses";

struct Gap {
    Position first;
    Position last;  // inclusive
    bool operator==(const Gap&) const = default;
};

// What the file holds.
struct LossFile {
    std::optional<Position> floor;  // retention has given up what lies below; nothing: not known
    std::vector<Gap> noted;         // ascending, none touches another
};
std::string encode_loss_file(const LossFile& file, std::uint64_t stream_id);
// Nothing when damaged, or of another stream.
std::optional<LossFile> decode_loss_file(std::string_view text, std::uint64_t stream_id);

class Losses {
public:
    struct Place {
        std::string path;        // of the file
        std::string quarantine;  // where the notes go
        std::string stream;
    };
    Losses(os::Filesystem& files, Place place, DamageLog& damage)
        : files_(files), place_(std::move(place)), damage_(damage) {}

    // What earlier starts knew.
    void begin_with(LossFile file, std::uint64_t stream_id);
    std::optional<Position> floor() const;
    // Durable before anything below it is deleted.
    Result<void> raise_floor(Position floor);
    // Told as "<before>positions 4 to 5<behind>". A loss that is noted and whose note is gone has
    // been seen to: silence.
    Result<void> found(Gap gap, std::string_view before, std::string_view behind);
    // Notes of this stream that are still there.
    std::vector<Missing> open() const;

private:
    bool has_open_note(Gap gap) const;
    Result<void> note(Gap gap, const std::string& what);
    bool is_noted(Gap gap) const;
    Result<void> write();

    os::Filesystem& files_;
    const Place place_;
    DamageLog& damage_;
    mutable std::mutex mutex_;  // guards what follows
    std::uint64_t stream_id_ = 0;
    LossFile file_;
};

}  // namespace tradewind::stream

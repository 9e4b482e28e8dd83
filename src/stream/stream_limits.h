// Bounds of the embedded log that no operator needs to change.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tradewind::stream {

// A block takes no further request beyond this. A reader holds a block whole, so that this (or one
// request, where that is larger) bounds what a read costs; a sync of 8 MiB already takes longer
// than its start-up, so that larger blocks would gain nothing.
constexpr std::size_t block_body_bytes_max = 8u << 20;
// Room is set aside in steps: a sync that does not change the file's size is the cheap one, and a
// stream that holds little should not take a whole segment's room.
constexpr std::uint64_t preallocate_step_bytes = 8u << 20;
// One entry of the index per so many bytes of log: a look-up steps over at most that much, and the
// index of a 64 MiB segment stays below 100 KiB.
constexpr std::uint64_t index_gap_bytes = 64u << 10;
// Old segments whose index is held in memory at once.
constexpr std::size_t loaded_segments_max = 8;
// What a reader takes from a file at once, unless a block is larger.
constexpr std::size_t read_chunk_bytes = 1u << 20;
constexpr std::size_t consumers_max = 1000;
constexpr std::size_t consumer_name_bytes_max = 255;
// Keys that are kept for ever; 110 bytes each in memory. A dead letter that is replayed takes one,
// and a shop that repairs a million of them has another problem.
constexpr std::size_t kept_keys_max = 1'000'000;
// So many segments are sealed at most before the file of kept keys says that it covers them: a
// start reads the keys of those beyond it.
constexpr std::uint64_t kept_keys_lag_max = 16;
// A consumer's position is written down at most that often.
constexpr std::int64_t consumer_persist_every_us = 200'000;
// Free room is asked for at most that often, besides when room is set aside.
constexpr std::int64_t disk_check_every_us = 1'000'000;
// After a failed write or sync the log tries to go on that often.
constexpr std::int64_t recovery_retry_us = 1'000'000;
// Lines of damage that info() shows; more are counted and logged only.
constexpr std::size_t damage_lines_max = 1000;

}  // namespace tradewind::stream

// The process and its machine.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace tradewind::os {

std::int64_t process_id();
std::uint64_t resident_bytes();       // of this process, now
std::uint64_t resident_bytes_peak();  // since it began
std::uint64_t memory_bytes_total();   // of the machine, or of its control group when smaller
int cpu_count();
double cpu_seconds();  // user + system of this process
std::string executable_folder();
bool stdout_is_terminal();
bool stderr_is_terminal();

// Blocks SIGINT and SIGTERM in this and all later threads; then wait_for_stop_signal() returns the
// signal's number when one came. Call once, before any thread is started.
void block_stop_signals();
int wait_for_stop_signal();
// Writing to whoever has gone fails instead of ending the process in the middle of its work.
void ignore_closed_pipes();
// Wakes wait_for_stop_signal() from another thread as if SIGTERM had come.
void raise_stop_signal();
// 0 when none is pending.
int poll_stop_signal();

}  // namespace tradewind::os

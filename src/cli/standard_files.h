// stdin, stdout and stderr as the shell gave them to the program.
#pragma once

#include "base/result.h"

namespace tradewind::cli {

// Before anything is opened: a file of the workspace must not take the number of one that is
// closed, or what is printed would go into it. Writing to it goes on failing.
void keep_standard_files_apart();
// At the end: what was printed is written. One who has stopped reading a pipe has what he wanted.
Result<void> finish_stdout();

}  // namespace tradewind::cli

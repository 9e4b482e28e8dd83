// The identity of a file's content.
#pragma once

#include <string>

#include "base/result.h"
#include "importer/attention.h"
#include "os/filesystem.h"

namespace tradewind::importer {

// SHA-256 of all its bytes, in hex; reads piece by piece. Cancelled when attention is wanted.
Result<std::string> hash_file(
    os::Filesystem& files, const std::string& path, const Attention& attention
);

}  // namespace tradewind::importer

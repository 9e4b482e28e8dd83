// What a file is, by its first bytes and its name.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/engine.h"

namespace tradewind::engine {

enum class Container { Plain, Gzip, Zstd, Workbook, Parquet };

// By the file's first bytes. InvalidArgument for what is clearly something else (a tar archive, an
// old .xls, another compression), with what to do about it.
Result<Container> detect_container(std::string_view front);

// Of a text (UTF-8, unpacked): CSV, JSON or NDJSON, by its beginning and the file's name.
// InvalidArgument: binary, or a tar archive.
Result<FileKind> detect_text_kind(std::string_view front, const std::string& path);

}  // namespace tradewind::engine

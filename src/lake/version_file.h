// The bytes of a version file: one JSON document, laid out so that it is read line by line (a file
// a line) and so that its last line is the CRC32C of everything before it. docs/on_disk/lake.md
// describes it with an example.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "lake/file_list.h"
#include "lake/lake.h"
#include "lake/paths.h"

namespace tradewind::lake {

// Path → number of the version that removed it: still named by kept versions before that one.
using RetiredFiles = std::map<std::string, std::int64_t, std::less<>>;

// The first line. Everything but the files is told in full by every version file, so that a lost
// delta can cost files but never positions or columns.
struct VersionHeader {
    VersionKind kind = VersionKind::Delta;
    std::string dataset;
    std::int64_t number = 0;
    std::int64_t base = 0;  // Delta: the version it changes
    Timestamp published_at;
    std::string run;
    Totals totals;  // of the version, not of the delta: reading checks itself
    std::vector<ColumnSpec> columns;
    std::map<std::string, Position> positions;
    json::Value extra;
    std::vector<LostRows> lost;
    bool aside = false;
};

struct VersionFile {
    VersionHeader header;
    FileChunk files;                   // Delta: added; Whole: all. Ascending by path.
    std::vector<std::string> removed;  // Delta only
    RetiredFiles retired;              // Whole only
};

VersionHeader header_of(
    const Version& version, const std::string& dataset, VersionKind kind, std::int64_t base
);
std::string encode_delta(
    const VersionHeader& header, FileChunk added, std::vector<std::string> removed
);
std::string encode_whole(
    const VersionHeader& header, const FileList& files, const RetiredFiles& retired
);

// Corruption: not what an encode_… wrote. InvalidArgument: whole, but of a format that this program
// does not know.
Result<VersionFile> decode_version(std::string_view text);
// Of the file's first line alone, its checksum not looked at.
Result<VersionHeader> decode_header(std::string_view first_line);

}  // namespace tradewind::lake

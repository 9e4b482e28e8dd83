// The columns of a CSV file that does not name them: a part of one that was split.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/contract.h"
#include "engine/engine.h"
#include "importer/file_rows.h"

namespace tradewind::importer {

struct HeaderSearch {
    const contract::Contract* contract = nullptr;
    const OpenFile* open_file = nullptr;
    std::string path;            // of the bytes
    std::string delivered_from;  // where its sender has it
    engine::FileOptions options;
};

struct FoundHeader {
    std::vector<std::string> columns;
    std::string from;  // "hs-aa.csv", or "the contract"
};

// Of the nearest file before it in its folder, by name, that has a header which fits and as many
// columns; else the contract's fields in their order, where it has as many, not all of them text.
// Either way the first row must be one that the contract takes. Nothing: neither is so.
Result<std::optional<FoundHeader>> find_header(const HeaderSearch& search);

}  // namespace tradewind::importer

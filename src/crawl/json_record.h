// One JSON record's members, for the profile of its columns.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "crawl/file_report.h"

namespace tradewind::crawl {

// Keeps the parser's memory from record to record. One thread.
class JsonRecords {
public:
    JsonRecords();
    ~JsonRecords();
    // Why it cannot be a row: it is no object, or one that names a key twice; then nothing was
    // added. Empty: it is one. Columns that the record does not name get a null; new ones get one
    // for each row before.
    std::string add(std::string_view text, FileReport& report);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tradewind::crawl

// One JSON record's members, for the profile of its columns.
#pragma once

#include <memory>
#include <string_view>

#include "crawl/file_report.h"

namespace tradewind::crawl {

// Keeps the parser's memory from record to record. One thread.
class JsonRecords {
public:
    JsonRecords();
    ~JsonRecords();
    // False: the text is no object; nothing was added. Columns that the record does not name get a
    // null; new ones get one for each row before.
    bool add(std::string_view text, FileReport& report);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tradewind::crawl

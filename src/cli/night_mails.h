// The mails of a simulated night, as they were put into their folder.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace tradewind::cli {

struct Mail {
    std::string kind;  // of the notice
    std::string to;
    std::string subject;
    std::vector<std::string> attachments;  // names
};

// All of one kind; none when the folder is not there.
Result<std::vector<Mail>> mails_of(const std::string& folder, const std::string& kind);

}  // namespace tradewind::cli

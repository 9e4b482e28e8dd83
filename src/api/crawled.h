// Crawled tables in statements: their files are not the platform's, and may have changed.
#pragma once

#include <string>

#include "api/api.h"

namespace tradewind::api {

// Are the files of all crawled tables that the statement reads, through views too, as the newest
// crawl saw them? Conflict: one has changed; Corruption: one is gone. What the statement cannot say
// is left to whoever runs it.
Result<void> check_crawled(const Services& services, const std::string& sql);

}  // namespace tradewind::api

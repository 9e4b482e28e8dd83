// What an object store says of its objects: S3's event JSON, bare, inside an SNS message, or as
// EventBridge sends it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tradewind::api {

struct CreatedObject {
    std::string bucket;
    // The key, decoded. S3 encodes it as forms do ("+" and "%20" are spaces), EventBridge does not;
    // since others that speak like EventBridge do, `other_key` is then the decoded one.
    std::string key;
    std::string other_key;  // may be empty
};

struct ObjectEvents {
    std::vector<CreatedObject> created;
    std::int64_t removed_count = 0;
    std::int64_t other_count = 0;  // tests, restores, tags, …: nothing to do
};

// InvalidArgument: not one of these forms.
Result<ObjectEvents> read_object_events(std::string_view body);

}  // namespace tradewind::api

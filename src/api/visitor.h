// Who asks? As long as there are no tokens, a request is believed for where it comes from: this
// machine, and no page of another site in a browser on it.
#pragma once

#include "api/api.h"
#include "base/result.h"

namespace tradewind::api {

// PermissionDenied: a page of another site sent it, or it was sent to another name than this
// machine's own (a name of the attacker's that leads here makes his page and us one site).
Result<void> check_visitor(const Request& request);

}  // namespace tradewind::api

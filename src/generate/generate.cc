#include "generate/generate.h"

#include <cmath>

#include "base/text.h"
#include "generate/online_retail.h"

namespace tradewind::generate {

namespace {

// Half a billion lines, about 50 GB.
constexpr double scale_max = 1000;
// File names have three digits.
constexpr int splits_max = 999;

Error unknown_kind(const std::string& kind) {
    return Error(ErrorCode::InvalidArgument, "unknown kind of data \"" + kind + "\"")
        .with_hint("There is: online_retail.");
}

Result<void> check(const GenerateRequest& request) {
    if (request.kind != "online_retail") return unknown_kind(request.kind);
    if (request.folder.empty()) {
        return Error(ErrorCode::InvalidArgument, "no folder to write to");
    }
    if (!std::isfinite(request.scale) || request.scale <= 0 || request.scale > scale_max) {
        return Error(ErrorCode::InvalidArgument, "scale must be above 0 and at most 1000")
            .with_hint("Scale 1 is about 540,000 lines.");
    }
    if (request.splits < 1 || request.splits > splits_max) {
        return Error(ErrorCode::InvalidArgument, "the number of files must be from 1 to 999");
    }
    return {};
}

}  // namespace

std::vector<std::string> kinds() {
    return {"online_retail"};
}

Result<std::vector<GeneratedFile>> generate(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
) {
    TRY(check(request));
    return generate_online_retail(request, files, progress);
}

}  // namespace tradewind::generate

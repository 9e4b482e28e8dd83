#include "generate/generate.h"

#include <array>
#include <cmath>

#include "base/text.h"
#include "generate/basket.h"
#include "generate/online_retail.h"
#include "generate/store_week.h"

namespace tradewind::generate {

namespace {

// File names have three digits.
constexpr int splits_max = 999;
constexpr int threads_max = 1024;

using Generate = Result<std::vector<
    GeneratedFile>> (*)(const GenerateRequest&, os::Filesystem&, const std::function<void(double)>&);

struct Kind {
    std::string_view name;
    Generate generate = nullptr;
    int scale_max = 0;
    std::string_view scale_1;
};
constexpr std::array<Kind, 3> all_kinds = {{
    // Half a billion lines, about 50 GB.
    {"online_retail", generate_online_retail, 1000, "about 540,000 lines"},
    // 340 million orders, whose ids still fit into 32 bits, and about 60 GB.
    {"basket", generate_basket, 100, "206,209 users with about 32 million order lines"},
    // 10 million shelves, 120 MB of them in memory; 3.6 billion rows a year.
    {"store_week", generate_store_week, 100, "50 stores times 2,000 products"},
}};

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

Result<const Kind*> find_kind(const std::string& name) {
    for (const Kind& kind : all_kinds) {
        if (kind.name == name) return &kind;
    }
    std::string hint = "There are:";
    for (const Kind& kind : all_kinds) hint.append(" ").append(kind.name).append(",");
    hint.back() = '.';
    return invalid("unknown kind of data \"" + name + "\"").with_hint(std::move(hint));
}

Result<void> check(const Kind& kind, const GenerateRequest& request) {
    if (request.folder.empty()) return invalid("no folder to write to");
    if (!std::isfinite(request.scale) || request.scale <= 0 || request.scale > kind.scale_max) {
        return invalid("scale must be above 0 and at most " + std::to_string(kind.scale_max))
            .with_hint("Scale 1 is " + std::string(kind.scale_1) + ".");
    }
    if (request.splits < 1 || request.splits > splits_max) {
        return invalid("the number of files must be from 1 to 999");
    }
    if (request.splits > 1 && kind.name != "online_retail") {
        return invalid(request.kind + " has a fixed set of files and cannot be split");
    }
    if (!request.date.empty() && kind.name != "store_week") {
        return invalid(request.kind + " has no dump date");
    }
    if (request.threads < 0 || request.threads > threads_max) {
        return invalid("the number of threads must be from 0 to 1024");
    }
    return {};
}

}  // namespace

std::vector<std::string> kinds() {
    std::vector<std::string> names;
    for (const Kind& kind : all_kinds) names.emplace_back(kind.name);
    return names;
}

Result<std::vector<GeneratedFile>> generate(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
) {
    const Kind* kind = TRY(find_kind(request.kind));
    TRY(check(*kind, request));
    return kind->generate(request, files, progress);
}

}  // namespace tradewind::generate

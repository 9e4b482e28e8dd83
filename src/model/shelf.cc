#include "model/shelf.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace tradewind::model {

Result<std::shared_ptr<const Served>> Shelf::load(const ModelSpec& spec, std::int64_t version) {
    const StoredVersion stored = TRY(registry_.load(spec.text(), version));
    if (stored.card.text_or("kind", "") != to_string(spec.kind)) {
        return Error(
            ErrorCode::Conflict,
            "version " + std::to_string(version) + " of " + spec.text() + " is of another kind"
        );
    }
    return serve({spec, engine_}, stored);
}

void Shelf::put(const ModelSpec& spec) {
    const auto promoted = registry_.promoted(spec.text());
    const auto before = registry_.promoted_before(spec.text());
    std::vector<std::int64_t> wanted;
    if (promoted.ok() && *promoted > 0) wanted.push_back(*promoted);
    if (before.ok()) wanted.insert(wanted.end(), before->begin(), before->end());
    // A version that the gate held back is served only when nothing else can be.
    const auto all = registry_.versions(spec.text());
    if (all.ok()) wanted.insert(wanted.end(), all->begin(), all->end());
    OnShelf on;
    std::vector<std::int64_t> tried;
    for (const std::int64_t version : wanted) {
        if (std::ranges::find(tried, version) != tried.end()) continue;
        tried.push_back(version);
        auto loaded = load(spec, version);
        if (loaded.ok()) {
            on.version = version;
            on.served = std::move(loaded).take();
            break;
        }
        log::error(
            "a model's version cannot be served",
            {{"model", spec.text()}, {"version", version}, {"reason", loaded.error().describe()}}
        );
        on.trouble += (on.trouble.empty() ? "" : " ") + ("version " + std::to_string(version)) +
                      ": " + loaded.error().message() + ".";
    }
    if (on.served != nullptr && !on.trouble.empty())
        on.trouble += " Version " + std::to_string(on.version) + " serves instead.";
    set(spec, std::move(on));
}

void Shelf::set(const ModelSpec& spec, OnShelf on) {
    const std::unique_lock lock(mutex_);
    shelf_[spec.text()] = std::move(on);
}

std::optional<OnShelf> Shelf::find(const ModelSpec& spec) const {
    const std::shared_lock lock(mutex_);
    const auto found = shelf_.find(spec.text());
    return found == shelf_.end() ? std::nullopt : std::optional(found->second);
}

OnShelf Shelf::get(const ModelSpec& spec) {
    if (auto found = find(spec)) return *std::move(found);
    const std::lock_guard lock(loading_);
    if (!find(spec)) put(spec);
    return find(spec).value_or(OnShelf());
}

}  // namespace tradewind::model

// The versions that are served, one of each model. Readers take what is there; promoting puts
// another in its place.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "model/kinds.h"

namespace tradewind::model {

struct OnShelf {
    std::int64_t version = 0;                // 0: none
    std::shared_ptr<const Served> served{};  // null with it
    std::string trouble{};                   // why it is another than the promoted one, or none
};

// Any thread.
class Shelf {
public:
    Shelf(Registry& registry, engine::Engine* engine) : registry_(registry), engine_(engine) {}

    // Takes the promoted version into memory, or the last good one where that is damaged.
    void put(const ModelSpec& spec);
    // This one, checked; the shelf changes only when it is good.
    Result<std::shared_ptr<const Served>> load(const ModelSpec& spec, std::int64_t version);
    void set(const ModelSpec& spec, OnShelf on);
    // Taken into memory where nobody asked for it before.
    OnShelf get(const ModelSpec& spec);

private:
    std::optional<OnShelf> find(const ModelSpec& spec) const;

    Registry& registry_;
    engine::Engine* engine_;
    mutable std::shared_mutex mutex_;
    std::mutex loading_;
    std::map<std::string, OnShelf> shelf_;
};

}  // namespace tradewind::model

// Versions of models on disk: data/models/<package>/<model>/<version>/, and promoted.json beside
// them. A version appears whole or not at all, and its files carry checksums.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::model {

// A version as it lies on disk: what is known of it, and its files.
struct StoredVersion {
    std::int64_t number = 0;
    json::Value card;                          // model.json
    std::map<std::string, std::string> files;  // name → bytes
};

struct VersionDamage {
    std::int64_t number = 0;
    std::string reason;
};

// Any thread.
class Registry {
public:
    Registry(os::Filesystem& files, std::string root) : files_(files), root_(std::move(root)) {}

    // Durable when it returns; the number is the next one. The oldest versions beyond so many go,
    // but neither the promoted one nor the one before it.
    Result<std::int64_t> add(
        const std::string& model, json::Value card, const std::map<std::string, std::string>& files
    );
    // Newest first. NotFound is none.
    Result<std::vector<std::int64_t>> versions(const std::string& model);
    // The card alone, checked. Corruption: it is not what was written.
    Result<json::Value> card(const std::string& model, std::int64_t version);
    // With all files, checked. Corruption tells which file, NotFound that there is no such version.
    Result<StoredVersion> load(const std::string& model, std::int64_t version);

    // 0: none was ever promoted.
    Result<std::int64_t> promoted(const std::string& model);
    // What was promoted before, newest first.
    Result<std::vector<std::int64_t>> promoted_before(const std::string& model);
    Result<void> promote(const std::string& model, std::int64_t version);
    // The one that was promoted before the present one is so again. Conflict: there is none.
    Result<std::int64_t> rollback(const std::string& model);

    // Every version that cannot be used, of every model below the root ("package/model").
    std::map<std::string, std::vector<VersionDamage>> verify();

private:
    std::string folder(const std::string& model) const { return os::join(root_, model); }
    std::string folder(const std::string& model, std::int64_t version) const {
        return os::join(folder(model), std::to_string(version));
    }
    Result<std::vector<std::int64_t>> history(const std::string& model);
    Result<void> write_history(const std::string& model, const std::vector<std::int64_t>& history);
    void drop_old(const std::string& model);

    os::Filesystem& files_;
    const std::string root_;
    std::mutex mutex_;
};

}  // namespace tradewind::model

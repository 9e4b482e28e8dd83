#include "os/secret.h"

#include <cstdlib>

#include "base/text.h"

namespace tradewind::os {

namespace {

constexpr std::uint64_t secret_bytes_max = 64 << 10;

Error not_there(const std::string& what) {
    return Error(ErrorCode::Unavailable, what);
}

}  // namespace

// Nobody changes the environment of this process, so that reading it needs no lock.
Environment process_variables() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

Result<std::string> read_secret(
    const SecretPlace& place, Filesystem& files, const Environment& environment
) {
    if (place.file.empty()) {
        const auto value = environment ? environment(place.variable) : std::nullopt;
        if (!value || value->empty()) return not_there("the environment has no " + place.variable);
        return *value;
    }
    const auto content = read_file(files, place.file, secret_bytes_max);
    if (!content.ok()) return not_there("a secret's file: " + content.error().describe());
    const std::string secret(trim(*content));
    if (secret.empty()) return not_there("the secret's file " + place.file + " is empty");
    return secret;
}

}  // namespace tradewind::os

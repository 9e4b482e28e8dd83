// The idempotency keys of the window with their answers, oldest forgotten first, and those that are
// kept for ever. About 110 bytes a key: a million of them (the usual limit) take about as many
// megabytes. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ids.h"
#include "stream/stored_answer.h"

namespace tradewind::stream {

class KeyIndex {
public:
    KeyIndex(std::int64_t window_us, std::size_t keys_max)
        : window_us_(window_us), keys_max_(keys_max) {}

    // In the order of received_at.
    void add(const StoredAnswer& stored);
    // Entries one behind the other, as a footer keeps them. False when they make no sense; those
    // before the fault are in.
    bool add_encoded(std::string_view entries);
    // Drops what is older than the window, but for the kept ones.
    void expire(Timestamp now);
    std::optional<StoredAnswer> find(const Fingerprint& key) const;
    std::size_t size() const { return places_.size(); }  // of the window
    std::size_t kept_count() const { return kept_places_.size(); }
    // The kept ones, encoded, each once.
    const std::string& kept() const { return kept_; }

private:
    // Which chunk (counted from the start of time) and where in it.
    struct Place {
        std::uint32_t chunk = 0;
        std::uint32_t offset = 0;
        bool operator==(const Place&) const = default;
    };
    // Entry and size of the oldest; there is one.
    StoredAnswer oldest(std::size_t& encoded_bytes) const;
    void keep(const StoredAnswer& stored);
    // Where the entry begins; more follows it.
    std::optional<std::string_view> encoded(const Fingerprint& key) const;
    void drop_oldest();

    std::int64_t window_us_;
    std::size_t keys_max_;
    // Entries in their order on disk: no allocation each, and the oldest go by whole chunks.
    std::deque<std::string> chunks_;
    std::uint32_t first_chunk_ = 0;
    std::uint32_t oldest_offset_ = 0;     // in the first chunk
    std::optional<Timestamp> oldest_at_;  // nothing: not looked up yet
    std::unordered_map<Fingerprint, Place> places_;
    std::string kept_;
    std::unordered_map<Fingerprint, std::size_t> kept_places_;  // where in kept_
};

}  // namespace tradewind::stream

#include "stream/key_index.h"

#include "base/check.h"

namespace tradewind::stream {

namespace {

constexpr std::size_t chunk_bytes = 256u << 10;

}  // namespace

void KeyIndex::add(const StoredAnswer& stored) {
    if (is_kept(stored.key)) return keep(stored);
    if (keys_max_ == 0) return;
    if (chunks_.empty() || chunks_.back().size() >= chunk_bytes) chunks_.emplace_back();
    std::string& chunk = chunks_.back();
    const Place place{
        first_chunk_ + static_cast<std::uint32_t>(chunks_.size() - 1),
        static_cast<std::uint32_t>(chunk.size())
    };
    encode_stored_answer(chunk, stored);
    places_[stored.key] = place;
    while (places_.size() > keys_max_) drop_oldest();
}

// A start meets the same one in more than one place.
void KeyIndex::keep(const StoredAnswer& stored) {
    if (!kept_places_.emplace(stored.key, kept_.size()).second) return;
    encode_stored_answer(kept_, stored);
}

bool KeyIndex::add_encoded(std::string_view entries) {
    ByteReader in(entries);
    while (!in.at_end()) {
        const StoredAnswer stored = decode_stored_answer(in);
        if (!in.ok()) return false;
        add(stored);
    }
    return true;
}

void KeyIndex::expire(Timestamp now) {
    while (!chunks_.empty()) {
        std::size_t encoded_bytes = 0;
        if (!oldest_at_) oldest_at_ = oldest(encoded_bytes).received_at;
        if (oldest_at_->micros >= now.micros - window_us_) return;
        drop_oldest();
    }
}

std::optional<std::string_view> KeyIndex::encoded(const Fingerprint& key) const {
    if (const auto kept = kept_places_.find(key); kept != kept_places_.end()) {
        return std::string_view(kept_).substr(kept->second);
    }
    const auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    const std::string& chunk = chunks_[found->second.chunk - first_chunk_];
    return std::string_view(chunk).substr(found->second.offset);
}

std::optional<StoredAnswer> KeyIndex::find(const Fingerprint& key) const {
    const auto bytes = encoded(key);
    if (!bytes) return std::nullopt;
    ByteReader in(*bytes);
    StoredAnswer stored = decode_stored_answer(in);
    CHECK(in.ok() && stored.key == key);
    return stored;
}

StoredAnswer KeyIndex::oldest(std::size_t& encoded_bytes) const {
    const std::string_view rest = std::string_view(chunks_.front()).substr(oldest_offset_);
    ByteReader in(rest);
    StoredAnswer stored = decode_stored_answer(in);
    CHECK(in.ok());
    encoded_bytes = rest.size() - in.remaining();
    return stored;
}

void KeyIndex::drop_oldest() {
    std::size_t encoded_bytes = 0;
    const StoredAnswer stored = oldest(encoded_bytes);
    const auto found = places_.find(stored.key);
    // Used again since, after it had expired: the newer entry stays.
    if (found != places_.end() && found->second == Place{first_chunk_, oldest_offset_}) {
        places_.erase(found);
    }
    oldest_at_.reset();
    oldest_offset_ += static_cast<std::uint32_t>(encoded_bytes);
    if (oldest_offset_ < chunks_.front().size()) return;
    chunks_.pop_front();
    ++first_chunk_;
    oldest_offset_ = 0;
}

}  // namespace tradewind::stream

#include "stream/stream_meta.h"

#include "base/limits.h"
#include "base/text.h"
#include "stream/checked_text.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view title = "tradewind stream 1";

// The rest of a line that begins with the word and a space.
std::string_view value_of(std::string_view line, std::string_view word) {
    if (!line.starts_with(word) || line.size() <= word.size()) return {};
    return line.substr(word.size() + 1);
}

}  // namespace

std::string encode_stream_meta(const StreamMeta& meta) {
    return with_checksum(
        std::string(title) + "\nid " + hex64(meta.stream_id) + "\npartitions " +
        std::to_string(meta.partition_count) + "\ncreated_us " +
        std::to_string(meta.created_at.micros) + "\n"
    );
}

std::optional<StreamMeta> decode_stream_meta(std::string_view text) {
    const auto lines = checked_lines(text);
    if (!lines || lines->size() != 4 || lines->front() != title) return std::nullopt;
    const auto id = parse_hex64(value_of((*lines)[1], "id"));
    const auto partitions = parse_integer(value_of((*lines)[2], "partitions"));
    const auto created = parse_integer(value_of((*lines)[3], "created_us"));
    if (!id || !partitions || !created) return std::nullopt;
    if (*partitions < 1 || *partitions > limits::partitions_max) return std::nullopt;
    return StreamMeta{*id, static_cast<int>(*partitions), Timestamp{*created}};
}

}  // namespace tradewind::stream

#include "stream/segment_format.h"

#include <cstdio>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view segment_magic = "\xF5TWSEG\r\n";
constexpr std::string_view footer_magic = "\xF5TWFTR\r\n";
constexpr std::string_view trailer_magic = "\xF5TWEND\r\n";

// Segment header: magic, checksum of all that follows it, fields.
constexpr std::size_t crc_at = 8;
constexpr std::size_t covered_from = 12;
constexpr std::size_t header_fixed_bytes = 56;

constexpr std::size_t trailer_bytes = 64;
constexpr int id_digits = 12;

void put_point(std::string& out, const LogPoint& point) {
    put_fixed<std::int64_t>(out, point.position.value);
    for (const Offset offset : point.offsets) put_fixed<std::int64_t>(out, offset.value);
}

LogPoint get_point(ByteReader& in, int partition_count) {
    LogPoint point = LogPoint::start(partition_count);
    point.position = Position(in.fixed<std::int64_t>());
    for (Offset& offset : point.offsets) offset = Offset(in.fixed<std::int64_t>());
    return point;
}

Error newer_version(std::uint16_t version) {
    return Error(ErrorCode::InvalidArgument, "the stream's files were written by a newer version")
        .with_detail("Their format is " + std::to_string(version) + ".")
        .with_hint("Install the newer version again.");
}

std::string encode_summary(const SegmentSummary& summary) {
    std::string out;
    put_point(out, summary.begin);
    put_point(out, summary.end);
    put_fixed<std::int64_t>(out, summary.first_received_at.micros);
    put_fixed<std::int64_t>(out, summary.last_received_at.micros);
    put_fixed<std::int64_t>(out, summary.accepted_count);
    put_fixed<std::uint64_t>(out, summary.data_begin);
    put_fixed<std::uint64_t>(out, summary.data_end);
    return out;
}

std::optional<SegmentSummary> decode_summary(
    std::string_view bytes, const SegmentIdentity& identity
) {
    ByteReader in(bytes);
    SegmentSummary summary;
    summary.id = identity.segment_id;
    summary.begin = get_point(in, identity.partition_count);
    summary.end = get_point(in, identity.partition_count);
    summary.first_received_at = Timestamp{in.fixed<std::int64_t>()};
    summary.last_received_at = Timestamp{in.fixed<std::int64_t>()};
    summary.accepted_count = in.fixed<std::int64_t>();
    summary.data_begin = in.fixed<std::uint64_t>();
    summary.data_end = in.fixed<std::uint64_t>();
    if (!in.ok() || !in.at_end() || summary.data_begin > summary.data_end) return std::nullopt;
    return summary;
}

// One of the footer's parts, as the trailer describes it.
struct Part {
    std::uint32_t bytes = 0;
    std::uint32_t crc = 0;
};

struct Trailer {
    Part index;
    Part keys;
    Part summary;
    std::uint64_t footer_offset = 0;
};

void put_part(std::string& out, std::string_view part) {
    CHECK(part.size() <= UINT32_MAX);
    put_fixed<std::uint32_t>(out, static_cast<std::uint32_t>(part.size()));
    put_fixed<std::uint32_t>(out, crc32c(part));
}

Part get_part(ByteReader& in) {
    Part part;
    part.bytes = in.fixed<std::uint32_t>();
    part.crc = in.fixed<std::uint32_t>();
    return part;
}

std::optional<Trailer> decode_trailer(
    std::string_view bytes, const SegmentIdentity& identity, std::uint64_t file_bytes
) {
    if (bytes.size() != trailer_bytes || !bytes.ends_with(trailer_magic)) return std::nullopt;
    ByteReader in(bytes);
    const auto crc = in.fixed<std::uint32_t>();
    if (crc32c(bytes.substr(sizeof crc)) != crc) return std::nullopt;
    if (in.fixed<std::uint32_t>() != log_format_version) return std::nullopt;
    Trailer trailer;
    trailer.index = get_part(in);
    trailer.keys = get_part(in);
    trailer.summary = get_part(in);
    trailer.footer_offset = in.fixed<std::uint64_t>();
    if (in.fixed<std::uint64_t>() != identity.stream_id) return std::nullopt;
    if (in.fixed<std::uint64_t>() != identity.segment_id) return std::nullopt;
    const std::uint64_t expected = trailer.footer_offset + footer_magic.size() +
                                   trailer.index.bytes + trailer.keys.bytes +
                                   trailer.summary.bytes + trailer_bytes;
    if (expected != file_bytes) return std::nullopt;
    return trailer;
}

// Nothing when the part does not pass its checksum.
Result<std::optional<std::string>> read_part(os::File& file, std::uint64_t offset, Part part) {
    std::string bytes = TRY(file.read_at(offset, part.bytes));
    if (bytes.size() != part.bytes || crc32c(bytes) != part.crc)
        return std::optional<std::string>();
    return std::optional<std::string>(std::move(bytes));
}

}  // namespace

std::string segment_file_name(std::uint64_t segment_id, std::string_view suffix) {
    const std::string digits = std::to_string(segment_id);
    const std::size_t zeros = digits.size() < id_digits ? id_digits - digits.size() : 0;
    return std::string(zeros, '0') + digits + std::string(suffix);
}

std::optional<std::uint64_t> segment_id_of(std::string_view file_name, std::string_view suffix) {
    if (!file_name.ends_with(suffix)) return std::nullopt;
    const auto id = parse_integer(file_name.substr(0, file_name.size() - suffix.size()));
    if (!id || *id < 0) return std::nullopt;
    const auto number = static_cast<std::uint64_t>(*id);
    // "+7", "7" or "0…07": not a name that we gave.
    if (segment_file_name(number, suffix) != file_name) return std::nullopt;
    return number;
}

std::size_t segment_header_bytes(int partition_count) {
    return header_fixed_bytes + 8 * static_cast<std::size_t>(partition_count);
}

std::string encode_segment_header(const SegmentHeader& header, std::uint64_t stream_id) {
    const auto partition_count = static_cast<std::uint16_t>(header.begin.offsets.size());
    std::string out(segment_magic);
    put_fixed<std::uint32_t>(out, 0);
    put_fixed<std::uint32_t>(
        out, static_cast<std::uint32_t>(segment_header_bytes(partition_count))
    );
    put_fixed<std::uint16_t>(out, log_format_version);
    put_fixed<std::uint16_t>(out, partition_count);
    put_fixed<std::uint32_t>(out, 0);
    put_fixed<std::uint64_t>(out, stream_id);
    put_fixed<std::uint64_t>(out, header.segment_id);
    put_fixed<std::int64_t>(out, header.created_at.micros);
    put_point(out, header.begin);
    CHECK(out.size() == segment_header_bytes(partition_count));
    overwrite_fixed<std::uint32_t>(out, crc_at, crc32c(std::string_view(out).substr(covered_from)));
    return out;
}

Result<std::optional<SegmentOrigin>> read_segment_header(os::File& file) {
    const std::optional<SegmentOrigin> none;
    const std::string bytes =
        TRY(file.read_at(0, segment_header_bytes(static_cast<int>(limits::partitions_max))));
    if (!bytes.starts_with(segment_magic)) return none;
    ByteReader in(std::string_view(bytes).substr(crc_at));
    const auto crc = in.fixed<std::uint32_t>();
    const auto size = in.fixed<std::uint32_t>();
    if (!in.ok() || size < header_fixed_bytes || size > bytes.size()) return none;
    if (crc32c(std::string_view(bytes).substr(covered_from, size - covered_from)) != crc) {
        return none;
    }
    const auto version = in.fixed<std::uint16_t>();
    if (version != log_format_version) return newer_version(version);
    SegmentOrigin origin;
    origin.partition_count = in.fixed<std::uint16_t>();
    in.fixed<std::uint32_t>();
    if (segment_header_bytes(origin.partition_count) != size) return none;
    origin.stream_id = in.fixed<std::uint64_t>();
    origin.header.segment_id = in.fixed<std::uint64_t>();
    origin.header.created_at = Timestamp{in.fixed<std::int64_t>()};
    origin.header.begin = get_point(in, origin.partition_count);
    return std::optional<SegmentOrigin>(std::move(origin));
}

void extend(SegmentSummary& summary, const BlockHeader& block) {
    if (!summary.has_records()) summary.first_received_at = block.first_received_at;
    summary.last_received_at = block.last_received_at;
    summary.end = block.end_point();
    summary.data_end = block.file_offset + block.total_bytes();
    for (const PartitionSlice& slice : block.partitions) summary.accepted_count += slice.count;
}

std::string encode_footer(const Footer& footer, const SegmentIdentity& identity) {
    std::string index;
    footer.index.encode(index);
    const std::string summary = encode_summary(footer.summary);
    std::string trailer;
    put_fixed<std::uint32_t>(trailer, 0);
    put_fixed<std::uint32_t>(trailer, log_format_version);
    put_part(trailer, index);
    put_part(trailer, footer.keys);
    put_part(trailer, summary);
    put_fixed<std::uint64_t>(trailer, footer.summary.data_end);
    put_fixed<std::uint64_t>(trailer, identity.stream_id);
    put_fixed<std::uint64_t>(trailer, identity.segment_id);
    trailer += trailer_magic;
    CHECK(trailer.size() == trailer_bytes);
    overwrite_fixed<std::uint32_t>(trailer, 0, crc32c(std::string_view(trailer).substr(4)));
    return std::string(footer_magic) + index + footer.keys + summary + trailer;
}

Result<std::optional<Footer>> read_footer(
    os::File& file, const SegmentIdentity& identity, FooterParts parts
) {
    std::optional<Footer> none;
    const std::uint64_t size = TRY(file.size());
    if (size < trailer_bytes) return none;
    const auto trailer =
        decode_trailer(TRY(file.read_at(size - trailer_bytes, trailer_bytes)), identity, size);
    if (!trailer || !TRY(footer_begins_at(file, trailer->footer_offset))) return none;
    const std::uint64_t index_at = trailer->footer_offset + footer_magic.size();
    const std::uint64_t keys_at = index_at + trailer->index.bytes;
    const auto summary = TRY(read_part(file, keys_at + trailer->keys.bytes, trailer->summary));
    if (!summary) return none;
    auto decoded = decode_summary(*summary, identity);
    if (!decoded || decoded->data_end != trailer->footer_offset) return none;
    decoded->file_bytes = size;
    Footer footer{std::move(*decoded), BlockIndex(identity.partition_count), {}};
    if (parts.index) {
        const auto index = TRY(read_part(file, index_at, trailer->index));
        if (!index || !footer.index.decode(*index)) return none;
    }
    if (parts.keys) {
        auto keys = TRY(read_part(file, keys_at, trailer->keys));
        if (!keys) return none;
        footer.keys = std::move(*keys);
    }
    return std::optional<Footer>(std::move(footer));
}

Result<bool> footer_begins_at(os::File& file, std::uint64_t offset) {
    return TRY(file.read_at(offset, footer_magic.size()))
    == footer_magic;
}

}  // namespace tradewind::stream

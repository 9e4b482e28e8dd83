#include "engine/zip_directory.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

// APPNOTE.TXT 6.3.10, 4.3.12, 4.3.14–4.3.16.
constexpr std::uint32_t header_magic = 0x04034b50;
constexpr std::uint32_t entry_magic = 0x02014b50;
constexpr std::uint32_t end_magic = 0x06054b50;
constexpr std::uint32_t end64_magic = 0x06064b50;
constexpr std::uint16_t deflate_method = 8;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t local_header_bytes = 30;
constexpr std::size_t end64_locator_bytes = 20;
constexpr std::size_t comment_bytes_max = 65'535;
constexpr std::uint64_t directory_bytes_max = 16u << 20;

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

Error damaged(const std::string& what) {
    return Error(ErrorCode::InvalidArgument, "the zip archive is " + what)
        .with_hint("Fetch or save the file again.");
}

// The end record of archives beyond 4 GiB stands before the plain one, at the place its locator
// says.
Result<Directory> read_end64(os::File& file, std::string_view before_end) {
    if (before_end.size() < end64_locator_bytes) return damaged("damaged");
    ByteReader locator(before_end.substr(before_end.size() - end64_locator_bytes));
    locator.bytes(8);
    const auto end64_at = locator.fixed<std::uint64_t>();
    const std::string record = TRY(file.read_at(end64_at, 56));
    ByteReader reader(record);
    if (reader.fixed<std::uint32_t>() != end64_magic) return damaged("damaged");
    reader.bytes(36);
    Directory directory;
    directory.size = reader.fixed<std::uint64_t>();
    directory.offset = reader.fixed<std::uint64_t>();
    if (!reader.ok()) return damaged("damaged");
    return directory;
}

Result<Directory> find_directory(os::File& file, std::uint64_t file_bytes) {
    const std::uint64_t tail_bytes =
        std::min<std::uint64_t>(file_bytes, end_bytes + comment_bytes_max + end64_locator_bytes);
    const std::string tail = TRY(file.read_at(file_bytes - tail_bytes, tail_bytes));
    std::string magic;
    put_fixed(magic, end_magic);
    const std::size_t end_at = tail.rfind(magic);
    if (end_at == std::string::npos || tail.size() - end_at < end_bytes)
        return damaged("cut off: its table of contents is missing");
    ByteReader reader(std::string_view(tail).substr(end_at + 4));
    const auto disk = reader.fixed<std::uint16_t>();
    reader.bytes(6);
    Directory directory;
    directory.size = reader.fixed<std::uint32_t>();
    directory.offset = reader.fixed<std::uint32_t>();
    if (disk != 0 && disk != 0xffff) return damaged("one part of several");
    if (directory.offset != 0xffff'ffff && directory.size != 0xffff'ffff) return directory;
    return read_end64(file, std::string_view(tail).substr(0, end_at));
}

// Sizes beyond 4 GiB stand in the extra field, in the order unpacked, packed, place.
void read_zip64_sizes(std::string_view extra, ZipEntry& entry) {
    ByteReader fields(extra);
    while (fields.ok() && !fields.at_end()) {
        const auto id = fields.fixed<std::uint16_t>();
        const auto size = fields.fixed<std::uint16_t>();
        ByteReader field(fields.bytes(size));
        if (id != 1) continue;
        if (entry.unpacked_bytes == 0xffff'ffff)
            entry.unpacked_bytes = field.fixed<std::uint64_t>();
        if (entry.packed_bytes == 0xffff'ffff) entry.packed_bytes = field.fixed<std::uint64_t>();
        if (entry.header_at == 0xffff'ffff) entry.header_at = field.fixed<std::uint64_t>();
    }
}

Result<ZipEntry> read_entry(ByteReader& reader) {
    if (reader.fixed<std::uint32_t>() != entry_magic)
        return damaged("damaged in its table of contents");
    reader.bytes(4);
    const auto flags = reader.fixed<std::uint16_t>();
    const auto method = reader.fixed<std::uint16_t>();
    reader.bytes(4);
    ZipEntry entry;
    entry.checksum = reader.fixed<std::uint32_t>();
    entry.deflated = method == deflate_method;
    entry.packed_bytes = reader.fixed<std::uint32_t>();
    entry.unpacked_bytes = reader.fixed<std::uint32_t>();
    const auto name_size = reader.fixed<std::uint16_t>();
    const auto extra_size = reader.fixed<std::uint16_t>();
    const auto comment_size = reader.fixed<std::uint16_t>();
    reader.bytes(8);
    entry.header_at = reader.fixed<std::uint32_t>();
    entry.name = std::string(reader.bytes(name_size));
    read_zip64_sizes(reader.bytes(extra_size), entry);
    reader.bytes(comment_size);
    if (!reader.ok()) return damaged("damaged in its table of contents");
    if ((flags & 1) != 0) return damaged("encrypted");
    if (method != 0 && method != deflate_method)
        return damaged("packed in a way that is not known here");
    return entry;
}

Result<std::string> inflate_whole(std::string_view packed, std::size_t bytes_max) {
    z_stream stream{};
    constexpr int raw_window_bits = -15;
    CHECK(inflateInit2(&stream, raw_window_bits) == Z_OK);
    std::string unpacked(bytes_max, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    const int code = inflate(&stream, Z_FINISH);
    unpacked.resize(stream.total_out);
    inflateEnd(&stream);
    if (code == Z_STREAM_END) return unpacked;
    if (unpacked.size() == bytes_max)
        return Error(ErrorCode::ResourceExhausted, "an entry of the archive is too large");
    return damaged("cut off or damaged");
}

}  // namespace

Result<std::vector<ZipEntry>> read_zip_directory(const std::string& path) {
    const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    const std::unique_ptr<os::File> file = TRY(files->open(path, os::OpenMode::Read));
    const std::uint64_t file_bytes = TRY(file->size());
    const Directory directory = TRY(find_directory(*file, file_bytes));
    if (directory.size > directory_bytes_max || directory.offset > file_bytes ||
        directory.size > file_bytes - directory.offset) {
        return damaged("damaged: its table of contents lies outside of it");
    }
    const std::string bytes = TRY(file->read_at(directory.offset, directory.size));
    ByteReader reader(bytes);
    std::vector<ZipEntry> entries;
    while (!reader.at_end()) entries.push_back(TRY(read_entry(reader)));
    return entries;
}

Result<void> check_zip(
    const std::vector<ZipEntry>& entries, std::uint64_t file_bytes, const UnpackLimits& limits
) {
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    for (const ZipEntry& entry : entries) {
        if (__builtin_add_overflow(packed, entry.packed_bytes, &packed) ||
            __builtin_add_overflow(unpacked, entry.unpacked_bytes, &unpacked) ||
            packed > file_bytes) {
            return damaged("damaged: its entries are larger than it is");
        }
        TRY(check_unpacked(limits, entry.packed_bytes, entry.unpacked_bytes));
    }
    return check_unpacked(limits, packed, unpacked);
}

Result<std::uint64_t> zip_entry_begin(os::File& file, const ZipEntry& entry) {
    const std::string header = TRY(file.read_at(entry.header_at, local_header_bytes));
    if (header.size() < local_header_bytes) return damaged("damaged");
    ByteReader reader(header);
    if (reader.fixed<std::uint32_t>() != header_magic) return damaged("damaged");
    ByteReader sizes(std::string_view(header).substr(26));
    const auto name_bytes = sizes.fixed<std::uint16_t>();
    const auto extra_bytes = sizes.fixed<std::uint16_t>();
    return entry.header_at + local_header_bytes + name_bytes + extra_bytes;
}

Result<std::string> read_zip_entry(
    const std::string& path, const ZipEntry& entry, std::size_t bytes_max
) {
    const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    const std::unique_ptr<os::File> file = TRY(files->open(path, os::OpenMode::Read));
    const std::uint64_t begin = TRY(zip_entry_begin(*file, entry));
    if (entry.packed_bytes > bytes_max) return damaged("damaged");
    const std::string packed = TRY(file->read_at(begin, entry.packed_bytes));
    if (!entry.deflated) return packed;
    return inflate_whole(packed, bytes_max);
}

}  // namespace tradewind::engine

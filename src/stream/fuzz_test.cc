// Changed bytes for everything that reads the log's files: whatever stands there, an answer and no
// crash (the sanitizers watch), and never a record that nobody wrote.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/fuzz_kit.h"
#include "base/hash.h"
#include "base/log.h"
#include "stream/block_scanner.h"
#include "stream/checked_text.h"
#include "stream/consumers.h"
#include "stream/key_index.h"
#include "stream/segment_format.h"
#include "stream/segment_scan.h"
#include "stream/stream_fixture.h"
#include "stream/stream_meta.h"

namespace tradewind::stream {
namespace {

constexpr const char* fuzzed_path = "data/fuzzed";

// The folder of a stream with sealed segments, an active one, consumers, left and kept keys.
std::map<std::string, std::string> written_stream(std::set<std::string>& values) {
    Machine machine;
    StreamOptions options = small_options();
    options.segment_bytes_max = 1500;
    options.retention_bytes_max = 4000;
    MUST(machine.open(options));
    for (int i = 0; i < 30; ++i) {
        const std::string value = "value " + std::to_string(i);
        const std::string other = "other " + std::to_string(i);
        values.insert(value);
        values.insert(other);
        const std::string key = (i % 5 == 0 ? "dl:" : "request ") + std::to_string(i);
        const std::vector<NewRecord> records = {
            record("a", value), rejected(other, "no number", 7)
        };
        EXPECT_TRUE(append_now(*machine.stream, records, key, "hash").ok());
    }
    MUST(machine.stream->commit("sink", Position(20)));
    EXPECT_GT(MUST(machine.stream->apply_retention()), 0);
    MUST(machine.stream->stop());
    std::map<std::string, std::string> files;
    for (const os::FileInfo& info : MUST(machine.files.list(test_folder))) {
        const std::string path = os::join(test_folder, info.name);
        files[path] = MUST(os::read_file(machine.files, path, 1u << 20));
        // What is set aside and not yet written.
        if (path.ends_with(segment_suffix)) {
            files[path].resize(files[path].find_last_not_of('\0') + 1);
        }
    }
    return files;
}

std::unique_ptr<os::File> file_of(os::SimulatedFilesystem& files, const std::string& bytes) {
    MUST(files.create_folders("data"));
    auto file = MUST(files.open(fuzzed_path, os::OpenMode::CreateNew));
    MUST(file->write_at(0, bytes));
    return file;
}

// A folder of which files were changed opens, or says why it does not, and serves nothing but what
// was written.
TEST(StreamFuzz, ChangedFolders) {
    log::configure(log::Level::Off, log::Format::Text);
    std::set<std::string> values;
    const auto files = written_stream(values);
    fuzz_rounds([&](FuzzRandom& random) {
        Machine machine;
        MUST(machine.files.create_folders(test_folder));
        for (const auto& [path, bytes] : files) {
            const bool changed = random.below(files.size()) < 2;
            auto file = MUST(machine.files.open(path, os::OpenMode::CreateNew));
            MUST(file->write_at(0, changed ? mutated(random, bytes) : bytes));
        }
        StreamOptions options = small_options();
        options.segment_bytes_max = 1500;
        const auto opened = machine.open(options);
        if (!opened.ok()) {
            EXPECT_TRUE(
                opened.error().code() == ErrorCode::Corruption ||
                opened.error().code() == ErrorCode::InvalidArgument
            ) << opened.error().describe();
            return;
        }
        for (const std::string& value :
             read_values(*machine.stream, machine.stream->info().first)) {
            EXPECT_TRUE(values.contains(value)) << value;
        }
        [[maybe_unused]] const auto verified = machine.stream->verify();
        EXPECT_TRUE(append_now(*machine.stream, {record("a", "after")}).ok());
    });
}

// A block whose checksums were made to fit any change: its reader stays within it, and reads no
// more than it says.
TEST(StreamFuzz, BlocksWithRightChecksums) {
    std::set<std::string> values;
    const auto files = written_stream(values);
    std::string segment;
    for (const auto& [path, bytes] : files) {
        if (path.ends_with(segment_suffix)) segment = bytes;
    }
    const std::size_t at = segment.find(block_magic);
    ASSERT_NE(at, std::string::npos);
    const std::size_t header_bytes = block_header_bytes(3);
    constexpr std::size_t crc_at = 8;
    constexpr std::size_t covered_from = 12;
    constexpr std::size_t stream_id_at = 24;
    SegmentIdentity identity;
    ByteReader fields(std::string_view(segment).substr(at + stream_id_at));
    identity.stream_id = fields.fixed<std::uint64_t>();
    identity.segment_id = fields.fixed<std::uint64_t>();
    identity.partition_count = 3;
    const auto sound = decode_block_header(std::string_view(segment).substr(at), identity, at);
    ASSERT_TRUE(sound.has_value());
    const std::string header = segment.substr(at, header_bytes);
    const std::string body = segment.substr(at + header_bytes, sound->body_bytes);
    fuzz_rounds([&](FuzzRandom& random) {
        std::string bytes = header;
        if (random.below(2) == 0) {
            for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
                bytes[random.below(bytes.size())] = static_cast<char>(random.next());
            }
        }
        overwrite_fixed<std::uint32_t>(
            bytes, crc_at, crc32c(std::string_view(bytes).substr(covered_from))
        );
        const auto decoded = decode_block_header(bytes, identity, at);
        if (!decoded) return;
        const std::string changed = mutated(random, body);
        BodyReader reader(*decoded, changed);
        std::uint64_t records = 0;
        while (reader.next_request()) {
            while (reader.next_record()) ++records;
        }
        EXPECT_LE(records, changed.size());
        std::string keys;
        [[maybe_unused]] const bool complete = collect_keys(*decoded, changed, keys);
    });
}

// Segments by themselves: the scanner comes to the end, and the pieces that it names do not
// overlap.
TEST(StreamFuzz, ScannedSegments) {
    std::set<std::string> values;
    const auto files = written_stream(values);
    std::vector<std::string> segments;
    for (const auto& [path, bytes] : files) {
        if (path.ends_with(segment_suffix)) segments.push_back(bytes);
    }
    fuzz_rounds([&](FuzzRandom& random) {
        os::SimulatedFilesystem machine(1);
        const std::string bytes = mutated(random, segments[random.below(segments.size())]);
        const auto file = file_of(machine, bytes);
        const auto origin = read_segment_header(*file);
        if (!origin.ok() || !*origin) return;
        const SegmentOrigin& found = **origin;
        const SegmentIdentity identity{
            found.stream_id, found.header.segment_id, found.partition_count
        };
        [[maybe_unused]] const auto footer =
            read_footer(*file, identity, {.index = true, .keys = true});
        BlockScanner scanner(*file, identity, {0, bytes.size()}, 1 + random.below(500));
        std::uint64_t end = 0;
        for (;;) {
            const auto step = MUST(scanner.next());
            if (step == BlockScanner::Step::End) break;
            const bool block = step == BlockScanner::Step::Block;
            const ByteRange range =
                block ? ByteRange{scanner.header().file_offset, scanner.header().total_bytes()}
                      : scanner.damage();
            ASSERT_EQ(range.offset, end);
            end = range.end();
            if (step == BlockScanner::Step::Tail) break;
        }
        EXPECT_EQ(end, bytes.size());
    });
}

// The small formats: texts with a checksum made to fit, keys, the index.
TEST(StreamFuzz, SmallFormats) {
    const StreamMeta meta{0x1234, 3, Timestamp{test_start_us}};
    ConsumerFile consumers;
    consumers.durable = LogPoint::start(3);
    consumers.consumers = {{"sink", Position(12)}, {"with spaces", Position(7)}};
    std::string keys;
    for (int i = 0; i < 5; ++i) {
        StoredAnswer stored;
        stored.key = fingerprint_of(std::to_string(i));
        stored.answer.offsets = {{PartitionId(1), Offset(i), Offset(i + 5)}};
        encode_stored_answer(keys, stored);
    }
    const auto refitted = [](const std::string& text) {
        return with_checksum(text.substr(0, text.rfind("crc32c ")));
    };
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string meta_text = refitted(mutated(random, encode_stream_meta(meta)));
        if (const auto decoded = decode_stream_meta(meta_text)) {
            EXPECT_GE(decoded->partition_count, 1);
            EXPECT_LE(decoded->partition_count, 1024);
        }
        const std::string consumer_text =
            refitted(mutated(random, encode_consumer_file(consumers, meta.stream_id)));
        if (const auto decoded = decode_consumer_file(consumer_text, meta.stream_id, 3)) {
            for (const auto& [name, position] : decoded->consumers) {
                EXPECT_GE(position, Position(0)) << name;
            }
        }
        KeyIndex index(1000, 100);
        [[maybe_unused]] const bool added = index.add_encoded(mutated(random, keys));
        BlockIndex blocks(3);
        [[maybe_unused]] const bool decoded = blocks.decode(random.bytes(200));
    });
}

}  // namespace
}  // namespace tradewind::stream

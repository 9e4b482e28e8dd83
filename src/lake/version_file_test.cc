#include "lake/version_file.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "lake/version_format.h"

namespace tradewind::lake {

namespace {

DataFile sample_file(const std::string& path) {
    DataFile file;
    file.path = path;
    file.bytes = 123'456'789'012;
    file.crc32c = 0xfeed0001;
    file.row_count = 541'909;
    file.origin = OriginId(7);
    file.partition = {{"country", "united kingdom"}, {"quote", "a\"b\\c\n"}};
    file.extra = MUST(json::parse(R"({"first":1,"amount":9747747.934,"list":[1,null,"£"]})"));
    return file;
}

Version sample_version() {
    Version version;
    version.number = 12;
    version.published_at = Timestamp{1'700'000'000'123'456};
    version.columns = {
        {"invoice_no", ColumnType::Text, 0, 0},
        {"quantity", ColumnType::Integer, 0, 0},
        {"unit_price", ColumnType::Decimal, 12, 4},
        {"invoice_date", ColumnType::Timestamp, 0, 0},
        {"a", ColumnType::Boolean, 0, 0},
        {"b", ColumnType::BigInt, 0, 0},
        {"c", ColumnType::Double, 0, 0},
        {"d", ColumnType::Date, 0, 0},
    };
    version.files = FileList({sample_file("raw/x/1.parquet"), sample_file("raw/x/2 ä.parquet")});
    version.positions = {{"raw", Position(9'007'199'254'740'993)}, {"table", Position(0)}};
    version.run = "import/7";
    version.extra = MUST(json::parse(R"({"inputs":[{"dataset":"raw/y","version":3}]})"));
    return version;
}

FileChunk chunk_of(const FileList& files) {
    FileChunk chunk;
    for (const DataFile& file : files) chunk.push_back(std::make_shared<const DataFile>(file));
    return chunk;
}

std::string sample_delta() {
    const Version version = sample_version();
    return encode_delta(
        header_of(version, "raw/x", VersionKind::Delta, 11),
        chunk_of(version.files),
        {"raw/x/b", "raw/x/a"}
    );
}

std::string sample_whole() {
    const Version version = sample_version();
    return encode_whole(
        header_of(version, "raw/x", VersionKind::Whole, 0), version.files, {{"raw/x/old", 9}}
    );
}

// With a right checksum, as a program with a fault would write it.
std::string sealed(const std::string& body) {
    return body + trailer_of(crc32c(body));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

void expect_same(const DataFile& a, const DataFile& b) {
    EXPECT_EQ(a.path, b.path);
    EXPECT_EQ(a.bytes, b.bytes);
    EXPECT_EQ(a.crc32c, b.crc32c);
    EXPECT_EQ(a.row_count, b.row_count);
    EXPECT_EQ(a.origin, b.origin);
    EXPECT_EQ(a.partition, b.partition);
    EXPECT_EQ(a.extra.dump(), b.extra.dump());
}

void expect_same_header(const VersionHeader& header, const Version& version) {
    EXPECT_EQ(header.dataset, "raw/x");
    EXPECT_EQ(header.number, version.number);
    EXPECT_EQ(header.published_at, version.published_at);
    EXPECT_EQ(header.run, version.run);
    EXPECT_EQ(header.totals, version.files.content().totals);
    ASSERT_EQ(header.columns.size(), version.columns.size());
    for (std::size_t i = 0; i < header.columns.size(); ++i) {
        EXPECT_EQ(header.columns[i].name, version.columns[i].name);
        EXPECT_EQ(to_sql(header.columns[i]), to_sql(version.columns[i]));
    }
    EXPECT_EQ(header.positions, version.positions);
    EXPECT_EQ(header.extra.dump(), version.extra.dump());
}

TEST(VersionFile, EveryDamagedByteIsFound) {
    // Proves that no byte of either kind can change, and nothing can be cut off, without
    // Corruption.
    for (const std::string& text : {sample_delta(), sample_whole()}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            std::string damaged = text;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
            const auto decoded = decode_version(damaged);
            ASSERT_FALSE(decoded.ok()) << at;
            ASSERT_EQ(decoded.error().code(), ErrorCode::Corruption) << at;
            const auto cut = decode_version(std::string_view(text).substr(0, at));
            ASSERT_FALSE(cut.ok()) << at;
            ASSERT_EQ(cut.error().code(), ErrorCode::Corruption) << at;
        }
    }
    EXPECT_EQ(decode_version("").error().code(), ErrorCode::Corruption);
    EXPECT_EQ(decode_version(std::string(4096, '\0')).error().code(), ErrorCode::Corruption);
}

TEST(VersionFile, NonsenseWithARightChecksumIsCorruption) {
    // Proves that reading checks what writing believed, so that a faulty writer stops nothing but
    // the dataset.
    const std::string delta =
        sample_delta().substr(0, sample_delta().size() - trailer_of(0).size());
    const std::pair<const char*, const char*> changes[] = {
        {"\"kind\":\"delta\"", "\"kind\":\"both\""},
        {"\"version\":12", "\"version\":\"12\""},
        {"\"version\":12", "\"version\":-12"},
        {"\"version\":12,", ""},
        {"\"base\":11", "\"base\":12"},
        {"\"files\":2", "\"files\":-2"},
        {"\"published_at\":\"2", "\"published_at\":\"x"},
        {"\"type\":\"decimal\"", "\"type\":\"money\""},
        {"\"raw\":9007199254740993", "\"raw\":1.5"},
        {"raw/x/1.parquet", "../1.parquet"},
        {"raw/x/1.parquet", "raw/x/3.parquet"},  // no longer ascending
        {"\"crc32c\":\"feed0001\"", "\"crc32c\":\"feed000g\""},
        {"\"bytes\":123456789012,\"crc32c\"", "\"bytes\":-1,\"crc32c\""},
        {"\"raw/x/a\"", "\"/etc/passwd\""},
        {"\"raw/x/a\"", "\"raw/x/c\""},
        {"\"raw/x/a\"", "{}"},
        {"\"removed\":[\n", "\"removed\": [\n"},
        {"{\"format\"", "[\"format\""},
    };
    for (const auto& [from, to] : changes) {
        const auto decoded = decode_version(sealed(replaced(delta, from, to)));
        ASSERT_FALSE(decoded.ok()) << to;
        EXPECT_EQ(decoded.error().code(), ErrorCode::Corruption) << to;
    }
    EXPECT_EQ(
        decode_version(sealed(delta + "\"more\":[\n],\n")).error().code(), ErrorCode::Corruption
    );
    EXPECT_EQ(decode_version(sealed("{\n")).error().code(), ErrorCode::Corruption);
}

TEST(VersionFile, ANewerFormatIsNotDamage) {
    // Proves that a file of a later program is refused without being called damaged (and so moved
    // away).
    const std::string delta =
        sample_delta().substr(0, sample_delta().size() - trailer_of(0).size());
    const auto decoded =
        decode_version(sealed(replaced(delta, "tradewind-lake-1", "tradewind-lake-2")));
    ASSERT_FALSE(decoded.ok());
    EXPECT_EQ(decoded.error().code(), ErrorCode::InvalidArgument);
    EXPECT_NE(decoded.error().hint(), "");
}

TEST(VersionFile, RoundTripsAndIsOrdinaryJson) {
    // Proves that both kinds read back as they were, and that any JSON reader can read them.
    const Version version = sample_version();
    const VersionFile delta = MUST(decode_version(sample_delta()));
    expect_same_header(delta.header, version);
    EXPECT_EQ(delta.header.base, 11);
    ASSERT_EQ(delta.files.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) expect_same(*delta.files[i], version.files[i]);
    EXPECT_EQ(delta.removed, (std::vector<std::string>{"raw/x/a", "raw/x/b"}));

    const VersionFile whole = MUST(decode_version(sample_whole()));
    expect_same_header(whole.header, version);
    ASSERT_EQ(whole.files.size(), 2u);
    EXPECT_EQ(whole.retired, (RetiredFiles{{"raw/x/old", 9}}));

    for (const std::string& text : {sample_delta(), sample_whole()}) {
        const auto document = json::parse(text);
        ASSERT_TRUE(document.ok()) << document.error().describe() << text;
        EXPECT_EQ(document->integer_or("version", 0), 12);
    }
    // Also with nothing in the lists.
    Version empty;
    empty.number = 1;
    const std::string text = encode_delta(header_of(empty, "raw/x", VersionKind::Delta, 0), {}, {});
    EXPECT_TRUE(decode_version(text).ok());
    EXPECT_TRUE(json::parse(text).ok());
}

}  // namespace

}  // namespace tradewind::lake

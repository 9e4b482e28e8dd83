#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "engine/byte_source.h"
#include "engine/csv_reader.h"
#include "engine/duckdb_file_reader.h"
#include "engine/engine.h"
#include "engine/file_kind.h"
#include "engine/json_reader.h"
#include "engine/text_window.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t front_bytes = 4096;

Result<std::string> read_front(const std::string& path) {
    const std::unique_ptr<ByteSource> bytes = TRY(open_file_bytes(path));
    if (bytes->bytes_total() == 0) return Error(ErrorCode::InvalidArgument, "the file is empty");
    std::string front(front_bytes, '\0');
    front.resize(TRY(bytes->read(front.data(), front.size())));
    return front;
}

Result<std::unique_ptr<ByteSource>> open_unpacked(
    const std::string& path, Container container, const FileOptions& options
) {
    const UnpackLimits limits{options.unpacked_bytes_max, options.unpacked_ratio_max};
    std::unique_ptr<ByteSource> bytes = TRY(open_file_bytes(path));
    if (container == Container::Gzip) return make_gzip_source(std::move(bytes), limits);
    if (container == Container::Zstd) return make_zstd_source(std::move(bytes), limits);
    return bytes;
}

Result<void> check_packed_once(
    const std::string& path, Container container, const FileOptions& options
) {
    const std::unique_ptr<ByteSource> bytes = TRY(open_unpacked(path, container, options));
    std::string front(front_bytes, '\0');
    front.resize(TRY(bytes->read(front.data(), front.size())));
    if (TRY(detect_container(front)) == Container::Plain) return {};
    return Error(ErrorCode::InvalidArgument, "the file is packed twice")
        .with_hint("Unpack it first.");
}

Result<std::unique_ptr<FileReader>> open_text(
    const std::string& path, Container container, const FileOptions& options
) {
    FileFormat format;
    if (container != Container::Plain) {
        format.compression = container == Container::Gzip ? "gzip" : "zstd";
        TRY(check_packed_once(path, container, options));
    }
    std::unique_ptr<ByteSource> bytes = TRY(open_unpacked(path, container, options));
    auto window = std::make_unique<TextWindow>(
        TextSource(std::move(bytes), TRY(parse_encoding(options.encoding)))
    );
    while (window->text().size() < front_bytes && TRY(window->more())) {
    }
    format.encoding = to_string(window->source().encoding());
    format.kind = TRY(detect_text_kind(window->text(), path));
    if (options.delimiter || format.kind == FileKind::Csv)
        return CsvReader::open(std::move(window), format, options);
    return JsonReader::open(std::move(window), format, options);
}

Result<std::unique_ptr<FileReader>> open_any(const std::string& path, const FileOptions& options) {
    const Container container = TRY(detect_container(TRY(read_front(path))));
    if (container == Container::Workbook) return open_workbook(path, options);
    if (container == Container::Parquet) return open_parquet(path, options);
    return open_text(path, container, options);
}

}  // namespace

Result<std::unique_ptr<FileReader>> open_file(const std::string& path, const FileOptions& options) {
    auto reader = open_any(path, options);
    if (!reader.ok()) return std::move(reader).error().in(os::base_name(path));
    return reader;
}

}  // namespace tradewind::engine

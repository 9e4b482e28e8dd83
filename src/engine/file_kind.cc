#include "engine/file_kind.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "engine/json_scan.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

struct Stranger {
    std::string_view magic;
    const char* what;
    const char* hint;
};
using namespace std::string_view_literals;
constexpr std::array strangers{
    Stranger{"\xd0\xcf\x11\xe0"sv, "an old Excel file (.xls)", "Save it as .xlsx or CSV."},
    Stranger{"BZh"sv, "compressed with bzip2", "Unpack it, or compress it with gzip or zstd."},
    Stranger{
        "\xfd"
        "7zXZ"sv,
        "compressed with xz",
        "Unpack it, or compress it with gzip or zstd."
    },
    Stranger{"7z\xbc\xaf"sv, "a 7z archive", "Unpack it first."},
    Stranger{"Rar!"sv, "a RAR archive", "Unpack it first."},
    Stranger{"%PDF"sv, "a PDF", "Export the table from where it was made."},
    Stranger{"SQLite format 3"sv, "an SQLite database", "Export its tables as CSV."},
};

// "orders.csv.gz" → "csv".
std::string extension(const std::string& path) {
    std::string name = to_lower_ascii(os::base_name(path));
    for (const char* packed : {".gz", ".zst", ".zstd"}) {
        if (name.ends_with(packed)) name.resize(name.size() - std::string_view(packed).size());
    }
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? "" : name.substr(dot + 1);
}

// One record a line, or values that span lines?
FileKind json_kind(std::string_view front) {
    if (front.front() == '[') return FileKind::Json;
    const auto value = scan_json_value(front, false);
    const std::string_view first = front.substr(0, value ? value->size : front.size());
    if (first.find('\n') != std::string_view::npos) return FileKind::Json;
    const std::string_view rest = front.substr(first.size());
    const std::string_view line = rest.substr(0, rest.find('\n'));
    return trim(line).empty() ? FileKind::Ndjson : FileKind::Json;
}

// A small text file into which some came: its rows tell where. Other kinds have more of them.
bool text_with_nuls(std::string_view front, std::size_t nuls) {
    return nuls * 4 <= front.size() && std::ranges::all_of(front, [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte >= 0x20 || c == '\0' || c == '\t' || c == '\r' || c == '\n';
           });
}

}  // namespace

Result<Container> detect_container(std::string_view front) {
    for (const Stranger& stranger : strangers) {
        if (!front.starts_with(stranger.magic)) continue;
        return Error(ErrorCode::InvalidArgument, std::string("the file is ") + stranger.what)
            .with_hint(stranger.hint);
    }
    if (front.starts_with("PK\x03\x04") || front.starts_with("PK\x05\x06"))
        return Container::Workbook;
    if (front.starts_with("PAR1")) return Container::Parquet;
    if (front.starts_with("\x1f\x8b")) return Container::Gzip;
    if (front.starts_with("\x28\xb5\x2f\xfd")) return Container::Zstd;
    return Container::Plain;
}

Result<FileKind> detect_text_kind(std::string_view front, const std::string& path) {
    constexpr std::size_t tar_magic_at = 257;
    if (front.size() > tar_magic_at + 5 && front.substr(tar_magic_at, 5) == "ustar") {
        return Error(ErrorCode::InvalidArgument, "the file is a tar archive")
            .with_hint("Unpack it and import what is in it.");
    }
    const auto nuls = static_cast<std::size_t>(std::count(front.begin(), front.end(), '\0'));
    if (nuls * 50 > front.size() && !text_with_nuls(front, nuls)) {
        return Error(ErrorCode::InvalidArgument, "the file has no format we know")
            .with_hint("CSV, JSON, NDJSON (plain, gzip, zstd), XLSX and Parquet files can be read."
            );
    }
    const std::string name_extension = extension(path);
    if (name_extension == "ndjson" || name_extension == "jsonl") return FileKind::Ndjson;
    const std::size_t begin = front.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return FileKind::Csv;
    const char first = front[begin];
    const bool named_text =
        name_extension == "csv" || name_extension == "tsv" || name_extension == "txt";
    if ((first == '{' || first == '[') && !named_text) return json_kind(front.substr(begin));
    return name_extension == "json" ? FileKind::Json : FileKind::Csv;
}

}  // namespace tradewind::engine

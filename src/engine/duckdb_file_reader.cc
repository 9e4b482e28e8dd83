#include "engine/duckdb_file_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_table_reader.h"
#include "engine/sheet_cells.h"
#include "engine/workbook.h"
#include "engine/workbook_reader.h"
#include "engine/zip_directory.h"
#include "engine/zip_verify.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

// The engine takes these in a path for a pattern of several files.
Result<void> check_path(const std::string& path) {
    if (path.find_first_of("*?[") == std::string::npos) return {};
    return Error(ErrorCode::InvalidArgument, "the file's path holds one of * ? [")
        .with_hint("Rename it, or the folder, before importing it.");
}

Result<std::unique_ptr<Instance>> open_for(
    const std::string& path, const FileOptions& options, const std::string& extension_file
) {
    TRY(check_path(path));
    InstanceOptions instance;
    instance.extension_file = extension_file;
    instance.memory_bytes_max = options.memory_bytes_max;
    instance.threads = 1;
    instance.files_locked = true;
    instance.readable_files = {path};
    return Instance::open(instance);
}

Result<TableReaderOptions> reader_options(const std::string& path, const FileOptions& options) {
    const std::unique_ptr<os::Filesystem> files = os::make_posix_filesystem();
    TableReaderOptions reader;
    reader.chunk_rows = std::max<std::size_t>(options.chunk_rows, 1);
    reader.bytes_total = TRY(files->info(path))
    .size;
    return reader;
}

}  // namespace

Result<std::unique_ptr<FileReader>> open_parquet(
    const std::string& path, const FileOptions& options
) {
    TableReaderOptions reader = TRY(reader_options(path, options));
    auto instance = TRY(open_for(path, options, ""));
    const std::string sql =
        "SELECT * FROM read_parquet(" + quote_literal(path) + ", hive_partitioning = false)";
    return TableReader::open(std::move(instance), sql, std::move(reader));
}

Result<OpenedWorkbook> look_into_workbook(const std::string& path, const FileOptions& options) {
    OpenedWorkbook opened;
    opened.path = path;
    opened.bytes = TRY(os::make_posix_filesystem()->info(path))
    .size;
    const UnpackLimits limits{options.unpacked_bytes_max, options.unpacked_ratio_max};
    opened.entries = TRY(read_zip_directory(path));
    TRY(check_zip(opened.entries, opened.bytes, limits));
    std::map<std::string, UnusualLook> looks;
    TRY(verify_zip(
        path,
        opened.entries,
        limits,
        [&](const ZipEntry& entry, std::string_view piece) { looks[entry.name].take(piece); }
    ));
    opened.contents = TRY(read_workbook(path, opened.entries));
    for (const Sheet& sheet : opened.contents.sheets)
        opened.unusual.push_back(opened.contents.dates_1904 || looks[sheet.entry].found());
    return opened;
}

Result<std::unique_ptr<FileReader>> open_sheet(
    const OpenedWorkbook& workbook, std::size_t sheet, const FileOptions& options
) {
    const std::string& path = workbook.path;
    const Sheet& wanted = workbook.contents.sheets[sheet];
    TableReaderOptions reader = TRY(reader_options(path, options));
    reader.kind = FileKind::Xlsx;
    reader.sheet = true;
    const UnpackLimits limits{options.unpacked_bytes_max, options.unpacked_ratio_max};
    if (workbook.unusual[sheet])
        reader.unusual =
            TRY(find_unusual_cells(path, workbook.entries, workbook.contents, wanted, limits));
    auto instance =
        TRY(open_for(path, options, os::join(options.extension_folder, "excel.duckdb_extension")));
    const std::string sql =
        "SELECT * FROM read_xlsx(" + quote_literal(path) +
        ", all_varchar = true, header = false, stop_at_empty = false, sheet = " +
        quote_literal(wanted.name) + ")";
    return TableReader::open(std::move(instance), sql, std::move(reader));
}

Result<std::unique_ptr<FileReader>> open_workbook(
    const std::string& path, const FileOptions& options
) {
    return open_sheets(TRY(look_into_workbook(path, options)), options);
}

}  // namespace tradewind::engine

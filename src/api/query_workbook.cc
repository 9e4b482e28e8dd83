#include "api/query_workbook.h"

#include <utility>

#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::api {

namespace {

// Gone with whoever has it, unless it is kept.
class ScratchFile {
public:
    explicit ScratchFile(std::string path) : path_(std::move(path)) {}
    ~ScratchFile() {
        if (!path_.empty()) static_cast<void>(os::make_posix_filesystem()->remove(path_));
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::string& path() const { return path_; }
    std::string keep() { return std::exchange(path_, {}); }

private:
    std::string path_;
};

}  // namespace

// User SQL runs where it may reach no file; what it gave is brought to where workbooks are written.
Result<std::string> write_workbook(
    engine::Engine& engine, const engine::QueryRequest& request, const std::string& folder
) {
    const std::string stem = os::join(folder, "query-" + os::random_id());
    const ScratchFile rows(stem + ".parquet");
    TRY(engine.query_to_parquet(request, rows.path()));
    catalog::TableFiles table;
    table.name = {"query", "rows"};
    table.files = {rows.path()};
    for (const engine::ResultColumn& column : TRY(engine.explain_columns(request.sql)))
        table.columns.push_back({column.name, column.type, ""});
    const auto work = TRY(engine.open_work({request.timeout_us, request.cancelled}));
    TRY(work->add_table(table));
    ScratchFile workbook(stem + ".xlsx");
    engine::WriteOptions options;
    options.kind = engine::FileKind::Xlsx;
    options.path = workbook.path();
    TRY(work->write("SELECT * FROM query.rows", options));
    return workbook.keep();
}

}  // namespace tradewind::api

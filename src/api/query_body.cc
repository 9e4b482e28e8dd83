#include "api/query_body.h"

#include <utility>

#include "base/json.h"
#include "os/filesystem.h"

namespace tradewind::api {

namespace {

constexpr std::size_t piece_bytes = 64u << 10;

class FileBody final : public BodySource {
public:
    FileBody(
        std::unique_ptr<os::Filesystem> files, std::unique_ptr<os::File> file, std::string path
    )
        : files_(std::move(files)), file_(std::move(file)), path_(std::move(path)) {}
    ~FileBody() override {
        file_.reset();
        static_cast<void>(files_->remove(path_)
        );  // what is left in the temporary folder goes at the next start
    }
    Result<std::string> next() override {
        auto piece = TRY(file_->read_at(offset_, piece_bytes));
        offset_ += piece.size();
        return piece;
    }

private:
    std::unique_ptr<os::Filesystem> files_;
    std::unique_ptr<os::File> file_;
    std::string path_;
    std::uint64_t offset_ = 0;
};

}  // namespace

void write_columns(json::Writer& writer, const std::vector<engine::ResultColumn>& columns) {
    writer.key("columns");
    writer.begin_array();
    for (const engine::ResultColumn& column : columns) {
        writer.begin_object();
        writer.key("name");
        writer.string(column.name);
        writer.key("type");
        writer.string(column.type);
        writer.end_object();
    }
    writer.end_array();
}

QueryBody::QueryBody(
    std::unique_ptr<engine::QueryResult> result,
    engine::ResultFormat format,
    std::shared_ptr<OpenResults> open,
    std::shared_ptr<std::atomic<bool>> cancelled
)
    : result_(std::move(result)),
      format_(format),
      open_(std::move(open)),
      cancelled_(std::move(cancelled)) {
    open_->count.fetch_add(1);
}

QueryBody::~QueryBody() {
    if (!at_end_) result_->interrupt();
    result_.reset();
    open_->count.fetch_sub(1);
}

std::string QueryBody::head() const {
    if (format_ == engine::ResultFormat::Ndjson || format_ == engine::ResultFormat::Arrow)
        return {};
    if (format_ == engine::ResultFormat::Csv) return engine::csv_header(result_->columns());
    std::string out;
    json::Writer writer(out);
    writer.begin_object();
    write_columns(writer, result_->columns());
    return out + ",\"rows\":[";
}

std::string QueryBody::tail() const {
    if (format_ != engine::ResultFormat::JsonRows) return {};
    return result_->truncated() ? "],\"truncated\":true}" : "],\"truncated\":false}";
}

Result<std::string> QueryBody::next() {
    std::string piece;
    if (at_end_) return piece;
    if (!std::exchange(begun_, true)) piece = head();
    while (piece.size() < piece_bytes) {
        if (cancelled_ != nullptr && cancelled_->load()) {
            return Error(ErrorCode::Cancelled, "the client is gone");
        }
        if (TRY(result_->append_rows(format_, piece)) > 0) continue;
        at_end_ = true;
        piece += tail();
        break;
    }
    return piece;
}

Result<std::unique_ptr<BodySource>> make_file_body(const std::string& path) {
    auto files = os::make_posix_filesystem();
    auto file = TRY(files->open(path, os::OpenMode::Read));
    return std::unique_ptr<BodySource>(
        std::make_unique<FileBody>(std::move(files), std::move(file), path)
    );
}

}  // namespace tradewind::api

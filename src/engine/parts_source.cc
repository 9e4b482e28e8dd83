#include "engine/parts_source.h"

#include <utility>

#include "engine/duckdb_result_source.h"
#include "engine/file_table.h"

namespace tradewind::engine {

namespace {

using catalog::TableFiles;

class PartsCursor : public SourceCursor {
public:
    PartsCursor(Instance& instance, const std::string& extension_file, ManyFiles::Next next)
        : instance_(instance), extension_file_(extension_file), next_(std::move(next)) {}

    Result<void> next(duckdb_data_chunk chunk) override {
        while (rows_ || TRY(open_part())) {
            TRY(cursor_->next(chunk));
            if (duckdb_data_chunk_get_size(chunk) > 0) return {};
            cursor_.reset();
            rows_.reset();
        }
        duckdb_data_chunk_set_size(chunk, 0);
        return {};
    }

private:
    // False: there are no more.
    Result<bool> open_part() {
        if (ended_) return false;
        const TableFiles part = TRY(next_());
        ended_ = part.files.empty();
        if (ended_) return false;
        auto connection = TRY(instance_.connect());
        if (has_sheets(part)) TRY(connection->run("LOAD " + quote_literal(extension_file_)));
        rows_ = TRY(ResultSource::run(std::move(connection), TRY(read_all_rows_sql(part))));
        cursor_ = rows_->open();
        return true;
    }

    Instance& instance_;
    const std::string extension_file_;
    const ManyFiles::Next next_;
    bool ended_ = false;
    std::shared_ptr<ResultSource> rows_;
    std::unique_ptr<SourceCursor> cursor_;
};

class PartsSource : public TableSource {
public:
    PartsSource(
        Instance& instance, std::string extension_file, std::shared_ptr<const ManyFiles> files
    )
        : instance_(instance),
          extension_file_(std::move(extension_file)),
          files_(std::move(files)) {}

    // Types are what a table without files has.
    Result<void> plan() {
        TableFiles nothing;
        nothing.name = files_->table().name;
        nothing.columns = files_->table().columns;
        const std::string sql = TRY(read_all_rows_sql(nothing));
        planned_ = TRY(ResultSource::run(TRY(instance_.connect()), sql));
        return {};
    }

    std::vector<std::string> names() const override { return planned_->names(); }
    std::vector<TypeHandle> types() const override { return planned_->types(); }
    std::unique_ptr<SourceCursor> open() override {
        return std::make_unique<PartsCursor>(
            instance_, extension_file_, ManyFiles::parts_of(files_, part_files_max)
        );
    }

private:
    Instance& instance_;
    const std::string extension_file_;
    const std::shared_ptr<const ManyFiles> files_;
    std::shared_ptr<ResultSource> planned_;
};

}  // namespace

Result<std::shared_ptr<TableSource>> make_parts_source(
    Instance& instance, std::string extension_file, std::shared_ptr<const ManyFiles> files
) {
    auto source =
        std::make_shared<PartsSource>(instance, std::move(extension_file), std::move(files));
    TRY(source->plan());
    return std::shared_ptr<TableSource>(std::move(source));
}

}  // namespace tradewind::engine

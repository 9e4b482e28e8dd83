// Rows of an import, collected as the row groups of one Parquet file: encoded in memory, beyond
// what is bounded in a file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/parquet_file.h"
#include "os/filesystem.h"

namespace tradewind::engine {

class ParquetRowFile : public RowFileWriter {
public:
    static constexpr std::size_t memory_bytes_max = 64u << 20;

    static Result<std::unique_ptr<RowFileWriter>> create(
        const std::vector<ColumnSpec>& columns,
        const std::string& temp_folder,
        std::size_t bytes_max = memory_bytes_max
    );
    ~ParquetRowFile() override;

    Result<void> append(const RowBatch& rows) override;
    std::int64_t row_count() const override { return file_ ? file_->row_count() : 0; }
    Result<void> write(const std::string& path) override;

private:
    ParquetRowFile(std::vector<ColumnSpec> columns, std::string temp_folder, std::size_t bytes_max);
    void add(const RowBatch& rows, std::size_t begin, std::size_t count);
    Result<void> spill();
    Result<void> copy_spilled(os::File& to);
    void drop_spilled();

    const std::vector<ColumnSpec> columns_;  // with provenance
    const std::string temp_folder_;
    const std::size_t bytes_max_;
    const std::unique_ptr<os::Filesystem> files_;
    std::unique_ptr<ParquetFile> file_;
    std::string spilled_path_;
    std::unique_ptr<os::File> spilled_;  // null: all is in memory
    std::uint64_t spilled_bytes_ = 0;
};

}  // namespace tradewind::engine

#include "engine/parquet_row_file.h"

#include <algorithm>

#include "engine/duckdb_rows.h"
#include "os/random.h"

namespace tradewind::engine {

namespace {

// The columns of with_provenance() after the rows' own.
void add_provenance(
    ParquetFile& file, std::size_t first, const RowBatch& rows, std::size_t begin, std::size_t count
) {
    const bool from_stream = rows.origin == stream_origin;
    std::vector<std::int64_t> partitions(count);
    std::vector<std::int64_t> sequences(count);
    std::vector<std::int64_t> received(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Provenance& provenance = rows.provenance(begin + i);
        partitions[i] = provenance.partition.value;
        sequences[i] = provenance.sequence;
        received[i] = provenance.received_at.micros;
    }
    file.values(first).add_same(rows.source_name, count);
    if (from_stream) {
        file.values(first + 1).add_integers(partitions.data(), nullptr, count);
        file.values(first + 2).add_integers(sequences.data(), nullptr, count);
        file.values(first + 3).add_same(std::nullopt, count);
        file.values(first + 4).add_same(std::nullopt, count);
    } else {
        file.values(first + 1).add_same(std::nullopt, count);
        file.values(first + 2).add_same(std::nullopt, count);
        file.values(first + 3).add_same(rows.origin.value, count);
        file.values(first + 4).add_integers(sequences.data(), nullptr, count);
    }
    file.values(first + 5).add_integers(received.data(), nullptr, count);
}

}  // namespace

ParquetRowFile::ParquetRowFile(
    std::vector<ColumnSpec> columns, std::string temp_folder, std::size_t bytes_max
)
    : columns_(std::move(columns)),
      temp_folder_(std::move(temp_folder)),
      bytes_max_(bytes_max),
      files_(os::make_posix_filesystem()) {}

ParquetRowFile::~ParquetRowFile() {
    drop_spilled();
}

Result<std::unique_ptr<RowFileWriter>> ParquetRowFile::create(
    const std::vector<ColumnSpec>& columns, const std::string& temp_folder, std::size_t bytes_max
) {
    TRY(check_columns(columns));
    return std::unique_ptr<RowFileWriter>(
        new ParquetRowFile(with_provenance(columns), temp_folder, bytes_max)
    );
}

// A group is looked at after so many rows: with texts of the greatest length one column of it stays
// below the 2 GiB that a page can have.
constexpr std::size_t piece_rows = 1024;

void ParquetRowFile::add(const RowBatch& rows, std::size_t begin, std::size_t count) {
    for (std::size_t i = 0; i < rows.column_count(); ++i)
        file_->values(i).add(rows.column(i), begin, count);
    add_provenance(*file_, rows.column_count(), rows, begin, count);
    file_->added(count);
}

Result<void> ParquetRowFile::append(const RowBatch& rows) {
    if (rows.column_count() + provenance_columns().size() != columns_.size())
        return Error(ErrorCode::InvalidArgument, "the rows have other columns than the table");
    TRY(check_texts(rows));
    if (rows.row_count() == 0) return {};
    if (!file_) file_ = std::make_unique<ParquetFile>(columns_);
    for (std::size_t begin = 0; begin < rows.row_count();) {
        const std::size_t count = std::min({file_->room(), rows.row_count() - begin, piece_rows});
        add(rows, begin, count);
        begin += count;
    }
    return file_->out().size() > bytes_max_ ? spill() : Result<void>();
}

Result<void> ParquetRowFile::spill() {
    if (!spilled_) {
        spilled_path_ = os::join(temp_folder_, "rows-" + os::random_id() + ".part");
        spilled_ = TRY(files_->open(spilled_path_, os::OpenMode::CreateNew));
    }
    TRY(spilled_->write_at(spilled_bytes_, file_->out()));
    spilled_bytes_ += file_->out().size();
    file_->took();
    return {};
}

void ParquetRowFile::drop_spilled() {
    if (!spilled_) return;
    spilled_.reset();
    spilled_bytes_ = 0;
    // What stays is swept with the folder.
    static_cast<void>(files_->remove(spilled_path_).ok());
}

Result<void> ParquetRowFile::copy_spilled(os::File& to) {
    constexpr std::size_t piece_bytes = 4u << 20;
    for (std::uint64_t at = 0; at < spilled_bytes_;) {
        const std::size_t size = std::min<std::uint64_t>(piece_bytes, spilled_bytes_ - at);
        const std::string piece = TRY(spilled_->read_at(at, size));
        if (piece.empty()) return Error(ErrorCode::Corruption, spilled_path_ + " is cut off");
        TRY(to.write_at(at, piece));
        at += piece.size();
    }
    return {};
}

Result<void> ParquetRowFile::write(const std::string& path) {
    if (row_count() == 0) return Error(ErrorCode::InvalidArgument, "there are no rows to write");
    const auto file = std::move(file_);
    file->finish();
    const auto to = TRY(files_->open(path, os::OpenMode::CreateNew));
    TRY(copy_spilled(*to));
    TRY(to->write_at(spilled_bytes_, file->out()));
    drop_spilled();
    return {};
}

}  // namespace tradewind::engine

// The rows of one file, decoded by the contract, in batches: the reading half of an import.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/number_rows.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "contract/contract.h"
#include "deliver/deliver.h"
#include "engine/engine.h"

namespace tradewind::importer {

// How a file is opened: engine::open_file, except in tests.
using OpenFile = std::function<
    Result<std::unique_ptr<engine::FileReader>>(const std::string&, const engine::FileOptions&)>;

struct FileBatch {
    RowBatch rows;
    std::vector<std::int64_t> lines;  // where each of the rows begins
    std::vector<deliver::RejectedRow> rejected;
    std::uint64_t bytes_read = 0;  // of the file so far
    bool empty() const { return rows.row_count() == 0 && rejected.empty(); }
};

struct BatchLimits {
    std::size_t rows = 0;
    std::size_t bytes = 0;
};

// Which headers a source's contract takes: engine::FileOptions::fits.
std::function<bool(const std::vector<std::string>&)> header_test(const contract::Contract& contract
);

// One thread.
class FileRows {
public:
    FileRows(
        const deliver::Delivery& delivery,
        std::unique_ptr<engine::FileReader> reader,
        BatchLimits limits,
        Timestamp received_at
    );

    // Before the first next(): InvalidArgument when the columns do not fit the contract, with what
    // was found and what is missing.
    Result<void> bind_header();
    // Does any column bear the name of a field?
    bool names_a_field() const;
    // An empty batch at the end. Errors as FileReader::next.
    Result<FileBatch> next();
    // As far as it was read. Not while another thread is in next().
    const engine::FileFormat& format() const { return reader_->format(); }

private:
    std::optional<contract::Rejection> bind_part();
    // False: the next row is no plain one.
    Result<bool> take_numbers(FileBatch& batch, std::size_t& bytes);
    void add_numbers(FileBatch& batch) const;
    Result<bool> fill_chunk();
    void take(const engine::FileRow& row, FileBatch& batch);
    std::optional<contract::Rejection> decode(const engine::FileRow& row, RowBatch& rows);
    void reject(const engine::FileRow& row, contract::Rejection rejection, FileBatch& batch);
    std::optional<contract::Rejection> lost_digits(const engine::FileRow& row) const;
    std::optional<contract::Rejection> no_text(const engine::FileRow& row) const;
    std::size_t bytes_of(const engine::FileRow& row) const;
    Error header_error(const contract::Rejection& rejection) const;
    std::string sheet_prefix() const;

    const contract::Contract& contract_;
    std::unique_ptr<engine::FileReader> reader_;
    std::unique_ptr<contract::Decoder> decoder_;
    const BatchLimits limits_;
    const Timestamp received_at_;
    // By column: the field that takes it, or else empty; and the same where every digit of a whole
    // number counts.
    std::vector<std::string> fields_;
    std::vector<std::string> exact_fields_;
    NumberSource* number_source_;           // the reader, where it is one
    std::vector<NumberCell> number_cells_;  // empty: no row is plain numbers
    NumbersWanted numbers_wanted_;
    NumberRows numbers_;
    std::size_t part_ = 0;  // of the reader
    engine::RowChunk chunk_;
    std::size_t chunk_next_ = 0;  // row of the chunk
    std::vector<std::optional<std::string_view>> cells_;
    std::string padded_;  // a JSON record with the bytes its parser may touch behind it
};

}  // namespace tradewind::importer

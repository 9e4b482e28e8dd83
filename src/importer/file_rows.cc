#include "importer/file_rows.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tradewind::importer {

namespace {

// A file of another source may have thousands of columns.
constexpr std::size_t columns_shown_max = 30;
// They stay in a cache between the file's text and the batch.
constexpr std::size_t numbers_at_once = 16'384;

// The decoder wants a share of the contract; its delivery, which outlives the import, holds it.
std::shared_ptr<const contract::Contract> borrowed(const contract::Contract& contract) {
    return {std::shared_ptr<const contract::Contract>(), &contract};
}

bool takes(const contract::FieldDescription& field, std::string_view column) {
    const auto is_named = [&](std::string_view name) {
        return equal_ignore_case(trim(column), name);
    };
    return is_named(field.column.name) || std::ranges::any_of(field.aliases, is_named);
}

bool has_column(const std::vector<std::string>& header, const contract::FieldDescription& field) {
    return std::ranges::any_of(header, [&](const std::string& column) {
        return takes(field, column);
    });
}

const contract::FieldDescription* field_of(
    const contract::Contract& contract, std::string_view column
) {
    for (const contract::FieldDescription& field : contract.fields()) {
        if (takes(field, column)) return &field;
    }
    return nullptr;
}

bool every_digit_counts(const contract::FieldDescription& field) {
    const ColumnType type = field.column.type;
    return type == ColumnType::Text || type == ColumnType::Integer || type == ColumnType::BigInt;
}

std::string join_names(const std::vector<std::string>& names) {
    if (names.empty()) return "none";
    std::string all;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == columns_shown_max) {
            return all + " and " + std::to_string(names.size() - i) + " more";
        }
        all += (i == 0 ? "" : ", ") + names[i];
    }
    return all;
}

}  // namespace

std::function<bool(const std::vector<std::string>&)> header_test(const contract::Contract& contract
) {
    return [&contract](const std::vector<std::string>& header) {
        const auto decoder = contract::make_decoder(borrowed(contract));
        return !decoder->bind_header(header, std::vector<bool>(header.size(), true));
    };
}

FileRows::FileRows(
    const deliver::Delivery& delivery,
    std::unique_ptr<engine::FileReader> reader,
    BatchLimits limits,
    Timestamp received_at
)
    : contract_(delivery.contract()),
      reader_(std::move(reader)),
      decoder_(contract::make_decoder(borrowed(contract_))),
      limits_(limits),
      received_at_(received_at),
      number_source_(dynamic_cast<NumberSource*>(reader_.get())) {}

Result<void> FileRows::bind_header() {
    if (reader_->rows_are_json()) return {};
    const auto rejection = bind_part();
    if (!rejection) return {};
    return header_error(*rejection);
}

std::optional<contract::Rejection> FileRows::bind_part() {
    part_ = reader_->part();
    fields_.clear();
    exact_fields_.clear();
    for (const std::string& column : reader_->header()) {
        const contract::FieldDescription* field = field_of(contract_, column);
        fields_.push_back(field == nullptr ? "" : field->column.name);
        exact_fields_.push_back(
            field == nullptr || !every_digit_counts(*field) ? "" : field->column.name
        );
    }
    auto rejection = decoder_->bind_header(reader_->header(), reader_->doubles());
    const auto* taker = dynamic_cast<const NumberTaker*>(decoder_.get());
    number_cells_.clear();
    if (!rejection && number_source_ != nullptr && taker != nullptr)
        number_cells_ = taker->number_cells();
    numbers_wanted_.digits_max.clear();
    for (const NumberCell& cell : number_cells_)
        numbers_wanted_.digits_max.push_back(cell.digits_max);
    return rejection;
}

bool FileRows::names_a_field() const {
    return std::ranges::any_of(fields_, [](const std::string& field) { return !field.empty(); });
}

Error FileRows::header_error(const contract::Rejection& rejection) const {
    std::vector<std::string> missing;
    for (const contract::FieldDescription& field : contract_.fields()) {
        if (field.required && !has_column(reader_->header(), field)) {
            missing.push_back(field.column.name);
        }
    }
    std::string detail = "Columns found: " + join_names(reader_->header()) + ".";
    if (!missing.empty()) detail += " Fields missing: " + join_names(missing) + ".";
    const std::vector<std::string>& sheets = reader_->format().other_sheets;
    if (sheets.size() > 1) detail += " No sheet fits: " + join_names(sheets) + ".";
    return Error(
               ErrorCode::InvalidArgument,
               "the header does not fit source " + contract_.name() + ": " + rejection.reason
    )
        .with_detail(std::move(detail))
        .with_hint(
            "The first line must name the columns; a column that is called otherwise becomes known "
            "as an alias in the source's contract."
        );
}

Result<bool> FileRows::fill_chunk() {
    if (chunk_next_ < chunk_.rows.size()) return true;
    chunk_next_ = 0;
    // Some readers may give an empty chunk on the way.
    do {
        if (!TRY(reader_->next(chunk_))) {
            chunk_.rows.clear();
            return false;
        }
    } while (chunk_.rows.empty());
    if (reader_->part() == part_) return true;
    decoder_ = contract::make_decoder(borrowed(contract_));
    if (const auto rejection = bind_part()) return header_error(*rejection);
    return true;
}

Result<FileBatch> FileRows::next() {
    FileBatch batch{RowBatch(contract_.columns()), {}, {}, 0};
    std::size_t bytes = 0;
    while (batch.rows.row_count() + batch.rejected.size() < limits_.rows && bytes < limits_.bytes) {
        if (TRY(take_numbers(batch, bytes))) continue;
        if (!TRY(fill_chunk())) break;
        const engine::FileRow& row = chunk_.rows[chunk_next_++];
        bytes += bytes_of(row);
        take(row, batch);
    }
    batch.bytes_read = reader_->bytes_read();
    return batch;
}

// Files of ids and counts are read a column at a time, some ten times faster than cell by cell.
Result<bool> FileRows::take_numbers(FileBatch& batch, std::size_t& bytes) {
    if (number_cells_.empty() || chunk_next_ < chunk_.rows.size()) return false;
    const std::size_t room = std::max<std::size_t>(numbers_at_once / number_cells_.size(), 1);
    const std::size_t taken = batch.rows.row_count() + batch.rejected.size();
    numbers_wanted_.rows_max = std::min(room, limits_.rows - taken);
    numbers_wanted_.bytes_max = limits_.bytes - bytes;
    TRY(number_source_->next_numbers(numbers_wanted_, numbers_));
    if (numbers_.rows == 0) return false;
    bytes += numbers_.bytes;
    add_numbers(batch);
    return true;
}

void FileRows::add_numbers(FileBatch& batch) const {
    RowBatch& rows = batch.rows;
    std::vector<const std::int64_t*> values(rows.column_count());  // null: the column's are
    for (std::size_t cell = 0; cell < number_cells_.size(); ++cell) {
        const int column = number_cells_[cell].column;
        if (column < 0) continue;
        values[static_cast<std::size_t>(column)] = numbers_.columns[cell].data();
    }
    for (std::size_t row = 0; row < numbers_.rows; ++row) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i] == nullptr) {
                rows.column(i).add_null();
            } else {
                rows.column(i).add_integer(values[i][row]);
            }
        }
        const auto after = static_cast<std::int64_t>(row);
        rows.commit_row({PartitionId{0}, numbers_.first_row + after, received_at_});
        batch.lines.push_back(numbers_.first_line + after);
    }
}

std::size_t FileRows::bytes_of(const engine::FileRow& row) const {
    if (!row.original.empty()) return row.original.size();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < row.cell_count; ++i) {
        const auto& cell = chunk_.cells[row.first_cell + i];
        bytes += cell ? cell->size() : 0;
    }
    return bytes;
}

void FileRows::take(const engine::FileRow& row, FileBatch& batch) {
    if (!row.problem.empty()) {
        reject(row, {"malformed_row", "", row.problem}, batch);
    } else if (auto rejection = decode(row, batch.rows)) {
        reject(row, std::move(*rejection), batch);
    } else {
        batch.rows.commit_row({PartitionId{0}, row.row, received_at_});
        batch.lines.push_back(row.line);
    }
}

std::optional<contract::Rejection> FileRows::decode(const engine::FileRow& row, RowBatch& rows) {
    if (reader_->rows_are_json()) {
        padded_.assign(row.original);
        padded_.append(contract::record_padding, '\0');
        return decoder_->decode_json(
            std::string_view(padded_).substr(0, row.original.size()), rows
        );
    }
    if (!chunk_.inexact.empty()) {
        if (auto rejection = lost_digits(row)) return rejection;
    }
    if (!chunk_.no_text.empty()) {
        if (auto rejection = no_text(row)) return rejection;
    }
    const auto first = chunk_.cells.begin() + static_cast<std::ptrdiff_t>(row.first_cell);
    cells_.assign(first, first + static_cast<std::ptrdiff_t>(row.cell_count));
    return decoder_->decode_cells(cells_, rows);
}

// An id that was kept as a double would come in as another one, and nobody would notice.
std::optional<contract::Rejection> FileRows::lost_digits(const engine::FileRow& row) const {
    auto place = std::ranges::lower_bound(chunk_.inexact, row.first_cell);
    for (; place != chunk_.inexact.end() && *place < row.first_cell + row.cell_count; ++place) {
        const std::size_t column = *place - row.first_cell;
        const std::string& field = exact_fields_[column];
        if (field.empty()) continue;
        return contract::Rejection{
            "lost_digits",
            field,
            field + ": \"" + std::string(chunk_.cells[*place].value_or("")) + "\" in column " +
                reader_->header()[column] +
                " was kept as a number; from 9007199254740992 (2^53) on those lose their last "
                "digits. Keep it as text"
        };
    }
    return std::nullopt;
}

std::optional<contract::Rejection> FileRows::no_text(const engine::FileRow& row) const {
    auto place = std::ranges::lower_bound(chunk_.no_text, row.first_cell);
    for (; place != chunk_.no_text.end() && *place < row.first_cell + row.cell_count; ++place) {
        const std::size_t column = *place - row.first_cell;
        const std::string& field = fields_[column];
        if (field.empty()) continue;
        return contract::Rejection{
            "not_text",
            field,
            field + ": column " + reader_->header()[column] +
                " holds bytes that are no UTF-8 text (kept here as base64)"
        };
    }
    return std::nullopt;
}

// Lines of a workbook's sheets begin anew: those after the first are told apart by name.
std::string FileRows::sheet_prefix() const {
    const std::vector<std::string>& sheets = reader_->format().sheets;
    return part_ == 0 || sheets.empty() ? "" : "sheet \"" + sheets.back() + "\": ";
}

void FileRows::reject(const engine::FileRow& row, contract::Rejection rejection, FileBatch& batch) {
    rejection.reason = sheet_prefix() + rejection.reason;
    deliver::RejectedRow rejected{
        row.row, row.line, std::move(rejection), std::string(row.original)
    };
    // A record that can be repaired and replayed; a JSON row is one already.
    if (!reader_->rows_are_json() && row.problem.empty()) {
        rejected.record = reader_->original_as_json(chunk_, row);
        if (rejected.original.empty()) rejected.original = rejected.record;
    }
    batch.rejected.push_back(std::move(rejected));
}

}  // namespace tradewind::importer

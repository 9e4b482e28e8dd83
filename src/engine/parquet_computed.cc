#include "engine/parquet_computed.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "engine/parquet_file.h"
#include "os/filesystem.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t piece_rows = 8192;
static_assert(ParquetFile::group_rows % piece_rows == 0);
// Written at once: the cost of a call disappears beside that of the bytes.
constexpr std::size_t piece_bytes = 1u << 20;

std::optional<ColumnType> plain_type(const ComputedColumn& column) {
    if (column.constant)
        return column.type == "STRING" ? std::optional(ColumnType::Text) : std::nullopt;
    if (column.real)
        return column.type == "DOUBLE" ? std::optional(ColumnType::Double) : std::nullopt;
    if (column.type == "INTEGER") return ColumnType::Integer;
    if (column.type == "BIGINT") return ColumnType::BigInt;
    return std::nullopt;
}

// Where the next rows of a column come to.
struct Piece {
    std::vector<std::int64_t> integers;
    std::vector<double> reals;
    std::vector<std::uint64_t> valid;
};

class PlainFile {
public:
    PlainFile(const std::vector<ComputedColumn>& columns, std::vector<ColumnSpec> specs)
        : columns_(columns), file_(std::move(specs)), pieces_(columns.size()) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].constant) continue;
            if (columns[i].real) {
                pieces_[i].reals.resize(piece_rows);
            } else {
                pieces_[i].integers.resize(piece_rows);
            }
            if (columns[i].nullable) pieces_[i].valid.resize(piece_rows / 64);
        }
    }

    ParquetFile& file() { return file_; }

    // False: there are no more.
    Result<bool> add(ComputedRows& rows) {
        std::vector<ComputedValues> places;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!columns_[i].constant) places.push_back(place(pieces_[i]));
        }
        const std::size_t count = TRY(rows.next(places, piece_rows));
        CHECK(count <= piece_rows);
        for (std::size_t i = 0; i < columns_.size(); ++i) TRY(take(i, count));
        if (count > 0) file_.added(count);
        return count > 0;
    }

private:
    static ComputedValues place(Piece& piece) {
        ComputedValues values;
        if (!piece.integers.empty()) values.integers = piece.integers.data();
        if (!piece.reals.empty()) values.reals = piece.reals.data();
        if (piece.valid.empty()) return values;
        std::ranges::fill(piece.valid, ~std::uint64_t{0});
        values.valid = piece.valid.data();
        return values;
    }

    Result<void> take(std::size_t i, std::size_t count) {
        const ComputedColumn& column = columns_[i];
        const Piece& piece = pieces_[i];
        const std::uint64_t* valid = piece.valid.empty() ? nullptr : piece.valid.data();
        ParquetValues& values = file_.values(i);
        if (column.constant) {
            values.add_same(*column.constant, count);
            return {};
        }
        if (column.real) {
            values.add_reals(piece.reals.data(), valid, count);
            return {};
        }
        const std::size_t before = values.words().size();
        values.add_integers(piece.integers.data(), valid, count);
        if (file_.columns()[i].type == ColumnType::Integer)
            return fits(column, values.words().subspan(before));
        return {};
    }

    static Result<void> fits(const ComputedColumn& column, std::span<const std::int64_t> words) {
        using Limits = std::numeric_limits<std::int32_t>;
        for (const std::int64_t word : words) {
            if (word >= Limits::min() && word <= Limits::max()) continue;
            return Error(
                ErrorCode::InvalidArgument,
                "column " + column.name + ": " + std::to_string(word) + " does not fit " +
                    column.type
            );
        }
        return {};
    }

    const std::vector<ComputedColumn>& columns_;
    ParquetFile file_;
    std::vector<Piece> pieces_;
};

}  // namespace

std::optional<std::vector<ColumnSpec>> plain_columns(const std::vector<ComputedColumn>& columns) {
    std::vector<ColumnSpec> specs;
    for (const ComputedColumn& column : columns) {
        const auto type = plain_type(column);
        if (!type) return std::nullopt;
        specs.push_back({column.name, *type});
    }
    if (specs.empty()) return std::nullopt;
    return specs;
}

Result<WrittenFile> write_plain_file(
    const std::vector<ComputedColumn>& columns,
    ComputedFile& file,
    const std::function<bool()>& stopped
) {
    auto specs = plain_columns(columns);
    CHECK(specs.has_value());
    PlainFile plain(columns, std::move(*specs));
    const auto files = os::make_posix_filesystem();
    const auto to = TRY(files->open(file.path, os::OpenMode::CreateNew));
    const auto flush = [&]() -> Result<void> {
        std::string& out = plain.file().out();
        TRY(to->write_at(plain.file().size() - out.size(), out));
        plain.file().took();
        return {};
    };
    for (bool more = true; more;) {
        if (stopped()) return Error(ErrorCode::Cancelled, "");
        more = TRY(plain.add(*file.rows));
        if (plain.file().out().size() >= piece_bytes) TRY(flush());
    }
    plain.file().finish();
    TRY(flush());
    return WrittenFile{file.path, plain.file().row_count(), plain.file().size(), {}};
}

}  // namespace tradewind::engine

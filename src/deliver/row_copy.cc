#include "deliver/row_copy.h"

#include <utility>

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"

namespace tradewind::deliver {

namespace {

void copy_value(const Column& from, std::size_t row, Column& to) {
    if (from.null(row)) {
        to.add_null();
    } else if (from.type() == ColumnType::Text) {
        to.add_text(from.text(row));
    } else if (from.type() == ColumnType::Double) {
        to.add_real(from.real(row));
    } else {
        to.add_integer(from.integer(row));
    }
}

void write_value(
    const ColumnSpec& spec, const Column& column, std::size_t row, json::Writer& writer
) {
    if (column.null(row)) return writer.null();
    switch (spec.type) {
        case ColumnType::Boolean:
            return writer.boolean(column.integer(row) != 0);
        case ColumnType::Integer:
        case ColumnType::BigInt:
            return writer.number(column.integer(row));
        case ColumnType::Double:
            return writer.number(column.real(row));
        case ColumnType::Decimal:
            return writer.number_text(format_decimal(column.integer(row), spec.scale));
        case ColumnType::Text:
            return writer.string(column.text(row));
        case ColumnType::Date:
            return writer.string(format_date(column.integer(row)));
        case ColumnType::Timestamp:
            return writer.string(format_iso({column.integer(row)}));
    }
}

}  // namespace

RowBatch rows_after(RowBatch rows, std::int64_t sequence) {
    if (rows.row_count() == 0 || rows.provenance(0).sequence > sequence) return rows;
    RowBatch kept(rows.specs());
    kept.origin = rows.origin;
    kept.source_name = rows.source_name;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        if (rows.provenance(row).sequence <= sequence) continue;
        for (std::size_t i = 0; i < rows.column_count(); ++i)
            copy_value(rows.column(i), row, kept.column(i));
        kept.commit_row(rows.provenance(row));
    }
    return kept;
}

std::string row_as_json(const RowBatch& rows, std::size_t row) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    for (std::size_t i = 0; i < rows.column_count(); ++i) {
        writer.key(rows.specs()[i].name);
        write_value(rows.specs()[i], rows.column(i), row, writer);
    }
    writer.end_object();
    return text;
}

}  // namespace tradewind::deliver

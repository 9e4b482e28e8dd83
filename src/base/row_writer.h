// A row of a batch, cell by cell.
#pragma once

#include <cstdint>
#include <string>

#include "base/row_batch.h"

namespace tradewind {

// Cells in the order of the batch's columns; the row is in the batch when this ends. One thread.
class RowWriter {
public:
    explicit RowWriter(RowBatch& rows) : rows_(rows) {}
    ~RowWriter() { rows_.commit_row({}); }
    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;

    RowWriter& text(const std::string& value) {
        rows_.column(at_++).add_text(value);
        return *this;
    }
    RowWriter& number(std::int64_t value) {
        rows_.column(at_++).add_integer(value);
        return *this;
    }
    // Null for 0, which stands for none.
    RowWriter& known(std::int64_t value) {
        if (value != 0) return number(value);
        rows_.column(at_++).add_null();
        return *this;
    }
    RowWriter& time(Timestamp at) { return known(at.micros); }
    // Milliseconds; null while it is not over.
    RowWriter& duration(Timestamp begin, Timestamp end) {
        if (begin.micros > 0 && end.micros > 0) return number((end.micros - begin.micros) / 1000);
        rows_.column(at_++).add_null();
        return *this;
    }

private:
    RowBatch& rows_;
    std::size_t at_ = 0;
};

}  // namespace tradewind

// From a value as it was written (a JSON scalar, a cell) to a value of a column. One path for all
// formats, so that the same data means the same however it comes.
#pragma once

#include <string_view>

#include "base/row_batch.h"
#include "contract/field.h"

namespace tradewind::contract {

// Text: a JSON string (valid UTF-8). Number: a JSON number (its grammar was checked). Boolean: a
// JSON true or false. Cell: any bytes. BinaryCell: a cell of a column of binary floating-point
// numbers.
enum class Form { Text, Number, Boolean, Cell, BinaryCell };

struct Written {
    std::string_view text;
    Form form = Form::Text;
};

enum class Outcome {
    Stored,
    Null,  // an empty text or NaN that stands for null; nothing was stored
    WrongType,
    WrongTime,
    TooManyDigits,  // a decimal's, after the point
    TooLarge,
    BelowMinimum,
    AboveMaximum,
    TooLong,
    PatternMismatch,
    NotAccepted,
    InvalidUtf8,
    ControlCharacter,  // in a key
};

// Adds the value to the column when Stored; the column may also have got it when a constraint is
// broken: then the caller abandons the row.
Outcome convert(const Field& field, Written value, Column& column);

}  // namespace tradewind::contract

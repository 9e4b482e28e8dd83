// What a contract demands of a value beyond its type.
#pragma once

#include "base/row_batch.h"
#include "contract/convert.h"
#include "contract/field.h"

namespace tradewind::contract {

// Judges the column's last value, which is not null: Stored, or what it breaks.
Outcome check_constraints(const Field& field, const Column& column);

}  // namespace tradewind::contract

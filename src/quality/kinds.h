// The table of check kinds: the keys that each takes, and what must be there.
#pragma once

#include <string_view>
#include <vector>

#include "quality/quality.h"

namespace tradewind::quality {

// What stands behind `kind:` when it is not a mapping.
enum class ShortForm { None, Columns, Rows, Expression, Sql };

struct KindSpec {
    Kind kind;
    std::string_view name;
    ShortForm short_form = ShortForm::None;
    std::vector<std::string_view> keys;  // besides those that all take
    bool per_column = false;             // several columns are several checks
};

const std::vector<KindSpec>& kind_specs();
const KindSpec& spec_of(Kind kind);
// Keys of every kind.
const std::vector<std::string_view>& common_keys();

// Bare names of other tables are of the checked table's schema.
void resolve(TableChecks& checks);

}  // namespace tradewind::quality

// A row of cells as a JSON object, for those who keep what could not be used.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::engine {

// {"InvoiceNo": "536365", …}: cells beyond the header are named column_<n>; bytes that are not
// UTF-8 become U+FFFD.
std::string cells_as_json(
    const std::vector<std::string>& header,
    const std::optional<std::string_view>* cells,
    std::size_t cell_count
);

}  // namespace tradewind::engine

#include "engine/row_json.h"

#include "base/json.h"

namespace tradewind::engine {

std::string cells_as_json(
    const std::vector<std::string>& header,
    const std::optional<std::string_view>* cells,
    std::size_t cell_count
) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    for (std::size_t i = 0; i < cell_count; ++i) {
        writer.key(i < header.size() ? header[i] : "column_" + std::to_string(i + 1));
        if (cells[i]) {
            writer.string(*cells[i]);
        } else {
            writer.null();
        }
    }
    writer.end_object();
    return text;
}

}  // namespace tradewind::engine

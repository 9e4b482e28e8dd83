#include "recipe/step.h"

#include <array>
#include <iterator>

#include "base/text.h"

namespace tradewind::recipe {

const char* to_string(Takes takes) {
    static constexpr std::array<const char*, 23> names = {
        "column",
        "columns",
        "new_column",
        "new_columns",
        "text",
        "texts",
        "integer",
        "number",
        "numbers",
        "boolean",
        "choice",
        "expression",
        "value",
        "type",
        "order",
        "table",
        "tables",
        "column_to_text",
        "column_to_type",
        "new_to_expression",
        "new_to_aggregate",
        "new_to_path",
        "column_pairs"
    };
    const auto index = static_cast<std::size_t>(takes);
    return index < names.size() ? names[index] : "mapping";
}

const char* to_string(Accepts accepts) {
    static constexpr std::array<const char*, 5> names = {
        "any", "number", "text", "time", "sortable"
    };
    return names[static_cast<std::size_t>(accepts)];
}

const Column* StepContext::find(std::string_view name) const {
    return find_column(columns(), name);
}

Result<void> StepContext::check_new(const std::string& name) const {
    if (find(name) == nullptr) return {};
    return std::move(error("there is a column '" + name + "' already"))
        .with_hint("Choose another name, or drop that column before.");
}

const std::vector<StepKind>& step_kinds() {
    static const std::vector<StepKind> all = [] {
        std::vector<StepKind> kinds;
        for (const auto group :
             {row_steps,
              column_steps,
              missing_steps,
              text_steps,
              split_steps,
              time_steps,
              number_steps,
              scale_steps,
              category_steps,
              group_steps,
              shape_steps,
              combine_steps,
              json_steps,
              privacy_steps}) {
            std::vector<StepKind> some = group();
            kinds.insert(
                kinds.end(),
                std::make_move_iterator(some.begin()),
                std::make_move_iterator(some.end())
            );
        }
        return kinds;
    }();
    return all;
}

const StepKind* find_step(std::string_view name) {
    for (const StepKind& kind : step_kinds()) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

}  // namespace tradewind::recipe

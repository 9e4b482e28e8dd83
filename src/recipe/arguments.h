// The settings of one step, held against its parameters and the columns before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "recipe/sql_text.h"

namespace tradewind::recipe {

struct StepKind;
struct Parameter;

struct OrderItem {
    Column column;
    bool descending = false;
};

// Reads what check_arguments() found right: no read here can fail. Defaults are filled in.
class Arguments {
public:
    Arguments(
        const StepKind& kind,
        yaml::Node settings,
        const std::vector<Column>& columns,
        SourceLocation where
    )
        : kind_(kind),
          settings_(std::move(settings)),
          columns_(columns),
          where_(std::move(where)) {}

    const SourceLocation& where() const { return where_; }

    bool given(std::string_view name) const { return node(name).present(); }
    yaml::Node node(std::string_view name) const { return settings_[name]; }

    std::string text(std::string_view name) const;  // also Choice, Type, Number: as written
    std::vector<std::string> texts(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    bool flag(std::string_view name) const;
    const Column& column(std::string_view name) const;
    std::vector<Column> columns(std::string_view name) const;
    std::vector<OrderItem> order(std::string_view name) const;

private:
    const Parameter& parameter(std::string_view name) const;
    const Column& find(std::string_view name) const;

    const StepKind& kind_;
    yaml::Node settings_;
    const std::vector<Column>& columns_;
    SourceLocation where_;
};

// What is wrong with the settings whatever the data are: unknown or missing parameters, values of
// the wrong kind. `subject`: "step 3 (fill)".
Result<void> check_settings(
    const StepKind& kind, const yaml::Node& settings, const std::string& subject
);
// What is wrong with them for these columns: names that there are not, types that do not fit.
Result<void> check_columns(
    const StepKind& kind,
    const yaml::Node& settings,
    const std::vector<Column>& columns,
    const std::string& subject
);

// "column 'contry' is not there" with the nearest name, or the names there are.
Error no_such_column(
    const yaml::Node& at,
    const std::string& name,
    const std::vector<Column>& columns,
    const std::string& subject
);
const Column* find_column(const std::vector<Column>& columns, std::string_view name);

// "DECIMAL(12,2)" in the form that columns have; InvalidArgument with the types there are.
Result<std::string> parse_type(const yaml::Node& node);
// A value as SQL of that type: 12, 'text', TRUE, DATE '2024-01-31'. Nothing: it does not fit.
std::optional<std::string> literal_of(const std::string& text, const std::string& type);
// The same, with a message that says what `subject` is.
Result<std::string> literal(
    const yaml::Node& node, const std::string& type, const std::string& subject
);
// The same by the look of the value itself: numbers and booleans when they are not in quotes.
std::string plain_literal(const yaml::Node& node);
// The type of what plain_literal writes: BIGINT, DOUBLE, BOOLEAN, STRING.
std::string plain_type(const yaml::Node& node);

}  // namespace tradewind::recipe

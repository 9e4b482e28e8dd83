#include "contract/expression.h"

#include <algorithm>

#include "contract/expression_node.h"

namespace tradewind::contract {

namespace {

// The text with the place of the fault marked, as a person counts: from 1.
Error fault_error(const Fault& fault, const std::string& text, const SourceLocation& where) {
    constexpr std::size_t shown_max = 60;
    const std::size_t begin = std::min(text.size(), fault.place);
    std::string detail = "This is at character " + std::to_string(begin + 1) + " of the expression";
    if (begin < text.size()) detail += ", before '" + text.substr(begin, shown_max) + "'";
    return Error(ErrorCode::InvalidArgument, "in the expression: " + fault.message)
        .with_detail(detail + ".")
        .with_hint(fault.hint)
        .at(where);
}

void collect_columns(const Node& node, std::vector<int>& columns) {
    if (node.op == Op::Column) columns.push_back(node.column);
    for (const auto& argument : node.arguments) collect_columns(*argument, columns);
}

void bind_columns(Node& node, const std::vector<int>& places) {
    if (node.op == Op::Column) node.column = places[static_cast<std::size_t>(node.column)];
    for (const auto& argument : node.arguments) bind_columns(*argument, places);
}

}  // namespace

Expression::Expression(std::string text, std::unique_ptr<Node> root)
    : text_(std::move(text)), root_(std::move(root)) {}
Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

Result<Expression> Expression::parse(
    const std::string& text, const std::vector<ColumnSpec>& columns, const SourceLocation& where
) {
    Fault fault;
    auto root = parse_expression(text, fault);
    if (!root || !check_expression(*root, columns, fault)) return fault_error(fault, text, where);
    return Expression(text, std::move(root));
}

ValueType Expression::type() const {
    return root_->type;
}

Result<void> Expression::assign_to(const ColumnSpec& column, const SourceLocation& where) {
    const ValueType from = root_->type;
    const ValueType to = value_type(column);
    if (coerce(root_, to)) return {};
    auto error = Error(
        ErrorCode::InvalidArgument,
        column.name + " is " + to_sql(column) + ", but its expression gives " + kind_name(from.kind)
    );
    if (from.kind != ValueKind::Exact || to.kind != ValueKind::Exact)
        return std::move(error).at(where);
    return Error(
               ErrorCode::InvalidArgument,
               column.name + " is " + to_sql(column) + ", but its expression has " +
                   std::to_string(from.scale) + " digits after the point"
    )
        .with_hint("Say how it is rounded: round(…, " + std::to_string(to.scale) + ").")
        .at(where);
}

void Expression::bind(const std::vector<int>& places) {
    bind_columns(*root_, places);
}

std::vector<int> Expression::slots_read() const {
    std::vector<int> slots;
    collect_columns(*root_, slots);
    return slots;
}

Value Expression::evaluate(const std::vector<Value>& slots, Evaluation& evaluation) const {
    return evaluate_node(*root_, slots, evaluation);
}

}  // namespace tradewind::contract

// The tree of an expression and the three passes over it: parse, check types, evaluate.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "contract/evaluation.h"

namespace tradewind::contract {

enum class Op {
    Literal,
    Column,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Concat,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    Not,
    IsNull,
    In,
    Like,
    Case,    // condition, value, …, [otherwise]
    Switch,  // operand, case, value, …, [otherwise]
    Lower,
    Upper,
    Trim,
    Length,
    Substr,
    Coalesce,
    Abs,
    Round,
    Nullif,
    StartsWith,
    Contains,
    Rescale,  // to the scale of `type`, which is larger
    ToReal,
};

struct Node {
    Op op = Op::Literal;
    std::size_t place = 0;  // in the text, from 0
    ValueType type;
    std::vector<std::unique_ptr<Node>> arguments;
    bool otherwise = false;  // of Case and Switch: the last argument is the else
    int column = -1;         // of Column
    int digits = 0;          // of Round: digits to keep after the point
    Value literal;           // a text's bytes are in `text`
    std::string text;        // of a text literal, a column's name, a function's name
};

// Where a fault of an expression lies, for its message.
struct Fault {
    std::size_t place = 0;
    std::string message;
    std::string hint;
};

// Syntax only; names are not yet looked up. Null: see `fault`.
std::unique_ptr<Node> parse_expression(std::string_view text, Fault& fault);

// Looks up names, gives every node its type and inserts conversions. False: see `fault`.
bool check_expression(Node& root, const std::vector<ColumnSpec>& columns, Fault& fault);
// Makes `node` of type `type` where that loses nothing.
bool coerce(std::unique_ptr<Node>& node, ValueType type);
// What a column's values are in expressions.
ValueType value_type(const ColumnSpec& column);
// "a number", "a text", …
const char* kind_name(ValueKind kind);

Value evaluate_node(const Node& node, const std::vector<Value>& slots, Evaluation& evaluation);

}  // namespace tradewind::contract

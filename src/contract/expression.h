// The language of transforms: small, typed, exact. Its grammar, loosest first:
//
//   or · and · not · = <> != < <= > >= / is [not] null / [not] in (…) / [not] like · || · + - · * /
//   · unary - · literals, columns, functions, case [x] when … then … [else …] end, ( … )
//
// Numbers are exact decimals of up to 38 digits unless a double takes part. Nothing is rounded
// unless round() says so: a product has the digits of both factors; a quotient has at least six
// after the point (5 / 2 is 2.500000), the last one rounded half away from zero. Nulls are SQL's.
// `like` knows % and _ and no escape; lower and upper know Latin, Greek and Cyrillic letters; trim
// takes spaces; length and substr count characters, substr from 1 (from the end when negative).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "contract/evaluation.h"

namespace tradewind::contract {

struct Node;

// Any thread may evaluate it.
class Expression {
public:
    // Columns are known by their index in `columns`. InvalidArgument: bad grammar, unknown name,
    // wrong types, too long or too deep; `where` is the place of the text.
    static Result<Expression> parse(
        const std::string& text, const std::vector<ColumnSpec>& columns, const SourceLocation& where
    );

    ~Expression();
    Expression(Expression&&) noexcept;
    Expression& operator=(Expression&&) noexcept;

    ValueType type() const;
    const std::string& text() const { return text_; }
    // Adds what is needed for the value to be one of `column`; InvalidArgument when that would lose
    // something or the types differ.
    Result<void> assign_to(const ColumnSpec& column, const SourceLocation& where);
    // Column i is read from `slots[places[i]]` from now on (before: from `slots[i]`).
    void bind(const std::vector<int>& places);
    // The slots that it reads.
    std::vector<int> slots_read() const;

    // A failure is noted in `evaluation`.
    Value evaluate(const std::vector<Value>& slots, Evaluation& evaluation) const;

private:
    Expression(std::string text, std::unique_ptr<Node> root);

    std::string text_;
    std::unique_ptr<Node> root_;
};

}  // namespace tradewind::contract

// Regular expressions in linear time (RE2's syntax), compiled once. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::contract {

class Pattern {
public:
    // InvalidArgument: no regular expression, or too large a one.
    static Result<std::shared_ptr<const Pattern>> compile(const std::string& text);
    virtual ~Pattern() = default;

    virtual const std::string& text() const = 0;
    // Does it match anywhere? A pattern for the whole text says so with ^ and $.
    virtual bool found_in(std::string_view text) const = 0;
};

}  // namespace tradewind::contract

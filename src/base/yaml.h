// YAML with places: every node knows its line and column, so that messages can say where.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tradewind::yaml {

enum class Kind { Null, Scalar, Sequence, Mapping };

// A node of a parsed file; cheap to copy. A missing node is Null and knows its parent's place.
class Node {
public:
    Node() = default;

    Kind kind() const;
    bool present() const { return kind() != Kind::Null; }
    SourceLocation where() const;
    // The scalar's text; empty for other kinds. A passing node (`document["key"].scalar()`) gives
    // a copy, here and below: what it holds may end with it.
    const std::string& scalar() const&;
    std::string scalar() const&& { return scalar(); }
    // False for `1.50` written in quotes: a number in quotes is text.
    bool plain() const;

    const std::vector<Node>& items() const&;
    std::vector<Node> items() const&& { return items(); }
    const std::vector<std::pair<std::string, Node>>& members() const&;
    std::vector<std::pair<std::string, Node>> members() const&& { return members(); }
    // The place of the key itself, for messages about it.
    SourceLocation where_key(std::string_view name) const;
    Node operator[](std::string_view name) const;

    // Typed reads; InvalidArgument with the place when missing or of another kind.
    Result<std::string> text() const;
    Result<std::int64_t> integer() const;
    Result<double> real() const;
    Result<bool> boolean() const;
    Result<std::vector<std::string>> texts() const;  // a sequence of scalars, or one scalar
    // The same with a default for an absent node.
    Result<std::string> text_or(std::string fallback) const;
    Result<std::int64_t> integer_or(std::int64_t fallback) const;
    Result<bool> boolean_or(bool fallback) const;

    // InvalidArgument for the first key that is not in `known`, naming the nearest known one.
    Result<void> allow_keys(std::initializer_list<std::string_view> known) const;
    // An error at this node's place.
    Error error(std::string message) const;

private:
    friend class Builder;
    struct Data;
    Error wrong_kind(const std::string& wanted) const;

    std::shared_ptr<const Data> data_;
};

// Parses one document. `file` is only used in messages. Duplicate keys and anchors nested without
// end are errors.
Result<Node> parse(std::string_view text, std::string file);

}  // namespace tradewind::yaml

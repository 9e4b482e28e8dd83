// From a request's path to its operation. Templates are split into a tree of segments once; a
// request walks it without allocating.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/operations.h"

namespace tradewind::api {

constexpr std::size_t path_parameters_max = 4;

// What a path leads to: the operations there (by method) and the raw, still escaped values of its
// parameters, in order.
struct RouteMatch {
    const std::vector<std::size_t>* operations =
        nullptr;  // indexes into the table; null: no such path
    std::array<std::string_view, path_parameters_max> values;
    std::size_t value_count = 0;
};

class Router {
public:
    explicit Router(const std::vector<Operation>& operations);

    // `path`: without query, as sent. Segments are compared as sent; only parameters may be
    // escaped.
    RouteMatch find(std::string_view path) const;

private:
    struct Node {
        std::vector<std::pair<std::string, std::unique_ptr<Node>>> children;
        std::unique_ptr<Node> parameter;  // {name}
        std::vector<std::size_t> here;    // operations that end here
        // {name...}: all that is left, then perhaps one last fixed segment.
        std::vector<std::size_t> rest_here;
        std::vector<std::pair<std::string, std::vector<std::size_t>>> rest_then;
    };

    void add(std::string_view path, std::size_t index);
    static bool find_rest(const Node& node, std::string_view rest, RouteMatch& match);

    Node root_;
};

// Names of a template's parameters, in order: "{id...}" is "id".
std::vector<std::string_view> template_parameters(std::string_view path);

}  // namespace tradewind::api

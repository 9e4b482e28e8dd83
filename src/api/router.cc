#include "api/router.h"

#include "base/check.h"

namespace tradewind::api {

namespace {

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}
bool is_rest(std::string_view segment) {
    return segment.ends_with("...}");
}

// Takes the first segment off a path ("a/b" → "a", leaving "b").
std::string_view take_segment(std::string_view& path) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    return segment;
}

void add_value(RouteMatch& match, std::string_view value) {
    CHECK(match.value_count < path_parameters_max);
    match.values[match.value_count++] = value;
}

}  // namespace

Router::Router(const std::vector<Operation>& operations) {
    for (std::size_t i = 0; i < operations.size(); ++i) add(operations[i].path, i);
}

void Router::add(std::string_view path, std::size_t index) {
    CHECK(path.starts_with('/'));
    path.remove_prefix(1);
    Node* node = &root_;
    while (!path.empty()) {
        const std::string_view segment = take_segment(path);
        if (is_rest(segment)) {
            if (path.empty()) return node->rest_here.push_back(index);
            CHECK(path.find('/') == std::string_view::npos);
            for (auto& [last, operations] : node->rest_then) {
                if (last == path) return operations.push_back(index);
            }
            node->rest_then.emplace_back(path, std::vector<std::size_t>{index});
            return;
        }
        if (is_parameter(segment)) {
            if (!node->parameter) node->parameter = std::make_unique<Node>();
            node = node->parameter.get();
            continue;
        }
        Node* next = nullptr;
        for (auto& [name, child] : node->children) {
            if (name == segment) next = child.get();
        }
        if (next == nullptr) {
            next = node->children.emplace_back(std::string(segment), std::make_unique<Node>())
                       .second.get();
        }
        node = next;
    }
    node->here.push_back(index);
}

bool Router::find_rest(const Node& node, std::string_view rest, RouteMatch& match) {
    const std::size_t slash = rest.rfind('/');
    if (slash != std::string_view::npos && slash > 0) {
        for (const auto& [last, operations] : node.rest_then) {
            if (rest.substr(slash + 1) != last) continue;
            add_value(match, rest.substr(0, slash));
            match.operations = &operations;
            return true;
        }
    }
    if (node.rest_here.empty()) return false;
    add_value(match, rest);
    match.operations = &node.rest_here;
    return true;
}

RouteMatch Router::find(std::string_view path) const {
    RouteMatch match;
    if (!path.starts_with('/')) return match;
    path.remove_prefix(1);
    const Node* node = &root_;
    bool more = !path.empty();
    while (more) {
        const std::string_view rest = path;
        more = path.find('/') != std::string_view::npos;
        const std::string_view segment = take_segment(path);
        const Node* next = nullptr;
        for (const auto& [name, child] : node->children) {
            if (name == segment) next = child.get();
        }
        if (next == nullptr && !rest.empty() && find_rest(*node, rest, match)) return match;
        if (next == nullptr && node->parameter && !segment.empty()) {
            add_value(match, segment);
            next = node->parameter.get();
        }
        if (next == nullptr) return match;
        node = next;
    }
    if (!node->here.empty()) match.operations = &node->here;
    return match;
}

std::vector<std::string_view> template_parameters(std::string_view path) {
    std::vector<std::string_view> names;
    while (!path.empty()) {
        std::string_view segment = take_segment(path);
        if (!is_parameter(segment)) continue;
        segment.remove_prefix(1);
        segment.remove_suffix(is_rest(segment) ? 4 : 1);
        names.push_back(segment);
    }
    return names;
}

}  // namespace tradewind::api

// What stands behind a yaml::Node: shared by the adapter that builds it and the reads on it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/yaml.h"

namespace tradewind::yaml {

struct Node::Data {
    Kind kind = Kind::Null;
    SourceLocation where;
    std::string name;  // the key it stands under; empty in a sequence and at the root
    std::string scalar;
    bool plain = false;
    std::vector<Node> items;
    std::vector<std::pair<std::string, Node>> members;
    std::vector<SourceLocation> key_places;  // one for each member
    std::uint64_t weight = 1;                // nodes here and below, aliases written out
};

}  // namespace tradewind::yaml

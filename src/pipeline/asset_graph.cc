// The graph's own small questions.
#include <algorithm>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

const char* to_string(Materialize materialize) {
    switch (materialize) {
        case Materialize::View:
            return "view";
        case Materialize::Table:
            return "table";
        case Materialize::Partitions:
            return "partitions";
        case Materialize::Files:
            return "files";
        case Materialize::InsertOverwrite:
            return "insert_overwrite";
        case Materialize::Export:
            return "export";
    }
    return "table";
}

const Asset* AssetGraph::find(const catalog::TableName& name) const {
    const auto found = std::find_if(assets.begin(), assets.end(), [&](const Asset& asset) {
        return asset.name == name;
    });
    return found == assets.end() ? nullptr : &*found;
}

const FaultyAsset* AssetGraph::find_faulty(const catalog::TableName& name) const {
    const auto found = std::find_if(faulty.begin(), faulty.end(), [&](const FaultyAsset& one) {
        return one.asset.name == name;
    });
    return found == faulty.end() ? nullptr : &*found;
}

std::vector<Error> AssetGraph::own_faults() const {
    std::vector<Error> all = faults;
    for (const FaultyAsset& one : faulty) {
        // That of a circle, or of a package, is each of its assets'.
        const bool told = std::ranges::any_of(all, [&](const Error& other) {
            return other.describe() == one.error.describe();
        });
        if (one.own && !told) all.push_back(one.error);
    }
    return all;
}

}  // namespace tradewind::pipeline

// What the packages of a workspace declare: contracts, serving tables, look-ups and searches,
// checked against each other.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/contract.h"
#include "landing/landing.h"
#include "lookup/lookup.h"
#include "package/package.h"
#include "serving/serving.h"

namespace tradewind::app {

struct Declarations {
    std::vector<package::Package> packages;
    std::vector<std::shared_ptr<const contract::Contract>> contracts;
    std::vector<std::shared_ptr<const serving::TableSpec>> tables;
    lookup::Declared lookups;
};

// InvalidArgument with the place: a fault in a file, a name declared twice, a serving table whose
// source does not exist.
Result<Declarations> read_declarations(os::Filesystem& files, const std::string& packages_folder);

// Each package with each of its sources.
std::vector<std::pair<std::string, const contract::Contract*>> contracts_of_packages(
    const Declarations& declared
);
// What the landing watch looks for.
landing::Sources landing_sources(const Declarations& declared);
bool has_serving_table(const Declarations& declared, const std::string& source);

}  // namespace tradewind::app

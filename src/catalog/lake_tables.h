// Tables whose truth is a dataset of the lake: versions, partitions and files as its version files
// tell them.
#pragma once

#include <vector>

#include "catalog/catalog.h"

namespace tradewind::catalog {

// `before`: to count the files that both have; nullptr: not known, none is kept.
TableVersion table_version(const lake::Version& version, const lake::Version* before);
// Of those still kept, newest first.
Result<std::vector<TableVersion>> lake_versions(
    lake::Lake& lake, const std::string& dataset, std::size_t count_max
);
std::vector<TablePartition> lake_partitions(const lake::Version& version);

// As the version says, with the declaration's words; declared ones where it says nothing.
std::vector<Column> columns_of(const Declaration& declared, const lake::Version& version);
TableFiles lake_files(
    const Declaration& declared, const lake::Version& version, const lake::Lake& lake
);

}  // namespace tradewind::catalog

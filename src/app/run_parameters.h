// Parameters of runs that are files: brought in by the importer, and read as they came.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "app/sources.h"
#include "base/result.h"
#include "contract/contract.h"
#include "importer/importer.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// Any thread.
class RunParameters {
public:
    // `landing`: a path below it is the file's identity, so that the watch and a run know it by the
    // same name. What is given outlives this.
    RunParameters(const Declarations& declared, importer::Importer& importer, std::string landing);

    // See pipeline::ResolveParameter; the note tells of rows that were rejected. InvalidArgument:
    // the file is refused, or none of its rows can be used.
    Result<std::optional<pipeline::TableAt>> resolve(
        const std::string& package,
        const std::string& name,
        const std::string& value,
        const std::atomic<bool>& cancelled
    );

private:
    Result<importer::Import> bring_in(
        const contract::Contract& contract,
        const std::string& path,
        const std::atomic<bool>& cancelled
    );

    Result<importer::Import> delivery_of(const importer::Import& import);

    // By package and parameter.
    std::map<std::pair<std::string, std::string>, const contract::Contract*> sources_;
    importer::Importer& importer_;
    const std::string landing_;
};

}  // namespace tradewind::app

#include "app/stored_partitions.h"

#include "stream/stream.h"

namespace tradewind::app {

Error at_partitions(const Declarations& declared, const std::string& source, Error error) {
    if (error.code() != ErrorCode::InvalidArgument || error.where()) return error;
    for (const package::Package& one : declared.packages) {
        for (const package::YamlFile& file : one.sources) {
            if (file.document["source"].scalar() != source) continue;
            const yaml::Node wanted = file.document["partitions"];
            return std::move(error).at(
                wanted.present() ? wanted.where() : file.document["source"].where()
            );
        }
    }
    return error;
}

std::vector<Finding> examine_partitions(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    std::vector<Finding> findings;
    for (const auto& contract : declared.contracts) {
        if (!contract->has_stream()) continue;
        stream::StreamOptions options;
        options.name = contract->name();
        options.folder = os::join(paths.stream, contract->name());
        options.partition_count = contract->partition_count();
        auto fits = stream::check_partitions(options, files);
        if (fits.ok()) continue;
        findings.push_back(
            failed("streams", at_partitions(declared, contract->name(), std::move(fits).error()))
        );
    }
    return findings;
}

}  // namespace tradewind::app

// Databases of others: the workspace's connections, the packages' extracts, and how sources of kind
// database come in.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "app/outward.h"
#include "base/result.h"
#include "contract/contract.h"
#include "extract/extract.h"
#include "importer/importer.h"

namespace tradewind::app {

Result<std::unique_ptr<extract::Extractor>> open_extracts(const OutwardParts& parts);

struct DatabaseDeclarations {
    extract::Connections connections;
    std::vector<extract::Dump> dumps;
};
Result<DatabaseDeclarations> read_databases(
    os::Filesystem& files, const std::string& workspace, const Declarations& declared
);

// What extracts and sources name, and connections.yml does not have.
std::set<std::string> missing_connections(
    const DatabaseDeclarations& databases, const Declarations& declared
);

// Brings in what sources of kind database have: read into a file of its own, which goes through the
// importer like any other. Any thread.
class DatabaseSources {
public:
    // What is given outlives this. `folder`: where the files lie until they are in.
    DatabaseSources(
        const Declarations& declared,
        extract::Extractor& extractor,
        importer::Importer& importer,
        os::Filesystem& files,
        os::Clock& clock,
        std::string folder
    );

    // Returns when the rows are in, or why they are not; nothing: the database has nothing new. A
    // crash in between loses and doubles nothing: what was not confirmed is read again, as the same
    // file. NotFound: no such source of kind database.
    Result<std::optional<importer::Import>> bring_in(
        const std::string& source, const std::shared_ptr<std::atomic<bool>>& cancelled
    );

private:
    Result<extract::ReadOrder> order_of(const contract::Contract& contract) const;
    Result<importer::Import> import_file(
        const contract::Contract& contract,
        const std::string& path,
        const std::shared_ptr<std::atomic<bool>>& cancelled
    );

    std::map<std::string, const contract::Contract*> sources_;
    std::map<std::string, std::string> zones_;  // of their packages
    extract::Extractor& extractor_;
    importer::Importer& importer_;
    os::Filesystem& files_;
    os::Clock& clock_;
    const std::string folder_;
};

}  // namespace tradewind::app

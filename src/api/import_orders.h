// What a client wants imported, from JSON or from a form, and the importer's requests made of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/uploads.h"
#include "base/json.h"
#include "base/result.h"

namespace tradewind::api {

struct ImportOrder {
    std::string source;
    std::string package;
    std::string encoding;
    std::string identity;
    bool again = false;
    bool keep_identity = false;
    std::string sent_from;  // of the one file that was sent along: where its sender has it
    std::vector<UploadedFile> files;
};

extern const std::vector<std::string_view> import_members;

// Where a client's paths may lead: those of the workspace's owner anywhere, others below landing. A
// relative path is one below landing.
struct PathRules {
    std::string landing_folder;
    bool anywhere = false;
};

// A file that a client names. InvalidArgument: the path holds "..". PermissionDenied: it leads out
// of landing. NotFound: it is not there.
Result<UploadedFile> named_file(const std::string& path, const PathRules& rules);
// InvalidArgument: a path holds "..". PermissionDenied: it leads out of landing.
Result<ImportOrder> read_import_order(const json::Value& body, const PathRules& rules);
// PermissionDenied: it says where its sender has the file, who is not the workspace's owner.
Result<ImportOrder> read_upload_order(const Upload& upload, const PathRules& rules);
// The contracts of a package's sources.
std::vector<const contract::Contract*> package_sources(
    const Services& services, const package::Package& package
);
// NotFound: there is no such source; the nearest is named.
Result<void> check_source(const Services& services, const std::string& name);
// Finds the source of each file. InvalidArgument or NotFound otherwise.
Result<std::vector<importer::ImportRequest>> import_requests(
    const Services& services, const ImportOrder& order
);

}  // namespace tradewind::api

#include "importer/submission.h"

#include <map>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace tradewind::importer {

namespace {

Error unknown_source(const ImporterParts& parts, const std::string& source) {
    std::vector<std::string_view> known;
    std::string list;
    for (const auto& [name, delivery] : parts.deliveries) {
        known.push_back(name);
        list += (list.empty() ? "" : ", ") + name;
    }
    const std::string message = "there is no source \"" + source + "\"";
    if (known.empty()) {
        return Error(ErrorCode::InvalidArgument, message)
            .with_hint("Install a package that declares one.");
    }
    const auto near = nearest(source, known);
    return Error(ErrorCode::InvalidArgument, message)
        .with_hint((near ? "Did you mean " + *near + "? " : "") + "Known sources: " + list + ".");
}

// Opens it, so that a file we may not read is refused now and not in an hour.
Result<std::uint64_t> readable_size(os::Filesystem& files, const std::string& path) {
    const os::FileInfo info = TRY(files.info(path));
    if (info.folder) {
        return Error(ErrorCode::InvalidArgument, path + " is a folder")
            .with_hint("Name the files in it.");
    }
    TRY(files.open(path, os::OpenMode::Read));
    return info.size;
}

// As its sender knows it.
const std::string& path_of(const ImportRequest& request) {
    return request.sent_from.empty() ? request.path : request.sent_from;
}

Result<std::string> identity_of(const Records& records, const ImportRequest& request) {
    if (request.keep_identity) {
        const auto earlier = TRY(records.came_from(request.source, path_of(request)));
        if (earlier) return earlier->import.identity;
    }
    return request.identity.empty() ? os::base_name(path_of(request)) : request.identity;
}

Result<Record> check_request(
    const ImporterParts& parts, const Records& records, const ImportRequest& request
) {
    if (!parts.deliveries.contains(request.source)) return unknown_source(parts, request.source);
    if (request.path.empty()) return Error(ErrorCode::InvalidArgument, "the path is empty");
    TRY(engine::check_encoding(request.encoding));
    Record record;
    record.import.source = request.source;
    record.import.path = path_of(request);
    if (!request.sent_from.empty()) record.import.upload = request.path;
    record.import.identity = TRY(identity_of(records, request));
    record.import.bytes_total = TRY(readable_size(*parts.files, request.path));
    record.import.queued_at = parts.clock->now();
    record.encoding = request.encoding;
    record.again = request.again;
    TRY(check_identity(record.import.identity));
    return record;
}

}  // namespace

Result<std::vector<Record>> check_requests(
    const ImporterParts& parts, const Records& records, const std::vector<ImportRequest>& requests
) {
    std::vector<Record> checked;
    std::map<std::pair<std::string, std::string>, std::string> paths;
    for (const ImportRequest& request : requests) {
        Record record = TRY(check_request(parts, records, request));
        const Import& import = record.import;
        const auto [known, added] =
            paths.try_emplace({import.source, import.identity}, import.path);
        // The second would be taken for a correction of the first.
        if (!added && known->second != import.path) {
            return Error(
                       ErrorCode::InvalidArgument,
                       known->second + " and " + import.path + " would both be \"" +
                           import.identity + "\""
            )
                .with_hint("Give each an identity of its own, or import the folder above them.");
        }
        checked.push_back(std::move(record));
    }
    return checked;
}

}  // namespace tradewind::importer

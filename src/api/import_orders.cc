#include "api/import_orders.h"

#include <map>
#include <optional>

#include "api/replies.h"
#include "base/text.h"
#include "os/filesystem.h"

namespace tradewind::api {

namespace {

constexpr std::size_t paths_max = 100'000;

// The path below landing, once links are followed; nothing: it leads elsewhere.
std::optional<std::string> below(const std::string& folder, const std::string& path) {
    const auto real_folder = os::real_path(folder);
    const auto real = os::real_path(path);
    if (!real_folder.ok() || !real.ok() || !real->starts_with(*real_folder + "/"))
        return std::nullopt;
    return real->substr(real_folder->size() + 1);
}

// A file in landing is known by its path below it.
Result<UploadedFile> landed_file(const PathRules& rules, const std::string& path) {
    const std::string full = os::join(rules.landing_folder, path);
    if (auto name = below(rules.landing_folder, full)) return UploadedFile{full, std::move(*name)};
    if (path.starts_with('/') && rules.anywhere) return UploadedFile{path, {}};
    const auto found = os::real_path(full);
    if (!found.ok() && !path.starts_with('/')) return found.error();
    return Error(ErrorCode::PermissionDenied, "the file is not in the landing folder")
        .with_detail("It is " + rules.landing_folder + ".")
        .with_hint(
            "Put the file there, send it along as multipart/form-data, or use the command "
            "tradewind import."
        );
}

// Before anything is looked for: an answer must not tell what there is above landing.
Result<void> check_path(const std::string& path) {
    for (const std::string& part : split(path, '/')) {
        if (part != "..") continue;
        return Error(ErrorCode::InvalidArgument, "the path to import holds '..'")
            .with_hint("Name it as it is below the landing folder.");
    }
    if (path.find('\0') == std::string::npos) return {};
    return Error(ErrorCode::InvalidArgument, "the path to import holds a zero byte");
}

}  // namespace

Result<UploadedFile> named_file(const std::string& path, const PathRules& rules) {
    TRY(check_path(path));
    return landed_file(rules, path);
}

namespace {

Result<void> add_path(ImportOrder& order, const json::Value& value, const PathRules& rules) {
    if (value.kind() != json::Kind::String || value.text().empty())
        return Error(ErrorCode::InvalidArgument, "a path must be text");
    order.files.push_back(TRY(named_file(value.text(), rules)));
    return {};
}

Result<void> read_paths(const json::Value& body, ImportOrder& order, const PathRules& rules) {
    if (const json::Value* path = body.find("path")) TRY(add_path(order, *path, rules));
    const json::Value* paths = body.find("paths");
    if (paths == nullptr) return {};
    if (paths->kind() != json::Kind::Array || paths->items().size() > paths_max) {
        return Error(
            ErrorCode::InvalidArgument,
            "paths must be a list of at most " + std::to_string(paths_max)
        );
    }
    for (const json::Value& path : paths->items()) TRY(add_path(order, path, rules));
    return {};
}

Result<void> check_order(const ImportOrder& order) {
    if (order.files.empty()) return Error(ErrorCode::InvalidArgument, "there is no file to import");
    if (order.source.empty() == order.package.empty()) {
        return Error(ErrorCode::InvalidArgument, "name the source, or the package, of the files");
    }
    if (!order.identity.empty() && order.files.size() > 1) {
        return Error(ErrorCode::InvalidArgument, "one identity cannot be that of several files");
    }
    return {};
}

}  // namespace

// ------------------------------------------------------------------ which source?

std::vector<const contract::Contract*> package_sources(
    const Services& services, const package::Package& package
) {
    std::vector<const contract::Contract*> sources;
    for (const package::YamlFile& file : package.sources) {
        const auto found = services.deliveries.find(file.document["source"].scalar());
        if (found != services.deliveries.end()) sources.push_back(&found->second->contract());
    }
    return sources;
}

namespace {

// Of each of them the names that it goes by.
std::string list_patterns(const std::vector<const contract::Contract*>& sources) {
    std::string list;
    for (const contract::Contract* source : sources) {
        list += (list.empty() ? "" : "; ") + source->name() + ": ";
        if (source->file_patterns().empty()) list += "none";
        for (std::size_t i = 0; i < source->file_patterns().size(); ++i)
            list += (i == 0 ? "" : ", ") + source->file_patterns()[i];
    }
    return list;
}

Result<std::vector<const contract::Contract*>> find_package_sources(
    const Services& services, const std::string& name
) {
    std::vector<std::string_view> known;
    for (const package::Package& one : services.packages) {
        if (one.name == name) return package_sources(services, one);
        known.push_back(one.name);
    }
    const auto near = nearest(name, known);
    return Error(ErrorCode::NotFound, "there is no package '" + name + "'")
        .with_hint(near ? "Did you mean '" + *near + "'?" : "");
}

Result<std::string> source_in_package(
    const Services& services, const std::string& name, const std::string& path
) {
    const auto sources = TRY(find_package_sources(services, name));
    const contract::Contract* chosen = nullptr;
    for (const contract::Contract* source : sources) {
        if (!contract::takes_file(*source, path)) continue;
        if (chosen == nullptr) {
            chosen = source;
            continue;
        }
        return Error(
                   ErrorCode::InvalidArgument,
                   os::base_name(path) + " fits two sources of package " + name
        )
            .with_detail("They are " + chosen->name() + " and " + source->name() + ".")
            .with_hint("Name the source.");
    }
    if (chosen != nullptr) return chosen->name();
    return Error(
               ErrorCode::InvalidArgument,
               os::base_name(path) + " fits no source of package " + name
    )
        .with_detail(
            sources.empty() ? "It has none."
                            : "Its sources take files by name: " + list_patterns(sources) + "."
        )
        .with_hint("Name the source, or add a pattern to its files.");
}

}  // namespace

Result<void> check_source(const Services& services, const std::string& name) {
    if (services.deliveries.contains(name)) return {};
    std::vector<std::string_view> known;
    for (const auto& [other, delivery] : services.deliveries) known.push_back(other);
    Error error(ErrorCode::NotFound, "there is no source '" + name + "'");
    const auto near = nearest(name, known);
    if (!near) return error;
    return std::move(error).with_hint("Did you mean '" + *near + "'?");
}

const std::vector<std::string_view> import_members = {
    "source", "package", "path", "paths", "encoding", "identity", "keep_identity", "again"
};

Result<ImportOrder> read_import_order(const json::Value& body, const PathRules& rules) {
    ImportOrder order;
    order.source = TRY(text_member(body, "source"));
    order.package = TRY(text_member(body, "package"));
    order.encoding = TRY(text_member(body, "encoding"));
    order.identity = TRY(text_member(body, "identity"));
    order.keep_identity = TRY(flag_member(body, "keep_identity"));
    order.again = TRY(flag_member(body, "again"));
    TRY(read_paths(body, order, rules));
    TRY(check_order(order));
    return order;
}

namespace {

Result<bool> flag_field(const std::string& name, const std::string& value) {
    if (value == "true" || value == "false") return value == "true";
    return Error(ErrorCode::InvalidArgument, name + " must be true or false");
}

// By its name alone: this process may not be able to look there.
Result<void> know_by_path(ImportOrder& order, const PathRules& rules) {
    if (order.sent_from.empty()) return {};
    if (!rules.anywhere) {
        return Error(ErrorCode::PermissionDenied, "a file that is sent along has no path here")
            .with_hint("Leave the path out; identity is what the file is known by.");
    }
    TRY(check_path(order.sent_from));
    if (!order.sent_from.starts_with('/') || order.files.size() != 1) {
        return Error(
            ErrorCode::InvalidArgument,
            "the path of a file that is sent along must be absolute, and "
            "of one file"
        );
    }
    const std::string landing = rules.landing_folder + "/";
    UploadedFile& file = order.files.front();
    file.name = rules.landing_folder.empty() || !order.sent_from.starts_with(landing)
                    ? os::base_name(order.sent_from)
                    : order.sent_from.substr(landing.size());
    return {};
}

}  // namespace

Result<ImportOrder> read_upload_order(const Upload& upload, const PathRules& rules) {
    ImportOrder order;
    const std::map<std::string_view, std::string*> texts = {
        {"source", &order.source},
        {"package", &order.package},
        {"encoding", &order.encoding},
        {"identity", &order.identity},
        {"path", &order.sent_from}
    };
    const std::map<std::string_view, bool*> flags = {
        {"again", &order.again}, {"keep_identity", &order.keep_identity}
    };
    for (const auto& [name, value] : upload.fields()) {
        const auto text = texts.find(name);
        const auto flag = flags.find(name);
        if (text == texts.end() && flag == flags.end())
            return Error(ErrorCode::InvalidArgument, "unknown field '" + name + "'");
        if (text != texts.end()) *text->second = value;
        if (flag != flags.end()) *flag->second = TRY(flag_field(name, value));
    }
    order.files = upload.files();
    TRY(check_order(order));
    TRY(know_by_path(order, rules));
    return order;
}

Result<std::vector<importer::ImportRequest>> import_requests(
    const Services& services, const ImportOrder& order
) {
    std::vector<importer::ImportRequest> requests;
    for (const UploadedFile& file : order.files) {
        importer::ImportRequest request;
        request.source = order.source;
        if (request.source.empty())
            request.source = TRY(source_in_package(
                services, order.package, file.name.empty() ? file.path : file.name
            ));
        TRY(check_source(services, request.source));
        request.path = file.path;
        request.sent_from = order.sent_from;
        request.identity = order.identity.empty() ? file.name : order.identity;
        request.encoding = order.encoding;
        request.keep_identity = order.keep_identity;
        request.again = order.again;
        requests.push_back(std::move(request));
    }
    return requests;
}

}  // namespace tradewind::api

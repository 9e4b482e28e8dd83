#include "cli/params.h"

#include <filesystem>

#include "cli/paths.h"

namespace tradewind::cli {

namespace {

Result<std::string> file_or_text(const std::string& value) {
    std::error_code unknown;
    const std::filesystem::path path(value);
    if (!std::filesystem::is_regular_file(path, unknown)) return value;
    return absolute_path(value);
}

}  // namespace

Result<json::Value> params_json(const std::vector<std::string>& params) {
    json::Value object = json::Value::object();
    for (const std::string& param : params) {
        const std::size_t equal = param.find('=');
        if (equal == 0 || equal == std::string::npos)
            return Error(ErrorCode::InvalidArgument, "a parameter is NAME=VALUE: '" + param + "'");
        object.set(param.substr(0, equal), TRY(file_or_text(param.substr(equal + 1))));
    }
    return object;
}

}  // namespace tradewind::cli

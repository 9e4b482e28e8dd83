#include "serving/yaml_shapes.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace tradewind::serving {

namespace {

bool valid_name(std::string_view name) {
    constexpr std::size_t size_max = 63;
    if (name.empty() || name.size() > size_max || name[0] < 'a' || name[0] > 'z') return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

std::string label_of(const std::string& name) {
    std::string label;
    json::append_string(label, name);
    return label + ":";
}

Result<std::string> name_of(const yaml::Node& node) {
    std::string text = TRY(node.text());
    if (valid_name(text)) return text;
    return node.error("'" + text.substr(0, 64) + "' is not a name")
        .with_hint(
            "Names are lower case letters, digits and _, begin with a letter and have at most "
            "63 characters."
        );
}

// The one member of a mapping such as {min: invoice_date}.
Result<std::pair<std::string, yaml::Node>> only_member(
    const yaml::Node& node, const char* example
) {
    if (node.kind() == yaml::Kind::Mapping && node.members().size() == 1) {
        return node.members().front();
    }
    return node.error(std::string("this must be a mapping with one key, such as ") + example);
}

Result<void> check_mapping(const yaml::Node& node, const char* what) {
    if (!node.present() || node.kind() == yaml::Kind::Mapping) return {};
    return node.error(std::string(what) + " must be a mapping of names to definitions");
}

Result<std::string> member_name(const yaml::Node& parent, const std::string& text) {
    if (valid_name(text)) return text;
    return Error(ErrorCode::InvalidArgument, "'" + text.substr(0, 64) + "' is not a name")
        .at(parent.where_key(text));
}

Result<void> check_true(const yaml::Node& node) {
    if (TRY(node.boolean())) return {};
    return node.error("this can only be true");
}

Error no_such(
    const yaml::Node& where,
    const std::string& what,
    const std::string& wanted,
    const std::vector<std::string_view>& known
) {
    Error error = where.error(what + " '" + wanted.substr(0, 64) + "'");
    const auto meant = nearest(wanted, known);
    if (!meant) return error;
    return std::move(error).with_hint("Did you mean '" + std::string(*meant) + "'?");
}

}  // namespace tradewind::serving

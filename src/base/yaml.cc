#include "base/yaml.h"

#include <array>

#include "base/text.h"
#include "base/yaml_data.h"

namespace tradewind::yaml {

namespace {

const char* describe(Kind kind) {
    switch (kind) {
        case Kind::Null:
            return "nothing";
        case Kind::Scalar:
            return "a value";
        case Kind::Sequence:
            return "a sequence";
        case Kind::Mapping:
            return "a mapping";
    }
    return "nothing";
}

std::string quoted(const std::string& text) {
    return "'" + text.substr(0, 64) + "'";
}

}  // namespace

Kind Node::kind() const {
    return data_ == nullptr ? Kind::Null : data_->kind;
}

SourceLocation Node::where() const {
    return data_ == nullptr ? SourceLocation{} : data_->where;
}

const std::string& Node::scalar() const& {
    static const std::string none;
    return data_ == nullptr ? none : data_->scalar;
}

bool Node::plain() const {
    return data_ != nullptr && data_->plain;
}

const std::vector<Node>& Node::items() const& {
    static const std::vector<Node> none;
    return data_ == nullptr ? none : data_->items;
}

const std::vector<std::pair<std::string, Node>>& Node::members() const& {
    static const std::vector<std::pair<std::string, Node>> none;
    return data_ == nullptr ? none : data_->members;
}

SourceLocation Node::where_key(std::string_view name) const {
    for (std::size_t i = 0; i < members().size(); ++i) {
        if (members()[i].first == name) return data_->key_places[i];
    }
    return where();
}

Node Node::operator[](std::string_view name) const {
    for (const auto& [key, value] : members()) {
        if (key == name) return value;
    }
    auto missing = std::make_shared<Data>();
    missing->where = where();
    missing->name = std::string(name);
    Node node;
    node.data_ = std::move(missing);
    return node;
}

// "'partitions' must be an integer, not a mapping".
Error Node::wrong_kind(const std::string& wanted) const {
    const std::string subject =
        data_ == nullptr || data_->name.empty() ? "this" : quoted(data_->name);
    if (!present()) return error(subject + " is missing; it must be " + wanted);
    const std::string found = kind() == Kind::Scalar ? quoted(scalar()) : describe(kind());
    return error(subject + " must be " + wanted + ", not " + found);
}

Result<std::string> Node::text() const {
    if (kind() != Kind::Scalar) return wrong_kind("text");
    return scalar();
}

Result<std::int64_t> Node::integer() const {
    if (kind() == Kind::Scalar && plain()) {
        if (const auto value = parse_integer(scalar())) return *value;
    }
    return wrong_kind("an integer");
}

Result<double> Node::real() const {
    if (kind() == Kind::Scalar && plain()) {
        const auto value = parse_double(scalar());
        // NaN and infinity compare with nothing sensibly; no setting means them.
        if (value && *value - *value == 0) return *value;
    }
    return wrong_kind("a number");
}

Result<bool> Node::boolean() const {
    if (kind() == Kind::Scalar && plain()) {
        static constexpr std::array<std::string_view, 3> yes = {"true", "True", "TRUE"};
        static constexpr std::array<std::string_view, 3> no = {"false", "False", "FALSE"};
        for (const auto word : yes) {
            if (scalar() == word) return true;
        }
        for (const auto word : no) {
            if (scalar() == word) return false;
        }
    }
    return wrong_kind("true or false");
}

Result<std::vector<std::string>> Node::texts() const {
    if (kind() == Kind::Scalar) return std::vector<std::string>{scalar()};
    if (kind() != Kind::Sequence) return wrong_kind("a sequence of texts");
    std::vector<std::string> out;
    out.reserve(items().size());
    for (const Node& item : items()) out.push_back(TRY(item.text()));
    return out;
}

Result<std::string> Node::text_or(std::string fallback) const {
    return present() ? text() : Result<std::string>(std::move(fallback));
}

Result<std::int64_t> Node::integer_or(std::int64_t fallback) const {
    return present() ? integer() : Result<std::int64_t>(fallback);
}

Result<bool> Node::boolean_or(bool fallback) const {
    return present() ? boolean() : Result<bool>(fallback);
}

Result<void> Node::allow_keys(std::initializer_list<std::string_view> known) const {
    for (const auto& member : members()) {
        bool found = false;
        for (const std::string_view name : known) found = found || name == member.first;
        if (found) continue;
        Error unknown = Error(ErrorCode::InvalidArgument, "unknown key " + quoted(member.first));
        std::string hint;
        if (const auto meant = nearest(member.first, known)) {
            hint = "Did you mean '" + *meant + "'?";
        } else {
            for (const std::string_view name : known)
                hint += (hint.empty() ? "Known here: " : ", ") + std::string(name);
            hint += ".";
        }
        return std::move(unknown).with_hint(std::move(hint)).at(where_key(member.first));
    }
    return {};
}

Error Node::error(std::string message) const {
    return Error(ErrorCode::InvalidArgument, std::move(message)).at(where());
}

}  // namespace tradewind::yaml

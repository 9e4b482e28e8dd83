// Checks as YAML: one mapping each, the kind as its key.
#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "quality/entry_reader.h"

namespace tradewind::quality {

namespace {

using yaml::Node;

constexpr std::size_t checks_max = 5000;

Error with_nearest(
    Error error, std::string_view name, const std::vector<std::string_view>& known, std::string all
) {
    const auto near = nearest(name, known);
    return std::move(error).with_hint(near ? "Did you mean " + *near + "?" : std::move(all));
}

std::string list_of(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

std::vector<std::string_view> kind_names() {
    std::vector<std::string_view> names;
    for (const KindSpec& spec : kind_specs()) names.push_back(spec.name);
    return names;
}

const KindSpec* find_spec(std::string_view name) {
    for (const KindSpec& spec : kind_specs()) {
        if (spec.name == name) return &spec;
    }
    return nullptr;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<void> EntryReader::find_kind() {
    if (entry_.kind() != yaml::Kind::Mapping) {
        return std::move(entry_.error("a check is written as its kind and its parameters"))
            .with_hint("For example: - not_null: [invoice_no]");
    }
    for (const auto& [key, value] : entry_.members()) {
        if (contains(common_keys(), key)) continue;
        const KindSpec* spec = find_spec(key);
        if (spec == nullptr) {
            return with_nearest(
                Error(ErrorCode::InvalidArgument, "unknown check '" + key + "'")
                    .at(entry_.where_key(key)),
                key,
                kind_names(),
                "There are " + list_of(kind_names()) + "."
            );
        }
        if (spec_ != nullptr) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "two checks in one entry: " + std::string(spec_->name) + " and " + key
            )
                .at(entry_.where_key(key))
                .with_hint("Begin each with a dash of its own.");
        }
        spec_ = spec;
        parameters_ = value;
    }
    if (spec_ != nullptr) return {};
    return std::move(entry_.error("no kind of check is named here"))
        .with_hint("There are " + list_of(kind_names()) + ".");
}

Result<void> EntryReader::allow_keys() const {
    if (parameters_.kind() != yaml::Kind::Mapping) return {};
    std::vector<std::string_view> known = spec_->keys;
    known.insert(known.end(), common_keys().begin(), common_keys().end());
    for (const auto& [key, value] : parameters_.members()) {
        const SourceLocation place = parameters_.where_key(key);
        if (!contains(known, key)) {
            return with_nearest(
                Error(
                    ErrorCode::InvalidArgument,
                    "unknown key '" + key + "' of " + std::string(spec_->name)
                )
                    .at(place),
                key,
                known,
                "There are " + list_of(known) + "."
            );
        }
        if (entry_[key].present() && contains(common_keys(), key))
            return Error(ErrorCode::InvalidArgument, key + " is said twice").at(place);
    }
    return {};
}

Node EntryReader::get(std::string_view name) const {
    if (parameters_.kind() == yaml::Kind::Mapping) {
        Node node = parameters_[name];
        if (node.present()) return node;
    }
    return contains(common_keys(), name) ? entry_[name] : Node();
}

Result<std::string> EntryReader::text_or_empty(std::string_view name) const {
    const Node node = get(name);
    if (!node.present()) return std::string();
    std::string text = TRY(node.text());
    if (trim(text).empty()) return node.error(std::string(name) + " is empty");
    return text;
}

Error EntryReader::missing(std::string_view name) const {
    const Node& at = parameters_.present() ? parameters_ : entry_;
    return std::move(at.error(std::string(spec_->name) + " needs " + std::string(name) + ":"));
}

Result<void> EntryReader::read_common(Check& check) const {
    check.kind = spec_->kind;
    check.at = entry_.where_key(spec_->name);
    check.name = TRY(text_or_empty("name"));
    if (check.name.size() > limits::field_name_bytes_max)
        return get("name").error("a name has at most 128 bytes");
    check.description = TRY(text_or_empty("description"));
    check.where = TRY(text_or_empty("where"));
    check.blocking = TRY(get("blocking").boolean_or(true));
    if (check.where.empty()) return {};
    const bool whole = check.kind == Kind::Sql || (check.kind == Kind::Type && !check.type.empty());
    if (whole) return get("where").error("where does not go with " + std::string(spec_->name));
    return {};
}

Result<void> EntryReader::read_short_form(Check& check) const {
    switch (spec_->short_form) {
        case ShortForm::Columns:
            check.columns = TRY(parameters_.texts());
            return {};
        case ShortForm::Rows:
            check.rows_min = TRY(parameters_.integer());
            check.rows_max = check.rows_min;
            return {};
        case ShortForm::Expression:
        case ShortForm::Sql: {
            const std::string text = TRY(parameters_.text());
            if (trim(text).empty())
                return parameters_.error(std::string(spec_->name) + " is empty");
            (check.kind == Kind::Sql ? check.sql : check.expression) = text;
            return {};
        }
        case ShortForm::None:
            break;
    }
    return std::move(parameters_.error(std::string(spec_->name) + " has parameters by name"))
        .with_hint("They are " + list_of(spec_->keys) + ".");
}

Result<void> EntryReader::read_columns(Check& check) const {
    if (!contains(spec_->keys, "column")) return {};
    const Node one = get("column");
    const Node many = get("columns");
    if (one.present() && many.present()) return many.error("give column: or columns:, not both");
    if (one.present()) check.columns = { TRY(one.text()) };
    if (many.present()) check.columns = TRY(many.texts());
    std::vector<std::string> sorted = check.columns;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return many.error("a column is named twice");
    if (check.columns.empty() && check.kind != Kind::SumEquals) return missing("column");
    return {};
}

Result<std::vector<Check>> EntryReader::read() {
    TRY(find_kind());
    TRY(allow_keys());
    Check check;
    check.kind = spec_->kind;
    if (parameters_.kind() == yaml::Kind::Mapping) {
        TRY(read_columns(check));
        TRY(read_kind(check));
    } else if (!parameters_.present()) {
        return missing("parameters");
    } else {
        TRY(read_short_form(check));
        if (spec_->short_form == ShortForm::Columns && check.columns.empty())
            return missing("column");
    }
    TRY(read_common(check));
    if (!spec_->per_column || check.columns.size() == 1) return std::vector<Check>{check};
    std::vector<Check> all;
    for (const std::string& column : check.columns) {
        Check& one = all.emplace_back(check);
        one.columns = {column};
        if (!one.name.empty()) one.name += "_" + column;
    }
    return all;
}

namespace {

std::string default_name(const Check& check) {
    std::string name = to_string(check.kind);
    for (const std::string& column : check.columns) name += "_" + column;
    return name;
}

// Names that nobody gave are told apart by number; those that somebody gave must differ.
Result<void> name_all(std::vector<Check>& checks) {
    std::map<std::string, int> taken;
    for (const Check& check : checks) {
        if (check.name.empty() || taken[check.name]++ == 0) continue;
        return Error(ErrorCode::InvalidArgument, "two checks are called '" + check.name + "'")
            .at(check.at)
            .with_hint("Their results are kept by name: give each its own.");
    }
    for (Check& check : checks) {
        if (!check.name.empty()) continue;
        const std::string base = default_name(check);
        check.name = base;
        for (int number = 2; taken[check.name] > 0; ++number)
            check.name = base + "_" + std::to_string(number);
        ++taken[check.name];
    }
    return {};
}

}  // namespace

Result<std::vector<Check>> parse_checks(const Node& checks) {
    std::vector<Check> all;
    if (!checks.present()) return all;
    if (checks.kind() != yaml::Kind::Sequence) {
        return std::move(checks.error("checks is a list"))
            .with_hint("For example: - not_null: [invoice_no]");
    }
    for (const Node& entry : checks.items()) {
        for (Check& check : TRY(EntryReader(entry).read())) all.push_back(std::move(check));
        if (all.size() > checks_max)
            return entry.error("too many checks for one table: at most 5,000");
    }
    TRY(name_all(all));
    return all;
}

void resolve(TableChecks& checks) {
    for (Check& check : checks.checks) {
        if (check.to && check.to->schema.empty()) check.to->schema = checks.table.schema;
    }
}

void append_checks(TableChecks& checks, TableChecks more) {
    resolve(more);
    for (Check& check : more.checks) {
        const auto taken = [&](const std::string& name) {
            return std::any_of(checks.checks.begin(), checks.checks.end(), [&](const Check& other) {
                return other.name == name;
            });
        };
        const std::string base = check.name;
        for (int number = 2; taken(check.name); ++number)
            check.name = base + "_" + std::to_string(number);
        checks.checks.push_back(std::move(check));
    }
}

Result<TableChecks> parse_checks_file(const std::string& package, const Node& document) {
    if (document.kind() != yaml::Kind::Mapping)
        return document.error("a file of checks holds table: and checks:");
    TRY(document.allow_keys({"table", "checks", "description"}));
    const Node table = document["table"];
    std::string name = TRY(table.text());
    if (name.find('.') == std::string::npos) name = package + "." + name;
    auto parsed = catalog::parse_table_name(name);
    if (!parsed.ok()) return std::move(parsed).error().at(table.where());
    TableChecks all {
        *parsed, package, TRY(parse_checks(document["checks"]))
        , table.where()
    };
    if (all.checks.empty()) return document.error("no checks are declared here");
    resolve(all);
    return all;
}

}  // namespace tradewind::quality

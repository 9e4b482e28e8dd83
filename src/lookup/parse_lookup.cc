// From `lookups:` and search files to what is held, with the place of the first fault.
#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "lookup/lookup.h"

namespace tradewind::lookup {

namespace {

constexpr std::size_t name_bytes_max = 63;

bool valid_name(std::string_view name) {
    if (name.empty() || name.size() > name_bytes_max || name[0] < 'a' || name[0] > 'z')
        return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

Result<std::string> name_of(const yaml::Node& node) {
    std::string text = TRY(node.text());
    if (valid_name(text)) return text;
    return node.error("'" + text.substr(0, name_bytes_max) + "' is not a name")
        .with_hint("Names are lower case letters, digits and _, and begin with a letter.");
}

// `column`, which answers call the same.
Result<Member> plain_member(const yaml::Node& node) {
    const std::string column = TRY(node.text());
    return Member{column, column, node.where()};
}

// `column` or {name: column}.
Result<Member> member_of(const yaml::Node& node) {
    if (node.kind() == yaml::Kind::Scalar) return plain_member(node);
    if (node.kind() != yaml::Kind::Mapping || node.members().size() != 1)
        return node.error("this must be a column, or a name and a column: {revenue: sales}");
    const auto& [name, column] = node.members().front();
    if (!valid_name(name)) return node.error("'" + name.substr(0, name_bytes_max) + "' is no name");
    return Member {
        name, TRY(column.text())
        , column.where()
    };
}

Result<std::vector<Member>> members_of(const yaml::Node& node) {
    std::vector<Member> members;
    for (const yaml::Node& item : node.items()) members.push_back(TRY(member_of(item)));
    if (members.empty()) return node.error("name one column at least");
    return members;
}

Result<catalog::TableName> table_of(const yaml::Node& node, const std::string& package) {
    const std::string text = TRY(node.text());
    if (text.find('.') == std::string::npos) return catalog::TableName{package, text};
    auto name = catalog::parse_table_name(text);
    if (!name.ok()) return node.error("'" + text.substr(0, 128) + "' is not a table's name");
    return name;
}

// Names that a record has by now; each is there once.
class Taken {
public:
    explicit Taken(std::vector<std::string> names) : names_(names.begin(), names.end()) {}

    Result<void> add(const std::string& name, const SourceLocation& at) {
        if (names_.insert(name).second) return {};
        return Error(ErrorCode::InvalidArgument, "the record has a member '" + name + "' already")
            .at(at)
            .with_hint("Give it another name: {other_name: column}.");
    }

private:
    std::set<std::string> names_;
};

Result<void> all_different(const std::vector<Member>& members, Taken& taken) {
    for (const Member& member : members) TRY(taken.add(member.name, member.at));
    return {};
}

Result<Lookup> parse_lookup(const yaml::Node& node, const std::string& package, Taken& taken) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("a lookup is a mapping with table, key and columns");
    TRY(node.allow_keys({"as", "table", "key", "columns", "many"}));
    Lookup lookup;
    lookup.table = TRY(table_of(node["table"], package));
    lookup.table_at = node["table"].where();
    lookup.key = TRY(plain_member(node["key"]));
    lookup.columns = TRY(members_of(node["columns"]));
    if (node["many"].present()) lookup.many = TRY(plain_member(node["many"]));
    if (!node["as"].present()) {
        if (lookup.many)
            return node["many"].error("a list needs a name").with_hint("Add as: name.");
        TRY(all_different(lookup.columns, taken));
        return lookup;
    }
    lookup.as = TRY(name_of(node["as"]));
    TRY(taken.add(lookup.as, node["as"].where()));
    Taken own({});
    TRY(all_different(lookup.columns, own));
    return lookup;
}

Result<std::vector<Lookup>> parse_all(
    const yaml::Node& node, const std::string& package, Taken& taken
) {
    if (node.present() && node.items().empty())
        return node.error("lookups must be a list of tables, keys and columns");
    std::vector<Lookup> lookups;
    for (const yaml::Node& item : node.items())
        lookups.push_back(TRY(parse_lookup(item, package, taken)));
    return lookups;
}

// Looks at one declaration after the other, each table asked for once.
class Examiner {
public:
    explicit Examiner(const FindColumns& find) : find_(find) {}

    void look_at(
        const catalog::TableName& table,
        const SourceLocation& table_at,
        const std::vector<const Member*>& members
    ) {
        auto [found, is_new] = columns_.try_emplace(table);
        if (is_new) found->second = find_(table);
        if (!found->second) {
            faults.push_back(
                Error(ErrorCode::InvalidArgument, "there is no table " + table.text()).at(table_at)
            );
            return;
        }
        for (const Member* member : members) look_for(table, *found->second, *member);
    }

    std::vector<Error> faults;

private:
    void look_for(
        const catalog::TableName& table,
        const std::vector<std::string>& columns,
        const Member& member
    ) {
        if (std::ranges::find(columns, member.column) != columns.end()) return;
        const auto near = nearest(member.column, {columns.begin(), columns.end()});
        faults.push_back(Error(
                             ErrorCode::InvalidArgument,
                             table.text() + " has no column '" + member.column.substr(0, 128) + "'"
        )
                             .at(member.at)
                             .with_hint(near ? "Did you mean '" + *near + "'?" : ""));
    }

    const FindColumns& find_;
    std::map<catalog::TableName, std::optional<std::vector<std::string>>> columns_;
};

void add_all(std::vector<const Member*>& to, const std::vector<Member>& members) {
    for (const Member& member : members) to.push_back(&member);
}

void examine(const std::vector<Lookup>& lookups, Examiner& examiner) {
    for (const Lookup& lookup : lookups) {
        std::vector<const Member*> members{&lookup.key};
        add_all(members, lookup.columns);
        if (lookup.many) members.push_back(&*lookup.many);
        examiner.look_at(lookup.table, lookup.table_at, members);
    }
}

}  // namespace

Result<std::vector<Lookup>> parse_lookups(
    const yaml::Node& node, const std::string& package, std::vector<std::string> taken
) {
    Taken names(std::move(taken));
    return parse_all(node, package, names);
}

bool is_search(const yaml::Node& document) {
    return document["search"].present();
}

Result<Search> parse_search(const yaml::Node& document, const std::string& package) {
    TRY(document.allow_keys({"search", "table", "key", "text", "best_by", "columns", "lookups"}));
    Search search;
    search.name = TRY(name_of(document["search"]));
    search.table = TRY(table_of(document["table"], package));
    search.table_at = document["table"].where();
    search.key = TRY(plain_member(document["key"]));
    search.text = TRY(members_of(document["text"]));
    if (document["best_by"].present()) search.best_by = TRY(plain_member(document["best_by"]));
    search.columns = TRY(members_of(document["columns"]));
    Taken taken({search.key.name});
    TRY(all_different(search.columns, taken));
    search.lookups = TRY(parse_all(document["lookups"], package, taken));
    return search;
}

std::vector<Error> faults_of(const Declared& declared, const FindColumns& columns) {
    Examiner examiner(columns);
    for (const RecordLookups& record : declared.records) examine(record.lookups, examiner);
    for (const Search& search : declared.searches) {
        std::vector<const Member*> members{&search.key};
        add_all(members, search.text);
        add_all(members, search.columns);
        if (search.best_by) members.push_back(&*search.best_by);
        examiner.look_at(search.table, search.table_at, members);
        examine(search.lookups, examiner);
    }
    return std::move(examiner.faults);
}

}  // namespace tradewind::lookup

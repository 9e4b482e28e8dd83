#include "app/sources.h"

#include <map>
#include <set>
#include <string>

namespace tradewind::app {

namespace {

using Contracts = std::map<std::string, std::shared_ptr<const contract::Contract>>;

Result<void> add_contracts(const package::Package& package, Contracts& contracts) {
    for (const package::YamlFile& file : package.sources) {
        auto contract = TRY(contract::parse_contract(file.document));
        if (!contracts.emplace(contract->name(), contract).second) {
            return file.document.error("source " + contract->name() + " is declared twice");
        }
    }
    return {};
}

Result<std::shared_ptr<const serving::TableSpec>> parse_table(
    const package::YamlFile& file, const Contracts& contracts
) {
    const std::string source = TRY(file.document["source"].text());
    const auto contract = contracts.find(source);
    if (contract == contracts.end())
        return file.document["source"].error("there is no source " + source);
    if (!contract->second->key().empty()) {
        // Serving keeps sums and lines as they come; a row that replaces another would count twice.
        return file.document["source"].error(
            "source " + source +
            " has a key, so its rows replace each other; serving tables need one without"
        );
    }
    return serving::parse_table(file.document, contract->second->output_columns());
}

// Of serving tables and of searches, which are unique among all packages.
struct Names {
    std::set<std::string> tables;
    std::set<std::string> searches;
};

Result<void> add_serving(
    const package::Package& package,
    const package::YamlFile& file,
    const Contracts& contracts,
    Names& names,
    Declarations& declared
) {
    if (lookup::is_search(file.document)) {
        auto search = TRY(lookup::parse_search(file.document, package.name));
        if (!names.searches.insert(search.name).second)
            return file.document.error("search " + search.name + " is declared twice");
        declared.lookups.searches.push_back(std::move(search));
        return {};
    }
    auto table = TRY(parse_table(file, contracts));
    const std::string name = serving::describe(*table).name;
    if (!names.tables.insert(name).second)
        return file.document.error("serving table " + name + " is declared twice");
    auto lookups = TRY(lookup::parse_lookups(
        file.document["lookups"], package.name, serving::members_of_get(*table)
    ));
    if (!lookups.empty()) declared.lookups.records.push_back({name, std::move(lookups)});
    declared.tables.push_back(std::move(table));
    return {};
}

}  // namespace

Result<Declarations> read_declarations(os::Filesystem& files, const std::string& packages_folder) {
    Declarations declared;
    declared.packages = TRY(package::load_packages(files, packages_folder));
    Contracts contracts;
    for (const package::Package& package : declared.packages)
        TRY(add_contracts(package, contracts));
    for (const auto& [name, contract] : contracts) declared.contracts.push_back(contract);
    Names names;
    for (const package::Package& package : declared.packages) {
        for (const package::YamlFile& file : package.serving)
            TRY(add_serving(package, file, contracts, names, declared));
    }
    return declared;
}

std::vector<std::pair<std::string, const contract::Contract*>> contracts_of_packages(
    const Declarations& declared
) {
    std::map<std::string, const contract::Contract*> contracts;
    for (const auto& contract : declared.contracts) contracts[contract->name()] = contract.get();
    std::vector<std::pair<std::string, const contract::Contract*>> all;
    for (const package::Package& package : declared.packages) {
        for (const package::YamlFile& file : package.sources) {
            const auto name = file.document["source"].text();
            const auto found = name.ok() ? contracts.find(*name) : contracts.end();
            if (found != contracts.end()) all.emplace_back(package.name, found->second);
        }
    }
    return all;
}

landing::Sources landing_sources(const Declarations& declared) {
    landing::Sources sources;
    for (const auto& contract : declared.contracts) landing::add_source(sources, *contract);
    for (const auto& [package, contract] : contracts_of_packages(declared))
        landing::add_to_package(sources, package, *contract);
    return sources;
}

bool has_serving_table(const Declarations& declared, const std::string& source) {
    for (const auto& table : declared.tables) {
        if (serving::describe(*table).source == source) return true;
    }
    return false;
}

}  // namespace tradewind::app

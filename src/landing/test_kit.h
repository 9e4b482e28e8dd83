// For tests: a landing folder, a clock that stands still, and the sources "shop" (CSV alone) and
// "store" (any name).
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/yaml.h"
#include "contract/contract.h"
#include "landing/landing.h"
#include "os/temporary_folder.h"

namespace tradewind::landing::testing_support {

class TwoSources {
public:
    TwoSources() : shop_(contract("shop", "files: [\"*.csv\"]\n")), store_(contract("store", "")) {}
    Sources sources() const { return {{"shop", {shop_.get()}}, {"store", {store_.get()}}}; }

private:
    static std::shared_ptr<const contract::Contract> contract(
        const std::string& name, const std::string& files
    ) {
        const std::string text =
            "source: " + name + "\nkind: files\n" + files + "fields: {id: {type: text}}\n";
        return MUST(contract::parse_contract(MUST(yaml::parse(text, name + ".yml"))));
    }

    std::shared_ptr<const contract::Contract> shop_;
    std::shared_ptr<const contract::Contract> store_;
};

class LandingFolder {
public:
    std::string path(const std::string& name = "") const {
        return folder_.path("landing") + (name.empty() ? "" : "/" + name);
    }
    std::string write(const std::string& name, const std::string& bytes) const {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }
    std::string outside(const std::string& name) const { return folder_.path(name); }

private:
    os::TemporaryFolder folder_;
};

}  // namespace tradewind::landing::testing_support

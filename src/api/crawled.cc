#include "api/crawled.h"

#include <set>

namespace tradewind::api {

namespace {

class Look {
public:
    explicit Look(const Services& services) : services_(services) {}

    // A bare name may mean a table of any schema.
    Result<void> at_use(const catalog::TableName& name) {
        if (!name.schema.empty()) return at(name);
        TRY(at({"raw", name.table}));
        for (const pipeline::Asset& asset : services_.pipeline->graph().assets) {
            if (asset.name.table == name.table) TRY(at(asset.name));
        }
        return {};
    }

private:
    Result<void> at(const catalog::TableName& name) {
        if (!seen_.insert(name).second) return {};
        const pipeline::Asset* asset = services_.pipeline->graph().find(name);
        if (asset == nullptr) {
            if (TRY(services_.catalog->crawled_version(name)) == 0) return {};
            TRY(services_.catalog->files(name));  // which looks at each
            return {};
        }
        if (asset->materialize != pipeline::Materialize::View) return {};
        for (const engine::TableUse& input : asset->inputs) TRY(at(input.name));
        return {};
    }

    const Services& services_;
    std::set<catalog::TableName> seen_;
};

}  // namespace

Result<void> check_crawled(const Services& services, const std::string& sql) {
    if (services.catalog == nullptr || services.pipeline == nullptr) return {};
    const auto uses = services.engine->tables_of(sql);
    if (!uses.ok()) return {};
    Look look(services);
    for (const engine::TableUse& use : *uses) TRY(look.at_use(use.name));
    return {};
}

}  // namespace tradewind::api

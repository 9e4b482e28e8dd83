// The tables that a recipe reads, from the catalog.
#include <set>

#include "recipe/recipe.h"

namespace tradewind::recipe {

namespace {

class Adder {
public:
    Adder(engine::Engine& engine, catalog::Catalog& catalog, engine::Work& work)
        : engine_(engine), catalog_(catalog), work_(work) {}

    Result<void> add(const catalog::TableName& name) {
        if (!present_.insert(name).second) return {};
        const catalog::TableInfo info = TRY(catalog_.show(name));
        // Why files of others cannot be read, they tell themselves.
        if (!info.damage.empty() && info.declared.kind != catalog::Kind::Crawled)
            return Error(ErrorCode::Corruption, name.text() + " is damaged")
                .with_detail(info.damage);
        if (info.declared.kind == catalog::Kind::System) {
            return Error(ErrorCode::InvalidArgument, name.text() + " is the platform's own state")
                .with_hint("A recipe reads tables of data.");
        }
        if (info.declared.kind == catalog::Kind::View) {
            // Bare names in a package's view are the package's own.
            for (engine::TableUse& use : TRY(engine_.tables_of(info.declared.sql))) {
                if (use.name.schema.empty()) use.name.schema = name.schema;
                TRY(add(use.name));
            }
            return work_.add_view(name, info.declared.sql);
        }
        if (info.declared.kind == catalog::Kind::Asset && info.version.number == 0) {
            return Error(ErrorCode::NotFound, "nothing was published as " + name.text() + " yet")
                .with_hint("Run its package first.");
        }
        return work_.add_table(TRY(catalog_.files(name)));
    }

private:
    engine::Engine& engine_;
    catalog::Catalog& catalog_;
    engine::Work& work_;
    std::set<catalog::TableName> present_;
};

}  // namespace

Result<void> add_tables(
    engine::Engine& engine, catalog::Catalog& catalog, engine::Work& work, const Recipe& recipe
) {
    Adder adder(engine, catalog, work);
    for (const catalog::TableName& name : TRY(tables_of(recipe))) {
        auto added = adder.add(name);
        if (added.ok()) continue;
        const auto place = recipe.places.find(name);
        if (place == recipe.places.end() || added.error().where()) return added;
        return std::move(added).error().at(place->second);
    }
    return {};
}

}  // namespace tradewind::recipe

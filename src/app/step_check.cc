#include <algorithm>

#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

struct Wanted {
    std::vector<catalog::TableName> tables;  // none: the package's
    bool blocking = true;                    // false: what fails is told in the message only
};

bool is_whole(const yaml::Node& tables) {
    return !tables.present() || tables.scalar() == "package";
}

// `check`, `check: package`, `check: orders`, `check: {tables: […], blocking: …}`. A bare name is
// a table of the package.
Result<Wanted> read_wanted(const std::string& package, const yaml::Node& argument) {
    Wanted wanted;
    yaml::Node tables = argument;
    if (argument.kind() == yaml::Kind::Mapping) {
        TRY(argument.allow_keys({"tables", "blocking"}));
        wanted.blocking = TRY(argument["blocking"].boolean_or(true));
        tables = argument["tables"];
    }
    if (is_whole(tables)) return wanted;
    for (const std::string& name : TRY(tables.texts())) {
        const bool is_bare = name.find('.') == std::string::npos;
        auto table = catalog::parse_table_name(is_bare ? package + "." + name : name);
        if (!table.ok()) return std::move(table).error().at(tables.where());
        wanted.tables.push_back(std::move(table).take());
    }
    return wanted;
}

class CheckStep : public schedule::StepKind {
public:
    explicit CheckStep(const StepParts& parts) : parts_(parts) {}
    std::string name() const override { return "check"; }

    Result<void> check(const std::string& package, const yaml::Node& argument) const override {
        const yaml::Node place =
            argument.kind() == yaml::Kind::Mapping ? argument["tables"] : argument;
        const Wanted wanted = TRY(read_wanted(package, argument));
        std::vector<std::string> names;
        for (const auto& contract : parts_.declared->contracts)
            names.push_back("raw." + contract->name());
        for (const pipeline::Asset& asset : parts_.graph->assets)
            names.push_back(asset.name.text());
        const std::vector<std::string_view> known(names.begin(), names.end());
        for (const catalog::TableName& table : wanted.tables) {
            if (std::ranges::find(names, table.text()) == names.end())
                return unknown_name(place, "table", table.text(), known);
        }
        return {};
    }

    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override {
        const Wanted wanted = TRY(read_wanted(order.trigger.package, order.step.argument));
        std::vector<quality::Selection> selections;
        for (const catalog::TableName& table : wanted.tables) selections.push_back({table, ""});
        if (selections.empty()) selections.push_back({std::nullopt, order.trigger.package});
        schedule::StepResult result;
        std::int64_t passed = 0;
        std::string failures;
        for (const quality::Selection& selection : selections) {
            for (const auto& report : TRY(parts_.quality->check(selection, order.cancelled))) {
                passed += report.count(quality::State::Passed);
                if (report.blocked()) {
                    failures += (failures.empty() ? "" : "; ") + report.table.text() + ": " +
                                quality::describe_failures(report);
                }
            }
        }
        result.message = format_count(passed) + " checks passed";
        if (failures.empty()) return result;
        result.message = failures;
        result.failed = wanted.blocking;
        result.notice = "failed_checks";
        return result;
    }

private:
    const StepParts parts_;
};

}  // namespace

bool means_all_checks(const yaml::Node& argument) {
    return is_whole(argument.kind() == yaml::Kind::Mapping ? argument["tables"] : argument);
}

std::shared_ptr<schedule::StepKind> make_check_step(const StepParts& parts) {
    return std::make_shared<CheckStep>(parts);
}

}  // namespace tradewind::app

#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

// `extract: dump`, a name under the package's `extracts:`.
class ExtractStep : public schedule::StepKind {
public:
    explicit ExtractStep(const StepParts& parts) : parts_(parts) {}
    std::string name() const override { return "extract"; }

    Result<void> check(const std::string& package, const yaml::Node& argument) const override {
        const std::string wanted = TRY(argument.text());
        const package::Package* one = find_package(*parts_.declared, package);
        const yaml::Node extracts = one == nullptr ? yaml::Node() : one->manifest["extracts"];
        std::vector<std::string_view> known;
        for (const auto& [name, node] : extracts.members()) known.push_back(name);
        for (const std::string_view name : known) {
            if (name == wanted) return {};
        }
        return unknown_name(argument, "extract", wanted, known);
    }

    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override {
        if (parts_.extractor == nullptr)
            return Error(ErrorCode::Unavailable, "there is no connections.yml to extract by");
        extract::DumpOrder dump;
        dump.package = order.trigger.package;
        dump.name = TRY(order.step.argument.text());
        dump.date = order.date;
        dump.give_up = [cancelled = order.cancelled] { return cancelled->load(); };
        const extract::DumpReport report = TRY(parts_.extractor->dump(dump));
        std::int64_t rows = 0;
        for (const extract::DumpedTable& table : report.tables) rows += table.row_count;
        schedule::StepResult result;
        result.message = std::to_string(report.tables.size()) + " tables of " + report.date + ", " +
                         format_count(rows) + " rows";
        return result;
    }

private:
    const StepParts parts_;
};

}  // namespace

std::shared_ptr<schedule::StepKind> make_extract_step(const StepParts& parts) {
    return std::make_shared<ExtractStep>(parts);
}

}  // namespace tradewind::app

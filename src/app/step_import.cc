#include <algorithm>
#include <set>

#include "app/steps.h"
#include "base/text.h"
#include "landing/landing.h"
#include "os/file_end.h"

namespace tradewind::app {

namespace {

using importer::ImportState;

constexpr std::int64_t wait_us = 500'000;
// A file that was changed so short a time ago may still be written: the next time takes it.
constexpr std::int64_t settle_us = 5'000'000;
constexpr std::size_t failures_told_max = 5;

bool is_over(const importer::Import& import) {
    return import.state != ImportState::Queued && import.state != ImportState::Running;
}

// `import: orders`, `import: {source: orders, folder: incoming}`.
struct Wanted {
    std::string source;
    std::string folder;  // below landing, or absolute
};

Result<Wanted> read_wanted(const yaml::Node& argument) {
    Wanted wanted;
    if (argument.kind() == yaml::Kind::Mapping) {
        TRY(argument.allow_keys({"source", "folder"}));
        wanted.source = TRY(argument["source"].text());
        wanted.folder = TRY(argument["folder"].text_or(wanted.source));
    } else {
        wanted.source = wanted.folder = TRY(argument.text());
    }
    for (const std::string& part : split(wanted.folder, '/')) {
        if (part == "..") return argument["folder"].error("the folder to import holds '..'");
    }
    return wanted;
}

struct NewFile {
    std::string path;  // absolute
    std::string identity;
    os::FileInfo info;
};

class ImportStep : public schedule::StepKind {
public:
    explicit ImportStep(const StepParts& parts) : parts_(parts) {}
    std::string name() const override { return "import"; }
    Result<void> check(const std::string& package, const yaml::Node& argument) const override;
    std::vector<std::string> effects(const std::string&, const yaml::Node& argument)
        const override {
        const auto wanted = read_wanted(argument);
        if (!wanted.ok()) return {};
        return {"table raw." + wanted->source};
    }
    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override;

private:
    const contract::Contract* find(const std::string& source) const;
    Result<std::vector<NewFile>> new_files(
        const Wanted& wanted, const contract::Contract& contract, std::size_t& waiting
    );
    Result<bool> is_known(const std::string& source, const NewFile& file);
    Result<void> remember(const std::string& source, const NewFile& file);
    Result<schedule::StepResult> bring_in(
        const std::string& source,
        const std::vector<NewFile>& found,
        const schedule::StepOrder& order
    );
    Result<importer::Import> await(std::int64_t id, const schedule::StepOrder& order);
    Result<schedule::StepResult> read_database(
        const contract::Contract& contract, const schedule::StepOrder& order
    );

    const StepParts parts_;
};

const contract::Contract* ImportStep::find(const std::string& source) const {
    for (const auto& contract : parts_.declared->contracts) {
        if (contract->name() == source) return contract.get();
    }
    return nullptr;
}

Result<void> ImportStep::check(
    [[maybe_unused]] const std::string& package, const yaml::Node& argument
) const {
    const Wanted wanted = TRY(read_wanted(argument));
    const contract::Contract* contract = find(wanted.source);
    const yaml::Node place = argument.kind() == yaml::Kind::Mapping ? argument["source"] : argument;
    if (contract == nullptr) {
        std::vector<std::string_view> known;
        for (const auto& one : parts_.declared->contracts) known.push_back(one->name());
        return unknown_name(place, "source", wanted.source, known);
    }
    if (contract->database() && argument["folder"].present())
        return argument["folder"].error("source " + wanted.source + " is read from a database");
    return {};
}

// By size and time: an unchanged file is not read again to learn that it is unchanged.
Result<bool> ImportStep::is_known(const std::string& source, const NewFile& file) {
    const auto rows = TRY(parts_.database->run(
        "SELECT 1 FROM imported_by_steps WHERE source = ? AND path = ? AND size = ? AND "
        "modified_at = ?",
        {source, file.path, static_cast<std::int64_t>(file.info.size), file.info.modified_at.micros}
    ));
    return !rows.empty();
}

Result<void> ImportStep::remember(const std::string& source, const NewFile& file) {
    TRY(parts_.database->run(
        "INSERT OR REPLACE INTO imported_by_steps VALUES (?, ?, ?, ?)",
        {source, file.path, static_cast<std::int64_t>(file.info.size), file.info.modified_at.micros}
    ));
    return {};
}

Result<std::vector<NewFile>> ImportStep::new_files(
    const Wanted& wanted, const contract::Contract& contract, std::size_t& waiting
) {
    TRY(parts_.database->run(
        "CREATE TABLE IF NOT EXISTS imported_by_steps (source TEXT NOT NULL, path TEXT NOT NULL, "
        "size INTEGER NOT NULL, modified_at INTEGER NOT NULL, PRIMARY KEY (source, path)) STRICT"
    ));
    const std::string folder = os::join(parts_.landing_folder, wanted.folder);
    const std::string landing = parts_.landing_folder + "/";
    std::vector<NewFile> found;
    for (const std::string& name : TRY(os::list_tree(*parts_.files, folder))) {
        const bool fits = contract.file_patterns().empty() || contract::takes_file(contract, name);
        if (!fits || landing::place_of(name, {}).standing == landing::Standing::Passed) continue;
        NewFile file;
        file.path = os::join(folder, name);
        file.identity = file.path.starts_with(landing) ? file.path.substr(landing.size()) : name;
        auto info = parts_.files->info(file.path);
        if (!info.ok() || info->folder) continue;
        file.info = std::move(info).take();
        if (TRY(is_known(contract.name(), file))) continue;
        const std::int64_t age_us = parts_.clock->now().micros - file.info.modified_at.micros;
        const auto whole = os::ends_well(*parts_.files, file.path);
        if ((age_us >= 0 && age_us < settle_us) || (whole.ok() && !*whole)) {
            ++waiting;
            continue;
        }
        found.push_back(std::move(file));
    }
    return found;
}

Result<importer::Import> ImportStep::await(std::int64_t id, const schedule::StepOrder& order) {
    bool asked = false;
    while (true) {
        importer::Import import = TRY(parts_.importer->wait(id, wait_us));
        if (is_over(import)) return import;
        if (!order.cancelled->load()) continue;
        if (order.leaving->load()) return Error(ErrorCode::Cancelled, "the program ends");
        // It may have ended by now: then there is nothing to cancel.
        if (!std::exchange(asked, true)) static_cast<void>(parts_.importer->cancel(id).ok());
    }
}

Result<schedule::StepResult> ImportStep::bring_in(
    const std::string& source, const std::vector<NewFile>& found, const schedule::StepOrder& order
) {
    std::vector<importer::ImportRequest> requests;
    for (const NewFile& file : found) {
        importer::ImportRequest request;
        request.source = source;
        request.path = file.path;
        request.identity = file.identity;
        requests.push_back(std::move(request));
    }
    std::int64_t rows = 0;
    std::vector<std::string> failures;
    if (!requests.empty()) {
        const auto imports = TRY(parts_.importer->submit(requests));
        for (std::size_t i = 0; i < imports.size(); ++i) {
            const importer::Import import = TRY(await(imports[i].id, order));
            rows += import.row_count;
            const bool settled = import.state == ImportState::Succeeded ||
                                 import.state == ImportState::Skipped ||
                                 import.state == ImportState::Refused;
            if (settled) TRY(remember(source, found[i]));
            if (import.state != ImportState::Succeeded && import.state != ImportState::Skipped)
                failures.push_back(import.identity + ": " + import.message);
        }
    }
    schedule::StepResult result;
    result.message = format_count(static_cast<std::int64_t>(found.size())) + " new files, " +
                     format_count(rows) + " rows";
    result.failed = !failures.empty();
    for (std::size_t i = 0; i < std::min(failures.size(), failures_told_max); ++i)
        result.message += "; " + failures[i];
    return result;
}

Result<schedule::StepResult> ImportStep::read_database(
    const contract::Contract& contract, const schedule::StepOrder& order
) {
    const auto import = TRY(parts_.bring_in(contract.name(), order.cancelled));
    schedule::StepResult result;
    result.message = "nothing is new";
    if (!import) return result;
    result.failed =
        import->state != ImportState::Succeeded && import->state != ImportState::Skipped;
    result.message = result.failed ? import->message : format_count(import->row_count) + " rows";
    return result;
}

Result<schedule::StepResult> ImportStep::carry_out(const schedule::StepOrder& order) {
    const Wanted wanted = TRY(read_wanted(order.step.argument));
    const contract::Contract* contract = find(wanted.source);
    if (contract == nullptr)
        return Error(ErrorCode::NotFound, "there is no source " + wanted.source);
    if (contract->database()) return read_database(*contract, order);
    std::size_t waiting = 0;
    const std::vector<NewFile> found = TRY(new_files(wanted, *contract, waiting));
    auto result = TRY(bring_in(contract->name(), found, order));
    if (waiting > 0)
        result.message +=
            "; " + std::to_string(waiting) + " are not whole yet and wait for next time";
    return result;
}

}  // namespace

std::shared_ptr<schedule::StepKind> make_import_step(const StepParts& parts) {
    return std::make_shared<ImportStep>(parts);
}

}  // namespace tradewind::app

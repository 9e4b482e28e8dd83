// The kinds of steps that jobs are made of: what the rooms below do, as schedules ask for it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/sources.h"
#include "crawl/crawl.h"
#include "extract/extract.h"
#include "importer/importer.h"
#include "model/model.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/secret.h"
#include "os/web_client.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"
#include "schedule/schedule.h"

namespace tradewind::app {

// To check what packages say, declarations and graph are enough; they must be there. The rest
// outlives the kinds that carry out.
struct StepParts {
    const Declarations* declared = nullptr;
    const pipeline::AssetGraph* graph = nullptr;
    pipeline::Pipeline* pipeline = nullptr;
    crawl::Crawler* crawler = nullptr;
    quality::Quality* quality = nullptr;
    importer::Importer* importer = nullptr;
    extract::Extractor* extractor = nullptr;
    model::Models* models = nullptr;
    // What is new of a source of kind database; nothing: there is nothing new.
    std::function<Result<std::optional<importer::Import>>(
        const std::string& source, const std::shared_ptr<std::atomic<bool>>& cancelled
    )>
        bring_in;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::WebClient* web = nullptr;
    os::Clock* clock = nullptr;
    os::Environment environment;
    std::string landing_folder;
    std::string lake_root;
    std::string reads_folder;  // what is read from databases waits there for the importer
};

schedule::StepKinds make_step_kinds(const StepParts& parts);

// One of each, a file each.
std::shared_ptr<schedule::StepKind> make_run_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_crawl_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_check_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_import_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_extract_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_train_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_evaluate_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_score_step(const StepParts& parts);
std::shared_ptr<schedule::StepKind> make_http_step(const StepParts& parts);

// Does this argument of a check step mean all checks of the package?
bool means_all_checks(const yaml::Node& argument);

const package::Package* find_package(const Declarations& declared, const std::string& name);
// NotFound as InvalidArgument with the node's place and the nearest name.
Error unknown_name(
    const yaml::Node& node,
    const std::string& what,
    const std::string& name,
    const std::vector<std::string_view>& known
);

}  // namespace tradewind::app

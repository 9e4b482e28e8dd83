// What the importer and the landing watch of a workspace are opened with.
#pragma once

#include "app/settings.h"
#include "app/workspace.h"
#include "importer/importer.h"
#include "lake/lake.h"
#include "landing/landing.h"

namespace tradewind::app {

// The lake outlives what is opened with them.
importer::ImportSettings import_settings(
    const Settings& settings, const WorkspacePaths& paths, lake::Lake& lake
);
landing::LandingOptions landing_options(const Settings& settings, const WorkspacePaths& paths);

}  // namespace tradewind::app

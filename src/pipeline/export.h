// Where an export is found.
#pragma once

#include <string>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Within the folder of all exports.
std::string export_path(const std::string& folder, const Asset& asset);

}  // namespace tradewind::pipeline

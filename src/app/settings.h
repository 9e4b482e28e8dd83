// The settings of a workspace: tradewind.yml, then the environment. One table
// (settings_table.cc) names each with its meaning; reading, messages and docs/SETTINGS.md come from
// it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "base/log.h"
#include "base/result.h"
#include "deliver/deliver.h"
#include "engine/engine.h"
#include "importer/importer.h"
#include "ingest/ingest.h"
#include "lake/lake.h"
#include "landing/landing.h"
#include "notify/notify.h"
#include "pipeline/pipeline.h"
#include "serving/serving.h"
#include "stream/stream.h"

namespace tradewind::app {

struct Settings {
    std::string listen = "127.0.0.1:8080";
    api::ServerOptions server;
    api::ApiOptions api;
    api::EventOptions events;
    ingest::IngestLimits ingest;
    stream::StreamOptions stream;  // name, folder and partitions come from the source
    deliver::DeliverySettings delivery;
    lake::LakeOptions lake;
    serving::ServingOptions serving;
    engine::EngineOptions engine;
    importer::ImportSettings import;
    bool watch_landing = true;
    landing::LandingOptions landing;
    pipeline::PipelineOptions pipeline;
    pipeline::OpenLineageOptions lineage;
    std::string lineage_token_file;
    notify::NotifyOptions notify;  // paths may be within the workspace
    std::int64_t drain_timeout_us = 10'000'000;
    log::Level log_level = log::Level::Info;
    log::Format log_format = log::Format::Text;
};

// `environment`: all variables of the process; those named TRADEWIND_<SECTION>_<KEY> count.
// InvalidArgument with file and line for an unknown key (and the nearest known one) or a bad value.
Result<Settings> parse_settings(
    std::string_view yaml_text,
    const std::string& file,
    const std::map<std::string, std::string>& environment
);
std::map<std::string, std::string> process_environment();

// What a new workspace's tradewind.yml says: every section explained, all values commented out.
std::string settings_template();

struct SettingDescription {
    std::string name;  // "server.listen"
    std::string default_value;
    std::string meaning;
};
std::vector<SettingDescription> describe_settings();

}  // namespace tradewind::app

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/api.h"
#include "app/app.h"
#include "app/assets.h"
#include "app/backfills.h"
#include "app/crawled_tables.h"
#include "app/database_crawl.h"
#include "app/doctor.h"
#include "app/extracts.h"
#include "app/found_imports.h"
#include "app/full_disk.h"
#include "app/import_options.h"
#include "app/lineage.h"
#include "app/listen.h"
#include "app/lookups.h"
#include "app/models.h"
#include "app/notifications.h"
#include "app/others.h"
#include "app/run_notices.h"
#include "app/run_parameters.h"
#include "app/schedules.h"
#include "app/settings.h"
#include "app/source_states.h"
#include "app/sources.h"
#include "app/starting_api.h"
#include "app/stores.h"
#include "app/upkeep.h"
#include "app/workspace.h"
#include "base/log.h"
#include "base/metrics.h"
#include "catalog/catalog.h"
#include "deliver/deliver.h"
#include "engine/engine.h"
#include "extract/extract.h"
#include "importer/importer.h"
#include "ingest/ingest.h"
#include "lake/lake.h"
#include "landing/landing.h"
#include "notify/notify.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/web_client.h"
#include "pipeline/pipeline.h"
#include "quality/quality.h"
#include "schedule/schedule.h"
#include "serving/serving.h"
#include "stream/stream.h"

namespace tradewind::app {

namespace {

// Members stand in the order of their start; they end in the reverse order.
class RunningPlatform : public Platform {
public:
    // `elsewhere`: the workspace's disk has no room; what is there is read, and nothing else done.
    RunningPlatform(const OpenOptions& options, Settings settings, Elsewhere elsewhere)
        : options_(options),
          settings_(std::move(settings)),
          elsewhere_(std::move(elsewhere)),
          paths_(paths_of(options.workspace, elsewhere_.get())) {}
    ~RunningPlatform() override { stop(); }

    Result<void> open() {
        lock_ = TRY(elsewhere_ ? own_to_read(*files_, paths_) : own_workspace(*files_, paths_));
        events_ = api::make_events(settings_.events, *clock_, metrics_);
        declared_ = TRY(read_declarations(*files_, paths_.packages));
        TRY(start_listening());
        TRY(open_stores());
        TRY(open_outward());
        streams_ = TRY(stores().open_streams(settings_, declared_, metrics_));
        TRY(open_deliveries());
        sources_.emplace(*lake_, deliveries_by_source());
        TRY(open_pipeline());
        TRY(open_doors());
        starting_api_.set(api_.get());
        log::info("ready", {{"workspace", paths_.root}, {"url", url()}});
        return {};
    }

    api::Api& api() override { return starting_api_; }
    int port() const override { return server_ ? server_->port() : 0; }
    std::string url() const override {
        return options_.listen ? "http://" + settings_.server.address + ":" + std::to_string(port())
                               : "";
    }
    void tick() override { scheduler_->tick(); }
    bool settle(std::int64_t timeout_us) override { return scheduler_->settle(timeout_us); }

    bool finish_for_others(std::int64_t timeout_us) override {
        if (options_.listen || stopped_) return true;
        if (!others_) others_.emplace(*server_, *pipeline_, [this] { bring_up_to_date(); });
        return others_->finish(timeout_us);
    }

    // The door closes first, then what is durable reaches the sinks, then the stores close.
    void stop() override {
        if (stopped_) return;
        stopped_ = true;
        if (server_) server_->stop();
        if (events_) events_->stop();
        if (api_) api_->stop();
        if (landing_) landing_->stop();
        if (scheduler_) scheduler_->stop();
        if (backfills_) backfills_->stop();
        if (models_) models_->stop();
        if (importer_) importer_->stop();
        if (pipeline_) bring_up_to_date();
        if (pipeline_) pipeline_->stop();
        if (notifier_) notifier_->stop();
        for (auto& [name, delivery] : deliveries_) delivery->stop(settings_.drain_timeout_us);
        upkeep_.reset();
        if (!elsewhere_) stop_streams(streams_);
    }

private:
    // Before recovery: whoever asks meanwhile hears "starting" instead of "connection refused".
    Result<void> start_listening() {
        api::ServerOptions options = settings_.server;
        options.control_socket = paths_.control_socket;
        if (!options_.listen) options.address.clear();
        server_ = TRY(api::start_server(options, starting_api_, metrics_));
        return {};
    }

    Result<void> open_stores() {
        database_ = TRY(stores().open_database());
        lake_ = TRY(stores().open_lake(settings_));
        engine_ = TRY(stores().open_engine(settings_, metrics_));
        serving_ = TRY(stores().open_serving(settings_, declared_, metrics_));
        return {};
    }

    Stores stores() { return {paths_, *files_, *clock_, elsewhere_ != nullptr}; }

    // Who is told of what happens, and the databases of others.
    Result<void> open_outward() {
        OutwardParts parts{
            settings_, paths_, declared_, *database_, *files_, *web_, *clock_, metrics_
        };
        parts.events = events_.get();
        parts.graph = [this] { return pipeline_ ? &pipeline_->graph() : nullptr; };
        notifier_ = TRY(open_notifications(parts));
        run_notices_.emplace(*notifier_, TRY(notifier_->list(notices_looked_at)));
        extractor_ = TRY(open_extracts(parts));
        return {};
    }

    stream::Stream* stream_of(const std::string& name) {
        const auto stream = streams_.find(name);
        return stream == streams_.end() ? nullptr : stream->second.get();
    }

    Result<void> open_deliveries() {
        std::vector<deliver::LetterSource> letter_sources;
        for (const auto& contract : declared_.contracts)
            letter_sources.push_back({contract, stream_of(contract->name())});
        dead_letters_ =
            TRY(deliver::open_dead_letters(*database_, std::move(letter_sources), metrics_));
        for (const auto& contract : declared_.contracts) {
            auto delivery =
                TRY(deliver::open_delivery(settings_.delivery, delivery_parts(contract)));
            TRY(delivery->start());
            deliveries_[contract->name()] = std::move(delivery);
        }
        return {};
    }

    deliver::DeliveryParts delivery_parts(const std::shared_ptr<const contract::Contract>& contract
    ) {
        deliver::DeliveryParts parts{contract, stream_of(contract->name()), lake_.get()};
        if (has_serving_table(declared_, contract->name())) parts.serving = serving_.get();
        parts.engine = engine_.get();
        parts.dead_letters = dead_letters_.get();
        parts.files = files_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        return parts;
    }

    // What the assets promise, checked and in order; then what is there is shown.
    Result<void> open_pipeline() {
        catalog_ = TRY(catalog::open_catalog(*lake_, *database_));
        TRY(catalog_->declare(declare_sources(declared_)));
        TRY(open_crawler());
        pipeline::AssetGraph graph = TRY(open_asset_graph(declared_, *catalog_, *engine_));
        TRY(catalog_->declare(TRY(declare_all_tables(declared_, graph, *engine_))));
        engine_->find_versions_with([catalog = catalog_.get()](
                                        const catalog::TableName& name, std::int64_t version
                                    ) { return catalog->files(name, version); });
        quality_ = TRY(quality::open_quality(
            {},
            {engine_.get(), catalog_.get(), lake_.get(), database_.get(), clock_.get(), &metrics_}
        ));
        TRY(quality_->declare(read_checks(declared_, graph)));
        const auto plan = pipeline::plan_lineage(graph, *engine_, *catalog_);
        catalog_->find_planned_with(plan);
        open_lineage_ =
            TRY(open_lineage(settings_, paths_.root, {graph, plan}, pipeline_parts(), *web_));
        pipeline::PipelineOptions options = settings_.pipeline;
        options.scratch_folder = os::join(paths_.temp, "runs");
        options.export_folder = os::join(paths_.root, "exports");
        options.refresh = options.refresh && options_.listen;
        pipeline_ =
            TRY(pipeline::open_pipeline(std::move(options), std::move(graph), pipeline_parts()));
        return pipeline_->start();
    }

    // What was crawled is there before the assets that may read it are looked at.
    Result<void> open_crawler() {
        const crawl::CrawlerOptions options = crawler_options(paths_);
        auto crawler = crawl::make_crawler(options, *catalog_, *engine_, *lake_, *files_, *clock_);
        crawler = survey_databases_too(std::move(crawler), *extractor_, *engine_, paths_.lake);
        crawler_ = tell_of_changes(std::move(crawler), [this](const auto& tables) {
            sources_->note_crawl();
            if (pipeline_) pipeline_->show_readers_of(tables);
        });
        system_tables_ = crawl::make_system_tables(*catalog_, *engine_);
        TRY(crawler_->publish_all());
        return system_tables_->refresh();
    }

    pipeline::PipelineParts pipeline_parts() {
        pipeline::PipelineParts parts;
        parts.engine = engine_.get();
        parts.catalog = catalog_.get();
        parts.lake = lake_.get();
        parts.quality = quality_.get();
        parts.database = database_.get();
        parts.files = files_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        parts.listeners.push_back(events_.get());
        parts.listeners.push_back(&*run_notices_);
        if (open_lineage_) parts.listeners.push_back(open_lineage_.get());
        parts.flush_source = flush_after_a_look(*crawler_, *catalog_, *sources_);
        parts.source_state = [this](const std::string& source) { return sources_->state(source); };
        parts.resolve_parameter = [this](const auto&... asked) {
            return run_parameters_->resolve(asked...);
        };
        return parts;
    }

    std::map<std::string, deliver::Delivery*> deliveries_by_source() const {
        std::map<std::string, deliver::Delivery*> deliveries;
        for (auto& [name, delivery] : deliveries_) deliveries[name] = delivery.get();
        return deliveries;
    }

    void bring_up_to_date() {
        if (!options_.listen && settings_.pipeline.refresh && sources_->changed())
            settle_tables(*pipeline_);
    }

    Result<void> open_doors() {
        if (!elsewhere_) upkeep_ = std::make_unique<Upkeep>(all_of(streams_), *lake_);
        TRY(open_importer());
        database_sources_.emplace(
            declared_, *extractor_, *importer_, *files_, *clock_, os::join(paths_.data, "extracts")
        );
        TRY(watch_landing());
        std::vector<ingest::Door> doors;
        for (const auto& contract : declared_.contracts)
            if (auto* stream = stream_of(contract->name())) doors.push_back({contract, stream});
        models_ = TRY(app::open_models(
            {settings_, paths_, declared_, services(), *database_, *files_, options_.listen}
        ));
        lookups_ = open_lookups(declared_, services(), options_.listen);
        scheduler_ =
            TRY(open_schedules({declared_, services(), *database_, *files_, *web_, options_}));
        backfills_ = TRY(open_backfills({declared_, services(), *database_, options_.listen}));
        if (options_.listen) TRY(pipeline_->go_on_with_waiting());
        ingest_ = ingest::make_ingest(settings_.ingest, std::move(doors), metrics_);
        events_->watch(services());
        api_ = api::make_api(settings_.api, services());
        return catalog_->declare(TRY(declare_all_tables(declared_, pipeline_->graph(), *engine_)));
    }

    Result<void> open_importer() {
        importer::ImportSettings settings = import_settings(settings_, paths_, *lake_);
        TRY(files_->create_folders(settings.temp_folder));
        TRY(find_imports(*lake_, *database_, *files_, *dead_letters_, settings));
        importer_ = TRY(importer::open_importer(
            settings, deliveries_by_source(), *database_, *files_, *clock_, metrics_
        ));
        run_parameters_.emplace(declared_, *importer_, paths_.landing);
        return elsewhere_ ? Result<void>() : importer_->start();
    }

    Result<void> watch_landing() {
        if (!options_.listen || !settings_.watch_landing) return {};
        const landing::Sources sources = landing_sources(declared_);
        landing_ = TRY(landing::open_landing_watch(
            landing_options(settings_, paths_),
            {importer_.get(), sources, database_.get(), files_.get(), clock_.get(), &metrics_}
        ));
        return landing_->start();
    }

    api::Services services() {
        api::Services services;
        services.packages = declared_.packages;
        for (auto& [name, stream] : streams_) services.streams[name] = stream.get();
        if (elsewhere_) services.only_reading = only_reading(paths_);
        if (!elsewhere_) services.deliveries = deliveries_by_source();
        services.ingest = ingest_.get();
        services.dead_letters = dead_letters_.get();
        services.serving = serving_.get();
        services.engine = engine_.get();
        services.importer = importer_.get();
        services.lake = lake_.get();
        services.catalog = catalog_.get();
        services.crawler = crawler_.get();
        services.system_tables = system_tables_.get();
        services.quality = quality_.get();
        services.pipeline = pipeline_.get();
        services.scheduler = scheduler_.get();
        services.backfills = backfills_.get();
        services.models = models_.get();
        services.lookups = lookups_.get();
        services.notifier = notifier_.get();
        services.extractor = extractor_.get();
        services.bring_in = [this](const std::string& source, const auto& cancelled) {
            return database_sources_->bring_in(source, cancelled);
        };
        services.events = events_.get();
        services.metrics = &metrics_;
        services.clock = clock_.get();
        services.upload_folder = paths_.uploads;
        services.landing_folder = paths_.landing;
        services.temp_folder = paths_.temp;
        services.disk_reserve_bytes = settings_.stream.disk_reserve_bytes;
        services.ready = [] { return true; };  // before that, StartingApi answers
        services.doctor = [workspace = paths_.root] { return doctor_report(workspace); };
        services.version = version();
        return services;
    }

    const OpenOptions options_;
    const Settings settings_;
    const Elsewhere elsewhere_;
    const WorkspacePaths paths_;
    bool stopped_ = false;
    const std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    const std::shared_ptr<os::Clock> clock_ =
        options_.clock ? options_.clock : os::make_system_clock();
    MetricsRegistry metrics_;
    std::unique_ptr<os::Lock> lock_;
    StartingApi starting_api_;
    std::unique_ptr<api::Events> events_;
    Declarations declared_;
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<serving::Serving> serving_;
    Streams streams_;
    std::unique_ptr<deliver::DeadLetters> dead_letters_;
    std::map<std::string, std::unique_ptr<deliver::Delivery>> deliveries_;
    std::optional<SourceStates> sources_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<crawl::Crawler> crawler_;
    std::unique_ptr<crawl::SystemTables> system_tables_;
    std::unique_ptr<quality::Quality> quality_;
    const std::unique_ptr<os::WebClient> web_ = os::make_web_client();
    std::unique_ptr<notify::Notifier> notifier_;
    std::optional<RunNotices> run_notices_;
    std::unique_ptr<extract::Extractor> extractor_;
    std::unique_ptr<pipeline::RunListener> open_lineage_;
    std::optional<RunParameters> run_parameters_;
    std::unique_ptr<pipeline::Pipeline> pipeline_;
    std::unique_ptr<Upkeep> upkeep_;
    std::unique_ptr<importer::Importer> importer_;
    std::optional<DatabaseSources> database_sources_;
    std::unique_ptr<landing::LandingWatch> landing_;
    std::unique_ptr<model::Models> models_;
    std::unique_ptr<lookup::Lookups> lookups_;
    std::unique_ptr<schedule::Scheduler> scheduler_;
    std::unique_ptr<schedule::Backfills> backfills_;
    std::unique_ptr<ingest::Ingest> ingest_;
    std::unique_ptr<api::Api> api_;
    std::unique_ptr<api::Server> server_;  // opened early, and the first to go
    std::optional<Others> others_;
};

Result<std::unique_ptr<Platform>> open_with(
    const OpenOptions& options, Settings settings, Elsewhere elsewhere
) {
    auto platform =
        std::make_unique<RunningPlatform>(options, std::move(settings), std::move(elsewhere));
    TRY(platform->open());
    return std::unique_ptr<Platform>(std::move(platform));
}

}  // namespace

Result<std::unique_ptr<Platform>> open_platform(const OpenOptions& options) {
    Settings settings = TRY(load_settings(options.workspace));
    if (!options.listen_override.empty()) TRY(override_listen(settings, options.listen_override));
    if (options.listen) TRY(require_loopback(settings.server.address));
    // A command that runs the platform for itself alone tells its outcome in its own words.
    const bool quiet = !options.listen && settings.log_level == log::Level::Info;
    log::configure(quiet ? log::Level::Warn : settings.log_level, settings.log_format);
    const auto files = os::make_posix_filesystem();
    const WorkspacePaths paths(options.workspace);
    if (!has_no_room(*files, paths)) {
        auto opened = open_with(options, settings, nullptr);
        if (opened.ok() || !is_full(*files, paths)) return opened;
    }
    if (options.listen) return disk_is_full(*files, paths);
    auto elsewhere = TRY(RoomElsewhere::find());
    log::warn(only_reading(paths), {});
    return open_with(options, only_to_read(std::move(settings)), std::move(elsewhere));
}

}  // namespace tradewind::app

#include "app/settings.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/yaml.h"
#include "os/process.h"

namespace tradewind::app {

namespace {

constexpr std::string_view environment_prefix = "TRADEWIND_";
// Variables of ours that are no settings.
constexpr std::string_view other_variables[] = {
    "TRADEWIND_WORKSPACE", "TRADEWIND_TEST_DATA", "TRADEWIND_SEEDS"
};

struct Setting {
    std::string_view section;
    std::string_view key;
    std::string_view default_text;
    std::string_view meaning;
    std::function<Result<void>(Settings&, std::string_view)> set;
};

using Setter = std::function<Result<void>(Settings&, std::string_view)>;

Error not_a(std::string_view text, std::string_view what, std::string_view example) {
    return Error(
               ErrorCode::InvalidArgument,
               "\"" + std::string(text) + "\" is not " + std::string(what)
    )
        .with_hint("Write it like " + std::string(example) + ".");
}

// A setter for the member that `member(settings)` gives, in bytes, microseconds or plain numbers.
template <typename F>
Setter bytes(F member) {
    return [member](Settings& settings, std::string_view text) -> Result<void> {
        const auto value = parse_bytes(text);
        if (!value.ok() || *value < 0) return not_a(text, "a size", "512MiB");
        member(settings) = static_cast<std::decay_t<decltype(member(settings))>>(*value);
        return {};
    };
}

template <typename F>
Setter duration(F member) {
    return [member](Settings& settings, std::string_view text) -> Result<void> {
        const auto value = parse_duration_us(text);
        if (!value.ok() || *value < 0) return not_a(text, "a duration", "90s, 15m or 24h");
        member(settings) = *value;
        return {};
    };
}

template <typename F>
Setter count(F member, std::int64_t min, std::int64_t max) {
    return [member, min, max](Settings& settings, std::string_view text) -> Result<void> {
        const auto value = parse_integer(text);
        if (!value || *value < min || *value > max) {
            return not_a(
                text,
                "a whole number from " + std::to_string(min) + " to " + std::to_string(max),
                std::to_string(min)
            );
        }
        member(settings) = static_cast<std::decay_t<decltype(member(settings))>>(*value);
        return {};
    };
}

Setter words(std::vector<std::pair<std::string_view, std::function<void(Settings&)>>> choices) {
    return
        [choices = std::move(choices)](Settings& settings, std::string_view text) -> Result<void> {
            std::string list;
            for (const auto& [word, apply] : choices) {
                if (word == text) {
                    apply(settings);
                    return {};
                }
                list += (list.empty() ? "" : ", ") + std::string(word);
            }
            return not_a(text, "one of: " + list, choices.front().first);
        };
}

Result<void> set_listen(Settings& settings, std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const auto port =
        colon == std::string_view::npos ? std::nullopt : parse_integer(text.substr(colon + 1));
    if (!port || *port < 0 || *port > 65'535 || colon == 0)
        return not_a(text, "an address with a port", "127.0.0.1:8080");
    settings.listen = text;
    settings.server.address = text.substr(0, colon);
    settings.server.port = static_cast<int>(*port);
    return {};
}

#define MEMBER(expression) [](Settings& s) -> auto& { return s.expression; }

const std::vector<Setting>& all_settings() {
    constexpr std::int64_t many = 1'000'000'000;
    static const std::vector<Setting> settings = {
        {"server",
         "listen",
         "127.0.0.1:8080",
         "Address and port of the HTTP server. Anything but loopback is refused until tokens "
         "exist.",
         set_listen},
        {"server",
         "io_threads",
         "1",
         "Threads that move bytes between sockets and the program.",
         count(MEMBER(server.io_threads), 1, 64)},
        {"server",
         "worker_threads",
         "4",
         "Threads for queries and other longer operations.",
         count(MEMBER(api.worker_threads), 1, 256)},
        {"server",
         "worker_queue",
         "1024",
         "Longer operations that may wait; more are answered 503.",
         count(MEMBER(api.worker_queue_max), 1, many)},
        {"server",
         "connections",
         "16384",
         "Connections held at once.",
         count(MEMBER(server.connections_max), 1, many)},
        {"server",
         "body_bytes",
         "16MiB",
         "Largest request body, as received and unpacked; larger is answered 413.",
         [](Settings& all, std::string_view text) -> Result<void> {
             TRY(bytes(MEMBER(server.body_bytes_max))(all, text));
             all.ingest.body_bytes_max = all.server.body_bytes_max;
             return {};
         }},
        {"server",
         "upload_bytes",
         "64GiB",
         "Largest uploaded file.",
         bytes(MEMBER(server.upload_bytes_max))},
        {"server",
         "header_timeout",
         "10s",
         "How long a client may take to send a request's head.",
         duration(MEMBER(server.header_timeout_us))},
        {"server",
         "body_timeout",
         "60s",
         "How long a body may stand still.",
         duration(MEMBER(server.body_timeout_us))},
        {"server",
         "idle_timeout",
         "75s",
         "How long an idle connection is kept.",
         duration(MEMBER(server.idle_timeout_us))},
        {"server",
         "drain_timeout",
         "10s",
         "How long a stop waits for the sinks to take what is durable.",
         duration(MEMBER(drain_timeout_us))},

        {"ingest",
         "records",
         "100000",
         "Records in one request.",
         count(MEMBER(ingest.records_max), 1, many)},

        {"stream",
         "segment_bytes",
         "64MiB",
         "Size at which a segment of a stream is sealed.",
         bytes(MEMBER(stream.segment_bytes_max))},
        {"stream",
         "append_queue_bytes",
         "64MiB",
         "Bytes that may wait to be written; more are answered 503.",
         bytes(MEMBER(stream.append_queue_bytes_max))},
        {"stream",
         "retention_age",
         "7d",
         "Segments older than this go, once every sink has read them.",
         duration(MEMBER(stream.retention_age_us))},
        {"stream",
         "retention_bytes",
         "0",
         "Segments beyond this size go, oldest first, once every sink has read them; 0: no limit.",
         bytes(MEMBER(stream.retention_bytes_max))},
        {"stream",
         "idempotency_window",
         "24h",
         "How long an idempotency key is remembered.",
         duration(MEMBER(stream.idempotency_window_us))},
        {"stream",
         "idempotency_keys",
         "1000000",
         "How many of them are remembered.",
         count(MEMBER(stream.idempotency_keys_max), 1, many)},

        {"disk",
         "reserve",
         "256MiB",
         "With less free disk than this, ingest answers 503; sinks and retention go on.",
         bytes(MEMBER(stream.disk_reserve_bytes))},

        {"delivery",
         "raw_flush_bytes",
         "64MiB",
         "Raw files are finished at this size (before compression) …",
         bytes(MEMBER(delivery.raw_flush_bytes))},
        {"delivery",
         "raw_flush_age",
         "60s",
         "… or this age.",
         duration(MEMBER(delivery.raw_flush_age_us))},
        {"delivery",
         "table_flush_rows",
         "1000000",
         "Hot rows of a SQL table are written to Parquet at this number …",
         count(MEMBER(delivery.table_flush_rows), 1, many)},
        {"delivery",
         "table_flush_age",
         "5m",
         "… or this age.",
         duration(MEMBER(delivery.table_flush_age_us))},
        {"delivery",
         "batch_records",
         "50000",
         "Records that a sink takes at once.",
         count(MEMBER(delivery.batch_records_max), 1, 1'000'000)},
        {"delivery",
         "import_rejections",
         "100000",
         "A file with more bad rows than this is refused as a whole.",
         count(MEMBER(delivery.import_rejections_max), 0, many)},

        {"lake",
         "version_retention",
         "7d",
         "Table versions older than this go …",
         duration(MEMBER(lake.version_retention_us))},
        {"lake",
         "versions_kept",
         "10",
         "… but the newest are kept, at least this many.",
         count(MEMBER(lake.versions_kept_min), 1, 1'000'000)},

        {"serving",
         "cache_bytes",
         "128MiB",
         "Memory for look-ups.",
         bytes(MEMBER(serving.cache_bytes))},
        {"serving",
         "memtable_bytes",
         "64MiB",
         "Memory for writes that are not yet in files.",
         bytes(MEMBER(serving.memtable_bytes))},

        {"engine",
         "memory_limit",
         "1GiB",
         "Memory of the SQL engine, all roles together.",
         bytes(MEMBER(engine.memory_bytes_max))},
        {"engine",
         "query_memory_limit",
         "25% of the machine, at most 2GiB",
         "Memory of it for user SQL and hot rows.",
         bytes(MEMBER(engine.user_memory_bytes_max))},
        {"engine",
         "temp_limit",
         "4GiB",
         "Disk that SQL may spill to.",
         bytes(MEMBER(engine.temp_bytes_max))},
        {"engine",
         "threads",
         "all cores",
         "Threads of the SQL engine.",
         count(MEMBER(engine.threads), 1, 1024)},

        {"import",
         "memory_limit",
         "512MiB",
         "Memory for reading one file.",
         bytes(MEMBER(import.memory_bytes_max))},
        {"import",
         "batch_rows",
         "65536",
         "Rows that are delivered at once.",
         count(MEMBER(import.batch_rows), 1, 10'000'000)},

        {"log",
         "level",
         "info",
         "debug, info, warn, error or off.",
         words(
             {{"info", [](Settings& s) { s.log_level = log::Level::Info; }},
              {"debug", [](Settings& s) { s.log_level = log::Level::Debug; }},
              {"warn", [](Settings& s) { s.log_level = log::Level::Warn; }},
              {"error", [](Settings& s) { s.log_level = log::Level::Error; }},
              {"off", [](Settings& s) { s.log_level = log::Level::Off; }}}
         )},
        {"log",
         "format",
         "text",
         "text or json.",
         words(
             {{"text", [](Settings& s) { s.log_format = log::Format::Text; }},
              {"json", [](Settings& s) { s.log_format = log::Format::Json; }}}
         )},
    };
    return settings;
}

#undef MEMBER

Settings default_settings() {
    Settings settings;
    constexpr std::uint64_t user_memory_max = 2ull << 30;
    settings.engine.user_memory_bytes_max =
        std::min<std::uint64_t>(os::memory_bytes_total() / 4, user_memory_max);
    settings.engine.memory_bytes_max = std::max<std::uint64_t>(
        settings.engine.memory_bytes_max, settings.engine.user_memory_bytes_max + (512ull << 20)
    );
    settings.engine.threads = os::cpu_count();
    return settings;
}

const Setting* find(std::string_view section, std::string_view key) {
    for (const Setting& setting : all_settings()) {
        if (setting.section == section && setting.key == key) return &setting;
    }
    return nullptr;
}

std::vector<std::string_view> section_names() {
    std::vector<std::string_view> names;
    for (const Setting& setting : all_settings()) {
        if (std::find(names.begin(), names.end(), setting.section) == names.end())
            names.push_back(setting.section);
    }
    return names;
}

std::vector<std::string_view> key_names(std::string_view section) {
    std::vector<std::string_view> names;
    for (const Setting& setting : all_settings()) {
        if (setting.section == section) names.push_back(setting.key);
    }
    return names;
}

Error unknown(
    const std::string& what, std::string_view name, const std::vector<std::string_view>& known
) {
    Error error(ErrorCode::InvalidArgument, "unknown " + what + " " + std::string(name));
    if (const auto near = nearest(name, known))
        return std::move(error).with_hint("Did you mean " + *near + "?");
    std::string list;
    for (const std::string_view one : known) list += (list.empty() ? "" : ", ") + std::string(one);
    return std::move(error).with_hint("Known are: " + list + ".");
}

Result<void> read_section(const std::string& section, const yaml::Node& node, Settings& settings) {
    if (!node.present()) return {};  // all of its keys commented out
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("section " + section + " must hold keys and values");
    for (const auto& [key, value] : node.members()) {
        const Setting* setting = find(section, key);
        if (setting == nullptr)
            return unknown("setting in section " + section + ":", key, key_names(section))
                .at(node.where_key(key));
        auto set = setting->set(settings, TRY(value.text()));
        if (!set.ok()) return std::move(set).error().in(section + "." + key).at(value.where());
    }
    return {};
}

Result<void> read_yaml(std::string_view text, const std::string& file, Settings& settings) {
    const yaml::Node document = TRY(yaml::parse(text, file));
    if (!document.present()) return {};
    if (document.kind() != yaml::Kind::Mapping)
        return document.error("settings must be sections with keys and values");
    const auto sections = section_names();
    for (const auto& [name, node] : document.members()) {
        if (std::find(sections.begin(), sections.end(), name) == sections.end()) {
            return unknown("section", name, sections).at(document.where_key(name));
        }
        TRY(read_section(name, node, settings));
    }
    return {};
}

std::string variable_name(const Setting& setting) {
    std::string name = std::string(environment_prefix) + std::string(setting.section) + "_" +
                       std::string(setting.key);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    return name;
}

Result<void> read_environment(
    const std::map<std::string, std::string>& environment, Settings& settings
) {
    std::map<std::string, const Setting*> by_variable;
    std::vector<std::string_view> known;
    for (const Setting& setting : all_settings()) by_variable[variable_name(setting)] = &setting;
    for (const auto& [name, setting] : by_variable) known.push_back(name);
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(environment_prefix)) continue;
        if (std::find(std::begin(other_variables), std::end(other_variables), name) !=
            std::end(other_variables))
            continue;
        const auto found = by_variable.find(name);
        if (found == by_variable.end()) return unknown("environment variable", name, known);
        auto set = found->second->set(settings, value);
        if (!set.ok()) return std::move(set).error().in("environment variable " + name);
    }
    return {};
}

}  // namespace

Result<Settings> parse_settings(
    std::string_view yaml_text,
    const std::string& file,
    const std::map<std::string, std::string>& environment
) {
    Settings settings = default_settings();
    TRY(read_yaml(yaml_text, file, settings));
    TRY(read_environment(environment, settings));
    return settings;
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equal = text.find('=');
        if (equal != std::string_view::npos)
            variables.emplace(text.substr(0, equal), text.substr(equal + 1));
    }
    return variables;
}

std::string settings_template() {
    std::string text =
        "# Settings of this workspace. What is commented out is the default.\n"
        "# TRADEWIND_<SECTION>_<KEY> in the environment overrides a setting.\n";
    std::string_view section;
    for (const Setting& setting : all_settings()) {
        if (setting.section != section) {
            section = setting.section;
            text += "\n" + std::string(section) + ":\n";
        }
        text += "  # " + std::string(setting.meaning) + "\n  # " + std::string(setting.key) + ": " +
                std::string(setting.default_text) + "\n";
    }
    return text;
}

std::vector<SettingDescription> describe_settings() {
    std::vector<SettingDescription> descriptions;
    for (const Setting& setting : all_settings()) {
        descriptions.push_back(
            {std::string(setting.section) + "." + std::string(setting.key),
             std::string(setting.default_text),
             std::string(setting.meaning)}
        );
    }
    return descriptions;
}

}  // namespace tradewind::app

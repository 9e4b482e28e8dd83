#include "app/settings.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "app/settings_table.h"
#include "base/text.h"
#include "base/yaml.h"
#include "os/process.h"

namespace tradewind::app {

namespace {

constexpr std::string_view environment_prefix = "TRADEWIND_";

// What both settings say when they say nothing; the rest of the engine's share is for its own work.
constexpr std::uint64_t user_memory_default_max = 2ull << 30;
constexpr std::uint64_t engine_memory_default_min = 1ull << 30;
constexpr std::uint64_t engine_work_bytes = 384ull << 20;
constexpr std::uint64_t engine_work_bytes_min = 32ull << 20;

Settings automatic_settings() {
    Settings settings;
    settings.engine.memory_bytes_max = auto_value;
    settings.engine.user_memory_bytes_max = auto_value;
    settings.engine.threads = auto_value;
    return settings;
}

// What is "auto" becomes the figure for this machine.
void fit_to_machine(engine::EngineOptions& engine) {
    if (engine.threads == auto_value) engine.threads = os::cpu_count();
    std::uint64_t& all = engine.memory_bytes_max;
    std::uint64_t& user = engine.user_memory_bytes_max;
    if (user == auto_value) {
        user = std::min<std::uint64_t>(os::memory_bytes_total() / 4, user_memory_default_max);
        if (all != auto_value) user = std::min(user, all / 2);
    }
    if (all == auto_value) all = std::max(engine_memory_default_min, user + engine_work_bytes);
}

// What no single setting can know: their combinations.
Result<void> check_together(const Settings& settings) {
    const auto& engine = settings.engine;
    if (engine.memory_bytes_max < engine.user_memory_bytes_max + engine_work_bytes_min) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "engine.memory_limit must be larger than engine.query_memory_limit, which is a "
                   "part of it"
        )
            .with_hint("Leave " + format_bytes(engine_work_bytes_min) + " or more beside it.");
    }
    if (settings.server.body_bytes_max > settings.stream.append_queue_bytes_max) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "server.body_bytes is larger than stream.append_queue_bytes: the largest bodies "
                   "could never be taken"
        )
            .with_hint("Raise stream.append_queue_bytes as well.");
    }
    return {};
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

// A variable of a section of ours, or nearly one of ours by what follows the prefix, which says
// nothing itself. Others that begin alike are somebody else's: Kubernetes makes
// TRADEWIND_PORT_80_TCP for a service of our name.
bool meant_for_us(const std::string& name, const std::vector<std::string_view>& known) {
    const std::string own = name.substr(environment_prefix.size());
    std::vector<std::string_view> known_ends;
    for (const std::string_view full : known) {
        known_ends.push_back(full.substr(environment_prefix.size()));
    }
    if (nearest(own, known_ends)) return true;
    const auto sections = section_names();
    return std::any_of(sections.begin(), sections.end(), [&](std::string_view section) {
        return to_lower_ascii(own).starts_with(std::string(section) + "_");
    });
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
        const auto found = by_variable.find(name);
        if (found == by_variable.end()) {
            if (!meant_for_us(name, known)) continue;
            return unknown("environment variable", name, known);
        }
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
    Settings settings = automatic_settings();
    TRY(read_yaml(yaml_text, file, settings));
    TRY(read_environment(environment, settings));
    fit_to_machine(settings.engine);
    settings.pipeline.kernel_memory_bytes_max = settings.engine.memory_bytes_max / 4;
    settings.pipeline.kernel_threads = settings.engine.threads;
    TRY(check_together(settings));
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

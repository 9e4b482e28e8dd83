#include "app/settings.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "app/settings_table.h"
#include "base/text.h"
#include "os/process.h"

namespace tradewind::app {

namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t second_us = 1'000'000;

Result<Settings> parse(std::string_view yaml, const Environment& environment = {}) {
    return parse_settings(yaml, "tradewind.yml", environment);
}

std::string problem(std::string_view yaml, const Environment& environment = {}) {
    const auto settings = parse(yaml, environment);
    return settings.ok() ? "no problem" : settings.error().describe();
}

// A setting, a value other than its default, and where it ends up.
struct Case {
    std::string name;
    std::string text;
    std::function<std::int64_t(const Settings&)> read;
    std::int64_t expected;
};

#define READ(member) [](const Settings& s) { return static_cast<std::int64_t>(s.member); }

std::vector<Case> cases() {
    return {
        {"server.listen", "127.0.0.2:9000", READ(server.port), 9000},
        {"server.io_threads", "3", READ(server.io_threads), 3},
        {"server.worker_threads", "9", READ(api.worker_threads), 9},
        {"server.worker_queue", "7", READ(api.worker_queue_max), 7},
        {"server.slow_threads", "5", READ(api.slow_threads), 5},
        {"server.slow_queue", "3", READ(api.slow_queue_max), 3},
        {"server.connections", "99", READ(server.connections_max), 99},
        {"server.event_clients", "7", READ(events.clients_max), 7},
        {"server.events_kept", "70", READ(events.kept_max), 70},
        {"server.body_bytes", "2MiB", READ(server.body_bytes_max), 2 * mib},
        {"server.upload_bytes", "1GiB", READ(server.upload_bytes_max), 1024 * mib},
        {"server.header_timeout", "250ms", READ(server.header_timeout_us), 250'000},
        {"server.body_timeout", "2m", READ(server.body_timeout_us), 120 * second_us},
        {"server.idle_timeout", "1h", READ(server.idle_timeout_us), 3600 * second_us},
        {"server.drain_timeout", "0s", READ(drain_timeout_us), 0},
        {"ingest.records", "500", READ(ingest.records_max), 500},
        {"stream.segment_bytes", "8MiB", READ(stream.segment_bytes_max), 8 * mib},
        {"stream.append_queue_bytes", "32MiB", READ(stream.append_queue_bytes_max), 32 * mib},
        {"stream.retention_age", "1d", READ(stream.retention_age_us), 86'400 * second_us},
        {"stream.retention_bytes", "3MiB", READ(stream.retention_bytes_max), 3 * mib},
        {"stream.idempotency_window", "1h", READ(stream.idempotency_window_us), 3600 * second_us},
        {"stream.idempotency_keys", "10", READ(stream.idempotency_keys_max), 10},
        {"disk.reserve", "1MiB", READ(stream.disk_reserve_bytes), mib},
        {"delivery.raw_flush_bytes", "1MiB", READ(delivery.raw_flush_bytes), mib},
        {"delivery.raw_flush_age", "5s", READ(delivery.raw_flush_age_us), 5 * second_us},
        {"delivery.table_flush_rows", "1000", READ(delivery.table_flush_rows), 1000},
        {"delivery.table_flush_age", "6s", READ(delivery.table_flush_age_us), 6 * second_us},
        {"delivery.batch_records", "100", READ(delivery.batch_records_max), 100},
        {"delivery.import_rejections", "0", READ(delivery.import_rejections_max), 0},
        {"lake.version_retention", "2d", READ(lake.version_retention_us), 172'800 * second_us},
        {"lake.versions_kept", "3", READ(lake.versions_kept_min), 3},
        {"serving.cache_bytes", "16MiB", READ(serving.cache_bytes), 16 * mib},
        {"serving.memtable_bytes", "8MiB", READ(serving.memtable_bytes), 8 * mib},
        {"engine.memory_limit", "8GiB", READ(engine.memory_bytes_max), 8192 * mib},
        {"engine.query_memory_limit", "64MiB", READ(engine.user_memory_bytes_max), 64 * mib},
        {"engine.temp_limit", "1GiB", READ(engine.temp_bytes_max), 1024 * mib},
        {"engine.threads", "77", READ(engine.threads), 77},
        {"import.memory_limit", "256MiB", READ(import.memory_bytes_max), 256 * mib},
        {"import.batch_rows", "1000", READ(import.batch_rows), 1000},
        {"import.watch", "off", READ(watch_landing), 0},
        {"import.watch_scan", "5s", READ(landing.scan_interval_us), 5'000'000},
        {"pipeline.refresh", "off", READ(pipeline.refresh), 0},
        {"pipeline.kernels", "off", READ(pipeline.kernels), 0},
        {"pipeline.run_timeout", "1h", READ(pipeline.run_timeout_us), 3'600'000'000},
        {"pipeline.parallel", "4", READ(pipeline.parallel), 4},
        {"pipeline.runs_at_once", "3", READ(pipeline.runs_at_once), 3},
        {"pipeline.retries", "0", READ(pipeline.retries), 0},
        {"pipeline.retry_delay", "1m", READ(pipeline.retry_delay_us), 60'000'000},
        {"pipeline.runs_kept", "10", READ(pipeline.runs_kept), 10},
        {"lineage.openlineage_file", "events.ndjson", READ(lineage.file.size()), 13},
        {"lineage.openlineage_url", "https://a.example/b?c", READ(lineage.url.size()), 21},
        {"lineage.openlineage_token_file", "/run/token", READ(lineage_token_file.size()), 10},
        {"lineage.namespace", "shop", READ(lineage.job_namespace.size()), 4},
        {"mail.server", "mail.example.org:587", READ(notify.mail.server.size()), 20},
        {"mail.folder", "mails", READ(notify.mail.folder.size()), 5},
        {"mail.from", "Shop <a@b.example>", READ(notify.mail.from.size()), 18},
        {"mail.tls", "tls", READ(notify.mail.tls), static_cast<std::int64_t>(notify::MailTls::Tls)},
        {"mail.ca_file", "ca.pem", READ(notify.mail.ca_file.size()), 6},
        {"mail.user", "shop", READ(notify.mail.user.size()), 4},
        {"mail.password_file", "/run/mail", READ(notify.mail_password_file.size()), 9},
        {"mail.password_env", "SMTP_PASSWORD", READ(notify.mail_password_env.size()), 13},
        {"notices.timeout", "5s", READ(notify.timeout_us), 5'000'000},
        {"notices.attempts", "3", READ(notify.attempts_max), 3},
        {"notices.retry_delay", "1s", READ(notify.retry_first_us), 1'000'000},
        {"log.level", "error", READ(log_level), static_cast<std::int64_t>(log::Level::Error)},
        {"log.format", "json", READ(log_format), static_cast<std::int64_t>(log::Format::Json)},
    };
}

#undef READ

std::pair<std::string, std::string> section_and_key(const std::string& name) {
    const std::size_t dot = name.find('.');
    return {name.substr(0, dot), name.substr(dot + 1)};
}

std::string yaml_of(const std::string& name, const std::string& text) {
    const auto [section, key] = section_and_key(name);
    return section + ":\n  " + key + ": " + text + "\n";
}

std::string variable_of(const std::string& name) {
    const auto [section, key] = section_and_key(name);
    std::string variable = "TRADEWIND_" + section + "_" + key;
    for (char& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return variable;
}

std::string default_of(const std::string& name) {
    for (const SettingDescription& setting : describe_settings()) {
        if (setting.name == name) return setting.default_value;
    }
    return "";
}

TEST(Settings, EverySettingIsTestedHere) {
    // Proves that a setting cannot be added without a case below, by comparing names.
    std::set<std::string> tested;
    std::set<std::string> there;
    for (const Case& one : cases()) tested.insert(one.name);
    for (const SettingDescription& setting : describe_settings()) there.insert(setting.name);
    EXPECT_EQ(tested, there);
}

TEST(Settings, EveryOneIsReadFromTheFileAndTheEnvironmentWins) {
    // Proves for each setting that the file's value arrives where it is used, and that the
    // environment's value replaces it.
    for (const Case& one : cases()) {
        SCOPED_TRACE(one.name);
        const auto from_file = parse(yaml_of(one.name, one.text));
        ASSERT_TRUE(from_file.ok()) << from_file.error().describe();
        EXPECT_EQ(one.read(*from_file), one.expected);
        EXPECT_NE(one.read(*parse("")), one.expected) << "the case proves nothing";
        const auto overridden =
            parse(yaml_of(one.name, default_of(one.name)), {{variable_of(one.name), one.text}});
        ASSERT_TRUE(overridden.ok()) << overridden.error().describe();
        EXPECT_EQ(one.read(*overridden), one.expected);
    }
}

TEST(Settings, WhatAWorkspaceSaysIsTheDefaultIsTheDefault) {
    // Proves that the values in the comments of a new tradewind.yml are true and can be written.
    const Settings defaults = *parse("");
    for (const Case& one : cases()) {
        SCOPED_TRACE(one.name);
        const auto written = parse(yaml_of(one.name, default_of(one.name)));
        ASSERT_TRUE(written.ok()) << written.error().describe();
        EXPECT_EQ(one.read(*written), one.read(defaults));
    }
}

TEST(Settings, ANewWorkspacesFileCanBeReadAsItIsAndUncommented) {
    // Proves that the template is valid before and after a user takes every default out of its
    // comment.
    const std::string text = settings_template();
    EXPECT_TRUE(parse(text).ok());
    std::string uncommented;
    for (const std::string_view line : split(text, '\n')) {
        const bool value = line.starts_with("  # ") && line.find(": ") != std::string_view::npos &&
                           line.substr(4).find_first_of(" :") == line.substr(4).find(':');
        uncommented += (value ? "  " + std::string(line.substr(4)) : std::string(line)) + "\n";
    }
    EXPECT_EQ(problem(uncommented), "no problem") << uncommented;
}

TEST(Settings, UnknownNamesAreErrorsThatSuggestTheNearest) {
    // Proves that a typing error is found, with its place and what was probably meant.
    EXPECT_EQ(
        problem("log:\n  level: info\nserver:\n  listn: x\n"),
        "tradewind.yml:4:3: unknown setting in section server: listn. Did you mean listen?"
    );
    EXPECT_EQ(
        problem("\nsevrer:\n  listen: 127.0.0.1:1\n"),
        "tradewind.yml:2:1: unknown section sevrer. Did you mean server?"
    );
    EXPECT_EQ(
        problem("", {{"TRADEWIND_SERVER_LISTN", "x"}}),
        "unknown environment variable TRADEWIND_SERVER_LISTN. Did you mean "
        "TRADEWIND_SERVER_LISTEN?"
    );
    const std::string far = problem("log:\n  colour_of_the_sky: blue\n");
    EXPECT_NE(far.find("Known are: level, format."), std::string::npos) << far;
}

TEST(Settings, OtherVariablesAreLeftAlone) {
    // Proves that only variables of ours are judged, and of those not what names the workspace.
    // The common prefix makes no name near to another (TRADEWIND_KILLS is no TRADEWIND_MAIL_TLS).
    for (const char* other :
         {"PATH",
          "TRADEWIND_WORKSPACE",
          "tradewind_x",
          "TRADEWIND_KILLS",
          "TRADEWIND_SEEDS",
          "TRADEWIND_FUZZ_SECONDS",
          "TRADEWIND_BINARY",
          "TRADEWIND_TEST_DATA",
          "TRADEWIND_PORT_80_TCP"}) {
        const auto settings = parse("", {{other, "1"}});
        EXPECT_TRUE(settings.ok()) << settings.error().describe();
    }
    EXPECT_FALSE(parse("", {{"TRADEWIND_SEVER_LISTEN", "127.0.0.1:1"}}).ok());
}

TEST(Settings, BadValuesAreRefusedWithPlaceAndExample) {
    // Proves that hostile and careless values give an error at their line, never a wrong number.
    const std::pair<const char*, const char*> bad[] = {
        {"server:\n  io_threads: 0", "tradewind.yml:2:15: server.io_threads: \"0\" is not"},
        {"server:\n  io_threads: 65", "whole number from 1 to 64"},
        {"server:\n  io_threads: 2.5", "whole number"},
        {"server:\n  io_threads: -1", "whole number"},
        {"server:\n  io_threads: 99999999999999999999", "whole number"},
        {"server:\n  io_threads: ''", "whole number"},
        {"server:\n  io_threads: [1]", "tradewind.yml:2"},
        {"server:\n  io_threads:", "tradewind.yml"},
        {"server:\n  body_bytes: 1 MiBs", "is not a size"},
        {"lineage:\n  openlineage_url: ftp://a/b", "tradewind.yml:2:20: lineage.openlineage_url: "},
        {"lineage:\n  openlineage_url: http://u:p@a/b", "must not hold a user or a password"},
        {"lineage:\n  openlineage_url: a.example", "https://example.org/path"},
        {"lineage:\n  namespace: ' '", "a text on one line"},
        {"lineage:\n  openlineage_file: ''", "a text on one line"},
        {"mail:\n  server: mail.example.org", "mail.example.org:587"},
        {"mail:\n  from: nobody", "not a mail address"},
        {"mail:\n  tls: maybe", "is not one of: starttls, tls, none"},
        {"server:\n  body_bytes: -1MiB", "is not a size"},
        {"server:\n  body_bytes: 1", "a size of at least 1.0 KiB"},
        {"server:\n  body_bytes: 99999999999TiB", "is not a size"},
        {"stream:\n  append_queue_bytes: 0", "a size of at least 1.0 MiB"},
        {"server:\n  body_timeout: 0s", "a duration of at least 1.0 ms"},
        {"server:\n  body_timeout: 10", "is not a duration"},
        {"server:\n  body_timeout: nan", "is not a duration"},
        {"log:\n  level: loud", "is not one of: info, debug, warn, error, off"},
        {"log:\n  format: xml", "is not one of: text, json"},
        {"engine:\n  threads: all", "whole number"},
        {"server: 8080", "tradewind.yml:1"},
        {"- server", "sections with keys and values"},
        {"server:\n  listen: a\n  listen: b", "tradewind.yml:3"},
        {"server: [1, 2", "tradewind.yml"},
        {"server:\n\tlisten: x", "tradewind.yml:2"},
    };
    for (const auto& [yaml, said] : bad) {
        const std::string text = problem(yaml);
        EXPECT_NE(text.find(said), std::string::npos) << yaml << "\n→ " << text;
    }
    EXPECT_EQ(
        problem("", {{"TRADEWIND_LOG_LEVEL", "loud"}}),
        "environment variable TRADEWIND_LOG_LEVEL: \"loud\" is not one of: info, debug, warn, "
        "error, off. Write it like info."
    );
}

TEST(Settings, AnAddressHasAPort) {
    // Proves that what to listen on is taken apart at the last colon, and nothing is guessed.
    for (const char* bad : {"here", ":8080", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", ""}) {
        const std::string text = problem("", {{"TRADEWIND_SERVER_LISTEN", bad}});
        EXPECT_NE(text.find("an address with a port"), std::string::npos) << bad << ": " << text;
    }
    const Settings settings = *parse("server:\n  listen: '[::1]:0'");
    EXPECT_EQ(settings.server.address, "[::1]");
    EXPECT_EQ(settings.server.port, 0);
}

TEST(Settings, WhatIsAutomaticFitsTheMachineAndWhatWasSaid) {
    // Proves the sentences about "auto" in the table: shares of memory never exceed the whole.
    const engine::EngineOptions automatic = parse("")->engine;
    EXPECT_EQ(automatic.threads, os::cpu_count());
    EXPECT_EQ(
        automatic.user_memory_bytes_max,
        std::min<std::uint64_t>(os::memory_bytes_total() / 4, 2048 * mib)
    );
    EXPECT_GE(automatic.memory_bytes_max, automatic.user_memory_bytes_max + 384 * mib);
    const engine::EngineOptions small = parse("engine:\n  memory_limit: 256MiB")->engine;
    EXPECT_EQ(small.user_memory_bytes_max, 128 * mib);
    const engine::EngineOptions large = parse("engine:\n  query_memory_limit: 4GiB")->engine;
    EXPECT_EQ(large.memory_bytes_max, 4480 * mib);
}

TEST(Settings, CombinationsThatCannotWorkAreRefused) {
    // Proves that settings which are fine one by one, and not together, are refused at the start.
    EXPECT_NE(
        problem("engine:\n  memory_limit: 1GiB\n  query_memory_limit: 1GiB\n")
            .find("engine.memory_limit must be larger"),
        std::string::npos
    );
    EXPECT_NE(
        problem("server:\n  body_bytes: 128MiB\n").find("stream.append_queue_bytes"),
        std::string::npos
    );
}

}  // namespace

}  // namespace tradewind::app

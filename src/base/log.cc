#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>

namespace tradewind::log {

namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::Debug:
            return spdlog::level::debug;
        case Level::Info:
            return spdlog::level::info;
        case Level::Warn:
            return spdlog::level::warn;
        case Level::Error:
            return spdlog::level::err;
        case Level::Off:
            return spdlog::level::off;
    }
    return spdlog::level::info;
}

// The one logger of the process: where lines go is a property of the process, like stderr itself.
class Output {
public:
    Output() : logger_("tradewind", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
        configure(Level::Info, Format::Text);
    }

    void configure(Level level, Format format) {
        format_.store(format, std::memory_order_relaxed);
        const bool json = format == Format::Json;
        logger_.set_formatter(std::make_unique<spdlog::pattern_formatter>(
            json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ",%v})" : "%Y-%m-%dT%H:%M:%S.%fZ %v",
            spdlog::pattern_time_type::utc
        ));
        logger_.set_level(to_spdlog(level));
    }
    bool wanted(Level level) const { return logger_.should_log(to_spdlog(level)); }
    Format format() const { return format_.load(std::memory_order_relaxed); }
    void write(Level level, const std::string& line) {
        logger_.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
    }

private:
    spdlog::logger logger_;
    std::atomic<Format> format_{Format::Text};
};

Output& output() {
    static Output instance;
    return instance;
}

}  // namespace

void configure(Level level, Format format) {
    output().configure(level, format);
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
    if (level == Level::Off || !output().wanted(level)) return;
    output().write(level, format_line(output().format(), level, message, fields));
}

}  // namespace tradewind::log

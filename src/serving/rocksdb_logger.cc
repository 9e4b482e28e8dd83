#include <rocksdb/env.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "base/log.h"
#include "serving/rocksdb_adapter.h"

namespace tradewind::serving {

namespace {

constexpr std::size_t line_bytes_max = 1024;

class ToOurLog : public rocksdb::Logger {
public:
    ToOurLog() : Logger(rocksdb::WARN_LEVEL) {}
    using Logger::Logv;

    void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list values) override {
        if (level >= rocksdb::ERROR_LEVEL && level != rocksdb::HEADER_LEVEL) {
            log::warn("the serving store reports a fault", {{"text", line(format, values)}});
        } else if (level == rocksdb::WARN_LEVEL) {
            log::debug("the serving store warns", {{"text", line(format, values)}});
        }
    }
    void Logv(const char* format, va_list values) override {
        Logv(rocksdb::WARN_LEVEL, format, values);
    }

private:
    static std::string line(const char* format, va_list values) {
        std::array<char, line_bytes_max> text{};
        const int size = std::vsnprintf(text.data(), text.size(), format, values);
        return {text.data(), std::clamp<std::size_t>(size < 0 ? 0 : size, 0, text.size() - 1)};
    }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> make_rocksdb_logger() {
    return std::make_shared<ToOurLog>();
}

}  // namespace tradewind::serving

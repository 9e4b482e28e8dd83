// Structured logs on stderr: one line an event, fields as key=value or JSON. ERROR: data lost or a
// person is needed; WARN: unexpected but recovered; INFO: an operator's action worked; DEBUG:
// never per record. Secrets never go in.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tradewind::log {

enum class Level { Debug, Info, Warn, Error, Off };
enum class Format { Text, Json };

struct Field {
    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, long long v) : name(n), value(std::to_string(v)), numeric(true) {}
    Field(std::string_view n, long v) : Field(n, static_cast<long long>(v)) {}
    Field(std::string_view n, int v) : Field(n, static_cast<long long>(v)) {}
    Field(std::string_view n, unsigned long v) : name(n), value(std::to_string(v)), numeric(true) {}
    std::string name;
    std::string value;
    bool numeric = false;
};

// Once, at the start of the process. Callable from any thread afterwards.
void configure(Level level, Format format);
void write(Level level, std::string_view message, std::initializer_list<Field> fields);
// What write() puts after the time: text "INFO  message key=value", or JSON members without braces.
std::string format_line(
    Format format, Level level, std::string_view message, std::initializer_list<Field> fields
);

inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Debug, message, fields);
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Info, message, fields);
}
inline void warn(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Warn, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::Error, message, fields);
}

}  // namespace tradewind::log

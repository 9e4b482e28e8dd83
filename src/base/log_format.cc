// The line of an event, without its time (log.h).
#include <algorithm>

#include "base/json.h"
#include "base/log.h"

namespace tradewind::log {

namespace {

const char* name_of(Level level) {
    switch (level) {
        case Level::Debug:
            return "debug";
        case Level::Info:
            return "info";
        case Level::Warn:
            return "warn";
        case Level::Error:
            return "error";
        case Level::Off:
            return "off";
    }
    return "info";
}

bool needs_quotes(std::string_view value) {
    return value.empty() || std::any_of(value.begin(), value.end(), [](char c) {
               return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' ||
                      c == '\x7f';
           });
}

// A line is an event: what came from outside must not be able to begin another one.
std::string one_line(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
    }
    return out;
}

std::string format_text(
    Level level, std::string_view message, std::initializer_list<Field> fields
) {
    std::string line = name_of(level);
    std::transform(line.begin(), line.end(), line.begin(), [](char c) {
        return static_cast<char>(c - 'a' + 'A');
    });
    line.resize(6, ' ');
    line += one_line(message);
    for (const Field& field : fields) {
        line.push_back(' ');
        line += field.name;
        line.push_back('=');
        if (needs_quotes(field.value)) {
            json::append_string(line, field.value);
        } else {
            line += field.value;
        }
    }
    return line;
}

// Members of an object without its braces: the time is put before them.
std::string format_json(
    Level level, std::string_view message, std::initializer_list<Field> fields
) {
    std::string line;
    json::Writer out(line);
    out.key("level");
    out.string(name_of(level));
    out.key("message");
    out.string(message);
    for (const Field& field : fields) {
        out.key(field.name);
        field.numeric ? out.number_text(field.value) : out.string(field.value);
    }
    return line;
}

}  // namespace

std::string format_line(
    Format format, Level level, std::string_view message, std::initializer_list<Field> fields
) {
    return format == Format::Json ? format_json(level, message, fields)
                                  : format_text(level, message, fields);
}

}  // namespace tradewind::log

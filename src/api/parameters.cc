#include "api/parameters.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::api {

namespace {

bool escapes_are_whole(std::string_view text) {
    for (std::size_t at = text.find('%'); at != std::string_view::npos;
         at = text.find('%', at + 3)) {
        if (at + 2 >= text.size()) return false;
        if (std::isxdigit(static_cast<unsigned char>(text[at + 1])) == 0) return false;
        if (std::isxdigit(static_cast<unsigned char>(text[at + 2])) == 0) return false;
    }
    return true;
}

Result<std::string> decode(std::string_view raw, bool plus_is_space, std::string_view what) {
    if (!escapes_are_whole(raw)) {
        return Error(ErrorCode::InvalidArgument, "bad percent escape in " + std::string(what));
    }
    std::string text = url_decode(raw, plus_is_space);
    if (!valid_utf8(text) || text.find('\0') != std::string::npos) {
        return Error(ErrorCode::InvalidArgument, std::string(what) + " is not UTF-8 text");
    }
    return text;
}

const Parameter* find_parameter(const Operation& operation, In in, std::string_view name) {
    for (const Parameter& parameter : operation.parameters) {
        if (parameter.in == in && parameter.name == name) return &parameter;
    }
    return nullptr;
}

Error unknown_parameter(const Operation& operation, const std::string& name) {
    std::vector<std::string_view> known;
    std::string names;
    for (const Parameter& parameter : operation.parameters) {
        if (parameter.in != In::Query) continue;
        known.push_back(parameter.name);
        names += (names.empty() ? "" : ", ") + parameter.name;
    }
    Error error(ErrorCode::InvalidArgument, "unknown parameter '" + name + "'");
    if (const auto near = nearest(name, known)) {
        return std::move(error).with_hint("Did you mean '" + *near + "'?");
    }
    return std::move(error).with_hint(
        names.empty() ? "There are none here." : "There are: " + names + "."
    );
}

Result<void> check_integer(const Parameter& parameter, const std::string& value) {
    const auto number = parse_integer(value);
    if (!number) {
        return Error(
            ErrorCode::InvalidArgument, parameter.name + ": '" + value + "' is not an integer"
        );
    }
    if (*number >= parameter.min && *number <= parameter.max) return {};
    const bool open_end = parameter.max == std::numeric_limits<std::int64_t>::max();
    const std::string least = std::to_string(parameter.min);
    return Error(ErrorCode::InvalidArgument, parameter.name + ": " + value + " is out of range")
        .with_hint(
            open_end ? "It is at least " + least + "."
                     : "It can be from " + least + " to " + std::to_string(parameter.max) + "."
        );
}

Result<void> check_value(const Parameter& parameter, const std::string& value) {
    if (parameter.type == ValueType::Integer) return check_integer(parameter, value);
    if (parameter.type == ValueType::Timestamp) {
        if (parse_iso(value).ok()) return {};
        return Error(ErrorCode::InvalidArgument, parameter.name + ": '" + value + "' is not a time")
            .with_hint("Write it as 2010-12-01T08:26:00, in UTC.");
    }
    if (parameter.choices.empty()) return {};
    if (std::find(parameter.choices.begin(), parameter.choices.end(), value) !=
        parameter.choices.end())
        return {};
    std::string choices;
    for (const std::string& choice : parameter.choices)
        choices += (choices.empty() ? "" : ", ") + choice;
    return Error(
               ErrorCode::InvalidArgument,
               parameter.name + ": '" + value + "' is not one of its values"
    )
        .with_hint("It can be " + choices + ".");
}

Result<void> read_path(const Operation& operation, const RouteMatch& match, Arguments& arguments) {
    std::size_t at = 0;
    for (const Parameter& parameter : operation.parameters) {
        if (parameter.in != In::Path) continue;
        CHECK(at < match.value_count);
        auto value = TRY(decode(match.values[at++], false, parameter.name));
        TRY(check_value(parameter, value));
        arguments.add(parameter.name, std::move(value));
    }
    return {};
}

Result<void> read_pair(const Operation& operation, std::string_view pair, Arguments& arguments) {
    const std::size_t equals = pair.find('=');
    const auto name = TRY(decode(pair.substr(0, equals), true, "a parameter's name"));
    const Parameter* parameter = find_parameter(operation, In::Query, name);
    if (parameter == nullptr) return unknown_parameter(operation, name);
    if (arguments.find(parameter->name) != nullptr) {
        return Error(ErrorCode::InvalidArgument, "parameter '" + name + "' is given twice");
    }
    const std::string_view raw =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    auto value = TRY(decode(raw, true, parameter->name));
    TRY(check_value(*parameter, value));
    arguments.add(parameter->name, std::move(value));
    return {};
}

}  // namespace

Parameter path_parameter(std::string name, std::string description, std::string example) {
    return {
        .name = std::move(name),
        .in = In::Path,
        .required = true,
        .description = std::move(description),
        .example = std::move(example)
    };
}

Parameter id_parameter(std::string description) {
    return {
        .name = "id",
        .in = In::Path,
        .type = ValueType::Integer,
        .required = true,
        .description = std::move(description),
        .example = "1",
        .min = 1
    };
}

void let_wait(Operation& operation, std::string description) {
    constexpr std::int64_t wait_ms_max = 60'000;
    operation.parameters.push_back(
        {.name = "wait_ms",
         .type = ValueType::Integer,
         .description = std::move(description),
         .example = "0",
         .min = 0,
         .max = wait_ms_max}
    );
    operation.runs_for = [](const Call& call) {
        return wait_us_of(call) > 0 ? Runs::Waits : Runs::Worker;
    };
}

std::int64_t wait_us_of(const Call& call) {
    return 1000 * call.arguments.integer_or("wait_ms", 0);
}

Target split_target(std::string_view target) {
    if (target.starts_with("http://") || target.starts_with("https://")) {
        const std::size_t slash = target.find('/', target.find("//") + 2);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    target = target.substr(0, target.find('#'));
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

Result<void> check_target(std::string_view target) {
    if (target.find('#') != std::string_view::npos) {
        return Error(ErrorCode::InvalidArgument, "the request's target holds a '#'")
            .with_hint("Write it as %23, or leave out what a browser keeps to itself.");
    }
    if (escapes_are_whole(split_target(target).path)) return {};
    return Error(ErrorCode::InvalidArgument, "bad percent escape in the path")
        .with_hint("Write a % as %25.");
}

Result<Arguments> read_arguments(
    const Operation& operation, const RouteMatch& match, std::string_view query
) {
    Arguments arguments;
    TRY(read_path(operation, match, arguments));
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (!pair.empty()) TRY(read_pair(operation, pair, arguments));
    }
    for (const Parameter& parameter : operation.parameters) {
        if (parameter.in == In::Query && parameter.required &&
            arguments.find(parameter.name) == nullptr) {
            return Error(
                       ErrorCode::InvalidArgument, "parameter '" + parameter.name + "' is missing"
            )
                .with_hint(parameter.description);
        }
    }
    return arguments;
}

}  // namespace tradewind::api

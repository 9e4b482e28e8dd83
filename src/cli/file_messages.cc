#include "cli/file_messages.h"

#include <map>
#include <string_view>

namespace tradewind::cli {

namespace {

// Behind the first sentence; empty: there is no more than that.
std::string_view rest_of(std::string_view message) {
    const auto end = message.find(". ");
    return end == std::string_view::npos ? std::string_view() : message.substr(end + 2);
}

}  // namespace

std::string tell_of_files(const std::vector<std::pair<std::string, std::string>>& messages) {
    std::map<std::string_view, int> counts;
    for (const auto& [name, message] : messages) ++counts[rest_of(message)];
    std::string text;
    std::string once;
    for (const auto& [name, message] : messages) {
        const std::string_view rest = rest_of(message);
        int& count = counts[rest];
        if (rest.empty() || count == 1) {
            text.append(name).append(": ").append(message).append("\n");
            continue;
        }
        const std::size_t first = message.size() - rest.size() - 2;
        text.append(name).append(": ").append(message, 0, first).append("\n");
        if (count > 0) once.append(rest).append("\n");
        count = 0;
    }
    return text + once;
}

}  // namespace tradewind::cli

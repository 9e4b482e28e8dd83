#include "engine/distinct_files.h"

#include "base/hash.h"

namespace tradewind::engine {

namespace {

// A table has one set of files a version: far fewer of them are read before the program ends.
constexpr std::size_t tables_max = 10'000;

// Each part is preceded by its length: no two lists are alike.
std::string identity(const catalog::TableFiles& table) {
    std::string text;
    const auto add = [&](const std::string& part) {
        text += std::to_string(part.size()) + ":" + part;
    };
    for (const std::string& column : table.key) add(column);
    text += "\n";
    for (const std::string& file : table.files) add(file);
    return hash128(text);
}

}  // namespace

bool DistinctFiles::contains(const catalog::TableFiles& table) const {
    return found_.with_lock([name = identity(table)](const auto& found) {
        return found.contains(name);
    });
}

void DistinctFiles::add(const catalog::TableFiles& table) {
    found_.with_lock([name = identity(table)](auto& found) {
        if (found.size() >= tables_max) found.clear();
        found.insert(name);
    });
}

}  // namespace tradewind::engine

#include "landing/handed_over.h"

namespace tradewind::landing {

Result<HandedOver> HandedOver::open(os::Database& database) {
    TRY(database.run(
        "CREATE TABLE IF NOT EXISTS landing_files (name TEXT PRIMARY KEY, size INTEGER "
        "NOT NULL, modified_at INTEGER NOT NULL) STRICT"
    ));
    HandedOver handed(database);
    for (const os::SqlRow& row :
         TRY(database.run("SELECT name, size, modified_at FROM landing_files"))) {
        handed.files_[os::text_of(row[0])] = {
            static_cast<std::uint64_t>(os::integer_of(row[1])), os::integer_of(row[2])
        };
    }
    return handed;
}

bool HandedOver::holds(const LandedFile& file) const {
    const auto known = files_.find(file.name);
    return known != files_.end() && known->second.size == file.size &&
           known->second.modified_us == file.modified_at.micros;
}

Result<void> HandedOver::add(const std::vector<LandedFile>& files) {
    TRY(database_->transaction([&]() -> Result<void> {
        for (const LandedFile& file : files) {
            TRY(database_->run(
                "INSERT OR REPLACE INTO landing_files VALUES (?, ?, ?)",
                {file.name, static_cast<std::int64_t>(file.size), file.modified_at.micros}
            ));
        }
        return {};
    }));
    for (const LandedFile& file : files) files_[file.name] = {file.size, file.modified_at.micros};
    return {};
}

std::vector<std::string> HandedOver::names() const {
    std::vector<std::string> names;
    for (const auto& [name, state] : files_) names.push_back(name);
    return names;
}

Result<void> HandedOver::forget(const std::vector<std::string>& names) {
    if (names.empty()) return {};
    TRY(database_->transaction([&]() -> Result<void> {
        for (const std::string& name : names)
            TRY(database_->run("DELETE FROM landing_files WHERE name = ?", {name}));
        return {};
    }));
    for (const std::string& name : names) files_.erase(name);
    return {};
}

}  // namespace tradewind::landing

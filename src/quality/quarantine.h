// Failing rows in the lake: quarantine/<package>/<table>, in SQL quarantine.<package>__<table>.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "quality/quality.h"
#include "quality/run.h"

namespace tradewind::quality {

// Methods: any thread.
class Quarantine {
public:
    Quarantine(engine::Engine& engine, lake::Lake& lake, std::size_t files_kept)
        : engine_(engine), lake_(lake), files_kept_(files_kept) {}

    // What lies there already becomes visible to SQL.
    Result<void> publish_all();
    // One file of a run's kept rows; runs beyond the newest ones go. Returns the SQL name.
    Result<std::string> add(
        engine::Work& work, const std::vector<KeptRows>& kept, const Report& report
    );

    static catalog::TableName table_of(const std::string& dataset);

private:
    Result<lake::DataFile> write(
        engine::Work& work, const std::string& sql, const std::string& path
    );
    Result<void> publish(const std::string& dataset, const lake::Version& version);

    engine::Engine& engine_;
    lake::Lake& lake_;
    const std::size_t files_kept_;
    std::mutex mutex_;  // one commit at a time
};

}  // namespace tradewind::quality

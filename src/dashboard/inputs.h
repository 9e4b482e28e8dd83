// What a statement reads: its tables, and the stored ones behind them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

// The package's tables that a statement calls by bare names, and the others that it names.
struct TablesNamed {
    std::set<std::string> bare;
    std::vector<catalog::TableName> others;
};
// InvalidArgument: it is not one SELECT.
Result<TablesNamed> tables_named(engine::Engine& engine, const std::string& sql);

struct Sources {
    std::vector<catalog::TableName> stored;  // views looked through
    // False: something is read that changes without a new version (rows of a stream that are in no
    // file yet, the platform's own state).
    bool lasting = true;
    bool found = true;  // all of it is there
};

// Any thread; packages do not change while the platform runs, so that it asks once.
class Inputs {
public:
    Inputs(engine::Engine& engine, catalog::Catalog& catalog)
        : engine_(engine), catalog_(catalog) {}

    // Of a statement as it is declared.
    Result<TablesNamed> tables_of(const std::string& sql);
    Sources sources_of(const Definition& definition, const TablesNamed& named);
    // As they are now. One that is not there any more has version 0.
    std::vector<Input> versions_of(const Sources& sources);

private:
    void look_behind(const catalog::TableName& name, Sources& sources, int depth);
    void add(const catalog::TableName& name, Sources& sources);
    engine::Engine& engine_;
    catalog::Catalog& catalog_;
    Guarded<std::map<std::string, TablesNamed>> named_;  // by statement
    Guarded<std::map<catalog::TableName, Sources>> behind_;
};

}  // namespace tradewind::dashboard

// The columns of filters' statements, planned once each.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

// Any thread.
class FilterTypes {
public:
    explicit FilterTypes(engine::Engine& engine) : engine_(engine) {}
    Result<std::vector<engine::ResultColumn>> columns(
        const Definition& definition, const Filter& filter
    );
    // Of the column `value`. InvalidArgument: there is none.
    Result<std::string> value_type(const Definition& definition, const Filter& filter);

private:
    engine::Engine& engine_;
    Guarded<std::map<std::string, std::vector<engine::ResultColumn>>> known_;
};

}  // namespace tradewind::dashboard

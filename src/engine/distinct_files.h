// Which tables' files hold no key twice, so that nobody looks for the latest of equal keys there
// again. Files never change: what was found once holds for as long as the program runs.
#pragma once

#include <set>
#include <string>

#include "base/guarded.h"
#include "catalog/catalog.h"

namespace tradewind::engine {

// Any thread.
class DistinctFiles {
public:
    bool contains(const catalog::TableFiles& table) const;
    void add(const catalog::TableFiles& table);

private:
    Guarded<std::set<std::string>> found_;  // by files and key
};

}  // namespace tradewind::engine

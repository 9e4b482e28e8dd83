// The files that the tables of a folder are known to have, in byte order of their paths, page by
// page: they may be very many.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace tradewind::crawl {

// One thread.
class KnownFiles {
public:
    struct Entry {
        std::size_t table = 0;  // place among those added
        catalog::CrawledFile file;
    };

    // Only files below `scope` when it ends in '/', else only that file.
    KnownFiles(catalog::Catalog& catalog, std::string scope)
        : catalog_(catalog), scope_(std::move(scope)) {}
    Result<void> add_table(const catalog::TableName& name);
    // The next one, which is left there; nullptr: that was all.
    const Entry* peek() const { return next_ ? &*next_ : nullptr; }
    Result<void> pop();

private:
    struct Source {
        catalog::TableName name;
        std::vector<catalog::CrawledFile> page;
        std::size_t at = 0;
        bool more = true;
    };
    bool in_scope(const std::string& path) const;
    Result<void> load(Source& source, std::string after);
    Result<void> find_next();

    catalog::Catalog& catalog_;
    std::string scope_;
    std::vector<Source> sources_;
    std::optional<Entry> next_;
};

}  // namespace tradewind::crawl

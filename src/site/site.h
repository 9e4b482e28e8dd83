// The web UI's files inside the program, found by path. Read once at start; then any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::site {

// Views into the program itself: they live as long as it does.
struct File {
    std::string_view content_type;
    std::string_view etag;   // with its quotes
    bool immutable = false;  // its name has a hash of what stands in it
    std::string_view plain;
    std::string_view gzip;    // empty: packing does not make it smaller
    std::string_view brotli;  // the same
};

class Site {
public:
    // Corruption: `pack` is not what web/tools/pack.mjs writes. It must outlive the Site.
    static Result<Site> parse(std::string_view pack);

    // "/assets/app-3f9c.js"; null: there is none.
    const File* find(std::string_view path) const;
    // What every address of a page answers with: the page finds out itself where it is.
    const File& entry() const { return *entry_; }

private:
    std::map<std::string, File, std::less<>> files_;
    const File* entry_ = nullptr;
};

// The pages that the build put into the program.
std::shared_ptr<const Site> embedded();

}  // namespace tradewind::site

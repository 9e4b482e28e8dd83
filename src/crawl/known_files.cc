#include "crawl/known_files.h"

#include <utility>

namespace tradewind::crawl {

namespace {

constexpr std::size_t page_files = 4096;

}  // namespace

bool KnownFiles::in_scope(const std::string& path) const {
    return scope_.ends_with('/') ? path.starts_with(scope_) : path == scope_;
}

// The next page that has any in scope; what sorts before it is passed over.
Result<void> KnownFiles::load(Source& source, std::string after) {
    source.at = 0;
    source.more = true;
    source.page.clear();
    while (source.page.empty() && source.more) {
        source.page = TRY(catalog_.crawled_files(source.name, after, page_files));
        source.more = source.page.size() == page_files;
        if (source.page.empty()) break;
        after = source.page.back().path;
        if (after > scope_ && !in_scope(after)) source.more = false;
        std::erase_if(source.page, [&](const auto& file) { return !in_scope(file.path); });
    }
    return {};
}

Result<void> KnownFiles::add_table(const catalog::TableName& name) {
    Source& source = sources_.emplace_back();
    source.name = name;
    TRY(load(source, scope_.ends_with('/') ? scope_ : ""));
    return find_next();
}

Result<void> KnownFiles::find_next() {
    Source* first = nullptr;
    for (Source& source : sources_) {
        if (source.at == source.page.size()) continue;
        if (first == nullptr || source.page[source.at].path < first->page[first->at].path) {
            first = &source;
        }
    }
    next_.reset();
    if (first == nullptr) return {};
    next_ = Entry{static_cast<std::size_t>(first - sources_.data()), first->page[first->at]};
    return {};
}

Result<void> KnownFiles::pop() {
    Source& source = sources_[next_->table];
    const std::string path = next_->file.path;
    if (++source.at == source.page.size() && source.more) TRY(load(source, path));
    return find_next();
}

}  // namespace tradewind::crawl

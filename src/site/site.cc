#include "site/site.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "base/text.h"

// pack.S: the bytes of site.pack, and where they end.
extern "C" const char tradewind_site_begin[];
extern "C" const char tradewind_site_end[];

namespace tradewind::site {

namespace {

constexpr std::string_view first_line = "tradewind-site 1";
constexpr std::size_t column_count = 7;

Error broken(const std::string& what) {
    return Error(ErrorCode::Corruption, "the pages in this program cannot be read: " + what)
        .with_hint("Build it again: make clean build.");
}

// The bytes of all files follow the list in its order.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : rest_(bytes) {}

    Result<std::string_view> take(const std::string& size_text) {
        const auto size = parse_integer(size_text);
        if (!size || *size < 0 || static_cast<std::size_t>(*size) > rest_.size())
            return broken("a size of '" + size_text + "' does not fit");
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(*size));
        rest_.remove_prefix(taken.size());
        return taken;
    }
    bool empty() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

// `line` must be a part of the pack: the views stay.
std::vector<std::string_view> columns_of(std::string_view line) {
    std::vector<std::string_view> columns;
    while (true) {
        const std::size_t tab = line.find('\t');
        columns.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) return columns;
        line.remove_prefix(tab + 1);
    }
}

}  // namespace

// A list with a line each (path, type, etag, immutable, sizes plain, gzip, brotli), an empty line,
// the bytes.
Result<Site> Site::parse(std::string_view pack) {
    const std::size_t list_end = pack.find("\n\n");
    if (!pack.starts_with(first_line) || list_end == std::string_view::npos)
        return broken("it does not begin with a list");
    std::string_view list = pack.substr(first_line.size(), list_end - first_line.size());
    Bytes bytes(pack.substr(list_end + 2));
    Site site;
    while (!list.empty()) {
        list.remove_prefix(1);
        const std::size_t line_end = list.find('\n');
        const auto columns = columns_of(list.substr(0, line_end));
        list.remove_prefix(line_end == std::string_view::npos ? list.size() : line_end);
        if (columns.size() != column_count) return broken("a line of its list is cut short");
        File file;
        file.content_type = columns[1];
        file.etag = columns[2];
        file.immutable = columns[3] == "1";
        file.plain = TRY(bytes.take(std::string(columns[4])));
        file.gzip = TRY(bytes.take(std::string(columns[5])));
        file.brotli = TRY(bytes.take(std::string(columns[6])));
        site.files_.emplace(columns[0], file);
    }
    if (!bytes.empty()) return broken("there are bytes that belong to no file");
    site.entry_ = site.find("/index.html");
    if (site.entry_ == nullptr) return broken("there is no index.html");
    return site;
}

const File* Site::find(std::string_view path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
}

std::shared_ptr<const Site> embedded() {
    const auto size = static_cast<std::size_t>(tradewind_site_end - tradewind_site_begin);
    return std::make_shared<const Site>(MUST(Site::parse({tradewind_site_begin, size})));
}

}  // namespace tradewind::site

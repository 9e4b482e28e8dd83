#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "crawl/copies.h"
#include "crawl/crawl.h"
#include "crawl/crawl_run.h"
#include "crawl/examine.h"
#include "crawl/folder_crawl.h"
#include "crawl/walk.h"
#include "os/special_file.h"

namespace tradewind::crawl {

namespace {

using catalog::CrawledTable;

// Folders that wait to be looked at.
constexpr std::size_t folders_max = 1'000'000;

bool lies_in(const std::string& path, const std::string& folder) {
    return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

// The way through the folders of one crawl.
class Tour {
public:
    explicit Tour(CrawlRun& run) : run_(run), parquet_(run.engine) {}

    Result<void> go() {
        TRY(load_known());
        const std::string& path = run_.request.path;
        const auto found = run_.files.info(path);
        if (!found.ok()) return is_known_to_be_gone(found.error()) ? tell_gone() : found.error();
        const os::FileInfo& info = *found;
        if (!info.folder && info.size == 0 && os::is_special_file(path)) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "'" + path + "' is no file, but a pipe, a socket or a device"
            )
                .with_hint("Write what comes out of it to a file, and crawl that.");
        }
        if (!info.folder) {
            TRY(crawl_file(path, info));
        } else {
            for (const std::string& folder : {path, table_folder_of(path)}) {
                const auto real = os::real_path(folder);
                if (real.ok()) link_targets_.push_back(*real);
            }
            folders_.push_back(path);
            for (std::size_t i = 0; i < folders_.size(); ++i) {
                const std::string folder = folders_[i];  // the list grows meanwhile
                TRY(crawl_folder(folder));
            }
        }
        TRY(crawl_left_over());
        count_unlisted();
        return run_.flush_findings();
    }

private:
    // What was crawled before, and is no more.
    bool is_known_to_be_gone(const Error& why) const {
        return why.code() == ErrorCode::NotFound &&
               std::ranges::any_of(known_, [&](const auto& known) {
                   return lies_in(known.first, run_.request.path);
               });
    }
    Result<void> tell_gone() {
        TRY(crawl_left_over());
        return run_.flush_findings();
    }

    Result<void> load_known() {
        own_.insert(run_.options.lake_root + "/" + copies_dataset);
        const std::string& path = run_.request.path;
        for (CrawledTable& table : TRY(run_.catalog.crawled_below("/"))) {
            if (!lies_in(table.root, path) && !lies_in(path, table.root)) continue;
            const std::string root = table.root;
            table_roots_.insert(root);
            known_[root].push_back(std::move(table));
        }
        const std::vector<catalog::TableInfo> tables = TRY(run_.catalog.list());
        for (const catalog::TableInfo& table : tables) {
            if (table.declared.dataset.empty()) continue;
            own_.insert(run_.options.lake_root + "/" + table.declared.dataset);
        }
        return run_.load_names(tables);
    }

    // What the platform wrote for a table of its own, and how it keeps its versions.
    bool is_own(const std::string& folder) const { return own_.contains(folder); }

    Result<void> crawl_folder(const std::string& folder) {
        const std::string root = table_folder_of(folder);
        if (is_own(root)) return {};
        FolderCrawl crawl(run_, parquet_, root, folder + "/");
        const auto done = crawl_folder(crawl, root, folder);
        if (!done.ok()) crawl.abandon();
        return done;
    }

    Result<void> crawl_folder(
        FolderCrawl& crawl, const std::string& root, const std::string& folder
    ) {
        TRY(crawl.begin(take_known(root)));
        std::vector<FoundFile> tables_of_their_own;
        WalkVisitor visitor;
        visitor.file = [&](FoundFile file) -> Result<void> {
            if (!known_.contains(file.path)) return crawl.see(std::move(file));
            tables_of_their_own.push_back(std::move(file));
            return {};
        };
        Result<void> told;
        visitor.unlisted = [&](const std::string& path, const Error& why) {
            unlisted_.push_back(path);
            auto done = crawl.cannot_list(path, why);
            if (!done.ok()) told = std::move(done);
        };
        visitor.folder = [&](std::string path) { folders_.push_back(std::move(path)); };
        visitor.passed_by = [&](const std::string& path, const char* kind, const std::string& why) {
            return crawl.pass_by(path, kind, why);
        };
        visitor.link_targets = link_targets_;
        TRY(walk_table_folder(run_.files, folder, visitor));
        if (!told.ok()) return told;
        TRY(crawl.finish());
        if (crawl.has_tables()) table_roots_.insert(root);
        for (FoundFile& file : tables_of_their_own) TRY(crawl_single(std::move(file)));
        if (folders_.size() <= folders_max) return {};
        return Error(
                   ErrorCode::ResourceExhausted,
                   "there are more than " + format_count(folders_max) + " folders"
        )
            .with_hint("Crawl them part by part.");
    }

    // A file that was named, unless it is part of a table already.
    Result<void> crawl_file(const std::string& path, const os::FileInfo& info) {
        const std::string folder = os::parent_folder(path);
        const std::string root = table_folder_of(folder);
        for (const std::string& own : own_) {
            if (!lies_in(path, own)) continue;
            return Error(ErrorCode::InvalidArgument, "'" + path + "' is a file of a table already")
                .with_hint("Such tables are always current; crawl what others wrote.");
        }
        if (!known_.contains(path) && known_.contains(root)) {
            FolderCrawl crawl(run_, parquet_, root, path);
            const auto done = see_alone(crawl, root, {path, info.size, info.modified_at});
            if (!done.ok()) crawl.abandon();
            return done;
        }
        return crawl_single({path, info.size, info.modified_at});
    }

    Result<void> crawl_single(FoundFile file) {
        const std::string path = file.path;
        FolderCrawl crawl(run_, parquet_, path, path);
        const auto done = see_alone(crawl, path, std::move(file));
        if (!done.ok()) crawl.abandon();
        return done;
    }

    Result<void> see_alone(FolderCrawl& crawl, const std::string& root, FoundFile file) {
        TRY(crawl.begin(take_known(root)));
        TRY(crawl.see(std::move(file)));
        return crawl.finish();
    }

    // Tables whose folder was not come by: it is gone, or it lies under one that cannot be listed.
    Result<void> crawl_left_over() {
        const std::map<std::string, std::vector<CrawledTable>> left = std::exchange(known_, {});
        for (const auto& [root, tables] : left) {
            if (!lies_in(root, run_.request.path) || is_unlisted(root)) continue;
            const auto info = run_.files.info(root);
            if (info.ok() || info.error().code() != ErrorCode::NotFound) continue;
            const bool file = tables.front().shapes.empty() ? false : is_file_root(tables.front());
            FolderCrawl crawl(run_, parquet_, root, file ? root : root + "/");
            TRY(crawl.begin(tables));
            TRY(crawl.finish());
        }
        return {};
    }

    bool is_unlisted(const std::string& path) const {
        return std::ranges::any_of(unlisted_, [&](const std::string& folder) {
            return path.starts_with(folder);
        });
    }

    // What is in others, nobody asked for by name and nobody reads.
    void count_unlisted() {
        for (const std::string& path : unlisted_) {
            const std::string folder = path.size() > 1 ? path.substr(0, path.size() - 1) : path;
            const bool wanted = folder == run_.request.path ||
                                table_roots_.contains(table_folder_of(folder)) ||
                                std::ranges::any_of(table_roots_, [&](const std::string& root) {
                                    return lies_in(root, folder);
                                });
            if (wanted) ++run_.report.unlisted_count;
        }
    }

    bool is_file_root(const CrawledTable& table) const {
        const auto first = run_.catalog.crawled_files(table.name, "", 1);
        return first.ok() && first->size() == 1 && first->front().path == table.root;
    }

    std::vector<CrawledTable> take_known(const std::string& root) {
        auto node = known_.extract(root);
        return node.empty() ? std::vector<CrawledTable>() : std::move(node.mapped());
    }

    CrawlRun& run_;
    ParquetExaminer parquet_;
    std::map<std::string, std::vector<CrawledTable>> known_;  // by root
    std::set<std::string> table_roots_;  // of those, and of the tables that were found
    std::set<std::string> own_;
    std::vector<std::string> folders_;   // found, in the order in which they are looked at
    std::vector<std::string> unlisted_;  // ending in '/'
    std::vector<std::string> link_targets_;
};

// Sets a flag for as long as it lives, if nobody else has.
class OnlyOne {
public:
    explicit OnlyOne(std::atomic<bool>& busy) : busy_(busy), mine_(!busy.exchange(true)) {}
    ~OnlyOne() {
        if (mine_) busy_ = false;
    }
    OnlyOne(const OnlyOne&) = delete;
    OnlyOne& operator=(const OnlyOne&) = delete;
    bool mine() const { return mine_; }

private:
    std::atomic<bool>& busy_;
    bool mine_;
};

class OnlyCrawler : public Crawler {
public:
    OnlyCrawler(
        CrawlerOptions options,
        catalog::Catalog& catalog,
        engine::Engine& engine,
        lake::Lake& lake,
        os::Filesystem& files,
        os::Clock& clock
    )
        : options_(std::move(options)),
          catalog_(catalog),
          engine_(engine),
          lake_(lake),
          files_(files),
          clock_(clock) {
        while (options_.lake_root.ends_with('/')) options_.lake_root.pop_back();
    }

    Result<CrawlReport> crawl(const CrawlRequest& asked) override {
        const OnlyOne only(busy_);
        if (!only.mine()) {
            return Error(ErrorCode::Conflict, "another crawl is under way")
                .with_hint("Try again when it is done.");
        }
        CrawlRequest request = asked;
        while (request.path.size() > 1 && request.path.ends_with('/')) request.path.pop_back();
        if (!request.path.starts_with('/')) {
            return Error(ErrorCode::InvalidArgument, "the path to crawl is not absolute")
                .with_detail("It is '" + request.path + "'.");
        }
        CrawlRun run(options_, request, catalog_, engine_, lake_, files_, clock_);
        const std::int64_t started = clock_.monotonic_us();
        TRY(Tour(run).go());
        run.report.elapsed_us = clock_.monotonic_us() - started;
        std::ranges::sort(run.report.tables, {}, &CrawledTableReport::name);
        return std::move(run.report);
    }

    Result<void> publish_all() override {
        for (const CrawledTable& table : TRY(catalog_.crawled_below("/"))) {
            const auto done = publish_crawled(catalog_, engine_, files_, table);
            if (done.ok()) continue;
            // Whoever asks for the table is told, and doctor does; most commands do neither.
            log::info(
                "crawled table cannot be read",
                {{"table", table.name.text()}, {"reason", done.error().describe()}}
            );
        }
        return {};
    }

    Result<void> forget(const catalog::TableName& name) override {
        TRY(catalog_.forget_crawled(name));
        return engine_.unpublish(name);
    }

private:
    CrawlerOptions options_;
    catalog::Catalog& catalog_;
    engine::Engine& engine_;
    lake::Lake& lake_;
    os::Filesystem& files_;
    os::Clock& clock_;
    std::atomic<bool> busy_{false};
};

}  // namespace

std::unique_ptr<Crawler> make_crawler(
    CrawlerOptions options,
    catalog::Catalog& catalog,
    engine::Engine& engine,
    lake::Lake& lake,
    os::Filesystem& files,
    os::Clock& clock
) {
    return std::make_unique<OnlyCrawler>(std::move(options), catalog, engine, lake, files, clock);
}

}  // namespace tradewind::crawl

#include "engine/published.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "engine/duckdb_result_source.h"
#include "engine/file_table.h"
#include "engine/parts_source.h"

namespace tradewind::engine {

namespace {

constexpr const char* files_function = "tradewind_files";

// Opens the statement when rows are wanted, each time anew.
class FilesSource : public TableSource {
public:
    static Result<std::shared_ptr<FilesSource>> make(Instance& instance, std::string sql) {
        auto source = std::make_shared<FilesSource>(instance, std::move(sql));
        const auto planned = TRY(ResultSource::run(
            TRY(instance.connect()), "SELECT * FROM (" + source->sql_ + ") LIMIT 0"
        ));
        source->names_ = planned->names();
        source->planned_ = planned;
        return source;
    }

    FilesSource(Instance& instance, std::string sql) : instance_(instance), sql_(std::move(sql)) {}

    std::vector<std::string> names() const override { return names_; }
    std::vector<TypeHandle> types() const override { return planned_->types(); }
    std::unique_ptr<SourceCursor> open() override {
        return std::make_unique<Cursor>(instance_, sql_);
    }

private:
    class Cursor : public SourceCursor {
    public:
        Cursor(Instance& instance, const std::string& sql) : instance_(instance), sql_(sql) {}
        Result<void> next(duckdb_data_chunk chunk) override {
            if (!rows_) {
                rows_ = TRY(ResultSource::run(TRY(instance_.connect()), sql_));
                cursor_ = rows_->open();
            }
            return cursor_->next(chunk);
        }

    private:
        Instance& instance_;
        const std::string sql_;
        std::shared_ptr<ResultSource> rows_;
        std::unique_ptr<SourceCursor> cursor_;
    };

    Instance& instance_;
    const std::string sql_;
    std::vector<std::string> names_;
    std::shared_ptr<ResultSource> planned_;  // knows the types
};

std::string from_source(const std::string& key) {
    return std::string("SELECT * FROM ") + files_function + "(" + quote_literal(key) + ")";
}

}  // namespace

Result<void> PublishedFiles::register_on(Instance& query_instance, Instance& work_instance) {
    query_ = &query_instance;
    work_ = &work_instance;
    return register_source_function(
        *TRY(query_instance.connect()),
        files_function,
        [this](std::string_view name) { return find(name); }
    );
}

std::shared_ptr<TableSource> PublishedFiles::find(std::string_view name) {
    std::lock_guard lock(sources_mutex_);
    const auto found = sources_.find(name);
    return found == sources_.end() ? nullptr : found->second;
}

bool PublishedFiles::readable(const catalog::TableFiles& table) const {
    if (has_sheets(table)) return false;
    return std::all_of(table.files.begin(), table.files.end(), [&](const std::string& file) {
        return std::any_of(
            readable_folders_.begin(),
            readable_folders_.end(),
            [&](const std::string& folder) { return file.starts_with(folder + "/"); }
        );
    });
}

Result<void> PublishedFiles::publish(const catalog::TableFiles& table) {
    if (in_parts(table)) {
        std::lock_guard lock(mutex_);
        return publish_many(table);
    }
    const std::string sql = TRY(read_files_sql(table));
    std::lock_guard lock(mutex_);
    forget_many(table.name);
    const std::string key = to_lower_ascii(table.name.text());
    if (readable(table)) {
        TRY(replace_view(table.name, sql));
        forget(key);  // what it was read by when its files were many, or others
        return {};
    }
    TRY(hand_over(key, table, sql));
    return replace_view(table.name, from_source(key));
}

Result<void> PublishedFiles::hand_over(
    const std::string& key, const catalog::TableFiles& table, const std::string& sql
) {
    if (has_sheets(table))
        TRY(TRY(work_->connect())->run("LOAD " + quote_literal(extension_file_)));
    auto source = FilesSource::make(*work_, sql);
    if (!source.ok()) return std::move(source).error().in("table " + table.name.text());
    put(key, *source);
    return {};
}

void PublishedFiles::put(const std::string& key, std::shared_ptr<TableSource> source) {
    std::lock_guard lock(sources_mutex_);
    sources_[key] = std::move(source);
}

bool PublishedFiles::in_parts(const catalog::TableFiles& table) const {
    return table.files.size() > listed_files_max_ && fits_parts(table);
}

// With the lock held.
Result<void> PublishedFiles::publish_many(const catalog::TableFiles& table) {
    const auto files = std::make_shared<const ManyFiles>(table);
    const std::string key = to_lower_ascii(table.name.text());
    put(key, TRY(make_parts_source(*work_, extension_file_, files)));
    {
        std::lock_guard lock(sources_mutex_);
        many_[table.name] = files;
    }
    return replace_view(table.name, from_source(key));
}

std::shared_ptr<const ManyFiles> PublishedFiles::many(
    std::string_view schema, std::string_view table
) const {
    std::lock_guard lock(sources_mutex_);
    for (const auto& [name, files] : many_) {
        const bool same_schema =
            schema.empty() ? names_.count("", table) == 1 : equal_ignore_case(name.schema, schema);
        if (same_schema && equal_ignore_case(name.table, table)) return files;
    }
    return nullptr;
}

std::set<std::string> PublishedFiles::schemas_of_many() const {
    std::lock_guard lock(sources_mutex_);
    std::set<std::string> schemas;
    for (const auto& [name, files] : many_) schemas.insert(to_lower_ascii(name.schema));
    return schemas;
}

void PublishedFiles::forget_many(const catalog::TableName& name) {
    std::lock_guard lock(sources_mutex_);
    many_.erase(name);
}

void PublishedFiles::forget(const std::string& key) {
    std::lock_guard lock(sources_mutex_);
    sources_.erase(key);
}

Result<PublishedFiles::Pinned> PublishedFiles::pin(const catalog::TableFiles& table) {
    if (in_parts(table)) return pin(std::make_shared<const ManyFiles>(table));
    Pinned pinned;
    pinned.sql = TRY(read_files_sql(table));
    if (readable(table)) return pinned;
    const std::string key = next_key();
    TRY(hand_over(key, table, pinned.sql));
    return held(key);
}

// No table is called so.
std::string PublishedFiles::next_key() {
    return "pinned " + std::to_string(next_pinned_++);
}

PublishedFiles::Pinned PublishedFiles::held(const std::string& key) {
    return {from_source(key), std::shared_ptr<void>(nullptr, [this, key](void*) { forget(key); })};
}

Result<PublishedFiles::Pinned> PublishedFiles::pin(std::shared_ptr<const ManyFiles> files) {
    const std::string key = next_key();
    put(key, TRY(make_parts_source(*work_, extension_file_, std::move(files))));
    return held(key);
}

Result<void> PublishedFiles::publish_view(const catalog::TableName& name, const std::string& sql) {
    std::lock_guard lock(mutex_);
    return replace_view(name, sql);
}

Result<void> PublishedFiles::replace_view(const catalog::TableName& name, const std::string& sql) {
    const std::string key = to_lower_ascii(name.text());
    const bool fresh = !published_.contains(key);
    if (fresh) TRY(names_.add(name.schema, name.table));
    const auto connection = TRY(query_->connect());
    const std::string search_path = names_.search_path(name.schema);
    Result<void> done = connection->run("CREATE SCHEMA IF NOT EXISTS " + quote_name(name.schema));
    if (done.ok()) done = connection->run("SET search_path = " + quote_literal(search_path));
    if (done.ok()) {
        done = connection->run(
            "CREATE OR REPLACE VIEW " + quote_name(name.schema) + "." + quote_name(name.table) +
            " AS " + sql
        );
    }
    if (done.ok()) {
        published_.insert(key);
        return {};
    }
    if (fresh) names_.remove(name.schema, name.table);
    return std::move(done).error().in("table " + name.text());
}

Result<void> PublishedFiles::unpublish(const catalog::TableName& name) {
    std::lock_guard lock(mutex_);
    const std::string key = to_lower_ascii(name.text());
    if (published_.erase(key) == 0) return {};
    names_.remove(name.schema, name.table);
    forget(key);
    forget_many(name);
    return TRY(query_->connect())
    ->run("DROP VIEW IF EXISTS " + quote_name(name.schema) + "." + quote_name(name.table));
}

}  // namespace tradewind::engine

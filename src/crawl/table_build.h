// One table while its folder is crawled: what it was, and what the files found make of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "crawl/column_profile.h"
#include "crawl/crawl.h"
#include "crawl/file_report.h"

namespace tradewind::crawl {

struct BuildColumn {
    std::string name;
    std::string source;
    std::string description;
    std::string type;  // Parquet: of the files; else empty
    ColumnProfile profile;
    bool hive = false;
    const std::string& source_name() const { return source.empty() ? name : source; }
};

inline bool is_json(catalog::Format format) {
    return format == catalog::Format::Json || format == catalog::Format::Ndjson;
}

// What conflict() says of a column that the table does not have begins so.
inline constexpr const char* new_column_conflict = "the table has no column";

class TableBuild {
public:
    explicit TableBuild(std::string root) : root_(std::move(root)) {}
    explicit TableBuild(const catalog::CrawledTable& known);

    // All its files are to be read again: what is known of their values does not count any more.
    void begin_anew();
    // Do the file's columns and format make it one of this table's?
    bool fits(const FileReport& report) const;
    // The file's columns by the table's names. Of CSV and XLSX those that differ by case and
    // underscores alone are the same: INVOICENO is InvoiceNo. Of JSON and Parquet, whose columns
    // are found by their names, what has the same name in the files is the same column.
    void rename_columns(FileReport& report) const;
    // Why the policy would not have the file; empty: it would.
    std::string conflict(const FileReport& report, const SchemaPolicy& policy) const;
    // The file is part of the table from now on; `replaces`: in place of one that was removed.
    void add(const FileReport& report, Timestamp modified_at, bool replaces);
    // `gone`: there is no such file any more. Else it is added again, or left out of the table.
    void remove(const catalog::CrawledFile& file, bool gone);

    const std::string& root() const { return root_; }
    const std::optional<catalog::TableName>& name() const { return name_; }
    void set_name(catalog::TableName name) { name_ = std::move(name); }
    std::int64_t known_version() const { return known_version_; }
    bool changed() const { return added_count_ + removed_count_ > 0; }
    // Names of its files as far as they are known here, to call the table by.
    const std::vector<std::string>& stems() const { return stems_; }

    // Changes since the last take, for staging.
    std::vector<catalog::CrawledFile> take_added() { return std::exchange(added_, {}); }
    std::vector<std::string> take_removed() { return std::exchange(removed_, {}); }
    std::size_t pending() const { return added_.size() + removed_.size(); }

    // The next version, but for run and time.
    catalog::CrawledVersion version() const;
    void fill(CrawledTableReport& report) const;

private:
    NullTexts null_texts() const;
    ColumnType type_of(const BuildColumn& column, NullTexts null_texts) const;
    std::vector<catalog::Column> columns_now() const;
    void remove_nulls(const catalog::CrawledFile& file);
    bool lacks(const catalog::CrawledFile& file, const std::string& column) const;
    std::size_t shape_of(const FileReport& report, const std::vector<std::string>& hive_keys);
    BuildColumn& column(const std::string& name, const std::string& source, bool hive);
    const BuildColumn* find(const std::string& name) const;
    const BuildColumn* meant_by(const FileReport& report, const FileColumn& column) const;
    const BuildColumn* known_as(const std::string& source) const;
    // What the table calls, or would call, the file's columns.
    std::vector<std::string> names_of(const FileReport& report) const;
    std::vector<std::string> names_by_source(const FileReport& report) const;
    std::string note() const;

    std::optional<catalog::TableName> name_;
    std::string root_;
    std::int64_t known_version_ = 0;
    std::vector<catalog::Column> known_columns_;
    catalog::Format format_ = catalog::Format::Csv;  // of its files, not of copies of theirs
    bool header_ = true;
    std::vector<BuildColumn> columns_;
    std::vector<catalog::CrawledShape> shapes_;
    std::int64_t rows_before_ = 0;  // known and new so far: a new column is null in all of them

    std::vector<catalog::CrawledFile> added_;
    std::vector<std::string> removed_;
    std::vector<std::string> stems_;
    std::size_t added_count_ = 0;
    std::size_t removed_count_ = 0;
    std::size_t gone_count_ = 0;  // of them
    std::size_t changed_count_ = 0;
    std::int64_t rows_removed_ = 0;
    bool anew_ = false;
};

}  // namespace tradewind::crawl

#include "crawl/table_build.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "crawl/names.h"
#include "crawl/partitions.h"
#include "crawl/type_names.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

namespace {

using catalog::CrawledFile;
using catalog::Format;

// More names do not make a better one for the table.
constexpr std::size_t stems_max = 1000;

std::string count_of(std::size_t count, const char* what) {
    return format_count(static_cast<std::int64_t>(count)) + " " + what +
           (count == 1 ? " file" : " files");
}

// Of a column of a table and one of a file, which both say their types. What a double would round
// is text.
std::string type_of_both(const BuildColumn& mine, const FileColumn& found) {
    if (mine.type.empty()) return found.type;
    std::string both = widened(mine.type, found.type);
    if (both != "DOUBLE") return both;
    const auto rounds = [](const std::string& type, const ColumnProfile& profile) {
        return type != "DOUBLE" && type != "FLOAT" && !profile.fits_double(scale_of(type));
    };
    const bool exact = !rounds(mine.type, mine.profile) && !rounds(found.type, found.profile);
    return exact ? both : "STRING";
}

// Of a workbook that SQL cannot read in place there is a copy as CSV: its format is still XLSX.
Format format_of(const catalog::CrawledTable& known) {
    const auto sheet = [](const auto& shape) { return shape.scan.format == Format::Xlsx; };
    const json::Value* workbooks = known.extra.find("workbooks");
    const bool told = workbooks != nullptr && workbooks->as_boolean();
    if (told || std::ranges::any_of(known.shapes, sheet)) return Format::Xlsx;
    return known.shapes.front().scan.format;
}

// Stands among a JSON file's nulls: what is not there is no column of the file.
constexpr const char* all_columns_told = "";  // no column is called so

// Nulls of each column, so that they can be taken off when the file goes; null: there are none.
// Of JSON, whose shapes do not name all columns of a file, those without nulls are told too.
json::Value nulls_of(const FileReport& report, const std::set<std::string>& of_folders) {
    const bool json = is_json(report.scan.format);
    json::Value nulls = json::Value::object();
    for (const FileColumn& column : report.columns) {
        if (of_folders.contains(column.name)) continue;
        json::Value counted = column.profile.nulls_to_json();
        if (counted.is_null() && json) counted = json::Value::number(0);
        if (!counted.is_null()) nulls.set(column.name, std::move(counted));
    }
    if (json) nulls.set(all_columns_told, true);
    return nulls.members().empty() ? json::Value() : nulls;
}

}  // namespace

TableBuild::TableBuild(const catalog::CrawledTable& known)
    : name_(known.name),
      root_(known.root),
      known_version_(known.version),
      known_columns_(known.columns),
      shapes_(known.shapes),
      rows_before_(known.row_count) {
    if (!shapes_.empty()) {
        format_ = format_of(known);
        header_ = shapes_.front().scan.header;
    }
    std::set<std::string> hive;
    for (const auto& shape : shapes_) {
        for (const auto& column : shape.scan.hive_columns) hive.insert(column.name);
    }
    // What stands for null is decided anew, over all files.
    for (auto& shape : shapes_) {
        shape.scan.null_text.clear();
        shape.scan.other_null_texts.clear();
    }
    const json::Value* profiles = known.extra.find("profiles");
    for (const catalog::Column& column : known.columns) {
        BuildColumn& mine = columns_.emplace_back();
        mine.name = column.name;
        mine.source = column.source;
        mine.description = column.description;
        mine.hive = hive.contains(column.name);
        if (format_ == Format::Parquet && !mine.hive) mine.type = column.type;
        const json::Value* profile = profiles ? profiles->find(column.name) : nullptr;
        if (profile != nullptr) mine.profile = ColumnProfile::from_json(*profile);
    }
}

void TableBuild::begin_anew() {
    for (BuildColumn& column : columns_) {
        column.profile = ColumnProfile();
        column.type.clear();
    }
    rows_before_ = 0;
    anew_ = true;
}

const BuildColumn* TableBuild::find(const std::string& name) const {
    const auto found = std::ranges::find(columns_, name, &BuildColumn::name);
    return found == columns_.end() ? nullptr : &*found;
}

ColumnType TableBuild::type_of(const BuildColumn& column, NullTexts null_texts) const {
    if (column.type.empty()) return column.profile.type(null_texts);
    return {column.type, "", true, false};
}

std::string TableBuild::conflict(const FileReport& report, const SchemaPolicy& policy) const {
    if (columns_.empty() || (policy.add_columns && policy.widen_types)) return "";
    const NullTexts null_texts = this->null_texts();
    for (const FileColumn& column : report.columns) {
        const BuildColumn* known = find(column.name);
        if (known == nullptr) {
            if (!policy.add_columns)
                return std::string(new_column_conflict) + " '" + column.name + "'";
            continue;
        }
        if (policy.widen_types) continue;
        BuildColumn both = *known;
        if (!column.type.empty()) both.type = type_of_both(*known, column);
        both.profile.merge(column.profile);
        const ColumnType before = type_of(*known, null_texts);
        const ColumnType after = type_of(both, null_texts);
        if (before.known && before.type != after.type) {
            return "column '" + column.name + "' is " + before.type + " and would become " +
                   after.type;
        }
    }
    return "";
}

BuildColumn& TableBuild::column(const std::string& name, const std::string& source, bool hive) {
    const auto found = std::ranges::find(columns_, name, &BuildColumn::name);
    if (found != columns_.end()) {
        found->hive = found->hive || hive;
        return *found;
    }
    // Columns of the folders' names stand at the end.
    const auto at = hive ? columns_.end() : std::ranges::find(columns_, true, &BuildColumn::hive);
    BuildColumn made;
    made.name = name;
    made.source = source == name ? "" : source;
    made.hive = hive;
    made.profile.add_nulls(rows_before_ - rows_removed_);
    return *columns_.insert(at, std::move(made));
}

std::size_t TableBuild::shape_of(
    const FileReport& report, const std::vector<std::string>& hive_keys
) {
    catalog::CrawledShape shape;
    shape.scan = report.copy_scan.value_or(report.scan);
    for (const std::string& key : hive_keys) {
        const std::string name = column_names({key}).front();
        shape.scan.hive_columns.push_back({name, "STRING", "", name == key ? "" : key});
    }
    const bool parquet = format_ == Format::Parquet;
    for (const FileColumn& column : report.columns) {
        // Each record names its own: only what it calls otherwise is worth a word.
        const BuildColumn* mine = find(column.name);
        if (is_json(format_) && (mine == nullptr || mine->source_name() == column.source)) continue;
        shape.columns.push_back(column.name);
        if (parquet || is_json(format_)) shape.sources.push_back(column.source);
        if (parquet) shape.types.push_back(column.engine_type);
    }
    const auto found = std::ranges::find(shapes_, shape);
    if (found != shapes_.end()) return static_cast<std::size_t>(found - shapes_.begin());
    shapes_.push_back(std::move(shape));
    return shapes_.size() - 1;
}

void TableBuild::add(const FileReport& report, Timestamp modified_at, bool replaces) {
    if (columns_.empty()) {
        format_ = report.scan.format;
        header_ = report.scan.header;
    }
    CrawledFile file;
    file.path = report.file.path;
    file.copy = report.copy;
    file.bytes = report.file.bytes;
    file.modified_at = modified_at;
    file.row_count = report.row_count;
    std::vector<std::string> hive_keys;
    std::set<std::string> named;
    for (const auto& [key, value] : partition_of(root_, report.file.path)) {
        hive_keys.push_back(key);
        file.partition[key] = value;
        const std::string name = column_names({key}).front();
        named.insert(name);
        ColumnProfile& profile = column(name, key, true).profile;
        if (value == hive_null) {
            profile.add_nulls(report.row_count);
        } else {
            profile.add(value);
        }
    }
    file.extra = nulls_of(report, named);
    for (const FileColumn& found : report.columns) {
        // A folder's value counts where both say something.
        if (!named.insert(found.name).second) continue;
        BuildColumn& mine = column(found.name, found.source, false);
        if (!found.type.empty()) mine.type = type_of_both(mine, found);
        mine.profile.merge(found.profile);
    }
    for (BuildColumn& other : columns_) {
        if (!named.contains(other.name)) other.profile.add_nulls(report.row_count);
    }
    file.shape = shape_of(report, hive_keys);
    rows_before_ += report.row_count;
    ++added_count_;
    if (replaces) ++changed_count_;
    if (stems_.size() < stems_max) stems_.push_back(stem_of(os::base_name(report.file.path)));
    added_.push_back(std::move(file));
}

void TableBuild::remove(const CrawledFile& file, bool gone) {
    removed_.push_back(file.path);
    ++removed_count_;
    if (gone) ++gone_count_;
    if (anew_) return;
    remove_nulls(file);
    rows_removed_ += file.row_count;
}

// All rows of the file are null in columns that it does not have, also in those that came after it.
void TableBuild::remove_nulls(const CrawledFile& file) {
    const json::Value all_rows = json::Value::number(file.row_count);
    std::map<std::string, std::string> of_folders;
    for (const auto& [key, value] : partition_of(root_, file.path))
        of_folders[column_names({key}).front()] = value;
    for (BuildColumn& column : columns_) {
        const auto folder = of_folders.find(column.name);
        if (folder != of_folders.end()) {
            if (folder->second == hive_null) column.profile.remove_nulls(all_rows);
        } else if (const json::Value* counted = file.extra.find(column.name)) {
            column.profile.remove_nulls(*counted);
        } else if (lacks(file, column.name)) {
            column.profile.remove_nulls(all_rows);
        }
    }
}

// Of a column with nulls of its own the file tells that.
bool TableBuild::lacks(const CrawledFile& file, const std::string& column) const {
    // Those that were crawled before that was kept do not say.
    if (is_json(format_)) return file.extra.find(all_columns_told) != nullptr;
    return file.shape < shapes_.size() && std::ranges::find(shapes_[file.shape].columns, column) ==
                                              shapes_[file.shape].columns.end();
}

// What means null in one column means it in all: they were written by one program.
NullTexts TableBuild::null_texts() const {
    NullTexts wanted = no_null_text;
    for (const BuildColumn& column : columns_) wanted |= column.profile.wanted_null_texts();
    return wanted;
}

std::vector<catalog::Column> TableBuild::columns_now() const {
    const NullTexts null_texts = this->null_texts();
    std::vector<catalog::Column> columns;
    for (const BuildColumn& column : columns_) {
        catalog::Column& made = columns.emplace_back();
        made.name = column.name;
        made.source = column.source;
        made.description = column.description;
        const ColumnType type = type_of(column, null_texts);
        made.type = type.type;
        made.format = type.format;
    }
    return columns;
}

catalog::CrawledVersion TableBuild::version() const {
    const NullTexts null_texts = this->null_texts();
    catalog::CrawledVersion version;
    if (name_) version.name = *name_;
    version.root = root_;
    version.columns = columns_now();
    version.shapes = shapes_;
    json::Value profiles = json::Value::object();
    for (const BuildColumn& column : columns_) {
        profiles.set(column.name, column.profile.to_json());
        const ColumnType type = type_of(column, null_texts);
        version.statistics.push_back(
            {column.name,
             column.profile.null_count(null_texts),
             column.profile.min(type, null_texts),
             column.profile.max(type, null_texts),
             column.profile.distinct_approx(null_texts)}
        );
    }
    version.extra = json::Value::object();
    version.extra.set("profiles", std::move(profiles));
    if (format_ == Format::Xlsx) version.extra.set("workbooks", true);
    const std::vector<std::string> words = texts_of(null_texts);
    for (catalog::CrawledShape& shape : version.shapes) {
        if (words.empty()) break;
        shape.scan.null_text = words.front();
        shape.scan.other_null_texts.assign(words.begin() + 1, words.end());
    }
    version.note = note();
    return version;
}

std::string TableBuild::note() const {
    std::string text;
    const auto say = [&](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
    const std::size_t added = added_count_ - changed_count_;
    const std::size_t left_out = removed_count_ - changed_count_ - gone_count_;
    if (added > 0) say(count_of(added, "new"));
    if (changed_count_ > 0) say(count_of(changed_count_, "changed"));
    if (gone_count_ > 0) say(count_of(gone_count_, "deleted"));
    if (left_out > 0) say(count_of(left_out, "changed") + " left out");
    if (known_version_ == 0) return text;
    for (const catalog::Column& column : columns_now()) {
        const auto before = std::ranges::find(known_columns_, column.name, &catalog::Column::name);
        if (before == known_columns_.end()) {
            say("column " + column.name + " added");
        } else if (before->type != column.type) {
            // Text narrows only when there were no values so far.
            const char* how = before->type == "STRING" ? " changed from " : " widened from ";
            say("column " + column.name + how + before->type + " to " + column.type);
        } else if (before->format != column.format) {
            say("column " + column.name + " is written as " + column.format);
        }
    }
    return text;
}

void TableBuild::fill(CrawledTableReport& report) const {
    if (name_) report.name = *name_;
    report.change = !changed() ? "unchanged" : known_version_ == 0 ? "new" : "changed";
    report.version = known_version_;
    report.row_count = rows_before_ - rows_removed_;
    report.files_added = added_count_ - changed_count_;
    report.files_changed = changed_count_;
    report.files_deleted = gone_count_;
    report.note = note();
}

}  // namespace tradewind::crawl

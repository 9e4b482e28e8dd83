#include "crawl/table_build.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "crawl/names.h"
#include "crawl/type_names.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

namespace {

using catalog::CrawledFile;
using catalog::Format;

// Two sets of columns are one table's when most of the smaller are in both, and the larger has not
// many more: products and aisles share aisle_id and are two tables.
constexpr double common_of_smaller_min = 0.7;
constexpr double common_of_larger_min = 0.5;
// More names do not make a better one for the table.
constexpr std::size_t stems_max = 1000;
constexpr const char* hive_null = "__HIVE_DEFAULT_PARTITION__";

bool same_family(Format a, Format b) {
    const auto is_json = [](Format format) {
        return format == Format::Json || format == Format::Ndjson;
    };
    return a == b || (is_json(a) && is_json(b));
}

// But for underscores; names are in lower case already.
bool alike(std::string a, std::string b) {
    std::erase(a, '_');
    std::erase(b, '_');
    return a == b;
}

std::string count_of(std::size_t count, const char* what) {
    return format_count(static_cast<std::int64_t>(count)) + " " + what +
           (count == 1 ? " file" : " files");
}

// Nulls of each column, so that they can be taken off when the file goes; null: there are none.
json::Value nulls_of(const FileReport& report) {
    json::Value nulls = json::Value::object();
    for (const FileColumn& column : report.columns) {
        if (column.profile.null_count() > 0) nulls.set(column.name, column.profile.null_count());
    }
    return nulls.members().empty() ? json::Value() : nulls;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> partition_of(
    const std::string& root, const std::string& path
) {
    std::vector<std::pair<std::string, std::string>> values;
    if (path.size() <= root.size()) return values;
    std::vector<std::string> parts = split(std::string_view(path).substr(root.size()), '/');
    parts.pop_back();
    for (const std::string& part : parts) {
        HiveFolder folder = hive_folder(part);
        if (!folder.key.empty())
            values.emplace_back(std::move(folder.key), std::move(folder.value));
    }
    return values;
}

TableBuild::TableBuild(const catalog::CrawledTable& known)
    : name_(known.name),
      root_(known.root),
      known_version_(known.version),
      known_columns_(known.columns),
      shapes_(known.shapes),
      rows_before_(known.row_count) {
    if (!shapes_.empty()) {
        format_ = shapes_.front().scan.format;
        header_ = shapes_.front().scan.header;
    }
    std::set<std::string> hive;
    for (const auto& shape : shapes_) {
        for (const auto& column : shape.scan.hive_columns) hive.insert(column.name);
    }
    // What stands for null is decided anew, over all files.
    for (auto& shape : shapes_) shape.scan.null_text.clear();
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

const BuildColumn* TableBuild::meant_by(const FileReport& report, const FileColumn& column) const {
    if (const BuildColumn* same = find(column.name)) return same;
    const Format format = report.scan.format;
    if (format != Format::Csv && format != Format::Xlsx) return nullptr;
    for (const BuildColumn& known : columns_) {
        if (known.hive || !alike(known.name, column.name)) continue;
        const bool there = std::ranges::find(report.columns, known.name, &FileColumn::name) !=
                           report.columns.end();
        return there ? nullptr : &known;
    }
    return nullptr;
}

void TableBuild::rename_columns(FileReport& report) const {
    for (FileColumn& column : report.columns) {
        const BuildColumn* known = meant_by(report, column);
        if (known != nullptr) column.name = known->name;
    }
}

bool TableBuild::fits(const FileReport& report) const {
    if (columns_.empty()) return true;
    if (!same_family(format_, report.scan.format)) return false;
    const auto own =
        static_cast<std::size_t>(std::ranges::count(columns_, false, &BuildColumn::hive));
    if (format_ == Format::Csv && header_ != report.scan.header) return false;
    if (format_ == Format::Csv && !header_) return own == report.columns.size();
    std::size_t common = 0;
    for (const FileColumn& column : report.columns) {
        const BuildColumn* known = meant_by(report, column);
        if (known != nullptr && !known->hive) ++common;
    }
    const auto smaller = static_cast<double>(std::min(own, report.columns.size()));
    const auto larger = static_cast<double>(std::max(own, report.columns.size()));
    const auto both = static_cast<double>(common);
    return both >= common_of_smaller_min * smaller && both >= common_of_larger_min * larger;
}

std::string TableBuild::type_of(const BuildColumn& column, NullText null_text) const {
    return column.type.empty() ? column.profile.type(null_text).type : column.type;
}

std::string TableBuild::conflict(const FileReport& report, const SchemaPolicy& policy) const {
    if (columns_.empty() || (policy.add_columns && policy.widen_types)) return "";
    const NullText null_text = this->null_text();
    for (const FileColumn& column : report.columns) {
        const BuildColumn* known = find(column.name);
        if (known == nullptr) {
            if (!policy.add_columns) return "the table has no column '" + column.name + "'";
            continue;
        }
        if (policy.widen_types) continue;
        BuildColumn both = *known;
        both.profile.merge(column.profile);
        if (!column.type.empty()) both.type = widened(known->type, column.type);
        const std::string before = type_of(*known, null_text);
        const std::string after = type_of(both, null_text);
        const bool was_known = !known->type.empty() || known->profile.type(null_text).known;
        if (was_known && before != after) {
            return "column '" + column.name + "' is " + before + " and would become " + after;
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
    shape.scan = report.scan;
    for (const std::string& key : hive_keys) {
        const std::string name = column_names({key}).front();
        shape.scan.hive_columns.push_back({name, "STRING", "", name == key ? "" : key});
    }
    const bool json = format_ == Format::Json || format_ == Format::Ndjson;
    for (const FileColumn& column : report.columns) {
        if (!json) shape.columns.push_back(column.name);
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
    file.extra = nulls_of(report);
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
    for (const FileColumn& found : report.columns) {
        // A folder's value counts where both say something.
        if (!named.insert(found.name).second) continue;
        BuildColumn& mine = column(found.name, found.source, false);
        mine.profile.merge(found.profile);
        if (!found.type.empty()) {
            mine.type = mine.type.empty() ? found.type : widened(mine.type, found.type);
        }
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

void TableBuild::remove(const CrawledFile& file) {
    removed_.push_back(file.path);
    ++removed_count_;
    if (anew_) return;
    for (const auto& [name, count] : file.extra.members()) {
        const auto found = std::ranges::find(columns_, name, &BuildColumn::name);
        const auto number = count.as_integer();
        if (found != columns_.end() && number.ok()) found->profile.remove_nulls(*number);
    }
    rows_removed_ += file.row_count;
}

NullText TableBuild::null_text() const {
    for (const BuildColumn& column : columns_) {
        const NullText wanted = column.profile.wanted_null_text();
        if (wanted != no_null_text) return wanted;
    }
    return no_null_text;
}

std::vector<catalog::Column> TableBuild::columns_now() const {
    const NullText null_text = this->null_text();
    std::vector<catalog::Column> columns;
    for (const BuildColumn& column : columns_) {
        catalog::Column& made = columns.emplace_back();
        made.name = column.name;
        made.source = column.source;
        made.description = column.description;
        made.type = type_of(column, null_text);
        if (column.type.empty()) made.format = column.profile.type(null_text).format;
    }
    return columns;
}

catalog::CrawledVersion TableBuild::version() const {
    const NullText null_text = this->null_text();
    catalog::CrawledVersion version;
    if (name_) version.name = *name_;
    version.root = root_;
    version.columns = columns_now();
    version.shapes = shapes_;
    json::Value profiles = json::Value::object();
    for (const BuildColumn& column : columns_) {
        profiles.set(column.name, column.profile.to_json());
        const std::string type = type_of(column, null_text);
        const std::string format = column.profile.type(null_text).format;
        version.statistics.push_back(
            {column.name,
             column.profile.null_count(),
             column.profile.min(type, format),
             column.profile.max(type, format),
             column.profile.distinct_approx()}
        );
    }
    version.extra = json::Value::object();
    version.extra.set("profiles", std::move(profiles));
    for (catalog::CrawledShape& shape : version.shapes) shape.scan.null_text = text_of(null_text);
    version.note = note();
    return version;
}

std::string TableBuild::note() const {
    std::string text;
    const auto say = [&](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
    const std::size_t added = added_count_ - changed_count_;
    const std::size_t deleted = removed_count_ - changed_count_;
    if (added > 0) say(count_of(added, "new"));
    if (changed_count_ > 0) say(count_of(changed_count_, "changed"));
    if (deleted > 0) say(count_of(deleted, "deleted"));
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
    report.files_deleted = removed_count_ - changed_count_;
    report.note = note();
}

}  // namespace tradewind::crawl

#include "engine/many_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace tradewind::engine {

namespace {

using catalog::Column;
using catalog::FileGroup;
using catalog::TableFiles;

constexpr std::string_view null_partition = "__HIVE_DEFAULT_PARTITION__";

const std::string& key_of(const Column& column) {
    return column.source.empty() ? column.name : column.source;
}

std::string_view folder_of(const std::string& path) {
    return std::string_view(path).substr(0, path.rfind('/') + 1);
}

std::map<std::string, std::string> values_of(
    std::string_view folder, const std::vector<Column>& columns
) {
    std::map<std::string, std::string> values;
    for (const std::string& name : split(folder, '/')) {
        for (const Column& column : columns) {
            const std::string begin = key_of(column) + "=";
            if (!name.starts_with(begin)) continue;
            const std::string value = url_decode(name.substr(begin.size()), false);
            values.erase(key_of(column));
            if (value != null_partition) values[key_of(column)] = value;
        }
    }
    return values;
}

// The groups' files, one group after another.
class Parts {
public:
    Parts(std::shared_ptr<const ManyFiles> files, std::size_t files_each)
        : files_(std::move(files)), files_each_(files_each) {}

    TableFiles next() {
        const TableFiles& table = files_->table();
        TableFiles part;
        part.name = table.name;
        part.columns = table.columns;
        while (group_ < table.groups.size() && at_ == table.groups[group_].files.size()) {
            ++group_;
            at_ = 0;
        }
        if (group_ == table.groups.size()) return part;
        const FileGroup& whole = table.groups[group_];
        part.scan = whole.scan;
        part.files = take(whole.files);
        part.groups = {{whole.scan, whole.columns, part.files, whole.sources, whole.types}};
        return part;
    }

private:
    std::vector<std::string> take(const std::vector<std::string>& files) {
        const auto begin = files.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ = std::min(at_ + files_each_, files.size());
        return {begin, files.begin() + static_cast<std::ptrdiff_t>(at_)};
    }

    const std::shared_ptr<const ManyFiles> files_;
    const std::size_t files_each_;
    std::size_t group_ = 0;
    std::size_t at_ = 0;  // in the group
};

}  // namespace

bool fits_parts(const TableFiles& table) {
    return !table.groups.empty() && table.key.empty() &&
           std::ranges::none_of(table.columns, [](const Column& column) {
               return column.type.find('<') != std::string::npos;
           });
}

ManyFiles::ManyFiles(const TableFiles& table) {
    table_.name = table.name;
    table_.columns = table.columns;
    table_.scan = table.scan;
    table_.groups = table.groups;
    note_columns();
    note_folders();
}

void ManyFiles::note_columns() {
    for (const FileGroup& group : table_.groups) {
        if (!group.scan.null_text.empty()) null_texts_.insert(group.scan.null_text);
        null_texts_.insert(group.scan.other_null_texts.begin(), group.scan.other_null_texts.end());
        for (const Column& hive : group.scan.hive_columns) {
            const auto column = std::ranges::find(table_.columns, hive.name, &Column::name);
            const auto known = std::ranges::find(partition_columns_, hive.name, &Column::name);
            if (column == table_.columns.end() || known != partition_columns_.end()) continue;
            partition_columns_.push_back(*column);
            partition_columns_.back().source = key_of(hive);
        }
    }
}

void ManyFiles::note_folders() {
    std::set<std::string_view> seen;
    std::string_view last;
    for (const FileGroup& group : table_.groups) {
        for (const std::string& file : group.files) {
            const std::string_view folder = folder_of(file);
            if (folder == last) continue;
            last = folder;
            if (seen.insert(folder).second)
                folders_.push_back({std::string(folder), values_of(folder, partition_columns_)});
        }
    }
}

std::shared_ptr<const ManyFiles> ManyFiles::only(const std::set<std::string>& paths) const {
    TableFiles left;
    left.name = table_.name;
    left.columns = table_.columns;
    left.scan = table_.scan;
    for (const FileGroup& group : table_.groups) {
        FileGroup& some = left.groups.emplace_back(
            FileGroup{group.scan, group.columns, {}, group.sources, group.types}
        );
        std::string_view last;
        bool wanted = false;
        for (const std::string& file : group.files) {
            const std::string_view folder = folder_of(file);
            if (folder != last) wanted = paths.contains(std::string(folder));
            last = folder;
            if (wanted) some.files.push_back(file);
        }
    }
    return std::make_shared<const ManyFiles>(left);
}

ManyFiles::Next ManyFiles::parts_of(
    std::shared_ptr<const ManyFiles> files, std::size_t files_each
) {
    const auto parts = std::make_shared<Parts>(std::move(files), files_each);
    return [parts]() -> Result<TableFiles> { return parts->next(); };
}

}  // namespace tradewind::engine

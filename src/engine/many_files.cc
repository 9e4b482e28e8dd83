#include "engine/many_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace tradewind::engine {

namespace {

using catalog::Column;
using catalog::FileGroup;
using catalog::TableFiles;

const std::string& key_of(const Column& column) {
    return column.source.empty() ? column.name : column.source;
}

std::string_view folder_of(const std::string& path) {
    return std::string_view(path).substr(0, path.rfind('/') + 1);
}

// What the names say after the only one of "key="; nothing: there is none, or there are several.
std::optional<std::string> value_of(const std::vector<std::string>& names, const std::string& key) {
    std::optional<std::string> value;
    for (const std::string& name : names) {
        if (!name.starts_with(key + "=")) continue;
        if (value) return std::nullopt;
        value = url_decode(name.substr(key.size() + 1), false);
    }
    return value;
}

// As Folder::values, of a folder with files of the group: each calls the columns in its own way,
// and may have in its files what others have in the folders' names.
std::vector<std::string> values_of(
    std::string_view folder, const FileGroup& group, const std::vector<Column>& columns
) {
    const std::vector<std::string> names = split(folder, '/');
    std::vector<std::string> values;
    for (const Column& column : columns) {
        const auto& hive = group.scan.hive_columns;
        const auto found = std::ranges::find(hive, column.name, &Column::name);
        if (found == hive.end()) return {};
        auto value = value_of(names, key_of(*found));
        // Two keys may make one column.
        if (!value || std::ranges::count(hive, column.name, &Column::name) > 1) return {};
        values.push_back(std::move(*value));
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
        }
    }
}

void ManyFiles::note_folders() {
    std::map<std::string_view, std::size_t> places;
    for (const FileGroup& group : table_.groups) {
        std::string_view last;
        for (const std::string& file : group.files) {
            const std::string_view folder = folder_of(file);
            if (folder == last) continue;
            last = folder;
            auto values = values_of(folder, group, partition_columns_);
            const auto [place, fresh] = places.try_emplace(folder, folders_.size());
            if (fresh) {
                folders_.push_back({std::string(folder), std::move(values)});
            } else if (folders_[place->second].values != values) {
                folders_[place->second].values.clear();
            }
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

// A table of so many files that no one statement lists them: they are read part by part, and only
// those of the folders that a query's WHERE leaves.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace tradewind::engine {

// More files of a crawled table than this are read part by part: planning a statement costs the
// engine a look at each path that it lists, 9 us, and 2 kB.
constexpr std::size_t listed_files_max = 50'000;
// Files of one part.
constexpr std::size_t part_files_max = 5000;

// Can the table be read so? Not where only the files tell a column's type, as of nested ones, nor
// where rows take the place of others.
bool fits_parts(const catalog::TableFiles& table);

// Never changes. Any thread.
class ManyFiles {
public:
    explicit ManyFiles(const catalog::TableFiles& table);

    // Its columns, and its groups with their files.
    const catalog::TableFiles& table() const { return table_; }
    // Columns that stand in folders' names, of all files or some.
    const std::vector<catalog::Column>& partition_columns() const { return partition_columns_; }
    // Texts of folders that mean null besides.
    const std::set<std::string>& null_texts() const { return null_texts_; }

    struct Folder {
        std::string path;
        // What its name says of each partition column, as it is written there. Empty: it does not
        // say it of all, or not clearly, and only the rows tell.
        std::vector<std::string> values;
    };
    // Those that hold files, in no order.
    const std::vector<Folder>& folders() const { return folders_; }
    // Only the files of these folders.
    std::shared_ptr<const ManyFiles> only(const std::set<std::string>& paths) const;

    // The next files of the table; none: the end. One thread.
    using Next = std::function<Result<catalog::TableFiles>()>;
    static Next parts_of(std::shared_ptr<const ManyFiles> files, std::size_t files_each);

private:
    void note_columns();
    void note_folders();

    catalog::TableFiles table_;
    std::vector<catalog::Column> partition_columns_;
    std::set<std::string> null_texts_;
    std::vector<Folder> folders_;
};

}  // namespace tradewind::engine

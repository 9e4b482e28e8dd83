// What is known of one table on its way from files to a package.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "quality/quality.h"

namespace tradewind::draft {

// A column as the crawl found it.
struct FoundColumn {
    std::string source;  // its name in the files
    std::string type;
    std::string format;  // strptime form; empty: ISO
    std::string min;
    std::string max;
};

// A folder `day=2024-01-02` tells the day of its files.
struct FolderKey {
    std::string name;  // of the clean table's column
    std::string key;   // as the folders write it
    std::string type;  // portable SQL
};

// A group of files that are one table.
struct FoundTable {
    std::string name;  // the crawler's
    std::string root;  // the folder of its files
    catalog::Format format = catalog::Format::Csv;
    std::vector<std::string> null_texts;  // texts that mean null
    std::vector<FoundColumn> columns;     // in the files
    std::vector<FolderKey> folder_keys;
    std::vector<std::string> files;  // absolute
};

// A field of the contract, and what the clean table makes of it.
struct Field {
    std::string name;
    std::string type;  // as contracts write it
    std::vector<std::string> aliases;
    std::vector<std::string> formats;  // empty: iso
    bool required = false;
    std::string why;   // for the comment beside it; may be empty
    std::string cast;  // text that the clean table casts to this SQL type
    // What was counted among its values.
    std::int64_t nulls = 0;
    bool outer_blanks = false;  // trim() changes some
    bool blank = false;         // some are nothing but blanks
    bool null_texts = false;    // some are the table's null_texts
};

struct Key {
    std::vector<std::string> columns;  // empty: none
    std::string why;
};

// A check as it will stand in the asset's header.
struct DraftCheck {
    std::string yaml;  // "unique: order_id"
    std::string why;
    bool blocking = true;  // false: what may well change with the next file
};

struct Table {
    std::string source;  // its name in the package
    FoundTable found;
    std::vector<std::string> patterns;
    std::vector<Field> fields;
    std::vector<std::string> left_out;  // columns without a field, each with its reason
    std::int64_t row_count = 0;         // that the contract takes
    std::int64_t rejected_count = 0;
    std::string rejected_why;            // of the first one
    std::vector<std::string> row_files;  // what an import would store, as Parquet
    std::string clean_sql;
    quality::Profile profile;  // of the clean table
    Key key;
    std::vector<DraftCheck> checks;
    std::vector<std::string> notes;  // comments for the contract's head
};

}  // namespace tradewind::draft

// A model as a package declares it: models/<name>.yml. Part of the door (model.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "package/package.h"

namespace tradewind::model {

// What is learnt, and which list it makes: what a user buys again, what he may try for the first
// time, what comes next into the cart. Or, of any rows, whether a label is 1.
enum class Kind { BuyAgain, TryFirst, NextInCart, Classify };
const char* to_string(Kind kind);  // "buy_again", …
const char* list_name(Kind kind);  // "again", "new", "next"; of classify none: ""
std::optional<Kind> kind_of_list(std::string_view name);

// Who bought what, line by line: the table and its columns.
struct Interactions {
    catalog::TableName table;
    std::string user;
    std::string item;
    std::string basket;
    std::string sequence;  // orders a user's baskets
    std::string position;  // orders a basket's lines; empty: by the item
    std::string day;       // days since the user's or the shop's first basket; empty: none
};

// What items are called.
struct Items {
    catalog::TableName table;
    std::string item;
    std::string name;
    std::vector<std::string> groups;  // such as aisle and department; may be none
};

// Rows to learn from: a user, an item, numbers about both. The fold says what a row is for: train,
// test (the hold-out) or score (as of now, without label).
struct Features {
    catalog::TableName table;
    std::string user;
    std::string item;
    std::string fold;
    std::string label;
    std::vector<std::string> columns;  // empty: all others that are numbers …
    std::vector<std::string> except;   // … but for these
};

// Of a model of kind classify: rows with a label that is 0 or 1 (null: not known yet), and numbers
// that were known before it. The newest share of them by `time` is held out.
struct Rows {
    catalog::TableName table;
    std::string id;
    std::string label;
    std::string time;
    double hold_out = 0.2;
};

// Where baskets are seen as soon as they come in: a table that has the columns of the interactions
// and _partition and _offset besides, and the stream that brings its rows.
struct Live {
    std::string stream;
    catalog::TableName table;
};

struct Gate {
    std::string metric;
    double tolerance = 0;
};

struct ModelSpec {
    std::string package;
    std::string name;
    std::string description;
    Kind kind = Kind::BuyAgain;
    Interactions interactions;
    std::optional<Items> items;
    std::optional<Features> features;
    std::optional<Live> live;
    // Of classify alone, whose interactions and features name the same table and columns.
    std::optional<Rows> rows;
    std::map<std::string, double> parameters;
    double search_seconds = 0;  // 0: no search for better parameters
    Gate gate;
    double threshold = 0.2;
    // Feature → what is told of it, in the order of the file: "bought in {percent} of their
    // orders".
    std::vector<std::pair<std::string, std::string>> reasons;
    SourceLocation at;

    std::string text() const { return package + "/" + name; }
    double parameter(const std::string& which, double fallback) const;
};

// InvalidArgument with the place: an unknown or missing key, a value out of range.
Result<ModelSpec> parse_model(
    const std::string& package, const std::string& name, const yaml::Node& document
);

struct ReadModels {
    std::vector<ModelSpec> models;  // by package and name
    std::vector<Error> faults;      // of files that are left out
};
ReadModels read_models(os::Filesystem& files, const std::vector<package::Package>& packages);

}  // namespace tradewind::model

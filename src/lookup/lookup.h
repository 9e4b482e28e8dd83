// Tables of the lake held in memory, for answers within a request: columns that are added to the
// record that a look-up by key gives, and rows that are found by their words. Packages declare both
// in serving/*.yml; a newer version of a table is taken up when it is published.
//
// What is held is bounded (HoldOptions): a table beyond that is left out, which the log and a
// metric tell, and answers are as if it had never been made.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "base/yaml.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/clock.h"

namespace tradewind::lookup {

// ---------------------------------------------------------------- what packages declare

// A column and the name that it has in answers.
struct Member {
    std::string name;
    std::string column;
    SourceLocation at;
};

// lookups:
//   - table: online_retail.customer_segments   # a bare name is one of the package
//     key: customer_id                         # its column that holds the record's key
//     columns: [segment, {group: cluster}]     # become members of the record, null where none is
//   - as: rfm                                  # … or one member: an object, null where none is
//     table: online_retail.customer_rfm
//     key: customer_id
//     columns: [rfm, recency_score]
//   - as: countries
//     many: place                              # … a list, ordered by that column
//     table: …
struct Lookup {
    std::string as;  // empty: the columns are members of the record
    catalog::TableName table;
    SourceLocation table_at;
    Member key;
    std::vector<Member> columns;
    std::optional<Member> many;
};

struct RecordLookups {
    std::string table;  // the serving table
    std::vector<Lookup> lookups;
};

// search: products                    # unique among all packages
// table: online_retail.popular_products
// key: stock_code                     # found first, however it is written
// text: [description]
// best_by: sales                      # among equals the greatest is first
// columns: [description, quantity, {revenue: sales}]
// lookups: […]                        # as above
struct Search {
    std::string name;
    catalog::TableName table;
    SourceLocation table_at;
    Member key;
    std::vector<Member> text;
    std::optional<Member> best_by;
    std::vector<Member> columns;
    std::vector<Lookup> lookups;
};

struct Declared {
    std::vector<RecordLookups> records;
    std::vector<Search> searches;
};

// The `lookups:` of a serving table, whose records have the members `taken`.
Result<std::vector<Lookup>> parse_lookups(
    const yaml::Node& node, const std::string& package, std::vector<std::string> taken
);
bool is_search(const yaml::Node& document);
Result<Search> parse_search(const yaml::Node& document, const std::string& package);

// Tables and columns that are not there, each with its place. `columns`: those of a table; nothing:
// there is no such table.
using FindColumns =
    std::function<std::optional<std::vector<std::string>>(const catalog::TableName& table)>;
std::vector<Error> faults_of(const Declared& declared, const FindColumns& columns);

// ---------------------------------------------------------------- what is asked

constexpr std::int64_t search_limit_max = 100;
constexpr std::size_t question_bytes_max = 200;  // nobody types more into a search field
constexpr std::size_t question_words_max = 16;

struct SearchRequest {
    std::string search;
    std::string question;
    std::int64_t limit = 20;
    std::optional<std::string> cursor;
};

struct SearchPage {
    std::vector<std::string> rows;           // JSON objects, best first
    std::int64_t total = 0;                  // that match, on all pages
    std::optional<std::string> next_cursor;  // opaque base64url; nothing at the end
};

struct HoldOptions {
    std::int64_t rows_max = 2'000'000;       // of one table
    std::uint64_t bytes_max = 256ull << 20;  // of one table's keys and values, as text
    std::int64_t read_timeout_us = 60'000'000;
    // Looks for newer versions that often, on a thread of its own; 0: when somebody asks.
    std::int64_t look_us = 1'000'000;
    std::int64_t retry_us = 60'000'000;  // a version that could not be read is tried again then
};

struct HoldParts {
    Declared declared;
    engine::Engine* engine = nullptr;
    catalog::Catalog* catalog = nullptr;
    lake::Lake* lake = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
};

// All methods: any thread.
class Lookups {
public:
    virtual ~Lookups() = default;
    virtual void stop() = 0;
    // Takes up what was published since. Returns when it is so.
    virtual void renew() = 0;
    // Adds members to a record of that serving table, a JSON object.
    virtual void add_to(const std::string& table, std::string_view key, std::string& record) = 0;
    virtual std::vector<std::string> searches() = 0;
    // Rows whose key is asked for, then those that have all words of the question, the last of
    // which may be the beginning of one; by BM25, equals by the search's best_by, then by key.
    // NotFound: no such search; Conflict: its table has never been made, or is more than is held;
    // InvalidArgument: nothing to look for, too much, or a cursor of another question.
    virtual Result<SearchPage> search(const SearchRequest& request) = 0;
};

std::unique_ptr<Lookups> hold_tables(HoldOptions options, HoldParts parts);

}  // namespace tradewind::lookup

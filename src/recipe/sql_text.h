// Pieces of SQL that DuckDB and Spark read alike: names, literals, SELECT lists.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sql_text.h"
#include "catalog/catalog.h"

namespace tradewind::recipe {

using catalog::Column;

std::string join_texts(const std::vector<std::string>& parts, std::string_view separator);
// Names quoted, with commas.
std::string quote_names(const std::vector<Column>& columns);

// What can be done with values of a type.
enum class TypeClass { Number, Text, Time, Boolean, Other };
TypeClass class_of(std::string_view type);
bool is_integer_type(std::string_view type);
bool is_decimal_type(std::string_view type);
bool is_double_type(std::string_view type);  // FLOAT too
// Values can be sorted and compared with each other.
bool is_sortable_type(std::string_view type);

// The SELECT of one step: all columns of its input, some of them changed, added or left out.
class Select {
public:
    Select(const std::vector<Column>& input, std::string from);

    void replace(std::string_view column, std::string expression);
    void add(std::string name, std::string expression);
    void rename(std::string_view column, std::string name);
    void drop(std::string_view column);
    // Nothing but what is added from here on.
    void clear() {
        items_.clear();
        kept_all_ = false;
    }
    // Names the columns even where * would do: the table selected from has more.
    void list_all() { kept_all_ = false; }
    void distinct() { distinct_ = true; }
    void where(std::string condition) { tail_.push_back("WHERE " + std::move(condition)); }
    // "GROUP BY …", "ORDER BY …", …: a line of its own after FROM.
    void line(std::string text) { tail_.push_back(std::move(text)); }
    std::string text() const;

private:
    struct Item {
        std::string input;  // the column that it is made from; empty: added
        std::string name;
        std::string expression;  // empty: the column as it is
    };
    Item& find(std::string_view column);
    std::string list() const;

    std::vector<Item> items_;
    std::string from_;
    std::vector<std::string> tail_;
    bool kept_all_ = true;  // SELECT * says it
    bool distinct_ = false;
};

// The same statement as Spark quotes it: `names`, 'texts with \'escapes\''. There "" and '' inside
// of quotes are two pieces beside each other, and a backslash is never itself.
std::string with_spark_quotes(std::string_view sql);

// Each line moved to the right.
std::string indent(std::string_view text, int blanks);

}  // namespace tradewind::recipe

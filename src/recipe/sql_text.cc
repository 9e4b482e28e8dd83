#include "recipe/sql_text.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"

namespace tradewind::recipe {

namespace {

constexpr std::size_t list_columns_max = 88;

bool starts_with_any(std::string_view type, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](auto name) { return type == name; });
}

// Short items side by side, long ones on lines of their own.
std::string wrap(const std::vector<std::string>& items) {
    std::string out;
    std::string line;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
        if (!line.empty() && line.size() + item.size() + 1 > list_columns_max) {
            out += line + "\n    ";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + item;
    }
    return out + line;
}

}  // namespace

std::string join_texts(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += separator;
        out += parts[i];
    }
    return out;
}

std::string quote_names(const std::vector<Column>& columns) {
    std::vector<std::string> names;
    for (const Column& column : columns) names.push_back(quote_name(column.name));
    return join_texts(names, ", ");
}

bool is_integer_type(std::string_view type) {
    return starts_with_any(type, {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}) ||
           (type.starts_with("DECIMAL(") && type.ends_with(",0)"));
}
bool is_decimal_type(std::string_view type) {
    return type.starts_with("DECIMAL(") && !type.ends_with(",0)");
}
bool is_double_type(std::string_view type) {
    return type == "DOUBLE" || type == "FLOAT";
}

TypeClass class_of(std::string_view type) {
    if (is_integer_type(type) || is_decimal_type(type) || is_double_type(type))
        return TypeClass::Number;
    if (type == "STRING") return TypeClass::Text;
    if (type == "DATE" || type == "TIMESTAMP") return TypeClass::Time;
    if (type == "BOOLEAN") return TypeClass::Boolean;
    return TypeClass::Other;
}

bool is_sortable_type(std::string_view type) {
    return class_of(type) != TypeClass::Other || type.starts_with("TIME");
}

Select::Select(const std::vector<Column>& input, std::string from) : from_(std::move(from)) {
    for (const Column& column : input) items_.push_back({column.name, column.name, {}});
}

Select::Item& Select::find(std::string_view column) {
    kept_all_ = false;
    const auto found = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
        return equal_ignore_case(item.input, column);
    });
    CHECK(found != items_.end());
    return *found;
}

void Select::replace(std::string_view column, std::string expression) {
    find(column).expression = std::move(expression);
}

void Select::rename(std::string_view column, std::string name) {
    Item& item = find(column);
    item.expression = quote_name(item.input);
    item.name = std::move(name);
}

void Select::add(std::string name, std::string expression) {
    items_.push_back({{}, std::move(name), std::move(expression)});
}

void Select::drop(std::string_view column) {
    find(column);
    std::erase_if(items_, [&](const Item& item) { return equal_ignore_case(item.input, column); });
}

std::string Select::list() const {
    std::vector<std::string> items;
    if (kept_all_) items.push_back("*");
    for (const Item& item : items_) {
        if (kept_all_ && !item.input.empty()) continue;
        const std::string name = quote_name(item.name);
        if (item.expression.empty()) {
            items.push_back(name);
        } else if (item.expression == name || item.expression.ends_with("here." + name)) {
            items.push_back(item.expression);
        } else {
            items.push_back(item.expression + " AS " + name);
        }
    }
    return wrap(items);
}

std::string Select::text() const {
    std::string out = distinct_ ? "SELECT DISTINCT " : "SELECT ";
    out += list() + "\nFROM " + from_;
    for (const std::string& line : tail_) out += "\n" + line;
    return out;
}

std::string with_spark_quotes(std::string_view sql) {
    std::string out;
    char quote = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (quote == 0) {
            if (c == '\'' || c == '"') quote = c;
            out += c == '"' ? '`' : c;
        } else if (c != quote) {
            if (quote == '\'' && c == '\\') out += '\\';
            if (quote == '"' && c == '`') out += '`';
            out += c;
        } else if (i + 1 < sql.size() && sql[i + 1] == quote) {
            out += quote == '\'' ? "\\'" : "\"";
            ++i;
        } else {
            out += quote == '"' ? '`' : c;
            quote = 0;
        }
    }
    return out;
}

std::string indent(std::string_view text, int blanks) {
    std::string out;
    const std::string margin(static_cast<std::size_t>(blanks), ' ');
    // Not inside of quotes: a text with a line's end in it must stay what it is.
    char quote = 0;
    bool at_start = true;
    for (const char c : text) {
        if (at_start && c != '\n') out += margin;
        at_start = false;
        out += c;
        if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        }
        if (c == '\n' && quote == 0) at_start = true;
    }
    return out;
}

}  // namespace tradewind::recipe

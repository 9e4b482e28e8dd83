// What a column of each type looks like: its portable name, and what ColumnText needs to read it.
#include <string>

#include "engine/duckdb_text.h"

namespace tradewind::engine {

namespace {

// A string that the C API allocated.
std::string take_text(char* raw) {
    std::string text = raw == nullptr ? "" : raw;
    duckdb_free(raw);
    return text;
}

// Types that no portable name fits go by the nearest type that holds their values.
const char* simple_name(duckdb_type type) {
    switch (type) {
        case DUCKDB_TYPE_BOOLEAN:
            return "BOOLEAN";
        case DUCKDB_TYPE_TINYINT:
            return "TINYINT";
        case DUCKDB_TYPE_SMALLINT:
        case DUCKDB_TYPE_UTINYINT:
            return "SMALLINT";
        case DUCKDB_TYPE_INTEGER:
        case DUCKDB_TYPE_USMALLINT:
            return "INTEGER";
        case DUCKDB_TYPE_BIGINT:
        case DUCKDB_TYPE_UINTEGER:
            return "BIGINT";
        case DUCKDB_TYPE_UBIGINT:
            return "DECIMAL(20,0)";
        case DUCKDB_TYPE_HUGEINT:
        case DUCKDB_TYPE_UHUGEINT:
            return "DECIMAL(38,0)";
        case DUCKDB_TYPE_FLOAT:
            return "FLOAT";
        case DUCKDB_TYPE_DOUBLE:
            return "DOUBLE";
        case DUCKDB_TYPE_DATE:
            return "DATE";
        case DUCKDB_TYPE_TIME:
        case DUCKDB_TYPE_TIME_NS:
            return "TIME";
        case DUCKDB_TYPE_TIME_TZ:
            return "TIME WITH TIME ZONE";
        case DUCKDB_TYPE_TIMESTAMP:
        case DUCKDB_TYPE_TIMESTAMP_S:
        case DUCKDB_TYPE_TIMESTAMP_MS:
        case DUCKDB_TYPE_TIMESTAMP_NS:
            return "TIMESTAMP";
        case DUCKDB_TYPE_TIMESTAMP_TZ:
            return "TIMESTAMP WITH TIME ZONE";
        case DUCKDB_TYPE_INTERVAL:
            return "INTERVAL";
        case DUCKDB_TYPE_BLOB:
            return "BINARY";
        case DUCKDB_TYPE_VARCHAR:
        case DUCKDB_TYPE_ENUM:
        case DUCKDB_TYPE_UUID:
        case DUCKDB_TYPE_BIT:
            return "STRING";
        default:
            return nullptr;
    }
}

}  // namespace

Result<ColumnText> ColumnText::make(duckdb_logical_type type) {
    ColumnText column;
    column.type_ = duckdb_get_type_id(type);
    switch (column.type_) {
        case DUCKDB_TYPE_DECIMAL:
            TRY(column.describe_decimal(type));
            break;
        case DUCKDB_TYPE_ENUM:
            column.describe_enum(type);
            break;
        case DUCKDB_TYPE_LIST:
        case DUCKDB_TYPE_ARRAY:
        case DUCKDB_TYPE_MAP:
            TRY(column.describe_list(type));
            break;
        case DUCKDB_TYPE_STRUCT:
            TRY(column.describe_struct(type));
            break;
        case DUCKDB_TYPE_UNION:
            TRY(column.describe_union(type));
            break;
        default:
            TRY(column.describe_simple());
    }
    return column;
}

Result<void> ColumnText::describe_simple() {
    // The type of a bare NULL has no values at all: text, as good as any.
    if (type_ == DUCKDB_TYPE_SQLNULL) type_ = DUCKDB_TYPE_VARCHAR;
    const char* name = simple_name(type_);
    if (name == nullptr) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "a result column has a type that results cannot carry"
        )
            .with_hint("Cast it to STRING, as in CAST(x AS VARCHAR).");
    }
    portable_type_ = name;
    return {};
}

Result<void> ColumnText::describe_decimal(duckdb_logical_type type) {
    scale_ = duckdb_decimal_scale(type);
    storage_ = duckdb_decimal_internal_type(type);
    portable_type_ = "DECIMAL(" + std::to_string(duckdb_decimal_width(type)) + "," +
                     std::to_string(scale_) + ")";
    return {};
}

void ColumnText::describe_enum(duckdb_logical_type type) {
    storage_ = duckdb_enum_internal_type(type);
    portable_type_ = "STRING";
    for (idx_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
        names_.push_back(take_text(duckdb_enum_dictionary_value(type, i)));
    }
}

// Lists, arrays of fixed size, and maps, which are lists of pairs.
Result<void> ColumnText::describe_list(duckdb_logical_type type) {
    if (type_ == DUCKDB_TYPE_MAP) {
        const TypeHandle key(duckdb_map_type_key_type(type));
        const TypeHandle value(duckdb_map_type_value_type(type));
        ColumnText pair;
        pair.type_ = DUCKDB_TYPE_STRUCT;
        pair.children_.push_back(TRY(make(key.get())));
        pair.children_.push_back(TRY(make(value.get())));
        portable_type_ = "MAP<" + pair.children_[0].portable_type_ + ", " +
                         pair.children_[1].portable_type_ + ">";
        children_.push_back(std::move(pair));
        return {};
    }
    const bool array = type_ == DUCKDB_TYPE_ARRAY;
    if (array) array_size_ = duckdb_array_type_array_size(type);
    const TypeHandle item(
        array ? duckdb_array_type_child_type(type) : duckdb_list_type_child_type(type)
    );
    children_.push_back(TRY(make(item.get())));
    portable_type_ = "ARRAY<" + children_[0].portable_type_ + ">";
    return {};
}

Result<void> ColumnText::describe_struct(duckdb_logical_type type) {
    portable_type_ = "STRUCT<";
    for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
        names_.push_back(take_text(duckdb_struct_type_child_name(type, i)));
        const TypeHandle child(duckdb_struct_type_child_type(type, i));
        children_.push_back(TRY(make(child.get())));
        if (i > 0) portable_type_ += ", ";
        portable_type_ += names_.back() + ": " + children_.back().portable_type_;
    }
    portable_type_ += ">";
    return {};
}

// Stored as a struct whose first field says which of the others counts.
Result<void> ColumnText::describe_union(duckdb_logical_type type) {
    ColumnText tag;
    tag.type_ = DUCKDB_TYPE_UTINYINT;
    children_.push_back(std::move(tag));
    for (idx_t i = 0; i < duckdb_union_type_member_count(type); ++i) {
        const TypeHandle member(duckdb_union_type_member_type(type, i));
        children_.push_back(TRY(make(member.get())));
    }
    portable_type_ = "STRING";
    return {};
}

}  // namespace tradewind::engine

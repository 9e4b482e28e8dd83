#include "engine/sql_functions.h"

#include <algorithm>
#include <array>

namespace tradewind::engine {

namespace {

using namespace std::string_view_literals;

constexpr std::array table_functions{
    "generate_series"sv,
    "json_each"sv,
    "json_tree"sv,
    "range"sv,
    "unnest"sv,
};

// Families: what begins so is refused, also what a later version of the engine adds to them.
constexpr std::array denied_prefixes{
    "__internal_"sv,  // crash on arguments that the optimizer would not give them
    "duckdb_"sv,      // catalog, settings, memory, secrets
    "has_"sv,         // PostgreSQL's privilege questions: answered from the catalog
    "icu_calendar"sv,
    "inet_"sv,
    "json_serialize"sv,  // binds a statement given as text, files and all
    "json_deserialize"sv,
    "json_execute"sv,  // runs one
    "parquet_"sv,
    "pg_"sv,
    "pragma_"sv,
    "read_"sv,
    "sqlite_"sv,
    "st_"sv,       // parse binary geometry; no retail table has any
    "variant_"sv,  // take the engine's binary variants
    "which_"sv,
    "write_"sv,
};

constexpr std::array denied_functions{
    // files and environment
    "getenv"sv,
    "glob"sv,
    "sniff_csv"sv,
    "arrow_scan"sv,
    "arrow_scan_dumb"sv,
    "seq_scan"sv,
    "pandas_scan"sv,
    "python_map_function"sv,
    // other statements and tables by name
    "query"sv,
    "query_table"sv,
    "histogram_values"sv,
    "no_rows_file"sv,  // a path
    "summary"sv,
    "checkpoint"sv,
    "force_checkpoint"sv,
    // settings, variables, session and transaction. (Bare current_user, session_user and the
    // like are column names to the parser; the engine answers them with constants of its own.)
    "current_setting"sv,
    "getvariable"sv,
    "current_query"sv,
    "current_query_id"sv,
    "current_connection_id"sv,
    "current_transaction_id"sv,
    "txid_current"sv,
    "current_database"sv,
    "current_catalog"sv,
    "current_schema"sv,
    "current_schemas"sv,
    "current_user"sv,
    "current_role"sv,
    "session_user"sv,
    "user"sv,
    "in_search_path"sv,
    "version"sv,
    "get_block_size"sv,
    "enable_logging"sv,
    "disable_logging"sv,
    "enable_profiling"sv,
    "disable_profiling"sv,
    // the catalog
    "nextval"sv,
    "currval"sv,
    "format_type"sv,
    "format_pg_type"sv,
    "map_to_pg_oid"sv,
    "col_description"sv,
    "obj_description"sv,
    "shobj_description"sv,
    "test_all_types"sv,
    "test_vector_types"sv,
    // waiting: holds a thread without using it
    "sleep_ms"sv,
    // internal representations: state of aggregates, sort keys, statistics, vectors
    "combine"sv,
    "finalize"sv,
    "create_sort_key"sv,
    "stats"sv,
    "vector_type"sv,
    "constant_or_null"sv,
    "can_cast_implicitly"sv,
    "remap_struct"sv,
    "is_histogram_other_bin"sv,
    "timetz_byte_comparable"sv,
    "parse_duckdb_log_message"sv,
    "unpivot_list"sv,
    "bytes_to_variant"sv,
    "count_star_state"sv,
    "replace_type"sv,
};

template <typename List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

bool table_function_allowed(std::string_view name) {
    return contains(table_functions, name);
}

bool function_allowed(std::string_view name) {
    if (name == "json_serialize") return false;
    for (const std::string_view prefix : denied_prefixes) {
        if (name.starts_with(prefix)) return false;
    }
    return !contains(denied_functions, name);
}

}  // namespace tradewind::engine

#include "engine/latest_rows.h"

#include "base/sql_text.h"

namespace tradewind::engine {

namespace {

std::string joined(const std::vector<std::string>& key, const std::string& prefix) {
    std::string sql;
    for (const std::string& column : key)
        sql += (sql.empty() ? "" : ", ") + prefix + quote_name(column);
    return sql;
}

// Nulls are equal, as they are to PARTITION BY and GROUP BY.
std::string same_key(const std::vector<std::string>& key) {
    std::string sql;
    for (const std::string& column : key) {
        sql += (sql.empty() ? "" : " AND ") + ("stored." + quote_name(column)) +
               " IS NOT DISTINCT FROM again." + quote_name(column);
    }
    return sql;
}

}  // namespace

// Stream rows of one moment are ordered by partition and offset, imported ones by import and row.
std::string latest_rows_sql(
    const std::string& names, const std::string& rows, const std::vector<std::string>& key
) {
    return "SELECT " + names + " FROM (" + rows +
           ") AS stored QUALIFY row_number() OVER (PARTITION BY " + joined(key, "") +
           " ORDER BY _received_at DESC, _import DESC NULLS LAST, _row DESC, _partition DESC, "
           "_offset DESC) = 1";
}

std::string key_hashes_sql(const std::string& rows, const std::vector<std::string>& key) {
    return "SELECT CAST(hash(" + joined(key, "") + ") >> 1 AS BIGINT) AS h FROM (" + rows + ")";
}

std::string repeated_keys_sql(const std::string& rows, const std::vector<std::string>& key) {
    const std::string keys = joined(key, "");
    const std::string hash = "hash(" + keys + ")";
    const std::string shared =
        "SELECT h FROM (SELECT h, lead(h) OVER (ORDER BY h) AS next_h FROM (SELECT " + hash +
        " AS h FROM (" + rows + "))) WHERE h = next_h";
    return "SELECT " + keys + " FROM (" + rows + ") WHERE " + hash + " IN (" + shared +
           ") GROUP BY " + keys + " HAVING count(*) > 1";
}

std::string latest_of_many_sql(
    const std::string& names,
    const std::string& rows,
    const std::vector<std::string>& key,
    const std::string& repeated
) {
    const std::string again = repeated + " AS again ON " + same_key(key);
    const std::string from = "SELECT " + names + " FROM (" + rows + ") AS stored ";
    return from + "ANTI JOIN " + again + " UNION ALL " +
           latest_rows_sql(names, from + "SEMI JOIN " + again, key);
}

}  // namespace tradewind::engine

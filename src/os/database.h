// SQLite for small durable state (meta.sqlite): WAL mode, synchronous=FULL. One Database may be
// used from any thread; calls are serialised. No SQLite type or exception leaves the adapter.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tradewind::os {

// null, integer, real, text, blob
struct Blob {
    std::string bytes;
};
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;
using SqlRow = std::vector<SqlValue>;

// Text of a value ("" for null); bytes of a blob.
std::string text_of(const SqlValue& value);
std::int64_t integer_of(const SqlValue& value);

class Database {
public:
    // Creates the file where absent. Corruption when it is no database.
    static Result<std::unique_ptr<Database>> open(const std::string& path);
    virtual ~Database() = default;

    // One statement, with ? parameters. AlreadyExists when a UNIQUE constraint refuses.
    virtual Result<std::vector<SqlRow>> run(
        std::string_view sql, const std::vector<SqlValue>& parameters = {}
    ) = 0;
    // Rows changed by the last statement of this connection; read it inside transaction().
    virtual std::int64_t changes() = 0;
    // All or nothing: commits when f returns ok, rolls back otherwise. Nobody else's statements
    // come in between.
    virtual Result<void> transaction(const std::function<Result<void>()>& f) = 0;
    // Applies the migrations from the one after PRAGMA user_version on; each is a script.
    virtual Result<void> migrate(const std::vector<std::string_view>& scripts) = 0;
    // A consistent copy, while in use.
    virtual Result<void> backup_to(const std::string& path) = 0;
};

// Ids of an AUTOINCREMENT table up to this one are never given again; those that were given already
// neither. For ids that outlive the table's rows, in the lake for example.
Result<void> skip_ids(Database& database, const std::string& table, std::int64_t ids_used);

}  // namespace tradewind::os

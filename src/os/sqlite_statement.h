// A prepared statement of SQLite and the way of values into and out of it.
#pragma once

#include <sqlite3.h>

#include <memory>

#include "os/database.h"

namespace tradewind::os {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// Makes a used statement ready for the next time, and lets go of its parameters and its locks.
class ResetAtEnd {
public:
    explicit ResetAtEnd(sqlite3_stmt* statement) : statement_(statement) {}
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;
    ~ResetAtEnd() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

private:
    sqlite3_stmt* statement_;
};

// Binds a value to a ?; it must outlive the statement's run. SQLite's result code.
int bind_value(sqlite3_stmt* statement, int index, const SqlValue& value);
SqlValue read_value(sqlite3_stmt* statement, int column);

}  // namespace tradewind::os

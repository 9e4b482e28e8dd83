// Fields of type json: one JSON value, checked whole and kept as text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/field_set.h"
#include "contract/json_index.h"
#include "contract/json_walk.h"

namespace tradewind::contract {

// One thread. Each call adds a value or null to the column, or says why not; on a rejection the
// caller abandons the row.
class JsonFieldReader {
public:
    JsonFieldReader();

    // A text that holds a JSON value: a cell, or a string in a record.
    std::optional<Rejection> read_text(const Field& field, std::string_view text, Column& column);
    // The value that `in` stands before, in a record; `depth` levels are open around it.
    std::optional<Rejection> read_value(
        const Field& field, std::string_view record, JsonWalk& in, int depth, Column& column
    );

private:
    struct Place;

    std::optional<Rejection> check(const Field& field, JsonWalk& in, int depth, const Place& at);
    std::optional<Rejection> check_items(
        const Field& field, JsonWalk& in, int depth, const Place& at
    );
    std::optional<Rejection> check_item(
        const JsonItems& items, JsonWalk& in, int depth, const Place& at
    );
    std::optional<Rejection> check_member(
        const JsonItems& items,
        std::size_t place,
        FieldSet& seen,
        JsonWalk& in,
        int depth,
        const Place& item
    );
    std::optional<Rejection> check_scalar(const Field& field, JsonWalk& in, const Place& item);
    // What is wrong with a member, as seen from outside.
    static Rejection below(const Place& at, Rejection rejection);
    static Rejection wrong_kind(JsonWalk& in, const Place& at, const std::string& wanted);

    JsonIndex index_;
    std::string padded_;  // a text with the bytes that its parser may touch behind it
    std::string compact_;
    std::vector<Column> scratch_;  // one of each type, for values that are only looked at
};

}  // namespace tradewind::contract

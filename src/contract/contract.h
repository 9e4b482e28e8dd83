// A contract: which fields a source's records have and what they must be. It turns a JSON record,
// or a row of text cells, into typed columns, or says why not. The transform changes accepted rows
// on their way to table and serving.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "base/yaml.h"

namespace tradewind::contract {

// Why a record cannot be used. `type` is one of a few snake_case words that group errors (a folder
// name under raw/<stream>/errors/…): invalid_json, not_an_object, missing_field, duplicate_field,
// unknown_field, wrong_type, out_of_range, pattern_mismatch, not_accepted, control_character,
// wrong_column_count, too_large, invalid_utf8, transform_failed. Readers of files and later stages
// have further ones.
struct Rejection {
    std::string type;
    std::string field;   // empty when it is about the whole record
    std::string reason;  // for people: "quantity: \"six\" is not an integer"
};

struct FieldDescription {
    ColumnSpec column;
    bool required = false;
    std::vector<std::string> aliases;
};

enum class Load {
    Append,    // a delivery adds its rows
    Snapshot,  // a delivery is the whole table: the newest date's, or else the newest one's
};

// What a source of kind database reads, and where.
struct DatabaseSource {
    std::string connection;  // name of a connection of the workspace
    std::string table;       // this one,
    std::string query;       // or what this SELECT gives
    std::string watermark;   // Load::Append: the column whose highest value so far is read beyond
};

// How sources/*.yml looks (kind stream; a stream takes files too, a `files` source has no stream):
//
//   source: online_retail
//   kind: stream                        # or files, or database
//   description: …
//   files: ["*.csv", "sales_{date}.csv"]   # names that belong to it; {date}: see file_date
//   load: append                        # or snapshot: each file is the whole table (not: stream)
//   parameter: sales                    # files only: the run's parameter that is a file of it
//   connection: shop                    # database only, with table: or query:, and watermark:
//   partitions: 4                       # stream only
//   partition_by: invoice_no            # field whose text is the record's key
//   event_time: invoice_date
//   key: [ … ]                          # optional: rows with equal keys are one, the later wins
//   unknown_fields: ignore | reject     # default: ignore
//   record_bytes_max: 64KiB             # optional
//   empty_is_null: true                 # "" (and an empty cell) is null; default true
//   fields:
//     invoice_no: {type: text, required: true, aliases: [InvoiceNo, Invoice], max_length: 64}
//     quantity: {type: integer, required: true, min: …, max: …}
//     unit_price: {type: "decimal(12,4)", required: true}
//     customer_id: {type: text, integral: true}     # 17850, "17850", 17850.0, "17850.0" → "17850";
//                                                   # NaN → null
//     invoice_date: {type: timestamp, required: true, formats: ["%m/%d/%Y %H:%M", iso]}
//     country: {type: text, required: true, pattern: "^[A-Za-z].*", accepted_values: […]}
//     lines: {type: json, items: {sku: {type: text, required: true}}}   # an array of such objects
//   transform:                          # optional, in order
//     - filter: {name: no_test_orders, keep: "quantity <> 0"}      # dropped rows are counted by
//     name
//     - set: {country: "lower(country)"}
//     - add: {amount: {type: "decimal(18,4)", expression: "quantity * unit_price"}}
//     - rename: {unit_price: price}
//     - drop: [description]
//
// Names and aliases match without regard to case; those of items exactly. A json field is Text: one
// JSON value without blanks between its tokens, its numbers digit by digit as sent. Expressions:
// columns, literals, + - * /, ||, comparisons, and/or/not, is null, in, like, case, lower upper
// trim length substr coalesce abs round nullif starts_with contains; nulls as in SQL; a type error
// is found when the contract is parsed.
class Contract {
public:
    virtual ~Contract() = default;

    virtual const std::string& name() const = 0;
    virtual bool has_stream() const = 0;  // kind: stream
    virtual int partition_count() const = 0;
    virtual const std::string& description() const = 0;
    virtual const std::vector<FieldDescription>& fields() const = 0;
    // Columns of accepted rows, before and after the transform.
    virtual const std::vector<ColumnSpec>& columns() const = 0;
    virtual const std::vector<ColumnSpec>& output_columns() const = 0;
    virtual const std::string& event_time() const = 0;  // a column of `columns`, or empty
    virtual const std::vector<std::string>& key() const = 0;
    virtual const std::vector<std::string>& file_patterns() const = 0;
    virtual Load load() const = 0;
    // A run may be given a file of this source as its parameter of that name; empty: it may not.
    virtual const std::string& parameter() const = 0;
    virtual const std::optional<DatabaseSource>& database() const = 0;  // kind: database
    virtual bool has_transform() const = 0;
    // Changes whenever what it accepts or produces changes.
    virtual const std::string& fingerprint() const = 0;
};

// Does a pattern of file names (`files:`) speak of the file? Without '/' of its name, with or
// without .gz or .zst at its end; with them also of as many folders above it, each by itself. Case
// does not count.
// {date} stands for one date, 2025-07-01 or 20250701, wherever the pattern has it.
bool file_fits(std::string_view path, std::string_view pattern);
// One of the contract's patterns does.
bool takes_file(const Contract& contract, std::string_view path);
// The date that a file's name says it is of, in days since 1970-01-01; the first that fits.
// Nothing: the pattern has no {date}, or the file does not fit.
std::optional<std::int64_t> file_date(std::string_view path, std::string_view pattern);
// By the first of the contract's patterns that tells one.
std::optional<std::int64_t> file_date(const Contract& contract, std::string_view path);

// InvalidArgument with the place of the first fault.
Result<std::shared_ptr<const Contract>> parse_contract(const yaml::Node& document);

// Turns records into rows. One thread; make one per thread (parsers and buffers are reused).
class Decoder {
public:
    virtual ~Decoder() = default;

    // One JSON object. Accepted: the row's values are added to `rows` (columns of the contract) and
    // the caller calls commit_row; rejected: rows are as before.
    virtual std::optional<Rejection> decode_json(std::string_view record, RowBatch& rows) = 0;
    // Text of the partition field of the last accepted record (the stream's key).
    virtual std::string_view partition_key() const = 0;

    // Before text rows: which cell holds which field, from a header. Rejection: a required field
    // has no column, or two columns are the same field. `doubles[i]`: the column's cells are binary
    // floating-point numbers (a sheet, a Parquet DOUBLE), whose excess digits are rounded to the
    // field's scale rather than refused.
    virtual std::optional<Rejection> bind_header(
        const std::vector<std::string>& header, const std::vector<bool>& doubles
    ) = 0;
    // One row of cells (views; a cell that is nullopt is null). More or fewer cells than the header
    // is a Rejection (wrong_column_count).
    virtual std::optional<Rejection> decode_cells(
        const std::vector<std::optional<std::string_view>>& cells, RowBatch& rows
    ) = 0;
};

std::unique_ptr<Decoder> make_decoder(std::shared_ptr<const Contract> contract);

// What a transform did to a batch.
struct FilteredCount {
    std::string rule;
    std::int64_t count = 0;
};
struct FailedRow {
    std::size_t row = 0;  // in the input
    Rejection rejection;
};
struct TransformResult {
    RowBatch rows;  // output_columns, provenance kept
    std::vector<FilteredCount> filtered;
    std::vector<FailedRow> failed;
};
// Applies the contract's transform (the identity where there is none). Deterministic. Any thread.
TransformResult apply_transform(const Contract& contract, RowBatch rows);

// A key that somebody asks for as rows of the contract hold it: where the field `column` is
// integral, "17850.0" is 17850. A text that the field would not take stays as it is, and so does
// that of a column which is no field. Any thread.
std::string normal_key(const Contract& contract, const std::string& column, std::string_view text);

// Splits a request's body into records: one object, an array of objects, or NDJSON. Views into
// `body`, which must be followed by record_padding readable bytes.
constexpr std::size_t record_padding = 64;
enum class BodyFormat { Json, Ndjson };
Result<std::vector<std::string_view>> split_records(
    std::string_view body, BodyFormat format, std::size_t records_max
);

}  // namespace tradewind::contract

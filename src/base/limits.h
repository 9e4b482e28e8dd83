// Named limits: every queue, batch, body, retry and cache stops somewhere, and here is where and
// why. What an operator may want to change is a setting (app/config.h) that starts from these.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tradewind::limits {

// A record larger than this is refused (400): Kinesis and Kafka draw the line at 1 MiB too.
constexpr std::size_t record_bytes_max = 1u << 20;
// A request body, before and after decompression: 500 records of the maximum fit nowhere near it.
constexpr std::size_t request_body_bytes_max = 16u << 20;
// Decompressed size over compressed size; a real body of repeated JSON stays below 200.
constexpr std::size_t decompression_ratio_max = 1000;
// Records in one request.
constexpr std::size_t request_records_max = 100'000;
// JSON deeper than this is refused: real records are two or three levels deep.
constexpr int json_depth_max = 64;
// Values in one YAML file, aliases written out: a package's files hold thousands at most.
constexpr std::size_t yaml_nodes_max = 200'000;
// A contract's fields, their names and aliases, and lists of accepted values: far more than any
// table that people read; the bound keeps a slip in YAML from becoming a huge index.
constexpr std::size_t contract_fields_max = 1024;
constexpr std::size_t field_name_bytes_max = 128;
constexpr std::size_t accepted_values_max = 10'000;
// A pattern's text; what it may cost to match is bounded by the engine (linear time).
constexpr std::size_t pattern_bytes_max = 1024;
// Partitions of one stream.
constexpr std::int64_t partitions_max = 1024;
// An expression's text and nesting, and the steps of one transform: each step may double a text,
// so that one text's size needs a bound of its own (record_bytes_max).
constexpr std::size_t expression_bytes_max = 4096;
constexpr int expression_depth_max = 128;
constexpr std::size_t transform_steps_max = 64;
// One file of a package: people wrote it.
constexpr std::size_t package_file_bytes_max = 1u << 20;
// Columns of an imported file.
constexpr std::size_t columns_max = 4096;
// Idempotency keys remembered per stream besides the 24 h window.
constexpr std::size_t idempotency_keys_max = 1'000'000;
constexpr std::size_t idempotency_key_bytes_max = 255;
// Bytes of records waiting for the committer before appends are refused with Unavailable.
constexpr std::size_t append_queue_bytes_max = 64u << 20;
// Connections that the HTTP server holds at once.
constexpr std::size_t connections_max = 16'384;
// Rows that POST /v1/query returns unless it asks for more.
constexpr std::int64_t query_rows_default = 10'000;

}  // namespace tradewind::limits

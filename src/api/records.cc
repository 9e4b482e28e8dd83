// Records as they lie in the log: of all partitions by position, of one by offset, either by time.
#include <algorithm>

#include "api/operations.h"
#include "api/replies.h"
#include "api/stream_access.h"
#include "base/text.h"
#include "base/time.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t records_default = 100;
constexpr std::int64_t records_max = 10'000;
constexpr std::size_t page_bytes_max = 8u << 20;

// Accepted records were JSON when they came in; should one be anything else, it is shown all the
// same.
void write_value(json::Writer& writer, std::string_view value) {
    const bool is_json = json::parse(value).ok();
    writer.key("value");
    is_json ? writer.raw(value) : writer.string(base64_encode(value));
    writer.key("value_encoding");
    writer.string(is_json ? "json" : "base64");
}

void write_record(json::Writer& writer, const stream::Record& record) {
    writer.begin_object();
    writer.key("partition");
    writer.number(std::int64_t{record.partition.value});
    writer.key("offset");
    writer.number(record.offset.value);
    writer.key("position");
    writer.number(record.position.value);
    writer.key("received_at");
    write_time(writer, record.received_at);
    writer.key("key");
    writer.string(record.key);
    write_value(writer, record.value);
    writer.end_object();
}

void write_page(
    json::Writer& writer,
    const std::vector<stream::Record>& records,
    std::string_view next_name,
    std::int64_t next
) {
    writer.begin_object();
    writer.key("records");
    writer.begin_array();
    for (const stream::Record& record : records) write_record(writer, record);
    writer.end_array();
    writer.key(next_name);
    writer.number(next);
    writer.end_object();
}

std::size_t limit_of(const Call& call) {
    return static_cast<std::size_t>(call.arguments.integer_or("limit", records_default));
}

Error excluding(const char* one, const char* other) {
    return {ErrorCode::InvalidArgument, std::string(one) + " and " + other + " exclude each other"};
}

// ------------------------------------------------------------------ one partition

Result<stream::PartitionInfo> find_partition(stream::Stream& log, const std::string& number) {
    const std::vector<stream::PartitionInfo> all = log.info().partitions;
    const auto place = static_cast<std::size_t>(parse_integer(number).value_or(0));
    if (place < all.size()) return all[place];
    return Error(ErrorCode::NotFound, "there is no partition " + number)
        .with_hint("The stream has " + std::to_string(all.size()) + ", from 0.");
}

Result<Offset> first_offset(
    stream::Stream& log, const stream::PartitionInfo& partition, const Call& call
) {
    const std::string* time = call.arguments.find("time");
    if (time == nullptr) return Offset(call.arguments.integer_or("offset", partition.first.value));
    if (call.arguments.find("offset") != nullptr) return excluding("offset", "time");
    return log.offset_at(partition.partition, MUST(parse_iso(*time)));
}

Result<Response> read_partition(
    stream::Stream& log, const std::string& partition_number, const Call& call
) {
    if (call.arguments.find("position") != nullptr) return excluding("position", "partition");
    const stream::PartitionInfo partition = TRY(find_partition(log, partition_number));
    Offset next = TRY(first_offset(log, partition, call));
    const stream::ReadBatch batch =
        TRY(log.read_partition(partition.partition, next, {.records_max = limit_of(call)}));
    if (!batch.records.empty()) next = batch.records.back().offset + 1;
    std::string body;
    json::Writer writer(body);
    write_page(writer, batch.records, "next_offset", next.value);
    return json_response(std::move(body));
}

// ------------------------------------------------------------------ all partitions

// The first record of any partition that was received from then on.
Result<Position> position_at(stream::Stream& log, const stream::StreamInfo& info, Timestamp at) {
    Position earliest = info.next;
    for (const stream::PartitionInfo& partition : info.partitions) {
        const Offset offset = TRY(log.offset_at(partition.partition, at));
        const stream::ReadBatch first =
            TRY(log.read_partition(partition.partition, offset, {.records_max = 1}));
        if (!first.records.empty()) earliest = std::min(earliest, first.records[0].position);
    }
    return earliest;
}

Result<Position> first_position(stream::Stream& log, const Call& call) {
    if (call.arguments.find("offset") != nullptr) {
        return Error(ErrorCode::InvalidArgument, "an offset is one of a partition")
            .with_hint("Name the partition too, or use position.");
    }
    const std::string* time = call.arguments.find("time");
    const stream::StreamInfo info = log.info();
    if (time == nullptr) return Position(call.arguments.integer_or("position", info.first.value));
    if (call.arguments.find("position") != nullptr) return excluding("position", "time");
    return position_at(log, info, MUST(parse_iso(*time)));
}

// In the order in which they were taken; records refused at the door stand among them, and are dead
// letters, not records.
Result<Response> read_all(stream::Stream& log, const Call& call) {
    Position next = TRY(first_position(log, call));
    const std::size_t limit = limit_of(call);
    std::vector<stream::Record> records;
    stream::ReadBatch batch;
    do {
        batch = TRY(log.read(next, {.records_max = limit, .bytes_max = page_bytes_max}));
        if (batch.next == next) break;
        next = batch.next;
        for (const stream::Record& record : batch.records) {
            if (record.kind == stream::RecordKind::Accepted) records.push_back(record);
        }
    } while (records.empty());
    std::string body;
    json::Writer writer(body);
    write_page(writer, records, "next_position", next.value);
    return json_response(std::move(body));
}

Result<Response> read_records(const Services& services, const Call& call) {
    stream::Stream& log = *TRY(find_stream(services, call.arguments.text("stream")));
    const std::string* partition = call.arguments.find("partition");
    return partition != nullptr ? read_partition(log, *partition, call) : read_all(log, call);
}

Value record_schema() {
    return object(
        {{"partition", integer()},
         {"offset", integer()},
         {"position", integer("In the whole stream, over all partitions.")},
         {"received_at", text("UTC.")},
         {"key", text("What decided the partition.")},
         {"value", anything("The record as it was sent.")},
         {"value_encoding", one_of({"json", "base64"})}}
    );
}

}  // namespace

Operation read_records_operation(const Services& services) {
    Operation operation;
    operation.id = "read_records";
    operation.method = "GET";
    operation.path = "/v1/streams/{stream}/records";
    operation.tag = "streams";
    operation.summary = "Records, in order: of the whole stream, or of one partition.";
    operation.description =
        "Without a partition: from a position or a time on, in the order in which they were taken; "
        "go on from next_position. Of a partition: from an offset or a time on; go on from "
        "next_offset. A page may hold fewer than limit: the end is where the next place does not "
        "move.";
    operation.parameters = {
        stream_parameter(),
        {.name = "partition",
         .type = ValueType::Integer,
         .description = "Only of this one, from 0.",
         .example = "0",
         .min = 0},
        {.name = "offset",
         .type = ValueType::Integer,
         .description = "Of a partition: the first offset wanted; default: the oldest there is.",
         .example = "0",
         .min = 0},
        {.name = "position",
         .type = ValueType::Integer,
         .description =
             "Of the whole stream: the first position wanted; default: the oldest there is.",
         .example = "",
         .min = 0},
        {.name = "time",
         .type = ValueType::Timestamp,
         .description = "Instead of offset or position: records received from then on (UTC).",
         .example = ""},
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 100.",
         .example = "10",
         .min = 1,
         .max = records_max},
    };
    operation.answers = {json_answer(
        "The records; go on from next_position or next_offset.",
        object(
            {{"records", array(record_schema())},
             {"next_offset", integer("With a partition."), true},
             {"next_position", integer("Without one."), true}}
        )
    )};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) { return read_records(services, call); });
    return operation;
}

}  // namespace tradewind::api

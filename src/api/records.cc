// Records as they lie in the log, by partition and offset or time.
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

struct Start {
    PartitionId partition;
    Offset offset;
};

Result<Start> find_start(stream::Stream& log, const Call& call) {
    const std::int64_t number = call.arguments.integer_or("partition", 0);
    const stream::StreamInfo info = log.info();
    if (number >= static_cast<std::int64_t>(info.partitions.size())) {
        return Error(ErrorCode::NotFound, "there is no partition " + std::to_string(number))
            .with_hint("The stream has " + std::to_string(info.partitions.size()) + ", from 0.");
    }
    const stream::PartitionInfo& partition = info.partitions[static_cast<std::size_t>(number)];
    const std::string* time = call.arguments.find("time");
    if (time == nullptr) {
        return Start{
            partition.partition, Offset(call.arguments.integer_or("offset", partition.first.value))
        };
    }
    if (call.arguments.find("offset") != nullptr) {
        return Error(ErrorCode::InvalidArgument, "offset and time exclude each other");
    }
    return Start {
        partition.partition, TRY(log.offset_at(partition.partition, MUST(parse_iso(*time))))
    };
}

Result<Response> read_records(const Services& services, const Call& call) {
    stream::Stream& log = *TRY(find_stream(services, call.arguments.text("stream")));
    const Start start = TRY(find_start(log, call));
    const auto limit =
        static_cast<std::size_t>(call.arguments.integer_or("limit", records_default));
    const stream::ReadBatch batch =
        TRY(log.read_partition(start.partition, start.offset, {.records_max = limit}));
    Offset next = start.offset;
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("records");
    writer.begin_array();
    for (const stream::Record& record : batch.records) {
        write_record(writer, record);
        next = record.offset + 1;
    }
    writer.end_array();
    writer.key("next_offset");
    writer.number(next.value);
    writer.end_object();
    return json_response(std::move(body));
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
    operation.summary = "Records of one partition from an offset or a time on, in order.";
    operation.parameters = {
        stream_parameter(),
        {.name = "partition",
         .type = ValueType::Integer,
         .description = "From 0; default 0.",
         .example = "0",
         .min = 0},
        {.name = "offset",
         .type = ValueType::Integer,
         .description = "The first offset wanted; default: the oldest there is.",
         .example = "0",
         .min = 0},
        {.name = "time",
         .type = ValueType::Timestamp,
         .description = "Instead of offset: records received from then on (UTC).",
         .example = ""},
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 100.",
         .example = "10",
         .min = 1,
         .max = records_max},
    };
    operation.answers = {json_answer(
        "The records; go on from next_offset.",
        object({{"records", array(record_schema())}, {"next_offset", integer()}})
    )};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) { return read_records(services, call); });
    return operation;
}

}  // namespace tradewind::api

// Streams: what they hold, and how far their readers are.
#include <algorithm>

#include "api/operations.h"
#include "api/replies.h"
#include "api/stream_access.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

using namespace schema;

void write_consumer(json::Writer& writer, const stream::ConsumerInfo& consumer) {
    writer.begin_object();
    writer.key("name");
    writer.string(consumer.name);
    writer.key("committed");
    writer.number(consumer.committed.value);
    writer.key("lag");
    writer.number(consumer.lag);
    writer.end_object();
}

Value consumer_schema() {
    return object(
        {{"name", text()},
         {"committed", integer("Everything below this position is done.")},
         {"lag", integer()}}
    );
}

void write_consumers(json::Writer& writer, const stream::StreamInfo& info) {
    writer.key("consumers");
    writer.begin_array();
    for (const stream::ConsumerInfo& consumer : info.consumers) write_consumer(writer, consumer);
    writer.end_array();
}

void write_partition(json::Writer& writer, const stream::PartitionInfo& partition) {
    writer.begin_object();
    writer.key("partition");
    writer.number(std::int64_t{partition.partition.value});
    writer.key("first_offset");
    writer.number(partition.first.value);
    writer.key("next_offset");
    writer.number(partition.next.value);
    writer.end_object();
}

void write_stream(json::Writer& writer, const stream::StreamInfo& info) {
    writer.begin_object();
    writer.key("name");
    writer.string(info.name);
    writer.key("record_count");
    writer.number(info.record_count);
    writer.key("bytes");
    writer.number(static_cast<std::int64_t>(info.bytes));
    writer.key("segment_count");
    writer.number(std::int64_t{info.segment_count});
    writer.key("partitions");
    writer.begin_array();
    for (const stream::PartitionInfo& partition : info.partitions)
        write_partition(writer, partition);
    writer.end_array();
    write_consumers(writer, info);
    writer.key("damage");
    writer.begin_array();
    for (const std::string& line : info.damage) writer.string(line);
    writer.end_array();
    writer.end_object();
}

Value stream_schema() {
    return object(
        {{"name", text()},
         {"record_count", integer("Accepted records still in the log.")},
         {"bytes", integer()},
         {"segment_count", integer()},
         {"partitions",
          array(object(
              {{"partition", integer()},
               {"first_offset", integer("Of the oldest record still there.")},
               {"next_offset", integer("Of the record to come.")}}
          ))},
         {"consumers", array(consumer_schema())},
         {"damage", array(text(), "Damage found so far; the damaged bytes are in quarantine.")}}
    );
}

Operation list_operation(const Services& services) {
    Operation operation;
    operation.id = "list_streams";
    operation.method = "GET";
    operation.path = "/v1/streams";
    operation.tag = "streams";
    operation.summary = "The streams, with what they hold.";
    operation.answers = {json_answer("All of them.", object({{"streams", array(stream_schema())}}))
    };
    operation.handler = answering([&services](Call&) -> Result<Response> {
        std::string body;
        json::Writer writer(body);
        writer.begin_object();
        writer.key("streams");
        writer.begin_array();
        for (const auto& [name, log] : services.streams) write_stream(writer, log->info());
        writer.end_array();
        writer.end_object();
        return json_response(std::move(body));
    });
    return operation;
}

void write_sink(json::Writer& writer, const deliver::SinkStatus& sink) {
    writer.begin_object();
    writer.key("name");
    writer.string(sink.name);
    writer.key("position");
    writer.number(sink.position.value);
    writer.key("lag");
    writer.number(sink.lag);
    writer.key("paused");
    writer.boolean(sink.paused);
    writer.key("error");
    sink.error.empty() ? writer.null() : writer.string(sink.error);
    writer.end_object();
}

Result<Response> lag(const Services& services, const Call& call) {
    const std::string& name = call.arguments.text("stream");
    stream::Stream& log = *TRY(find_stream(services, name));
    const auto delivery = services.deliveries.find(name);
    const std::vector<deliver::SinkStatus> sinks = delivery != services.deliveries.end()
                                                       ? delivery->second->sinks()
                                                       : std::vector<deliver::SinkStatus>();
    const stream::StreamInfo info = log.info();
    std::int64_t worst = 0;
    for (const deliver::SinkStatus& sink : sinks) worst = std::max(worst, sink.lag);
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("stream");
    writer.string(name);
    writer.key("next_position");
    writer.number(info.next.value);
    writer.key("lag");
    writer.number(worst);
    writer.key("sinks");
    writer.begin_array();
    for (const deliver::SinkStatus& sink : sinks) write_sink(writer, sink);
    writer.end_array();
    write_consumers(writer, info);
    writer.end_object();
    return json_response(std::move(body));
}

Operation lag_operation(const Services& services) {
    Operation operation;
    operation.id = "stream_lag";
    operation.method = "GET";
    operation.path = "/v1/streams/{stream}/lag";
    operation.tag = "streams";
    operation.summary = "How far the sinks are behind the stream.";
    operation.parameters = {stream_parameter()};
    operation.answers = {json_answer(
        "Positions and lags, in records.",
        object(
            {{"stream", text()},
             {"next_position", integer("Position of the record to come.")},
             {"lag", integer("Of the sink that is furthest behind.")},
             {"sinks",
              array(object(
                  {{"name", text()},
                   {"position", integer("Everything below it is done.")},
                   {"lag", integer()},
                   {"paused", boolean()},
                   {"error", nullable(text("Why it is stuck now."))}}
              ))},
             {"consumers", array(consumer_schema())}}
        )
    )};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) { return lag(services, call); });
    return operation;
}

}  // namespace

Parameter stream_parameter() {
    return {
        .name = "stream",
        .in = In::Path,
        .required = true,
        .description = "The stream's name.",
        .example = "online_retail"
    };
}

Result<stream::Stream*> find_stream(const Services& services, const std::string& name) {
    const auto found = services.streams.find(name);
    if (found != services.streams.end()) return found->second;
    std::vector<std::string_view> known;
    for (const auto& [other, log] : services.streams) known.push_back(other);
    Error error(ErrorCode::NotFound, "there is no stream '" + name + "'");
    const auto near = nearest(name, known);
    if (!near) return std::move(error).with_hint("GET /v1/streams lists the streams.");
    return std::move(error).with_hint("Did you mean '" + *near + "'?");
}

std::vector<Operation> stream_operations(const Services& services) {
    std::vector<Operation> all;
    if (services.ingest != nullptr) all.push_back(append_operation(services));
    all.push_back(list_operation(services));
    all.push_back(read_records_operation(services));
    all.push_back(lag_operation(services));
    return all;
}

}  // namespace tradewind::api

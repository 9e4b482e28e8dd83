#include "stream/stream_metrics.h"

namespace tradewind::stream {

StreamMetrics::StreamMetrics(MetricsRegistry& registry, const std::string& stream)
    : appended_records(registry.counter(
          "tradewind_stream_appended_records_total",
          "Records made durable, rejected ones included.",
          {{"stream", stream}}
      )),
      appended_bytes(registry.counter(
          "tradewind_stream_appended_bytes_total",
          "Bytes written to the log and synced.",
          {{"stream", stream}}
      )),
      blocks(registry.counter(
          "tradewind_stream_blocks_total",
          "Group commits: each is one write and one sync.",
          {{"stream", stream}}
      )),
      failures(registry.counter(
          "tradewind_stream_failed_commits_total",
          "Group commits that failed; the requests in them were answered with an error.",
          {{"stream", stream}}
      )),
      damage(registry.counter(
          "tradewind_stream_damage_total",
          "Places in the log found damaged, torn tails after a crash included.",
          {{"stream", stream}}
      )),
      sync_time(registry.histogram(
          "tradewind_stream_sync_seconds",
          "Time to write a block and to have it on the medium.",
          {{"stream", stream}}
      )),
      queued_bytes(registry.gauge(
          "tradewind_stream_queued_bytes",
          "Bytes of requests that wait for the next group commit or are in it.",
          {{"stream", stream}}
      )),
      durable_position(registry.gauge(
          "tradewind_stream_durable_position",
          "Position that the next record gets: all below it are on the medium.",
          {{"stream", stream}}
      )),
      segments(registry.gauge(
          "tradewind_stream_segments", "Files that the log consists of.", {{"stream", stream}}
      )),
      bytes(registry.gauge(
          "tradewind_stream_bytes", "Bytes that the log takes on the disk.", {{"stream", stream}}
      )) {}

}  // namespace tradewind::stream

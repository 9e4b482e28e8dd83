#include "importer/importer_metrics.h"

namespace tradewind::importer {

ImporterMetrics::ImporterMetrics(MetricsRegistry& registry)
    : registry_(registry),
      waiting_(registry.gauge("tradewind_imports_waiting", "Imports queued or running.")),
      retries_(registry.counter(
          "tradewind_import_retries_total", "Attempts of imports that were made again."
      )),
      seconds_(registry.histogram(
          "tradewind_import_seconds", "Time from the start of an import to its end."
      )) {}

void ImporterMetrics::count(const Import& ended, int retry_count) {
    const auto add = [&](std::string_view name,
                         std::string_view help,
                         std::string_view label,
                         std::string_view value,
                         std::int64_t n) {
        registry_
            .counter(
                name, help, {{"source", ended.source}, {std::string(label), std::string(value)}}
            )
            .add(n);
    };
    add("tradewind_imports_total", "Imports that ended.", "state", to_string(ended.state), 1);
    constexpr std::string_view rows = "tradewind_import_rows_total";
    constexpr std::string_view rows_help = "Rows of imported files.";
    add(rows, rows_help, "outcome", "accepted", ended.row_count);
    add(rows, rows_help, "outcome", "rejected", ended.rejected_count);
    add(rows, rows_help, "outcome", "filtered", ended.filtered_count);
    add(rows, rows_help, "outcome", "replaced", ended.replaced_count);
    registry_
        .counter(
            "tradewind_import_bytes_total", "Bytes of imported files.", {{"source", ended.source}}
        )
        .add(static_cast<std::int64_t>(ended.bytes_done));
    retries_.add(retry_count);
    seconds_.observe_us(ended.finished_at.micros - ended.started_at.micros);
}

}  // namespace tradewind::importer

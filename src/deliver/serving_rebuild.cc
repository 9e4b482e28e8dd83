#include "deliver/serving_rebuild.h"

#include "base/log.h"
#include "deliver/serving_sink.h"

namespace tradewind::deliver {

namespace {

constexpr std::size_t rebuild_batch_rows = 65'536;

// Set while serving is being rebuilt: a crash in between is seen at the next start.
std::string rebuild_marker(const std::string& source) {
    return "rebuild/" + source;
}
std::string built_cursor(const std::string& source) {
    return "built/" + source;
}

}  // namespace

Result<void> ServingRebuild::run_if_due() {
    if (settled_) return {};
    if (begun_ || TRY(needed())) return run();
    TRY(mark(built_cursor(source()), 1));
    settled_ = true;
    return {};
}

Result<bool> ServingRebuild::needed() {
    const bool interrupted = TRY(parts_.serving->cursor(rebuild_marker(source())))
    .value_or(0) != 0;
    bool stale = false;
    for (const std::string& name : parts_.serving->stale_tables()) {
        for (const auto& table : parts_.serving->tables())
            stale = stale || (table.name == name && table.source == source());
    }
    const bool never_built = !TRY(parts_.serving->cursor(built_cursor(source())))
    .has_value();
    const bool lost = never_built && !TRY(table_.current())
    .files.empty();
    if (!interrupted && !stale && !lost) return false;
    log::info(
        "serving tables are rebuilt",
        {{"source", source()},
         {"why",
          stale         ? "definition changed"
          : interrupted ? "interrupted"
                        : "store is new"}}
    );
    return true;
}

Result<void> ServingRebuild::run() {
    TRY(set_aside_damaged());
    begun_ = true;
    settled_ = false;
    TRY(fill());
    begun_ = false;
    settled_ = true;
    return {};
}

// Before anything is cleared, and by the files' checksums: what the engine reads without complaint
// may still be something else than what was written.
Result<void> ServingRebuild::set_aside_damaged() {
    const auto verified = parts_.lake->quarantine_damaged(table_.dataset());
    if (verified.ok()) return {};
    if (verified.error().code() != ErrorCode::Corruption) return verified;
    log::error(
        "damage met by a rebuild of serving tables",
        {{"source", source()}, {"damage", verified.error().describe()}}
    );
    return table_.republish();
}

// By an apply without rows, so that the cursor is this source's: clearing another one's tables
// takes away what belongs to nobody.
Result<void> ServingRebuild::mark(const std::string& cursor, std::int64_t value) {
    return parts_.serving->apply(source(), RowBatch(table_.columns()), {cursor, value}, false);
}

Result<void> ServingRebuild::fill() {
    // Its files must not go before they are read.
    const auto pin = TRY(parts_.lake->pin(table_.dataset()));
    const lake::Version& version = pin->version();
    TRY(parts_.serving->clear(source()));
    TRY(mark(rebuild_marker(source()), 1));
    std::int64_t batch_count = 0;
    for (const lake::DataFile& file : version.files) TRY(apply_file(file, batch_count));
    const auto contained = version.positions.find("table");
    if (contained != version.positions.end())
        TRY(mark(serving_cursor(source()), contained->second.value));
    TRY(mark(built_cursor(source()), 1));
    TRY(parts_.serving->set_cursor({rebuild_marker(source()), 0}));
    return parts_.serving->flush();
}

Result<void> ServingRebuild::apply_file(const lake::DataFile& file, std::int64_t& batch_count) {
    auto reader = TRY(parts_.engine->read_row_file(
        parts_.lake->absolute(file.path), table_.columns(), file.origin, rebuild_batch_rows
    ));
    RowBatch rows(table_.columns());
    while (TRY(reader->next(rows))) {
        TRY(parts_.serving->apply(source(), rows, {"rebuilding/" + source(), ++batch_count}, false)
        );
    }
    return {};
}

}  // namespace tradewind::deliver

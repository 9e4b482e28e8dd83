#include "lookup/versions.h"

namespace tradewind::lookup {

Result<std::int64_t> Versions::now(const catalog::TableName& table) {
    const auto known = datasets_.find(table);
    if (known != datasets_.end() && known->second.empty())
        return parts_.catalog->crawled_version(table);
    if (known != datasets_.end()) return TRY(parts_.lake->current(known->second))
    .number;
    const auto info = parts_.catalog->show(table);
    if (!info.ok() && info.error().code() == ErrorCode::NotFound) return std::int64_t{0};
    if (!info.ok()) return info.error();
    // What is neither in the lake nor crawled (a view) has no versions.
    if (info->version.number > 0) datasets_[table] = info->declared.dataset;
    return info->version.number;
}

Result<PinnedTable> Versions::open(const catalog::TableName& table) {
    PinnedTable opened;
    engine::WorkOptions options;
    options.timeout_us = read_timeout_us_;
    const std::string& dataset = datasets_[table];
    if (dataset.empty()) {
        opened.version = TRY(parts_.catalog->crawled_version(table));
        opened.work = TRY(parts_.engine->open_work(options));
        TRY(opened.work->add_table(TRY(parts_.catalog->files(table))));
        return opened;
    }
    opened.pin = TRY(parts_.lake->pin(dataset));
    opened.version = opened.pin->version().number;
    opened.work = TRY(parts_.engine->open_work(options));
    TRY(opened.work->add_table(TRY(parts_.catalog->files(table, opened.version))));
    return opened;
}

}  // namespace tradewind::lookup

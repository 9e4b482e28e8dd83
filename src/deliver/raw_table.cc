#include "deliver/raw_table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "base/log.h"
#include "deliver/lake_file.h"
#include "deliver/snapshot.h"

namespace tradewind::deliver {

namespace {

bool is_damage(const Error& error) {
    return error.code() == ErrorCode::Corruption || error.code() == ErrorCode::Io;
}

engine::LiveTableOptions options_of(const contract::Contract& contract) {
    engine::LiveTableOptions options;
    options.name = contract.name();
    options.columns = contract.output_columns();
    options.key = contract.key();
    return options;
}

// The newest delivery of each file, by the files' identities.
std::map<std::string, OriginId> newest_deliveries(const lake::FileList& files) {
    std::map<std::string, OriginId> newest;
    for (const lake::DataFile& file : files) {
        const std::string identity = file.extra.text_or("identity", "");
        if (identity.empty()) continue;
        OriginId& origin = newest.try_emplace(identity, file.origin).first->second;
        origin = std::max(origin, file.origin);
    }
    return newest;
}

// Did an import bring it, but not that one?
bool is_another(const lake::DataFile& file, OriginId origin) {
    return file.origin != stream_origin && file.origin != origin;
}

}  // namespace

RawTable::RawTable(const contract::Contract& contract, lake::Lake& lake, engine::Engine& engine)
    : contract_(contract), options_(options_of(contract)), lake_(lake), engine_(engine) {}

Result<std::unique_ptr<RawTable>> RawTable::open(
    const contract::Contract& contract, lake::Lake& lake, engine::Engine& engine
) {
    std::unique_ptr<RawTable> table(new RawTable(contract, lake, engine));
    const std::lock_guard lock(table->mutex_);
    const auto opened = table->need_live();
    if (opened.ok()) return table;
    if (!is_damage(opened.error())) return opened.error();
    log::error(
        "table waits until its damage is repaired",
        {{"dataset", table->dataset_}, {"damage", opened.error().describe()}}
    );
    return table;
}

Result<void> RawTable::need_live() {
    if (live_) return {};
    auto made = make_live();
    if (made.ok() || !is_damage(made.error())) return made;
    was_damaged_ = true;
    // Files that are missing or torn go; a dataset that is blocked stays so.
    static_cast<void>(lake_.quarantine_damaged(dataset_).ok());
    return make_live();
}

Result<void> RawTable::make_live() {
    lake::Version version = TRY(current());
    if (was_damaged_) version = TRY(without_replaced(std::move(version)));
    live_ = TRY(engine_.create_live_table(options_, absolute(version)));
    return {};
}

// A dataset that goes on from what could be recovered may hold a delivery again that a later one
// of the same file had replaced.
Result<lake::Version> RawTable::without_replaced(lake::Version version) {
    const auto newest = newest_deliveries(version.files);
    const auto shown = takes_snapshots() ? snapshot_of(version, contract_) : std::nullopt;
    lake::Commit commit;
    commit.run = "recovery";
    for (const lake::DataFile& file : version.files) {
        const auto kept = newest.find(file.extra.text_or("identity", ""));
        const bool replaced = kept != newest.end() && kept->second != file.origin;
        const bool not_shown = shown && is_another(file, shown->origin);
        if (replaced || not_shown) commit.remove.push_back(file.path);
    }
    if (commit.remove.empty()) return version;
    log::error(
        "files of deliveries that were replaced are taken out again",
        {{"dataset", dataset_}, {"files", std::to_string(commit.remove.size())}}
    );
    return lake_.commit(dataset_, commit, std::nullopt);
}

Result<void> RawTable::republish() {
    const std::lock_guard lock(mutex_);
    if (!live_) return need_live();
    return publish(TRY(current()));
}

std::vector<std::string> RawTable::absolute(const lake::Version& version) const {
    std::vector<std::string> paths;
    paths.reserve(version.files.size());
    for (const lake::DataFile& file : version.files) paths.push_back(lake_.absolute(file.path));
    return paths;
}

Result<lake::DataFile> RawTable::write_sealed(Position taken, std::int64_t row_count) {
    const std::string scratch = TRY(lake_.scratch_path(".parquet"));
    TRY(live_->write_sealed(scratch));
    const std::string path = dataset_ + "/stream-" + std::to_string(taken.value) + ".parquet";
    return with_free_name(path, [&](const std::string& name) {
        return lake_.adopt(scratch, name, row_count);
    });
}

Result<void> RawTable::append_hot(const std::vector<const RowBatch*>& batches) {
    std::lock_guard lock(mutex_);
    TRY(need_live());
    return live_->append(batches);
}

std::int64_t RawTable::hot_row_count() const {
    std::lock_guard lock(mutex_);
    return live_ ? live_->hot_row_count() : 0;
}

namespace {

// A commit whose answer was lost (its rename happened, the sync after it failed) is not repeated.
bool contains(const lake::Version& version, const std::string& consumer, Position position) {
    const auto committed = version.positions.find(consumer);
    return committed != version.positions.end() && committed->second >= position;
}

std::function<bool(const lake::DataFile&)> files_of(OriginId origin) {
    return [origin](const lake::DataFile& file) { return file.origin == origin; };
}

}  // namespace

Result<Position> RawTable::flush_hot(const std::string& consumer, Position taken) {
    std::lock_guard lock(mutex_);
    TRY(need_live());
    const std::int64_t row_count = TRY(live_->seal());
    const Position contained = sealed_up_to_.value_or(taken);
    // Without rows nothing is sealed: the next try may seal rows that came later.
    if (row_count > 0) sealed_up_to_ = contained;
    consumer_ = consumer;
    lake::Version version = TRY(current());
    if (!contains(version, consumer, contained)) {
        lake::Commit commit;
        commit.columns = columns_;
        commit.positions[consumer] = contained;
        commit.run = "sink " + consumer;
        if (row_count > 0) commit.add.push_back(TRY(write_sealed(contained, row_count)));
        version = TRY(commit_or_discard(commit));
    }
    TRY(publish(version));
    return contained;
}

Result<lake::Version> RawTable::commit_or_discard(const lake::Commit& commit) {
    auto version = lake_.commit(dataset_, commit, std::nullopt);
    if (!version.ok()) {
        for (const lake::DataFile& file : commit.add)
            static_cast<void>(lake_.discard(file.path).ok());
    }
    return version;
}

// Once a version contains the sealed part, readers must not see that part beside its file.
Result<void> RawTable::publish(const lake::Version& version) {
    if (!sealed_up_to_ || !contains(version, consumer_, *sealed_up_to_))
        return live_->set_files(absolute(version));
    TRY(live_->publish(absolute(version)));
    sealed_up_to_.reset();
    return {};
}

bool RawTable::holds(const lake::Version& version, OriginId origin) const {
    if (takes_snapshots()) {
        const auto shown = snapshot_of(version, contract_);
        const auto others = [&](const auto& file) { return is_another(file, origin); };
        return shown && shown->origin == origin &&
               std::none_of(version.files.begin(), version.files.end(), others);
    }
    return std::any_of(version.files.begin(), version.files.end(), files_of(origin));
}

bool RawTable::is_outdated(const LoadTicket& ticket, const lake::Version& version) const {
    if (!takes_snapshots()) return false;
    const auto shown = snapshot_of(version, contract_);
    if (!shown || shown->origin == ticket.origin) return false;
    return !is_newer({ticket.origin, ticket.date}, *shown);
}

// All but the files to add.
lake::Commit RawTable::commit_of(const lake::Version& before, const LoadTicket& ticket) const {
    lake::Commit commit;
    commit.columns = columns_;
    commit.run = "import " + std::to_string(ticket.origin.value);
    if (takes_snapshots()) {
        commit.remove_if = [](const lake::DataFile& file) { return file.origin != stream_origin; };
        commit.extra = extra_showing(before.extra, {ticket.origin, ticket.date});
        return commit;
    }
    if (ticket.replaces) commit.remove_if = files_of(*ticket.replaces);
    // The source was loaded by snapshots before.
    if (before.extra.find("snapshot") != nullptr)
        commit.extra = extra_without_snapshot(before.extra);
    return commit;
}

Result<RawTable::Added> RawTable::add_import(
    std::vector<lake::DataFile> files, const LoadTicket& ticket
) {
    std::lock_guard lock(mutex_);
    TRY(need_live());
    const lake::Version before = TRY(current());
    lake::Commit commit = commit_of(before, ticket);
    const bool present = holds(before, ticket.origin);
    Added added{before.number, 0};
    for (const lake::DataFile& file : before.files) {
        const bool goes = commit.remove_if && commit.remove_if(file);
        if (goes && file.origin != ticket.origin) added.replaced_count += file.row_count;
    }
    // A repeated call, after a crash or a failed publication. What it replaces went with its
    // commit.
    if (present) {
        TRY(publish(before));
        return added;
    }
    commit.add = std::move(files);
    const lake::Version version = TRY(commit_or_discard(commit));
    TRY(publish(version));
    added.version = version.number;
    return added;
}

Result<RawTable::Added> RawTable::put_aside(
    std::vector<lake::DataFile> files, const LoadTicket& ticket
) {
    std::lock_guard lock(mutex_);
    lake::Commit commit = commit_of(TRY(current()), ticket);
    commit.add = std::move(files);
    commit.aside = true;
    const lake::Version version = TRY(commit_or_discard(commit));
    return Added{version.number, 0};
}

Result<std::optional<KeptVersion>> RawTable::kept_version(OriginId origin, std::int64_t number) {
    using Kept = std::optional<KeptVersion>;
    const lake::Version version = TRY(current());
    if (takes_snapshots() && holds(version, origin)) return Kept({version.number, true});
    if (number <= 0) return Kept();
    const auto kept = lake_.version(dataset_, number);
    if (kept.ok()) return holds(*kept, origin) ? Kept({number, false}) : Kept();
    const ErrorCode code = kept.error().code();
    if (code == ErrorCode::NotFound || code == ErrorCode::Corruption) return Kept();
    return kept.error();
}

Result<void> RawTable::remove_import(OriginId origin) {
    std::lock_guard lock(mutex_);
    TRY(need_live());
    lake::Commit commit;
    commit.run = "import " + std::to_string(origin.value) + " taken back";
    commit.remove_if = files_of(origin);
    const lake::Version before = TRY(current());
    if (takes_snapshots() && holds(before, origin))
        commit.extra = extra_without_snapshot(before.extra);
    return publish(TRY(commit_or_discard(commit)));
}

}  // namespace tradewind::deliver

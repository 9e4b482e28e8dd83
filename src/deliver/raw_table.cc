#include "deliver/raw_table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "base/log.h"
#include "deliver/lake_file.h"

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

}  // namespace

RawTable::RawTable(engine::LiveTableOptions options, lake::Lake& lake, engine::Engine& engine)
    : options_(std::move(options)), lake_(lake), engine_(engine) {}

Result<std::unique_ptr<RawTable>> RawTable::open(
    const contract::Contract& contract, lake::Lake& lake, engine::Engine& engine
) {
    std::unique_ptr<RawTable> table(new RawTable(options_of(contract), lake, engine));
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
    lake::Commit commit;
    commit.run = "recovery";
    for (const lake::DataFile& file : version.files) {
        const auto kept = newest.find(file.extra.text_or("identity", ""));
        if (kept != newest.end() && kept->second != file.origin) commit.remove.push_back(file.path);
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

Result<std::int64_t> RawTable::add_import(
    std::vector<lake::DataFile> files, OriginId origin, std::optional<OriginId> replaces
) {
    std::lock_guard lock(mutex_);
    TRY(need_live());
    const lake::Version before = TRY(current());
    std::int64_t replaced_count = 0;
    bool present = false;
    for (const lake::DataFile& file : before.files) {
        present = present || file.origin == origin;
        if (replaces && file.origin == *replaces) replaced_count += file.row_count;
    }
    // A repeated call, after a crash or a failed publication. What it replaces went with its
    // commit.
    if (present) {
        TRY(publish(before));
        return replaced_count;
    }
    lake::Commit commit;
    commit.columns = columns_;
    commit.run = "import " + std::to_string(origin.value);
    commit.add = std::move(files);
    if (replaces) commit.remove_if = files_of(*replaces);
    TRY(publish(TRY(commit_or_discard(commit))));
    return replaced_count;
}

Result<void> RawTable::remove_import(OriginId origin) {
    std::lock_guard lock(mutex_);
    TRY(need_live());
    lake::Commit commit;
    commit.run = "import " + std::to_string(origin.value) + " taken back";
    commit.remove_if = files_of(origin);
    return publish(TRY(commit_or_discard(commit)));
}

}  // namespace tradewind::deliver

#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <atomic>

#include "os/filesystem.h"
#include "serving/key.h"
#include "serving/rocksdb_adapter.h"
#include "serving/store.h"

namespace tradewind::serving {

namespace {

class RocksdbBatch : public StoreBatch {
public:
    bool empty() const override { return changes.Count() == 0; }
    void put(std::string_view key, std::string_view value) override {
        check(changes.Put(to_slice(key), to_slice(value)));
    }
    void merge(std::string_view key, std::string_view operand) override {
        check(changes.Merge(to_slice(key), to_slice(operand)));
    }
    void remove(std::string_view key) override { check(changes.Delete(to_slice(key))); }
    void remove_range(std::string_view begin, std::string_view end) override {
        check(changes.DeleteRange(to_slice(begin), to_slice(end)));
    }

    rocksdb::WriteBatch changes;
    rocksdb::Status failure;

private:
    void check(const rocksdb::Status& status) {
        if (!status.ok() && failure.ok()) failure = status;
    }
};

// Releases the state of one moment when it goes.
class HeldSnapshot {
public:
    explicit HeldSnapshot(rocksdb::DB& db) : db_(db), snapshot_(db.GetSnapshot()) {}
    ~HeldSnapshot() { db_.ReleaseSnapshot(snapshot_); }
    HeldSnapshot(const HeldSnapshot&) = delete;
    HeldSnapshot& operator=(const HeldSnapshot&) = delete;
    const rocksdb::Snapshot* get() const { return snapshot_; }

private:
    rocksdb::DB& db_;
    const rocksdb::Snapshot* snapshot_;
};

class RocksdbStore : public Store {
public:
    RocksdbStore(StoreSetup setup, std::unique_ptr<rocksdb::DB> db)
        : setup_(std::move(setup)), db_(std::move(db)) {}

    std::unique_ptr<StoreBatch> new_batch() override { return std::make_unique<RocksdbBatch>(); }

    Result<void> write(std::unique_ptr<StoreBatch> batch, bool durable) override {
        auto& mine = static_cast<RocksdbBatch&>(*batch);
        if (!mine.failure.ok()) return to_error(mine.failure, "collecting changes");
        TRY(resume());
        rocksdb::WriteOptions how;
        how.sync = durable;
        const rocksdb::Status status = db_->Write(how, &mine.changes);
        if (status.ok()) return {};
        failed_ = true;
        return to_error(status, "writing");
    }

    Result<bool> read(std::string_view key, const std::function<void(std::string_view)>& use)
        override {
        rocksdb::PinnableSlice value;
        rocksdb::ReadOptions how;
        rocksdb::Status status = get(how, key, value);
        if (status.IsMemoryLimit()) {
            // The cache is full of blocks in use: this one is read beside it.
            value.Reset();
            how.fill_cache = false;
            status = get(how, key, value);
        }
        if (status.IsNotFound()) return false;
        if (!status.ok()) return to_error(status, "reading");
        use(to_view(value));
        return true;
    }

    Result<void> scan(
        std::string_view prefix,
        const std::function<bool(std::string_view, std::string_view)>& visit
    ) override {
        const HeldSnapshot snapshot(*db_);
        const std::string end = prefix_end(prefix);
        const rocksdb::Slice end_slice(end);
        rocksdb::ReadOptions how;
        how.snapshot = snapshot.get();
        how.iterate_upper_bound = &end_slice;
        std::string next(prefix);
        rocksdb::Status status = scan_from(how, next, visit);
        if (status.IsMemoryLimit()) {
            how.fill_cache = false;
            status = scan_from(how, next, visit);
        }
        if (!status.ok()) return to_error(status, "reading");
        return {};
    }

    Result<void> sync() override {
        const rocksdb::Status status = db_->SyncWAL();
        if (status.ok()) return {};
        failed_ = true;
        return to_error(status, "syncing");
    }

    Result<void> checkpoint(const std::string& folder) override {
        rocksdb::Checkpoint* made = nullptr;
        rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made);
        const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
        if (status.ok()) status = checkpoint->CreateCheckpoint(folder);
        if (!status.ok()) return to_error(status, "copying to " + folder);
        return {};
    }

private:
    rocksdb::Status get(
        const rocksdb::ReadOptions& how, std::string_view key, rocksdb::PinnableSlice& value
    ) {
        return db_->Get(how, db_->DefaultColumnFamily(), to_slice(key), &value);
    }

    // Visits from key `next` on, and leaves in it where a second try has to go on.
    rocksdb::Status scan_from(
        const rocksdb::ReadOptions& how,
        std::string& next,
        const std::function<bool(std::string_view, std::string_view)>& visit
    ) {
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(how));
        for (at->Seek(next); at->Valid(); at->Next()) {
            next.assign(at->key().data(), at->key().size());
            next.push_back('\0');  // the least key behind this one
            if (!visit(to_view(at->key()), to_view(at->value()))) return rocksdb::Status::OK();
        }
        return at->status();
    }

    // After a failed write (a full disk) RocksDB refuses all others until it is told to go on.
    Result<void> resume() {
        if (!failed_) return {};
        const rocksdb::Status status = db_->Resume();
        if (!status.ok()) return to_error(status, "going on after a failed write");
        failed_ = false;
        return {};
    }

    StoreSetup setup_;
    std::unique_ptr<rocksdb::DB> db_;
    std::atomic<bool> failed_{false};
};

// RocksDB would begin an empty store beside the remains of a damaged one.
Result<void> check_folder(const std::string& folder) {
    const auto files = os::make_posix_filesystem();
    TRY(files->create_folders(folder));
    bool current = false;
    bool tables = false;
    for (const os::FileInfo& file : TRY(files->list(folder))) {
        current = current || file.name == "CURRENT";
        tables = tables || file.name.ends_with(".sst") || file.name.starts_with("MANIFEST-");
    }
    if (current || !tables) return {};
    return Error(ErrorCode::Corruption, "the serving store in " + folder + " is damaged")
        .with_detail("Its file CURRENT is missing.");
}

Error opening_failed(const rocksdb::Status& status, const std::string& folder) {
    const std::string text = status.ToString();
    if (status.IsIOError() && text.find("lock ") != std::string::npos) {
        return Error(ErrorCode::Conflict, "the serving store in " + folder + " is in use")
            .with_detail("RocksDB says: " + text + ".");
    }
    // A file that the manifest names and that is gone is damage, not a failing disk.
    const bool missing = text.find("No such file") != std::string::npos || status.IsPathNotFound();
    const bool damaged = missing || status.IsInvalidArgument() || status.IsNotSupported();
    if (!damaged) return to_error(status, "opening " + folder);
    return to_error(rocksdb::Status::Corruption(text), "opening " + folder);
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_store(
    const ServingOptions& options, MetricsRegistry& metrics
) {
    TRY(check_folder(options.folder));
    StoreSetup setup = make_store_setup(options);
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(setup.options, options.folder, &opened);
    std::unique_ptr<rocksdb::DB> db(opened);
    if (!status.ok()) return opening_failed(status, options.folder);
    // They outlive the store as long as somebody prints the gauge.
    metrics.gauge_function(
        "tradewind_serving_memory_bytes",
        "Bytes in the serving store's block cache and memtables.",
        {},
        [cache = setup.cache, memtables = setup.memtables] {
            return static_cast<double>(cache->GetUsage() + memtables->memory_usage());
        }
    );
    return std::unique_ptr<Store>(std::make_unique<RocksdbStore>(std::move(setup), std::move(db)));
}

}  // namespace tradewind::serving

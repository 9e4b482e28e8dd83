#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>

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

struct Opened {
    std::shared_ptr<rocksdb::DB> db;
    std::future<void> closed;  // ready when the last who had it has let go
};

Result<Opened> open_database(const rocksdb::Options& options, const std::string& folder) {
    TRY(check_folder(folder));
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, folder, &opened);
    auto closed = std::make_shared<std::promise<void>>();
    Opened out{nullptr, closed->get_future()};
    out.db = std::shared_ptr<rocksdb::DB>(opened, [closed](rocksdb::DB* db) {
        delete db;
        closed->set_value();
    });
    if (!status.ok()) return opening_failed(status, folder);
    return out;
}

// How long a scan of everything may still take before its store is moved away.
constexpr std::chrono::seconds reads_end_within{30};

class RocksdbStore : public Store {
public:
    RocksdbStore(const ServingOptions& wanted, StoreSetup setup, Opened opened)
        : folder_(wanted.folder),
          room_needed_(wanted.memtable_bytes),
          setup_(std::move(setup)),
          db_(std::move(opened.db)),
          closed_(std::move(opened.closed)) {}

    std::unique_ptr<StoreBatch> new_batch() override { return std::make_unique<RocksdbBatch>(); }

    Result<void> write(std::unique_ptr<StoreBatch> batch, bool durable) override {
        auto& mine = static_cast<RocksdbBatch&>(*batch);
        if (!mine.failure.ok()) return to_error(mine.failure, "collecting changes");
        rocksdb::WriteOptions how;
        how.sync = durable;
        return change("writing", [&](rocksdb::DB& db) { return db.Write(how, &mine.changes); });
    }

    Result<bool> read(std::string_view key, const std::function<void(std::string_view)>& use)
        override {
        const auto db = TRY(database());
        rocksdb::PinnableSlice value;
        rocksdb::ReadOptions how;
        rocksdb::Status status = get(*db, how, key, value);
        if (status.IsMemoryLimit()) {
            // The cache is full of blocks in use: this one is read beside it.
            value.Reset();
            how.fill_cache = false;
            status = get(*db, how, key, value);
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
        const auto db = TRY(database());
        const HeldSnapshot snapshot(*db);
        const std::string end = prefix_end(prefix);
        const rocksdb::Slice end_slice(end);
        rocksdb::ReadOptions how;
        how.snapshot = snapshot.get();
        how.iterate_upper_bound = &end_slice;
        std::string next(prefix);
        rocksdb::Status status = scan_from(*db, how, next, visit);
        if (status.IsMemoryLimit()) {
            how.fill_cache = false;
            status = scan_from(*db, how, next, visit);
        }
        if (!status.ok()) return to_error(status, "reading");
        return {};
    }

    Result<void> sync() override {
        return change("syncing", [](rocksdb::DB& db) { return db.SyncWAL(); });
    }

    Result<void> checkpoint(const std::string& folder) override {
        return change("copying to " + folder, [&](rocksdb::DB& db) {
            rocksdb::Checkpoint* made = nullptr;
            rocksdb::Status status = rocksdb::Checkpoint::Create(&db, &made);
            const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
            return status.ok() ? checkpoint->CreateCheckpoint(folder) : status;
        });
    }

    Result<void> verify() override {
        const auto db = TRY(database());
        const rocksdb::Status status = db->VerifyChecksum();
        if (!status.ok()) return to_error(status, "verifying");
        return {};
    }

    Result<void> start_over(const std::string& aside) override {
        const std::lock_guard changing(changing_);
        const std::lock_guard lock(open_);
        TRY(close());
        const auto files = os::make_posix_filesystem();
        TRY(files->create_folders(os::parent_folder(aside)));
        TRY(files->rename(folder_, aside));
        TRY(files->sync_folder(os::parent_folder(folder_)));
        TRY(files->sync_folder(os::parent_folder(aside)));
        return open_here();
    }

private:
    static rocksdb::Status get(
        rocksdb::DB& db,
        const rocksdb::ReadOptions& how,
        std::string_view key,
        rocksdb::PinnableSlice& value
    ) {
        return db.Get(how, db.DefaultColumnFamily(), to_slice(key), &value);
    }

    // Visits from key `next` on, and leaves in it where a second try has to go on.
    static rocksdb::Status scan_from(
        rocksdb::DB& db,
        const rocksdb::ReadOptions& how,
        std::string& next,
        const std::function<bool(std::string_view, std::string_view)>& visit
    ) {
        const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(how));
        for (at->Seek(next); at->Valid(); at->Next()) {
            next.assign(at->key().data(), at->key().size());
            next.push_back('\0');  // the least key behind this one
            if (!visit(to_view(at->key()), to_view(at->value()))) return rocksdb::Status::OK();
        }
        return at->status();
    }

    // Who reads keeps it open for so long.
    Result<std::shared_ptr<rocksdb::DB>> database() {
        const std::lock_guard lock(open_);
        if (db_) return db_;
        return Error(ErrorCode::Unavailable, "the serving store is closed after a failed write")
            .with_hint("It is opened again with the next write, once the disk has room.");
    }

    // What changes something is done one at a time.
    Result<void> change(
        const std::string& action, const std::function<rocksdb::Status(rocksdb::DB&)>& act
    ) {
        const std::lock_guard changing(changing_);
        if (failed_) TRY(open_anew());
        const auto db = TRY(database());
        const rocksdb::Status status = act(*db);
        if (status.ok()) return {};
        // An argument that was refused (a folder that is there) has changed nothing.
        failed_ = !status.IsInvalidArgument();
        return to_error(status, action);
    }

    // After a failed write (a full disk) RocksDB's own way to go on may write to the log that
    // failed, which it takes for a fault of its own. Opened anew it reads the log up to where it is
    // whole.
    Result<void> open_anew() {
        const std::lock_guard lock(open_);
        if (db_) {
            TRY(check_room());
            if (db_.use_count() > 1) {
                return Error(ErrorCode::Unavailable, "the serving store is still being read")
                    .with_detail("It is to be opened anew after a failed write.");
            }
            db_.reset();
        }
        return open_here();
    }

    // Under both locks.
    Result<void> open_here() {
        Opened opened = TRY(open_database(setup_.options, folder_));
        db_ = std::move(opened.db);
        closed_ = std::move(opened.closed);
        failed_ = false;
        return {};
    }

    // Who still reads ends first. Under both locks.
    Result<void> close() {
        if (!db_) return {};
        const std::weak_ptr<rocksdb::DB> still_open = db_;
        db_.reset();
        if (closed_.wait_for(reads_end_within) == std::future_status::ready) return {};
        db_ = still_open.lock();
        if (!db_) return {};
        return Error(ErrorCode::Unavailable, "the serving store is still being read")
            .with_hint("Try again in a moment.");
    }

    // Opening writes out what the log holds; until that fits, what is open goes on being read.
    Result<void> check_room() const {
        const std::uint64_t free = TRY(os::make_posix_filesystem()->free_bytes(folder_));
        if (free >= room_needed_) return {};
        return Error(ErrorCode::ResourceExhausted, "no room to write to the serving store")
            .with_detail(
                std::to_string(free) + " bytes are free, " + std::to_string(room_needed_) +
                " are needed to go on after a failed write."
            )
            .with_hint("Free space on the disk of the serving folder; what was sent is kept.");
    }

    const std::string folder_;
    const std::uint64_t room_needed_;
    StoreSetup setup_;
    std::mutex changing_;              // taken before open_
    bool failed_ = false;              // under changing_
    std::mutex open_;                  // guards db_
    std::shared_ptr<rocksdb::DB> db_;  // null when opening anew has failed
    std::future<void> closed_;         // of db_; under open_
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_store(
    const ServingOptions& options, MetricsRegistry& metrics
) {
    StoreSetup setup = make_store_setup(options);
    Opened opened = TRY(open_database(setup.options, options.folder));
    // They outlive the store as long as somebody prints the gauge.
    metrics.gauge_function(
        "tradewind_serving_memory_bytes",
        "Bytes in the serving store's block cache and memtables.",
        {},
        [cache = setup.cache, memtables = setup.memtables] {
            return static_cast<double>(cache->GetUsage() + memtables->memory_usage());
        }
    );
    return std::unique_ptr<Store>(
        std::make_unique<RocksdbStore>(options, std::move(setup), std::move(opened))
    );
}

}  // namespace tradewind::serving

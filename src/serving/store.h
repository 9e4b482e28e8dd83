// The ordered key-value store below the tables: bytes in, bytes out. The only implementation is
// RocksDB (rocksdb_store.cc); nothing else in this room knows of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "serving/serving.h"

namespace tradewind::serving {

// Changes that become visible, and survive a crash, together or not at all.
class StoreBatch {
public:
    virtual ~StoreBatch() = default;
    virtual bool empty() const = 0;
    virtual void put(std::string_view key, std::string_view value) = 0;
    // Folds a row's operand into what is there (row_value.h).
    virtual void merge(std::string_view key, std::string_view operand) = 0;
    virtual void remove(std::string_view key) = 0;
    // All keys from `begin` to before `end`.
    virtual void remove_range(std::string_view begin, std::string_view end) = 0;
};

// All methods: any thread.
class Store {
public:
    virtual ~Store() = default;

    virtual std::unique_ptr<StoreBatch> new_batch() = 0;
    // `durable`: on the medium, with all batches before it, when this returns.
    virtual Result<void> write(std::unique_ptr<StoreBatch> batch, bool durable) = 0;

    // Calls use(value) when there is one; false when there is none. The view dies with the call.
    virtual Result<bool> read(
        std::string_view key, const std::function<void(std::string_view value)>& use
    ) = 0;
    // Calls visit for the keys that begin with `prefix`, in order, until it returns false: the
    // state of one moment, whatever is written meanwhile. The views die with the call.
    virtual Result<void> scan(
        std::string_view prefix,
        const std::function<bool(std::string_view key, std::string_view value)>& visit
    ) = 0;

    // All batches so far are on the medium when this returns.
    virtual Result<void> sync() = 0;
    // A consistent copy in a folder that must not exist yet.
    virtual Result<void> checkpoint(const std::string& folder) = 0;

    // Reads every table file and compares it with its checksums. Corruption: one does not fit.
    virtual Result<void> verify() = 0;
    // Moves all that is there to a folder that must not exist yet, and begins anew with nothing.
    // Reads under way end first; Unavailable when they take too long.
    virtual Result<void> start_over(const std::string& aside) = 0;
};

// Creates the store where the folder is empty or absent. Corruption: what is there is damaged.
Result<std::unique_ptr<Store>> open_rocksdb_store(
    const ServingOptions& options, MetricsRegistry& metrics
);

}  // namespace tradewind::serving

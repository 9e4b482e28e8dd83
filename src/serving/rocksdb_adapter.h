// What the files that speak RocksDB share. Include it in rocksdb_*.cc only.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/options.h>
#include <rocksdb/status.h>
#include <rocksdb/write_buffer_manager.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "serving/serving.h"

namespace tradewind::serving {

// The Error that a failed call's status means to the caller; `action` names what was being done.
Error to_error(const rocksdb::Status& status, const std::string& action);

inline rocksdb::Slice to_slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}
inline std::string_view to_view(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

// Folds operands into rows (row_value.h).
std::shared_ptr<rocksdb::MergeOperator> make_row_merge_operator();

// What RocksDB says of itself goes to the program's log.
std::shared_ptr<rocksdb::Logger> make_rocksdb_logger();

// How the store is opened, and the two things that bound its memory.
struct StoreSetup {
    std::shared_ptr<rocksdb::Cache> cache;
    std::shared_ptr<rocksdb::WriteBufferManager> memtables;
    rocksdb::Options options;
};
StoreSetup make_store_setup(const ServingOptions& options);

}  // namespace tradewind::serving

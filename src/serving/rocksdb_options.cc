#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "serving/rocksdb_adapter.h"

namespace tradewind::serving {

namespace {

constexpr int memtables_max = 3;
// Operands of one key in a memtable before they are folded on writing: bounds what one read has to
// fold when a key is touched by every batch.
constexpr std::size_t unfolded_operands_max = 32;
// RocksDB takes fewer where the process may not open that many.
constexpr int open_files_max = 1024;
// Few, so that the share of one still holds a large row's block.
constexpr int cache_shard_bits = 2;
constexpr int filter_bits_per_key = 10;  // 1 % false positives
constexpr std::size_t block_bytes = 8u << 10;

rocksdb::CompressionType best_compression() {
    const auto there = rocksdb::GetSupportedCompressions();
    for (const auto wanted : {rocksdb::kLZ4Compression, rocksdb::kSnappyCompression}) {
        if (std::find(there.begin(), there.end(), wanted) != there.end()) return wanted;
    }
    return rocksdb::kNoCompression;
}

std::shared_ptr<rocksdb::TableFactory> make_table_factory(std::shared_ptr<rocksdb::Cache> cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = std::move(cache);
    table.block_size = block_bytes;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(filter_bits_per_key));
    // Indexes and filters count in the cache's bound too.
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    table.format_version = 5;
    return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(table));
}

void set_durability(rocksdb::Options& options) {
    // A damaged record inside the log refuses to open, so that the caller rebuilds: the default
    // would drop everything behind it without a word. A torn tail is what a crash leaves, and is
    // cut.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.track_and_verify_wals_in_manifest = true;
    options.paranoid_checks = true;
    options.create_if_missing = true;
    options.avoid_flush_during_recovery = true;  // a full disk must not keep us from starting
    // Room set aside ahead of need would fill a small disk before the first record.
    options.allow_fallocate = false;
}

void set_memory(rocksdb::Options& options, const ServingOptions& wanted) {
    // One fills while others are written out, and a writer waits when all are full.
    options.write_buffer_size = wanted.memtable_bytes / memtables_max;
    options.max_write_buffer_number = memtables_max;
    options.max_successive_merges = unfolded_operands_max;
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.02;
    options.max_total_wal_size = 2 * wanted.memtable_bytes;
    options.max_open_files = open_files_max;
}

void set_background(rocksdb::Options& options) {
    options.max_background_jobs = 2;
    options.bytes_per_sync = 1u << 20;
    // Its own log file would end the process on a full disk: after a write that failed, RocksDB's
    // next line meets an assertion (7.8, as Debian builds it).
    options.info_log = make_rocksdb_logger();
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
}

}  // namespace

StoreSetup make_store_setup(const ServingOptions& wanted) {
    StoreSetup setup;
    rocksdb::LRUCacheOptions cache;
    cache.capacity = wanted.cache_bytes;
    cache.num_shard_bits = cache_shard_bits;
    cache.strict_capacity_limit = true;
    setup.cache = rocksdb::NewLRUCache(cache);
    // It counts, and must not stall: a writer that it holds keeps RocksDB from going on after a
    // full disk, for both wait for each other. set_memory bounds the same bytes.
    setup.memtables = std::make_shared<rocksdb::WriteBufferManager>(
        wanted.memtable_bytes, std::shared_ptr<rocksdb::Cache>(), /*allow_stall=*/false
    );
    rocksdb::Options& options = setup.options;
    options.write_buffer_manager = setup.memtables;
    options.table_factory = make_table_factory(setup.cache);
    options.merge_operator = make_row_merge_operator();
    options.compression = best_compression();
    options.level_compaction_dynamic_level_bytes = true;
    set_durability(options);
    set_memory(options, wanted);
    set_background(options);
    return setup;
}

}  // namespace tradewind::serving

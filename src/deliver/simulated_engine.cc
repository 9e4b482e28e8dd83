#include "deliver/simulated_engine.h"

#include <utility>

#include "base/bytes.h"

namespace tradewind::deliver::simulation {

namespace {

constexpr std::uint64_t row_file_bytes_max = 64u << 20;

std::int64_t count_rows(const std::vector<RowBatch>& batches) {
    std::size_t count = 0;
    for (const RowBatch& batch : batches) count += batch.row_count();
    return static_cast<std::int64_t>(count);
}

void put_value(std::string& out, const Column& column, std::size_t row) {
    put_fixed<std::uint8_t>(out, column.null(row) ? 0 : 1);
    if (column.null(row)) return;
    if (column.type() == ColumnType::Text) return put_bytes(out, column.text(row));
    if (column.type() == ColumnType::Double) return put_fixed(out, column.real(row));
    put_fixed(out, column.integer(row));
}

void read_value(ByteReader& in, Column& column) {
    if (in.fixed<std::uint8_t>() == 0) return column.add_null();
    if (column.type() == ColumnType::Text) return column.add_text(in.sized_bytes());
    if (column.type() == ColumnType::Double) return column.add_real(in.fixed<double>());
    column.add_integer(in.fixed<std::int64_t>());
}

std::string encode(const std::vector<RowBatch>& batches) {
    std::string out;
    put_fixed(out, count_rows(batches));
    for (const RowBatch& batch : batches) {
        put_bytes(out, batch.source_name);
        put_fixed(out, batch.origin.value);
        put_fixed(out, static_cast<std::uint64_t>(batch.row_count()));
        for (std::size_t row = 0; row < batch.row_count(); ++row) {
            const Provenance& provenance = batch.provenance(row);
            put_fixed(out, provenance.partition.value);
            put_fixed(out, provenance.sequence);
            put_fixed(out, provenance.received_at.micros);
            for (std::size_t i = 0; i < batch.column_count(); ++i)
                put_value(out, batch.column(i), row);
        }
    }
    return out;
}

RowBatch decode_batch(ByteReader& in, const std::vector<ColumnSpec>& columns) {
    RowBatch batch(columns);
    batch.source_name = in.sized_bytes();
    batch.origin = OriginId(in.fixed<std::int64_t>());
    const auto row_count = in.fixed<std::uint64_t>();
    for (std::uint64_t row = 0; row < row_count && in.ok(); ++row) {
        Provenance provenance;
        provenance.partition = PartitionId(in.fixed<std::int32_t>());
        provenance.sequence = in.fixed<std::int64_t>();
        provenance.received_at = Timestamp{in.fixed<std::int64_t>()};
        for (std::size_t i = 0; i < batch.column_count(); ++i) read_value(in, batch.column(i));
        batch.commit_row(provenance);
    }
    return batch;
}

Result<std::vector<RowBatch>> decode(
    const std::string& path, const std::string& bytes, const std::vector<ColumnSpec>& columns
) {
    ByteReader in(bytes);
    const auto expected = in.fixed<std::int64_t>();
    std::vector<RowBatch> batches;
    while (in.ok() && !in.at_end()) batches.push_back(decode_batch(in, columns));
    if (!in.ok() || count_rows(batches) != expected)
        return Error(ErrorCode::Corruption, "row file '" + path + "' is damaged");
    return batches;
}

// Not synced: that is the lake's business when it adopts the file.
Result<void> write_rows(
    os::Filesystem& files, const std::string& path, const std::vector<RowBatch>& batches
) {
    auto file = TRY(files.open(path, os::OpenMode::CreateNew));
    return file->write_at(0, encode(batches));
}

class Writer : public engine::RowFileWriter {
public:
    explicit Writer(os::Filesystem& files) : files_(files) {}

    Result<void> append(const RowBatch& rows) override {
        batches_.push_back(rows);
        return {};
    }
    std::int64_t row_count() const override { return count_rows(batches_); }
    Result<void> write(const std::string& path) override {
        TRY(write_rows(files_, path, batches_));
        batches_.clear();
        return {};
    }

private:
    os::Filesystem& files_;
    std::vector<RowBatch> batches_;
};

class Reader : public engine::RowFileReader {
public:
    explicit Reader(std::vector<RowBatch> batches) : batches_(std::move(batches)) {}

    Result<bool> next(RowBatch& rows) override {
        if (next_ == batches_.size()) return false;
        rows = batches_[next_++];
        return true;
    }

private:
    std::vector<RowBatch> batches_;
    std::size_t next_ = 0;
};

}  // namespace

class SimulatedEngine::Table : public engine::LiveTable {
public:
    Table(SimulatedEngine& engine, std::shared_ptr<Content> content)
        : engine_(engine), content_(std::move(content)) {}

    using LiveTable::append;
    Result<void> append(const std::vector<const RowBatch*>& batches) override {
        if (engine_.append_failures_ > 0) {
            --engine_.append_failures_;
            return Error(ErrorCode::Unavailable, "no memory for hot rows now");
        }
        for (const RowBatch* rows : batches) content_->hot.push_back(*rows);
        return {};
    }
    std::int64_t hot_row_count() const override { return count_rows(content_->hot); }
    Result<std::int64_t> seal() override {
        if (count_rows(content_->sealed) == 0) content_->sealed = std::exchange(content_->hot, {});
        return count_rows(content_->sealed);
    }
    Result<void> write_sealed(const std::string& path) override {
        return write_rows(engine_.files_, path, content_->sealed);
    }
    Result<void> publish(const std::vector<std::string>& files) override {
        content_->sealed.clear();
        content_->files = files;
        return {};
    }
    Result<void> set_files(const std::vector<std::string>& files) override {
        content_->files = files;
        return {};
    }

private:
    SimulatedEngine& engine_;
    std::shared_ptr<Content> content_;
};

Result<std::vector<RowBatch>> SimulatedEngine::rows_of(const std::string& table) {
    const auto found = tables_.find(table);
    if (found == tables_.end()) return Error(ErrorCode::NotFound, "no table " + table);
    const Content& content = *found->second;
    std::vector<RowBatch> all;
    for (const std::string& path : content.files) {
        const std::string bytes = TRY(os::read_file(files_, path, row_file_bytes_max));
        for (RowBatch& batch : TRY(decode(path, bytes, content.columns)))
            all.push_back(std::move(batch));
    }
    all.insert(all.end(), content.sealed.begin(), content.sealed.end());
    all.insert(all.end(), content.hot.begin(), content.hot.end());
    return all;
}

Result<std::unique_ptr<engine::LiveTable>> SimulatedEngine::create_live_table(
    const engine::LiveTableOptions& options, const std::vector<std::string>& files
) {
    auto content = std::make_shared<Content>();
    content->columns = options.columns;
    content->files = files;
    tables_[options.name] = content;
    return std::unique_ptr<engine::LiveTable>(std::make_unique<Table>(*this, std::move(content)));
}

Result<std::unique_ptr<engine::RowFileWriter>> SimulatedEngine::create_row_file_writer(
    const std::vector<ColumnSpec>& /*columns*/
) {
    return std::unique_ptr<engine::RowFileWriter>(std::make_unique<Writer>(files_));
}

Result<std::unique_ptr<engine::RowFileReader>> SimulatedEngine::read_row_file(
    const std::string& path,
    const std::vector<ColumnSpec>& columns,
    OriginId /*origin*/,
    std::size_t /*batch_rows*/
) {
    const std::string bytes = TRY(os::read_file(files_, path, row_file_bytes_max));
    auto batches = TRY(decode(path, bytes, columns));
    return std::unique_ptr<engine::RowFileReader>(std::make_unique<Reader>(std::move(batches)));
}

Error SimulatedEngine::no_sql() {
    return {ErrorCode::InvalidArgument, "the simulated engine knows no SQL"};
}

Result<std::unique_ptr<engine::QueryResult>> SimulatedEngine::query(const engine::QueryRequest&) {
    return no_sql();
}

Result<std::vector<engine::ResultColumn>> SimulatedEngine::explain_columns(const std::string&) {
    return no_sql();
}

Result<std::int64_t>
SimulatedEngine::query_to_parquet(const engine::QueryRequest&, const std::string&) {
    return no_sql();
}

Result<void> SimulatedEngine::replace_system_table(const std::string&, const RowBatch&) {
    return no_sql();
}

std::vector<std::string> SimulatedEngine::table_names() {
    std::vector<std::string> names;
    for (const auto& [name, content] : tables_) names.push_back("raw." + name);
    return names;
}

}  // namespace tradewind::deliver::simulation

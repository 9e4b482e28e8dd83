#include "engine/duckdb_arrow.h"

#include <nanoarrow/nanoarrow.h>
#include <nanoarrow/nanoarrow_ipc.h>

#include <utility>

namespace tradewind::engine {

namespace {

using ArrowOptionsHandle = Handle<duckdb_arrow_options, duckdb_destroy_arrow_options>;
using ErrorHandle = Handle<duckdb_error_data, duckdb_destroy_error_data>;

// Arrow's structs are freed by a function that they carry.
template <typename T>
struct Released {
    Released() = default;
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;
    ~Released() {
        if (raw.release != nullptr) raw.release(&raw);
    }
    T raw{};
};

struct View {
    View() { ArrowArrayViewInitFromType(&raw, NANOARROW_TYPE_UNINITIALIZED); }
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    ~View() { ArrowArrayViewReset(&raw); }
    ArrowArrayView raw{};
};

Result<void> check(const ErrorHandle& error) {
    if (!error || !duckdb_error_data_has_error(error.get())) return {};
    return Error(ErrorCode::InvalidArgument, "the result cannot be had as Arrow")
        .with_detail(duckdb_error_data_message(error.get()));
}

Result<void> check(ArrowErrorCode code, const ArrowError& error) {
    if (code == NANOARROW_OK) return {};
    if (code == ENOMEM) return Error(ErrorCode::ResourceExhausted, "there is no memory for Arrow");
    return Error(ErrorCode::InvalidArgument, "the result cannot be had as Arrow")
        .with_detail(ArrowErrorMessage(const_cast<ArrowError*>(&error)));
}

// A dictionary is a message of its own, which the writer does not know.
bool has_dictionary(const ArrowSchema& schema) {
    if (schema.dictionary != nullptr) return true;
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
        if (has_dictionary(*schema.children[i])) return true;
    }
    return false;
}

Result<void> check_types(const ArrowSchema& schema) {
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
        if (!has_dictionary(*schema.children[i])) continue;
        return Error(
                   ErrorCode::InvalidArgument,
                   std::string("column ") + schema.children[i]->name +
                       " is an ENUM, which cannot be had as Arrow"
        )
            .with_hint("Cast it to VARCHAR.");
    }
    return {};
}

}  // namespace

struct ArrowStream::Parts {
    Parts() { ArrowBufferInit(&buffer); }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts() {
        if (writer.private_data != nullptr) ArrowIpcWriterReset(&writer);
        ArrowBufferReset(&buffer);
    }

    Result<void> open_writer() {
        ArrowIpcOutputStream stream{};
        TRY(check(ArrowIpcOutputStreamInitBuffer(&stream, &buffer), {}));
        return check(ArrowIpcWriterInit(&writer, &stream), {});
    }
    void move_to(std::string& out) {
        if (buffer.size_bytes > 0)
            out.append(reinterpret_cast<const char*>(buffer.data), buffer.size_bytes);
        buffer.size_bytes = 0;
    }

    ArrowOptionsHandle options;
    Released<ArrowSchema> schema;
    ArrowBuffer buffer{};  // what the writer wrote and nobody has taken yet
    ArrowIpcWriter writer{};
};

ArrowStream::ArrowStream(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ArrowStream::~ArrowStream() = default;

Result<std::unique_ptr<ArrowStream>> ArrowStream::begin(
    duckdb_result* result,
    const std::vector<TypeHandle>& types,
    const std::vector<std::string>& names
) {
    auto parts = std::make_unique<Parts>();
    parts->options = ArrowOptionsHandle(duckdb_result_get_arrow_options(result));
    std::vector<duckdb_logical_type> raw_types;
    std::vector<const char*> raw_names;
    for (const TypeHandle& type : types) raw_types.push_back(type.get());
    for (const std::string& name : names) raw_names.push_back(name.c_str());
    TRY(check(ErrorHandle(duckdb_to_arrow_schema(
        parts->options.get(),
        raw_types.data(),
        raw_names.data(),
        raw_types.size(),
        &parts->schema.raw
    ))));
    TRY(check_types(parts->schema.raw));
    TRY(parts->open_writer());
    return std::unique_ptr<ArrowStream>(new ArrowStream(std::move(parts)));
}

Result<void> ArrowStream::append_schema(std::string& out) {
    ArrowError error{};
    TRY(check(ArrowIpcWriterWriteSchema(&parts_->writer, &parts_->schema.raw, &error), error));
    parts_->move_to(out);
    return {};
}

Result<void> ArrowStream::append_batch(duckdb_data_chunk chunk, std::string& out) {
    Released<ArrowArray> array;
    TRY(check(ErrorHandle(duckdb_data_chunk_to_arrow(parts_->options.get(), chunk, &array.raw))));
    ArrowError error{};
    View view;
    TRY(check(ArrowArrayViewInitFromSchema(&view.raw, &parts_->schema.raw, &error), error));
    TRY(check(ArrowArrayViewSetArray(&view.raw, &array.raw, &error), error));
    TRY(check(ArrowIpcWriterWriteArrayView(&parts_->writer, &view.raw, &error), error));
    parts_->move_to(out);
    return {};
}

Result<void> ArrowStream::append_end(std::string& out) {
    ArrowError error{};
    TRY(check(ArrowIpcWriterWriteArrayView(&parts_->writer, nullptr, &error), error));
    parts_->move_to(out);
    return {};
}

}  // namespace tradewind::engine

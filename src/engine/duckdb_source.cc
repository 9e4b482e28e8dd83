#include "engine/duckdb_source.h"

#include <utility>

namespace tradewind::engine {

namespace {

constexpr const char* statement_function = "tradewind_rows";

template <typename T>
void delete_as(void* pointer) {
    delete static_cast<T*>(pointer);
}

struct BoundSource {
    std::shared_ptr<TableSource> source;
};
struct OpenSource {
    std::unique_ptr<SourceCursor> cursor;
};

void bind(duckdb_bind_info info) {
    const auto& find = *static_cast<const FindSource*>(duckdb_bind_get_extra_info(info));
    const ValueHandle parameter(duckdb_bind_get_parameter(info, 0));
    char* name = duckdb_get_varchar(parameter.get());
    std::shared_ptr<TableSource> source = find(name);
    duckdb_free(name);
    if (!source) return duckdb_bind_set_error(info, "there is no such source of rows");
    const std::vector<std::string> names = source->names();
    const std::vector<TypeHandle> types = source->types();
    for (std::size_t i = 0; i < names.size(); ++i) {
        duckdb_bind_add_result_column(info, names[i].c_str(), types[i].get());
    }
    duckdb_bind_set_bind_data(info, new BoundSource{std::move(source)}, delete_as<BoundSource>);
}

void init(duckdb_init_info info) {
    const auto* bound = static_cast<const BoundSource*>(duckdb_init_get_bind_data(info));
    duckdb_init_set_init_data(info, new OpenSource{bound->source->open()}, delete_as<OpenSource>);
    duckdb_init_set_max_threads(info, 1);
}

void pull(duckdb_function_info info, duckdb_data_chunk chunk) {
    auto* open = static_cast<OpenSource*>(duckdb_function_get_init_data(info));
    const Result<void> pulled = open->cursor->next(chunk);
    if (!pulled.ok()) duckdb_function_set_error(info, pulled.error().describe().c_str());
}

}  // namespace

Result<void> register_source_function(
    Connection& connection, const std::string& function, FindSource find
) {
    const TableFunctionHandle handle(duckdb_create_table_function());
    duckdb_table_function_set_name(handle.get(), function.c_str());
    const TypeHandle text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    duckdb_table_function_add_parameter(handle.get(), text.get());
    duckdb_table_function_set_extra_info(handle.get(), new FindSource(std::move(find)), delete_as<FindSource>);
    duckdb_table_function_set_bind(handle.get(), bind);
    duckdb_table_function_set_init(handle.get(), init);
    duckdb_table_function_set_function(handle.get(), pull);
    if (duckdb_register_table_function(connection.raw(), handle.get()) != DuckDBSuccess) {
        return Error(
            ErrorCode::Unavailable, "the SQL engine does not take the function " + function
        );
    }
    return {};
}

Result<void> StatementSources::register_on(Connection& connection) {
    return register_source_function(connection, statement_function, [this](std::string_view name) {
        return find(name);
    });
}

std::shared_ptr<TableSource> StatementSources::find(std::string_view name) {
    std::lock_guard lock(mutex_);
    const auto found = sources_.find(name);
    return found == sources_.end() ? nullptr : found->second;
}

StatementSources::Use::Use(StatementSources& sources, std::shared_ptr<TableSource> source)
    : sources_(sources) {
    std::lock_guard lock(sources_.mutex_);
    name_ = std::to_string(sources_.next_number_++);
    sources_.sources_.emplace(name_, std::move(source));
}

StatementSources::Use::~Use() {
    std::lock_guard lock(sources_.mutex_);
    sources_.sources_.erase(name_);
}

std::string StatementSources::Use::sql() const {
    return std::string(statement_function) + "('" + name_ + "')";
}

}  // namespace tradewind::engine

#include "engine/duckdb_instance.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "base/text.h"
#include "engine/duckdb_macros.h"
#include "engine/duckdb_words.h"

namespace tradewind::engine {

const char* const library_version_expected = "v1.5.5";

namespace {

ErrorCode code_of(duckdb_error_type type) {
    switch (type) {
        case DUCKDB_ERROR_OUT_OF_MEMORY:
            return ErrorCode::ResourceExhausted;
        case DUCKDB_ERROR_INTERRUPT:
            return ErrorCode::Cancelled;
        case DUCKDB_ERROR_IO:
            return ErrorCode::Io;
        case DUCKDB_ERROR_FATAL:
        case DUCKDB_ERROR_INTERNAL:
        case DUCKDB_ERROR_CONNECTION:
        case DUCKDB_ERROR_TRANSACTION:
            return ErrorCode::Unavailable;
        // The sandbox among them: what SQL may not do is wrong SQL, whoever asks.
        default:
            return ErrorCode::InvalidArgument;
    }
}

// "Binder Error: Referenced …" → "referenced …": the class says nothing to a reader of our
// messages.
std::string_view without_class(std::string_view line) {
    const std::size_t end = line.find(" Error: ");
    if (end != std::string_view::npos && end < 32)
        line.remove_prefix(end + std::strlen(" Error: "));
    return trim(line);
}

std::string setting(const std::string& name, const std::string& value) {
    return "SET " + name + " = " + value;
}

std::string text_list(const std::vector<std::string>& texts, const char* suffix) {
    std::string list;
    for (const std::string& text : texts) {
        if (!list.empty()) list += ", ";
        list += quote_literal(text.ends_with(suffix) ? text : text + suffix);
    }
    return "[" + list + "]";
}

Result<void> configure(duckdb_config config, const InstanceOptions& options) {
    const std::array<std::pair<const char*, std::string>, 9> settings{{
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"memory_limit", std::to_string(options.memory_bytes_max) + "B"},
        {"temp_directory", options.temp_folder},
        {"max_temp_directory_size", std::to_string(options.temp_bytes_max) + "B"},
        {"threads", std::to_string(options.threads)},
        // Rows of a file keep their order, and LIMIT gives the same rows again.
        {"preserve_insertion_order", "true"},
        // A dictionary built while counting files would hold names of every query ever made.
        {"enable_external_file_cache", "false"},
        // Nothing is on disk, and tables are dropped whole: checkpoints would only pack rows that
        // go soon, for a quarter of what it costs to append them.
        {"checkpoint_threshold", "1TB"},
    }};
    for (const auto& [name, value] : settings) {
        if (duckdb_set_config(config, name, value.c_str()) != DuckDBSuccess) {
            return Error(
                ErrorCode::Unavailable, std::string("the SQL engine does not know setting ") + name
            );
        }
    }
    return {};
}

}  // namespace

Error error_from(duckdb_error_type type, const char* text) {
    const std::string_view whole = text == nullptr ? "no reason given" : text;
    const std::size_t line_end = whole.find('\n');
    std::string message(without_class(whole.substr(0, line_end)));
    if (!message.empty() && message.size() > 1 && message[0] >= 'A' && message[0] <= 'Z' &&
        message[1] >= 'a' && message[1] <= 'z') {
        message[0] = static_cast<char>(message[0] - 'A' + 'a');
    }
    while (message.ends_with('.') || message.ends_with('!')) message.pop_back();
    std::string detail;
    if (line_end != std::string_view::npos) detail = trim(whole.substr(line_end));
    LibraryWords words = in_our_words({std::move(message), std::move(detail), ""});
    return Error(code_of(type), std::move(words.message))
        .with_detail(std::move(words.detail))
        .with_hint(std::move(words.hint));
}

Error error_from(duckdb_result* result) {
    return error_from(duckdb_result_error_type(result), duckdb_result_error(result));
}

Result<ResultHandle> Connection::run_result(const std::string& sql) {
    ResultHandle result;
    if (duckdb_query(handle_.get(), sql.c_str(), result.out()) != DuckDBSuccess) {
        return error_from(result.get());
    }
    return result;
}

namespace {

// Its kind is told by the text alone.
Error pending_error(const PendingHandle& pending) {
    constexpr std::array<std::pair<std::string_view, duckdb_error_type>, 6> kinds{{
        {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
        {"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
        {"IO Error", DUCKDB_ERROR_IO},
        {"FATAL Error", DUCKDB_ERROR_FATAL},
        {"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
        {"TransactionContext Error", DUCKDB_ERROR_TRANSACTION},
    }};
    const char* text = duckdb_pending_error(pending.get());
    const std::string_view message = text == nullptr ? "" : text;
    const auto kind = std::ranges::find_if(kinds, [&](const auto& one) {
        return message.starts_with(one.first);
    });
    return error_from(kind == kinds.end() ? DUCKDB_ERROR_INVALID_INPUT : kind->second, text);
}

using Clock = std::chrono::steady_clock;
// A piece of a statement's work takes longer than this; asking in vain does not.
constexpr auto piece_min = std::chrono::microseconds(10);
// Asked in vain so often, then after pauses that grow from one to the other.
constexpr int asked_in_vain_max = 4;
constexpr auto pause_min = std::chrono::microseconds(20);
constexpr auto pause_max = std::chrono::microseconds(500);

// Sleeps while other threads do all that there is to do.
class IdlePauses {
public:
    void worked() {
        in_vain_ = 0;
        pause_ = pause_min;
    }
    void idle() {
        if (++in_vain_ <= asked_in_vain_max) return;
        std::this_thread::sleep_for(pause_);
        pause_ = std::min<Clock::duration>(2 * pause_, pause_max);
    }

private:
    int in_vain_ = 0;
    Clock::duration pause_ = pause_min;
};

}  // namespace

// A statement that streams does not tell that there is nothing to do, but is asked in vain quickly.
Result<ResultHandle> execute(PendingHandle pending) {
    IdlePauses pauses;
    for (;;) {
        const auto began = Clock::now();
        const duckdb_pending_state state = duckdb_pending_execute_task(pending.get());
        if (state == DUCKDB_PENDING_RESULT_READY) break;
        if (state == DUCKDB_PENDING_ERROR) return pending_error(pending);
        const bool nothing = state == DUCKDB_PENDING_NO_TASKS_AVAILABLE;
        if (nothing || Clock::now() - began < piece_min) {
            pauses.idle();
        } else {
            pauses.worked();
        }
    }
    ResultHandle result;
    if (duckdb_execute_pending(pending.get(), result.out()) != DuckDBSuccess)
        return error_from(result.get());
    return result;
}

Result<ResultHandle> Connection::run_long(const std::string& sql) {
    PreparedHandle prepared;
    if (duckdb_prepare(handle_.get(), sql.c_str(), prepared.out()) != DuckDBSuccess)
        return error_from(DUCKDB_ERROR_BINDER, duckdb_prepare_error(prepared.get()));
    PendingHandle pending;
    if (duckdb_pending_prepared(prepared.get(), pending.out()) != DuckDBSuccess)
        return pending_error(pending);
    return execute(std::move(pending));
}

Result<void> Connection::run(const std::string& sql) {
    TRY(run_result(sql));
    return {};
}

Result<ResultHandle> Connection::run_streaming(const std::string& sql) {
    PreparedHandle prepared;
    if (duckdb_prepare(handle_.get(), sql.c_str(), prepared.out()) != DuckDBSuccess) {
        return error_from(DUCKDB_ERROR_BINDER, duckdb_prepare_error(prepared.get()));
    }
    PendingHandle pending;
    if (duckdb_pending_prepared_streaming(prepared.get(), pending.out()) != DuckDBSuccess)
        return pending_error(pending);
    return execute(std::move(pending));
}

Result<std::int64_t> Connection::run_integer(const std::string& sql) {
    ResultHandle result = TRY(run_long(sql));
    return duckdb_value_int64(result.get(), 0, 0);
}

Result<std::unique_ptr<Instance>> Instance::open(const InstanceOptions& options) {
    const char* version = duckdb_library_version();
    if (std::strcmp(version, library_version_expected) != 0) {
        return Error(
                   ErrorCode::Unavailable,
                   "the SQL engine library beside the program has the wrong version"
        )
            .with_detail(
                std::string("It is ") + version + ", the program was built for " +
                library_version_expected + "."
            )
            .with_hint("Put the libduckdb.so of the release back beside the program.");
    }
    ConfigHandle config;
    CHECK(duckdb_create_config(config.out()) == DuckDBSuccess);
    TRY(configure(config.get(), options));
    DatabaseHandle database;
    char* problem = nullptr;
    if (duckdb_open_ext(nullptr, database.out(), config.get(), &problem) != DuckDBSuccess) {
        Error error = error_from(DUCKDB_ERROR_FATAL, problem);
        duckdb_free(problem);
        return std::move(error).in("the SQL engine does not start");
    }
    std::unique_ptr<Instance> instance(new Instance(std::move(database)));
    const std::unique_ptr<Connection> connection = TRY(instance->connect());
    if (!options.extension_file.empty())
        TRY(connection->run("LOAD " + quote_literal(options.extension_file)));
    TRY(connection->run(setting("GLOBAL TimeZone", "'UTC'")));
    TRY(create_macros(*connection));
    if (!options.no_rows_file.empty()) TRY(create_no_rows_macro(*connection, options.no_rows_file));
    if (options.files_locked) {
        TRY(connection->run(setting("allowed_directories", text_list(options.readable_folders, "/"))
        ));
        TRY(connection->run(setting("allowed_paths", text_list(options.readable_files, ""))));
        TRY(connection->run(setting("enable_external_access", "false")));
    }
    return instance;
}

Result<std::unique_ptr<Connection>> Instance::connect() {
    ConnectionHandle handle;
    if (duckdb_connect(database_.get(), handle.out()) != DuckDBSuccess) {
        return Error(ErrorCode::Unavailable, "the SQL engine gives no connection");
    }
    return std::unique_ptr<Connection>(new Connection(std::move(handle)));
}

Result<void> Instance::lock() {
    const std::unique_ptr<Connection> connection = TRY(connect());
    return connection->run("SET lock_configuration = true");
}

}  // namespace tradewind::engine

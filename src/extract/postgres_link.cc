#include "extract/postgres_link.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace tradewind::extract {

namespace {

constexpr int poll_ms = 50;

template <auto free>
struct FreeWith {
    template <typename T>
    void operator()(T* thing) const {
        free(thing);
    }
};
using Answer = std::unique_ptr<PGresult, FreeWith<PQclear>>;
using Bytes = std::unique_ptr<char, FreeWith<PQfreemem>>;

// libpq ends its messages with a line break and may add lines of detail.
std::string one_line(const char* message) {
    std::string line(trim(message == nullptr ? "" : message));
    std::ranges::replace(line, '\n', ' ');
    return line;
}

// What a class of SQLSTATE lets the caller do (PostgreSQL's appendix A).
ErrorCode code_of(std::string_view state) {
    const std::string_view kind = state.substr(0, 2);
    if (kind == "28" || state == "42501") return ErrorCode::PermissionDenied;
    if (kind == "42" || kind == "22" || kind == "25" || kind == "3D" || kind == "3F")
        return ErrorCode::InvalidArgument;
    if (state == "57014") return ErrorCode::DeadlineExceeded;
    return ErrorCode::Unavailable;
}

class LiveLink : public PostgresLink {
public:
    LiveLink(const Connection& connection, const SessionParts& parts)
        : settings_(connection), parts_(parts) {}
    ~LiveLink() override { PQfinish(connection_); }
    LiveLink(const LiveLink&) = delete;
    LiveLink& operator=(const LiveLink&) = delete;

    Result<void> connect();
    Result<TextRows> run(const std::string& sql) override;
    Result<void> prepare(const std::string& sql) override;
    Result<std::int64_t> copy_out(const std::string& sql, const CsvSink& sink) override;
    std::string quote_name(std::string_view name) override {
        const Bytes quoted(PQescapeIdentifier(connection_, name.data(), name.size()));
        CHECK(quoted != nullptr);
        return quoted.get();
    }
    std::string quote_literal(std::string_view text) override {
        const Bytes quoted(PQescapeLiteral(connection_, text.data(), text.size()));
        CHECK(quoted != nullptr);
        return quoted.get();
    }

private:
    Result<void> begin_connecting();
    // Until the socket can be read (or written), or the time is up.
    Result<void> await(short events, std::int64_t deadline_us);
    std::int64_t silence_ends_us() {
        return parts_.clock->monotonic_us() + settings_.silence_timeout_us;
    }
    // The next answer to what was sent; null: there is none left.
    Result<Answer> next();
    // Reads what is left of a statement's answers; the first error among them.
    Result<void> finish(Result<void> outcome);
    Error lost(const std::string& why) const;
    Error refused(const PGresult* answer) const;
    void cancel_statement();

    const Connection& settings_;
    const SessionParts parts_;
    PGconn* connection_ = nullptr;
};

Error LiveLink::lost(const std::string& why) const {
    return Error(ErrorCode::Unavailable, "the connection to " + settings_.name + " was lost")
        .with_detail((why.empty() ? std::string("It was closed") : why) + ".");
}

Error LiveLink::refused(const PGresult* answer) const {
    if (PQstatus(connection_) == CONNECTION_BAD) return lost(one_line(PQerrorMessage(connection_)));
    const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const char* hint = PQresultErrorField(answer, PG_DIAG_MESSAGE_HINT);
    Error error(
        code_of(state == nullptr ? "" : state),
        settings_.name + ": " + one_line(PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY))
    );
    const std::string detail = one_line(PQresultErrorField(answer, PG_DIAG_MESSAGE_DETAIL));
    return std::move(std::move(error).with_detail(detail)).with_hint(one_line(hint));
}

Result<void> LiveLink::await(short events, std::int64_t deadline_us) {
    while (true) {
        if (parts_.give_up && parts_.give_up()) {
            cancel_statement();
            return Error(ErrorCode::Cancelled, "given up");
        }
        pollfd wanted{PQsocket(connection_), events, 0};
        if (wanted.fd < 0) return lost(one_line(PQerrorMessage(connection_)));
        if (::poll(&wanted, 1, poll_ms) > 0) return {};
        if (parts_.clock->monotonic_us() > deadline_us)
            return lost("It has said nothing for too long");
    }
}

// A database that is asked to stop at its next step need not go on for nobody. It is asked only
// here, where it was alive a moment ago: the asking itself waits for it.
void LiveLink::cancel_statement() {
    if (PQtransactionStatus(connection_) != PQTRANS_ACTIVE) return;
    PGcancel* cancel = PQgetCancel(connection_);
    if (cancel == nullptr) return;
    std::array<char, 256> reason{};
    PQcancel(cancel, reason.data(), static_cast<int>(reason.size()));
    PQfreeCancel(cancel);
}

Result<void> LiveLink::begin_connecting() {
    const std::string port = std::to_string(settings_.port);
    std::string password;
    if (!settings_.password.none())
        password = TRY(os::read_secret(settings_.password, *parts_.files, parts_.environment));
    // A network that is gone without a word is noticed within two minutes.
    const std::pair<const char*, const char*> options[] = {
        {"host", settings_.host.c_str()},
        {"port", port.c_str()},
        {"dbname", settings_.database.c_str()},
        {"user", settings_.user.c_str()},
        {"password", password.c_str()},
        {"sslmode", settings_.tls.c_str()},
        {"sslrootcert", settings_.ca_file.c_str()},
        {"client_encoding", "UTF8"},
        {"application_name", "tradewind"},
        {"keepalives_idle", "30"},
        {"keepalives_interval", "15"},
        {"keepalives_count", "4"},
        {"tcp_user_timeout", "90000"},
    };
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : options) {
        if (*value == '\0') continue;
        names.push_back(name);
        values.push_back(value);
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    connection_ = PQconnectStartParams(names.data(), values.data(), 0);
    CHECK(connection_ != nullptr);
    // Its default prints to stderr.
    PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
    return {};
}

Result<void> LiveLink::connect() {
    TRY(begin_connecting());
    const std::int64_t deadline_us = parts_.clock->monotonic_us() + settings_.connect_timeout_us;
    auto state =
        PQstatus(connection_) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
        TRY(await(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline_us));
        state = PQconnectPoll(connection_);
    }
    if (state == PGRES_POLLING_OK) return {};
    const std::string why = one_line(PQerrorMessage(connection_));
    // libpq gives no SQLSTATE here; who is not let in will not be let in a moment later either.
    const bool shut_out = why.find("authentication failed") != std::string::npos ||
                          why.find("no password supplied") != std::string::npos ||
                          why.find("no pg_hba.conf entry") != std::string::npos;
    return Error(
               shut_out ? ErrorCode::PermissionDenied : ErrorCode::Unavailable,
               "no connection to " + settings_.name
    )
        .with_detail(why + ".");
}

Result<Answer> LiveLink::next() {
    while (PQisBusy(connection_) != 0) {
        TRY(await(POLLIN, silence_ends_us()));
        if (PQconsumeInput(connection_) == 0) return lost(one_line(PQerrorMessage(connection_)));
    }
    return Answer(PQgetResult(connection_));
}

Result<void> LiveLink::finish(Result<void> outcome) {
    while (true) {
        const Answer answer = TRY(next());
        if (answer == nullptr) return outcome;
        const auto status = PQresultStatus(answer.get());
        const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (!good && outcome.ok()) outcome = refused(answer.get());
    }
}

Result<TextRows> LiveLink::run(const std::string& sql) {
    if (PQsendQuery(connection_, sql.c_str()) == 0)
        return lost(one_line(PQerrorMessage(connection_)));
    TextRows rows;
    Result<void> outcome;
    while (true) {
        const Answer answer = TRY(next());
        if (answer == nullptr) break;
        const auto status = PQresultStatus(answer.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            if (outcome.ok()) outcome = refused(answer.get());
            continue;
        }
        for (int row = 0; row < PQntuples(answer.get()); ++row) {
            std::vector<std::string>& texts = rows.emplace_back();
            for (int column = 0; column < PQnfields(answer.get()); ++column)
                texts.emplace_back(PQgetvalue(answer.get(), row, column));
        }
    }
    TRY(std::move(outcome));
    return rows;
}

Result<void> LiveLink::prepare(const std::string& sql) {
    if (PQsendPrepare(connection_, "", sql.c_str(), 0, nullptr) == 0)
        return lost(one_line(PQerrorMessage(connection_)));
    return finish({});
}

Result<std::int64_t> LiveLink::copy_out(const std::string& sql, const CsvSink& sink) {
    if (PQsendQuery(connection_, sql.c_str()) == 0)
        return lost(one_line(PQerrorMessage(connection_)));
    {
        const Answer begin = TRY(next());
        if (begin == nullptr || PQresultStatus(begin.get()) != PGRES_COPY_OUT) {
            const Error error = refused(begin.get());
            TRY(finish({}));
            return error;
        }
    }
    while (true) {
        char* row = nullptr;
        const int size = PQgetCopyData(connection_, &row, 1);
        const Bytes bytes(row);
        if (size > 0) {
            TRY(sink({row, static_cast<std::size_t>(size)}));
        } else if (size == 0) {
            TRY(await(POLLIN, silence_ends_us()));
            if (PQconsumeInput(connection_) == 0)
                return lost(one_line(PQerrorMessage(connection_)));
        } else {
            break;
        }
    }
    // Only this tells that it was all: a server that is stopped ends the rows as well.
    const Answer end = TRY(next());
    if (end == nullptr) return lost("It ended in the middle of a table");
    if (PQresultStatus(end.get()) != PGRES_COMMAND_OK) return refused(end.get());
    const auto row_count = parse_integer(PQcmdTuples(end.get()));
    TRY(finish({}));
    return row_count.value_or(0);
}

}  // namespace

Result<std::unique_ptr<PostgresLink>> PostgresLink::open(
    const Connection& connection, const SessionParts& parts
) {
    auto link = std::make_unique<LiveLink>(connection, parts);
    TRY(link->connect());
    return std::unique_ptr<PostgresLink>(std::move(link));
}

}  // namespace tradewind::extract

// Only for server.cc. One client's connection: requests in, one after the other, answers out.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/http_text.h"
#include "api/problem.h"
#include "api/read_buffer.h"
#include "api/server_context.h"
#include "api/server_parser.h"
#include "base/check.h"
#include "base/log.h"

namespace tradewind::api::server {

constexpr std::size_t idle_buffer_bytes =
    2u << 10;  // an ordinary request fits; thousands of idle ones are cheap
constexpr std::size_t body_buffer_bytes = 64u << 10;
constexpr std::size_t pipelined_bytes_max = 64u << 10;  // read ahead while a request is under way
constexpr std::size_t small_body_bytes = 4u << 10;  // not worth counting against bodies_bytes_max
constexpr std::size_t body_reserve_bytes_max =
    1u << 20;                             // believed of a Content-Length before anything came
constexpr std::size_t body_padding = 64;  // parsers of records want it behind the body
constexpr std::size_t upload_piece_bytes = 256u << 10;
constexpr std::size_t inline_body_bytes =
    16u << 10;  // copied behind its head; larger ones are sent from where they are
constexpr std::size_t progress_bytes = 1024;  // less than this per body_timeout is no progress
constexpr std::int64_t linger_timeout_us = 5'000'000;

enum class Phase {
    Idle,    // between requests
    Header,  // the first bytes of a request came
    Body,
    Storing,   // a piece of an upload is with its sink
    Handling,  // the request is with the Api
    Replying,
    Lingering,  // all is said; the client may still be sending
};

class Connection final : public std::enable_shared_from_this<Connection> {
public:
    Connection(Context& context, Socket socket, bool from_owner)
        : context_(context), socket_(std::move(socket)), from_owner_(from_owner) {}

    void start(ConnectionId id) {
        id_ = id;
        error_code ec;
        socket_.non_blocking(true, ec);
        progress();
    }
    // The answer to the request that is with the Api.
    void reply(Response response);
    // The live body may have more.
    void more();
    void check_deadline();
    // Closes now, or after the request under way.
    void begin_stop();
    void close();
    // Without waiting for anything: what runs for this client is told to stop.
    void abort() {
        cancel();
        close();
    }

private:
    // Requests in
    void progress();
    bool step();
    bool parse();
    bool begin_request();
    bool take_header();
    bool count_body();
    bool store_piece();
    void stored(const Result<void>& outcome);
    void dispatch();
    void refuse(int status, const char* type, std::string detail, std::string hint = {});
    void refuse(const error_code& ec);
    void arm_read();
    std::size_t wanted_room() const;
    void on_read(const error_code& ec, std::size_t size);
    void on_end_of_input(const error_code& ec);

    // Answers out
    void send(std::string_view head, std::string body);
    void flush();
    void flush_later();
    void on_flushed();
    void pull();
    void pulled(std::unique_ptr<BodySource> source, Result<std::string> piece);
    void send_piece();
    void send_live();
    void send_framed(const std::string& piece);
    void send_heartbeat();
    void end_live();
    void finish_reply();
    void linger();

    void set_deadline(std::int64_t timeout_us) {
        deadline_us_ = context_.now_us + context_.sweep_us + timeout_us;
    }
    void arm_deadline();
    void cancel() {
        if (cancelled_) cancelled_->store(true);
    }
    void release_body_count();
    const ServerOptions& options() const { return context_.shared.options; }

    Context& context_;
    Socket socket_;
    const bool from_owner_;
    ConnectionId id_;
    Phase phase_ = Phase::Idle;
    bool closed_ = false;
    bool progressing_ = false;      // progress() is running further up the stack
    std::int64_t deadline_us_ = 0;  // 0: none

    ReadBuffer in_;
    bool reading_ = false;
    bool input_ended_ = false;
    std::optional<RequestParser> parser_;
    std::size_t header_bytes_ = 0;
    std::uint64_t body_mark_ = 0;   // body bytes when the deadline was last moved
    std::size_t body_counted_ = 0;  // our part of Shared::body_bytes
    std::shared_ptr<BodySink> sink_;
    std::shared_ptr<std::atomic<bool>> cancelled_;

    bool head_only_ = false;
    bool http_1_0_ = false;
    bool keep_alive_ = true;
    std::string out_head_;  // what the socket did not take yet
    std::string out_body_;
    std::size_t out_at_ = 0;  // of both together
    bool writing_ = false;
    std::unique_ptr<LiveBody> live_;
    std::int64_t live_sent_us_ = 0;
    std::unique_ptr<BodySource> source_;
    bool streaming_ =
        false;  // a body is being made: live_ or source_ is here, or with a body thread
    bool pulling_ = false;
    bool source_ended_ = false;
    std::optional<std::string> piece_;  // made, and waiting for the socket
};

}  // namespace tradewind::api::server

#include "api/server_answers.h"
#include "api/server_requests.h"  // the members, by direction

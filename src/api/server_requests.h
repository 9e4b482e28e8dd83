// Only for server.cc. Connection: from received bytes to requests handed to the Api.
#pragma once

#include "api/server_connection.h"

namespace tradewind::api::server {

// Goes on with what is there: parses, dispatches, and arms the next read and its deadline.
inline void Connection::progress() {
    if (progressing_ || closed_) return;
    const auto self = shared_from_this();
    progressing_ = true;
    while (!closed_ && step()) {
    }
    progressing_ = false;
    if (closed_) return;
    const bool waits_for_input =
        phase_ == Phase::Idle || phase_ == Phase::Header || phase_ == Phase::Body;
    if (input_ended_ && waits_for_input) return close();
    arm_deadline();
    arm_read();
}

// False: more bytes, an answer or a sink must come first.
inline bool Connection::step() {
    if (phase_ == Phase::Idle && !begin_request()) return false;
    if (phase_ == Phase::Header || phase_ == Phase::Body) return parse();
    return false;
}

inline bool Connection::begin_request() {
    while (in_.bytes().starts_with("\r\n"))
        in_.consume(2);  // some clients end a body with one too many
    if (in_.empty()) return false;
    parser_.emplace();
    parser_->request.from_owner = from_owner_;
    parser_->header_limit(static_cast<std::uint32_t>(options().header_bytes_max));
    parser_->body_limit(boost::none);  // ours, by kind of body
    header_bytes_ = 0;
    body_mark_ = 0;
    phase_ = Phase::Header;
    set_deadline(options().header_timeout_us);
    return true;
}

inline bool Connection::parse() {
    if (in_.empty()) return false;
    error_code ec;
    const std::string_view bytes = in_.bytes();
    const std::size_t used = parser_->put(asio::const_buffer(bytes.data(), bytes.size()), ec);
    in_.consume(used);
    if (phase_ == Phase::Header) header_bytes_ += used;
    if (ec == http::error::need_more) {
        if (phase_ == Phase::Header && header_bytes_ + in_.size() >= options().header_bytes_max) {
            refuse(http::error::header_limit);
        } else if (phase_ == Phase::Body && in_.size() >= body_buffer_bytes) {
            refuse(http::error::bad_chunk);
        }
        return false;
    }
    if (ec) {
        refuse(ec);
        return false;
    }
    if (phase_ == Phase::Header) {
        if (!parser_->is_header_done()) return true;
        if (!take_header()) return false;
    }
    if (!count_body()) return false;
    const bool done = parser_->is_done();
    if (sink_ && (done ? !parser_->request.body.empty()
                       : parser_->request.body.size() >= upload_piece_bytes)) {
        return store_piece();
    }
    if (done) dispatch();
    return true;
}

// The head is known: may the body come, and where does it go?
inline bool Connection::take_header() {
    phase_ = Phase::Body;
    RequestParser& parser = *parser_;
    keep_alive_ = parser.keep_alive();
    http_1_0_ = parser.http_1_0;
    head_only_ = parser.request.method == "HEAD";
    if (parser.fault != nullptr) {
        refuse(400, "bad_request", parser.fault);
        return false;
    }
    // Also where no body seems to follow: what follows would be taken for the next request.
    if (parser.other_coding) {
        refuse(
            501,
            "unsupported_transfer_coding",
            "the transfer coding is not supported",
            "Send chunked or a Content-Length."
        );
        return false;
    }
    if (parser.other_expectation) {
        refuse(
            417,
            "expectation_failed",
            "the expectation cannot be met",
            "Only 100-continue is understood."
        );
        return false;
    }
    if (parser.is_done()) return true;
    const auto length = parser.content_length();
    if (!length || *length > body_buffer_bytes)
        sink_ = context_.shared.api.open_body(parser.request);
    parser.body_bytes_max = sink_ ? options().upload_bytes_max : options().body_bytes_max;
    if (length && *length > parser.body_bytes_max) {
        refuse(http::error::body_limit);
        return false;
    }
    if (length && !sink_) {
        parser.request.body.reserve(
            std::min<std::size_t>(*length, body_reserve_bytes_max) + body_padding
        );
    }
    if (parser.expects_continue && in_.empty()) send(continue_head, {});
    set_deadline(options().body_timeout_us);
    return !closed_;
}

// Keeps all bodies together within their limit; moves the deadline when enough has come.
inline bool Connection::count_body() {
    const RequestParser& parser = *parser_;
    if (parser.body_bytes >= body_mark_ + progress_bytes) {
        body_mark_ = parser.body_bytes;
        set_deadline(options().body_timeout_us);
    }
    const std::size_t held = parser.request.body.size();
    if (held <= small_body_bytes || held <= body_counted_) return true;
    const std::size_t more = held - body_counted_;
    body_counted_ = held;
    if (context_.shared.body_bytes.fetch_add(more) + more <= options().bodies_bytes_max)
        return true;
    refuse(
        503, "unavailable", "too many bytes of requests are under way", "Come again in a second."
    );
    return false;
}

inline void Connection::release_body_count() {
    if (body_counted_ > 0) context_.shared.body_bytes.fetch_sub(std::exchange(body_counted_, 0));
}

// Nothing is read while the sink works: a slow disk slows the sender down.
inline bool Connection::store_piece() {
    phase_ = Phase::Storing;
    deadline_us_ = 0;
    auto piece = std::make_shared<std::string>(std::move(parser_->request.body));
    parser_->request.body.clear();
    auto outcome = std::make_shared<Result<void>>();
    context_.aside(
        context_.shared.upload_workers,
        [sink = sink_, piece, outcome] { *outcome = sink->write(*piece); },
        [self = shared_from_this(), outcome] { self->stored(*outcome); }
    );
    return false;
}

inline void Connection::stored(const Result<void>& outcome) {
    if (closed_) return;
    if (!outcome.ok()) {
        const int status = status_of(outcome.error().code());
        refuse(
            status,
            to_string(outcome.error().code()),
            detail_of(outcome.error()),
            outcome.error().hint()
        );
        return progress();
    }
    phase_ = Phase::Body;
    release_body_count();
    set_deadline(options().body_timeout_us);
    if (parser_->is_done()) dispatch();
    progress();
}

inline void Connection::dispatch() {
    phase_ = Phase::Handling;
    deadline_us_ = 0;
    if (!cancelled_ || cancelled_.use_count() > 1 || cancelled_->load()) {
        cancelled_ = std::make_shared<std::atomic<bool>>(false);
    }
    Request request = std::move(parser_->request);
    request.cancelled = cancelled_;
    request.sink = std::move(sink_);
    parser_.reset();
    context_.shared.api.handle(
        std::move(request),
        [outbox = context_.outbox, id = id_](Response response) {
            outbox->push(id, std::move(response));
        }
    );
    context_.deliver_own();
}

// The request cannot be handed on. The rest of it is read and dropped after the answer, so that a
// client in the middle of sending gets to see why.
inline void Connection::refuse(int status, const char* type, std::string detail, std::string hint) {
    context_.shared.metrics.bad_requests.add();
    phase_ = Phase::Handling;
    deadline_us_ = 0;
    keep_alive_ = false;
    sink_.reset();
    reply(to_response(
        {.status = status, .type = type, .detail = std::move(detail), .hint = std::move(hint)}
    ));
}

inline void Connection::refuse(const error_code& ec) {
    if (ec == http::error::header_limit && parser_->request.target.empty()) {
        return refuse(
            414,
            "target_too_long",
            "the request's target is too long",
            "The header can have " + std::to_string(options().header_bytes_max) +
                " bytes, its target among them."
        );
    }
    if (ec == http::error::bad_version && names_a_version(in_.bytes())) {
        return refuse(
            505,
            "http_version",
            "this version of HTTP is not spoken here",
            "Send the request as HTTP/1.1."
        );
    }
    if (ec == http::error::header_limit) {
        return refuse(
            431,
            "header_too_large",
            "the request's header is too large",
            "It can have " + std::to_string(options().header_bytes_max) + " bytes."
        );
    }
    if (ec == http::error::body_limit) {
        return refuse(
            413,
            "too_large",
            "the body is larger than " + std::to_string(parser_->body_bytes_max) + " bytes",
            "Send it in smaller parts."
        );
    }
    refuse(400, "bad_request", "this is not a valid HTTP/1.1 request: " + ec.message());
}

inline std::size_t Connection::wanted_room() const {
    if (phase_ == Phase::Idle || phase_ == Phase::Handling || phase_ == Phase::Replying)
        return idle_buffer_bytes;
    if (phase_ == Phase::Body || phase_ == Phase::Lingering) return body_buffer_bytes;
    return std::max(idle_buffer_bytes, in_.size() + 1);
}

// A read is always pending, also while the request is with the Api: this is how we learn that the
// client is gone.
inline void Connection::arm_read() {
    if (reading_ || closed_ || input_ended_ || phase_ == Phase::Storing) return;
    const bool ahead = phase_ == Phase::Handling || phase_ == Phase::Replying;
    if (ahead && in_.size() >= pipelined_bytes_max) return;
    in_.make_room(wanted_room());
    reading_ = true;
    socket_.async_read_some(
        asio::buffer(in_.free_space(), in_.free_size()),
        [self = shared_from_this()](const error_code& ec, std::size_t size) {
            self->on_read(ec, size);
        }
    );
}

inline void Connection::on_read(const error_code& ec, std::size_t size) {
    reading_ = false;
    if (closed_) return;
    if (ec) return on_end_of_input(ec);
    in_.added(size);
    if (phase_ == Phase::Lingering) in_.clear();
    progress();
}

inline void Connection::on_end_of_input(const error_code& ec) {
    input_ended_ = true;
    const bool under_way =
        phase_ == Phase::Handling || phase_ == Phase::Replying || phase_ == Phase::Storing;
    cancel();  // who stops sending has, as a rule, gone for good; if not, the answer still goes out
    if (!under_way || live_ != nullptr || ec != asio::error::eof) close();
}

}  // namespace tradewind::api::server

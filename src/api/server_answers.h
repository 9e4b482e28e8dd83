// Only for server.cc. Connection: from the Api's answers to bytes in the socket.
#pragma once

#include "api/server_connection.h"

namespace tradewind::api::server {

inline void Connection::reply(Response response) {
    CHECK(phase_ == Phase::Handling);
    phase_ = Phase::Replying;
    if (context_.stopping) keep_alive_ = false;
    const bool flows = response.rest != nullptr || response.live != nullptr;
    streaming_ = flows && !head_only_;
    source_ended_ = false;
    if (streaming_ && http_1_0_) keep_alive_ = false;
    HeadOptions head{.keep_alive = keep_alive_, .http_1_0 = http_1_0_, .date = context_.date};
    if (flows) head.framing = http_1_0_ ? BodyFraming::UntilClose : BodyFraming::Chunked;
    std::string& text = context_.scratch;
    text.clear();
    append_head(text, response, head);
    if (head_only_) response.body.clear();
    if (streaming_ && response.live != nullptr) {
        live_ = std::move(response.live);
        live_sent_us_ = context_.now_us;
        send(text, {});
    } else if (streaming_) {
        source_ = std::move(response.rest);
        piece_ = std::move(response.body);
        if (piece_->empty()) piece_.reset();
        pull();
        send(text, {});
    } else {
        context_.dispose(std::move(response.rest));
        if (response.body.size() <= inline_body_bytes) {
            text += response.body;
            response.body.clear();
        }
        send(text, std::move(response.body));
    }
    progress();
}

// What the socket takes at once is gone; only the rest is kept.
inline void Connection::send(std::string_view head, std::string body) {
    if (writing_) {  // "100 Continue" is still on its way
        out_head_.append(head);
        CHECK(out_body_.empty());
        out_body_ = std::move(body);
        return;
    }
    error_code ec;
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    const std::size_t sent =
        body.empty() ? socket_.send(parts[0], 0, ec) : socket_.send(parts, 0, ec);
    if (ec && ec != asio::error::would_block) return abort();
    if (sent == head.size() + body.size()) return on_flushed();
    out_head_.assign(head.substr(std::min(sent, head.size())));
    out_at_ = sent > head.size() ? sent - head.size() : 0;
    out_body_ = std::move(body);
    flush_later();
}

inline void Connection::flush() {
    const std::string_view head =
        std::string_view(out_head_).substr(std::min(out_at_, out_head_.size()));
    const std::size_t body_at = out_at_ - std::min(out_at_, out_head_.size());
    const std::array<asio::const_buffer, 2> parts{
        asio::buffer(head), asio::buffer(out_body_.data() + body_at, out_body_.size() - body_at)
    };
    error_code ec;
    const std::size_t sent = socket_.send(parts, 0, ec);
    if (ec && ec != asio::error::would_block) return abort();
    if (sent > 0 && phase_ == Phase::Replying) set_deadline(options().body_timeout_us);
    out_at_ += sent;
    if (out_at_ < out_head_.size() + out_body_.size()) return flush_later();
    std::string().swap(out_head_);
    std::string().swap(out_body_);
    out_at_ = 0;
    on_flushed();
}

inline void Connection::flush_later() {
    writing_ = true;
    if (phase_ == Phase::Replying && deadline_us_ == 0) set_deadline(options().body_timeout_us);
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& ec) {
        self->writing_ = false;
        if (self->closed_) return;
        if (ec) return self->abort();
        self->flush();
        self->progress();
    });
}

inline void Connection::on_flushed() {
    if (phase_ != Phase::Replying) return;  // "100 Continue"
    deadline_us_ = 0;
    if (live_ == nullptr) return streaming_ ? send_piece() : finish_reply();
    // Others have their turn between two pieces.
    asio::post(context_.io, [self = shared_from_this()] { self->more(); });
}

// The next piece is made while this one is on its way: one in the socket, one waiting, no more.
inline void Connection::pull() {
    CHECK(!pulling_ && source_ != nullptr);
    pulling_ = true;
    struct Job {
        std::unique_ptr<BodySource> source;
        std::optional<Result<std::string>> piece;
    };
    auto job = std::make_shared<Job>();
    job->source = std::move(source_);
    context_.aside(
        context_.shared.body_workers,
        [job] { job->piece.emplace(job->source->next()); },
        [self = shared_from_this(), job] {
            self->pulled(std::move(job->source), *std::move(job->piece));
        }
    );
}

inline void Connection::pulled(std::unique_ptr<BodySource> source, Result<std::string> piece) {
    pulling_ = false;
    if (closed_) return context_.dispose(std::move(source));
    if (!piece.ok()) {
        // The status is out: a broken body is the only way left to say so. Without chunks only a
        // reset shows that it is not whole.
        log::warn("an answer broke off", {{"reason", piece.error().describe()}});
        context_.dispose(std::move(source));
        error_code ec;
        if (http_1_0_) socket_.set_option(asio::socket_base::linger(true, 0), ec);
        return close();
    }
    if (piece.value().empty()) {
        source_ended_ = true;
        context_.dispose(std::move(source));
    } else {
        source_ = std::move(source);
        CHECK(!piece_.has_value());
        piece_ = std::move(piece).take();
    }
    if (!writing_) {
        send_piece();
        progress();
    }
}

inline void Connection::send_framed(const std::string& piece) {
    if (http_1_0_) return send({}, piece);
    std::string text;
    text.reserve(piece.size() + 32);
    append_chunk(text, piece);
    send({}, std::move(text));
}

inline void Connection::more() {
    if (closed_ || writing_ || live_ == nullptr) return;
    send_live();
    progress();
}

inline void Connection::send_live() {
    LivePiece piece = live_->next([outbox = context_.outbox, id = id_] { outbox->push_more(id); });
    if (piece.last) {
        live_.reset();
        source_ended_ = true;
    }
    if (!piece.text.empty()) {
        live_sent_us_ = context_.now_us;
        send_framed(piece.text);
    } else if (piece.last) {
        send_piece();
    }
}

inline void Connection::send_heartbeat() {
    if (writing_ || context_.now_us - live_sent_us_ < options().heartbeat_us) return;
    live_sent_us_ = context_.now_us;
    send_framed(live_->heartbeat());
}

// The server stops: nobody waits for a body that has no end.
inline void Connection::end_live() {
    live_.reset();
    streaming_ = false;
    keep_alive_ = false;
    if (writing_ || http_1_0_) return close();
    send(last_chunk, {});
}

inline void Connection::send_piece() {
    if (piece_.has_value()) {
        const std::string piece = *std::move(piece_);
        piece_.reset();
        if (source_ != nullptr && !pulling_) pull();
        return send_framed(piece);
    }
    if (!source_ended_) return;
    streaming_ = false;
    http_1_0_ ? on_flushed() : send(last_chunk, {});
}

inline void Connection::finish_reply() {
    release_body_count();
    parser_.reset();
    if (!keep_alive_ || context_.stopping) return linger();
    phase_ = Phase::Idle;
}

// Closing while bytes of the client are unread would reset the connection and could take the answer
// with it: first say that nothing more comes, then read until he has understood.
inline void Connection::linger() {
    error_code ec;
    socket_.shutdown(Socket::shutdown_send, ec);
    if (ec || input_ended_ || context_.stopping) return close();
    phase_ = Phase::Lingering;
    in_.clear();
    set_deadline(linger_timeout_us);
}

inline void Connection::arm_deadline() {
    if (phase_ == Phase::Idle) set_deadline(options().idle_timeout_us);
}

inline void Connection::check_deadline() {
    if (!closed_ && live_ != nullptr) send_heartbeat();
    if (closed_ || deadline_us_ == 0 || context_.now_us < deadline_us_) return;
    context_.shared.metrics.timeouts.add();
    if (phase_ != Phase::Header && phase_ != Phase::Body) return abort();
    refuse(408, "request_timeout", "the request did not come in time", "Send it without pauses.");
    progress();
}

inline void Connection::begin_stop() {
    if (phase_ == Phase::Idle || phase_ == Phase::Header || phase_ == Phase::Lingering)
        return close();
    if (live_ != nullptr) return end_live();
    keep_alive_ = false;
}

inline void Connection::close() {
    if (std::exchange(closed_, true)) return;
    const auto self = shared_from_this();
    cancel();
    release_body_count();
    context_.dispose(std::move(source_));
    live_.reset();
    sink_.reset();
    error_code ec;
    socket_.close(ec);
    context_.slots.remove(id_);
    context_.shared.metrics.open.add(-1);
    std::lock_guard lock(context_.shared.mutex);
    context_.shared.connection_count.fetch_sub(1);
    context_.shared.connection_gone.notify_all();
}

}  // namespace tradewind::api::server

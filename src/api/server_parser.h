// Only for server.cc, the one file that compiles Boost. A request as Beast's parser reports it,
// kept in our own Request without Beast's field container in between.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/api.h"
#include "base/text.h"

namespace tradewind::api::server {

namespace http = boost::beast::http;
using BeastText = boost::beast::string_view;
using boost::beast::error_code;

constexpr std::size_t header_fields_max = 128;

// One message; the next one needs another parser. Body bytes go to request.body; whoever needs them
// elsewhere empties it between two calls of put().
class RequestParser final : public http::basic_parser<true> {
public:
    Request request;
    bool http_1_0 = false;
    bool expects_continue = false;
    bool other_expectation = false;
    bool other_coding = false;     // a transfer coding besides chunked: 501
    const char* fault = nullptr;   // what else is wrong with the header: 400
    std::uint64_t body_bytes = 0;  // so far
    std::uint64_t body_bytes_max = 0;

private:
    void on_request_impl(
        http::verb, BeastText method, BeastText target, int version, error_code& ec
    ) override {
        ec = {};
        http_1_0 = version < 11;
        request.method.assign(method.data(), method.size());
        request.target.assign(target.data(), target.size());
    }

    void on_response_impl(int, BeastText, int, error_code& ec) override {
        ec = http::error::bad_version;
    }

    void on_field_impl(http::field field, BeastText name, BeastText value, error_code& ec)
        override {
        ec = {};
        if (in_body_) return;  // trailers mean nothing to us
        if (++field_count_ > header_fields_max) {
            ec = http::error::header_limit;
            return;
        }
        const std::string_view text(value.data(), value.size());
        // Only what operations can ask for is kept: most requests carry five fields nobody reads.
        switch (field) {
            case http::field::accept:
                return keep("accept", text);
            case http::field::accept_encoding:
                if (reads()) keep("accept-encoding", text);
                return;
            case http::field::if_none_match:
                if (reads()) keep("if-none-match", text);
                return;
            case http::field::if_match:
                return keep("if-match", text);
            case http::field::content_encoding:
                return keep("content-encoding", text);
            case http::field::content_type:
                return keep("content-type", text);
            case http::field::content_length:
                // Of two that agree today one may be changed on the way tomorrow.
                if (++length_count_ > 1 || text.find(',') != std::string_view::npos)
                    ec = http::error::multiple_content_length;
                return;
            case http::field::host:
                if (request.headers.contains("host")) fault = "the request has two Host fields";
                return keep("host", text);
            case http::field::origin:
                return keep("origin", text);
            case http::field::expect:
                (equal_ignore_case(text, "100-continue") ? expects_continue : other_expectation) =
                    true;
                return;
            case http::field::transfer_encoding:
                if (!equal_ignore_case(text, "chunked")) other_coding = true;
                if (http_1_0) fault = "HTTP/1.0 has no transfer codings";
                return;
            case http::field::unknown:
                return on_unknown_field({name.data(), name.size()}, text);
            default:
                return;
        }
    }

    void on_header_impl(error_code& ec) override {
        ec = {};
        in_body_ = true;
        const auto host = request.headers.find("host");
        const bool named = host != request.headers.end() && !host->second.empty();
        if (!named && !http_1_0) fault = "the request does not say whom it asks: it has no Host";
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override {
        ec = {};
    }

    std::size_t on_body_impl(BeastText piece, error_code& ec) override { return take(piece, ec); }

    void on_chunk_header_impl(std::uint64_t, BeastText, error_code& ec) override { ec = {}; }

    std::size_t on_chunk_body_impl(std::uint64_t, BeastText piece, error_code& ec) override {
        return take(piece, ec);
    }

    void on_finish_impl(error_code& ec) override { ec = {}; }

    void on_unknown_field(std::string_view name, std::string_view value) {
        if (equal_ignore_case(name, "last-event-id")) return keep("last-event-id", value);
        if (!equal_ignore_case(name, "idempotency-key")) return;
        if (request.headers.contains("idempotency-key"))
            fault = "the request has two Idempotency-Key fields";
        keep("idempotency-key", value);
    }

    // Files are read; records, which come more often, are not asked how they want to be packed.
    bool reads() const { return request.method == "GET" || request.method == "HEAD"; }

    void keep(const char* name, std::string_view value) {
        auto [place, is_new] = request.headers.try_emplace(name, value);
        if (!is_new) place->second.append(", ").append(value);
    }

    std::size_t take(BeastText piece, error_code& ec) {
        ec = {};
        if (piece.size() > body_bytes_max - body_bytes) {
            ec = http::error::body_limit;
            return 0;
        }
        body_bytes += piece.size();
        request.body.append(piece.data(), piece.size());
        return piece.size();
    }

    std::size_t field_count_ = 0;
    std::size_t length_count_ = 0;
    bool in_body_ = false;
};

}  // namespace tradewind::api::server

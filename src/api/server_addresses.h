// Only for server.cc. Opens the sockets that the server listens on.
#pragma once

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cstdio>
#include <string>

#include "api/server_listener.h"
#include "base/result.h"
#include "os/socket_path.h"

namespace tradewind::api::server {

// Every connection is a descriptor; shells start programs with room for 1,024.
inline void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

inline Result<Tcp::endpoint> tcp_endpoint(const ServerOptions& options) {
    error_code ec;
    const auto address =
        asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, ec);
    if (ec || options.port < 0 || options.port > 65'535) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "cannot listen on " + options.address + ":" + std::to_string(options.port)
        )
            .with_detail("This is no IP address and port.")
            .with_hint("Write it as 127.0.0.1:8080.");
    }
    return Tcp::endpoint(address, static_cast<std::uint16_t>(options.port));
}

inline Result<Listener<Tcp>::Acceptor> open_tcp(Context& context, const ServerOptions& options) {
    const Tcp::endpoint endpoint = TRY(tcp_endpoint(options));
    Listener<Tcp>::Acceptor acceptor(context.io.get_executor());
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(Tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(listen_backlog, ec);
    if (!ec) return acceptor;
    return Error(
               ErrorCode::Unavailable,
               "cannot listen on " + options.address + ":" + std::to_string(options.port)
    )
        .with_detail(ec.message() + ".")
        .with_hint("Choose another address with --listen, or stop the program that has this one.");
}

inline bool somebody_listens(const std::string& path) {
    const auto reached = os::SocketPath::make(path);
    if (!reached.ok()) return false;
    asio::io_context io;
    Local::socket probe(io);
    error_code ec;
    probe.connect(Local::endpoint(reached->text()), ec);
    return !ec;
}

// Made under another name, closed to others, and then renamed: at no moment can anybody else
// connect, and a socket left by a crash is replaced.
inline Result<Listener<Local>::Acceptor> open_control(Context& context, const std::string& path) {
    const std::string temporary = path + ".new";
    const os::SocketPath reached = TRY(os::SocketPath::make(temporary));
    if (somebody_listens(path)) {
        return Error(ErrorCode::Unavailable, "another server listens on " + path);
    }
    static_cast<void>(::unlink(temporary.c_str()));
    Listener<Local>::Acceptor acceptor(context.io.get_executor());
    error_code ec;
    acceptor.open(Local(), ec);
    if (!ec) acceptor.bind(Local::endpoint(reached.text()), ec);
    if (!ec && ::chmod(temporary.c_str(), S_IRUSR | S_IWUSR) != 0)
        ec.assign(errno, boost::system::system_category());
    if (!ec) acceptor.listen(listen_backlog, ec);
    if (!ec && ::rename(temporary.c_str(), path.c_str()) != 0)
        ec.assign(errno, boost::system::system_category());
    if (!ec) return acceptor;
    static_cast<void>(::unlink(temporary.c_str()));
    return Error(ErrorCode::Unavailable, "cannot make the control socket " + path)
        .with_detail(ec.message() + ".");
}

}  // namespace tradewind::api::server

// The HTTP server. The only file that compiles Boost: its parts are headers named server_*.h.
#include <future>
#include <optional>

#include "api/api.h"
#include "api/server_addresses.h"

namespace tradewind::api {

namespace {

using namespace server;

class ServerImpl final : public Server {
public:
    ServerImpl(ServerOptions options, Api& api, MetricsRegistry& metrics)
        : shared_(std::move(options), api, metrics) {
        for (int i = 0; i < std::max(shared_.options.io_threads, 1); ++i) {
            loops_.push_back(std::make_unique<Loop>(shared_));
        }
    }
    ~ServerImpl() override { ServerImpl::stop(); }

    Result<void> start() {
        raise_descriptor_limit();
        Context& context = loops_.front()->context();
        if (!shared_.options.address.empty()) {
            auto tcp = TRY(open_tcp(context, shared_.options));
            port_ = tcp.local_endpoint().port();
            tcp_.emplace(std::move(tcp), loops_);
        }
        if (!shared_.options.control_socket.empty()) {
            local_.emplace(TRY(open_control(context, shared_.options.control_socket)), loops_);
        }
        for (const auto& loop : loops_) loop->start();
        started_ = true;
        return {};
    }

    int port() const override { return port_; }

    bool wait_until_alone(std::int64_t timeout_us) override {
        std::unique_lock lock(shared_.mutex);
        return shared_.connection_gone.wait_for(
            lock,
            std::chrono::microseconds(timeout_us),
            [this] { return shared_.connection_count.load() == 0; }
        );
    }

    void take_no_more() override {
        std::lock_guard lock(stop_mutex_);
        if (started_ && !stopped_) close_listeners();
    }

    void stop() override {
        std::lock_guard lock(stop_mutex_);
        if (std::exchange(stopped_, true)) return;
        if (started_) {
            close_listeners();
            for (const auto& loop : loops_) loop->begin_stop();
            wait_until_alone(shared_.options.drain_timeout_us);
            for (const auto& loop : loops_) loop->abort_all();
            wait_until_alone(abort_timeout_us);
        }
        shared_.body_workers.stop();
        shared_.upload_workers.stop();
        for (const auto& loop : loops_) loop->join();
        tcp_.reset();
        local_.reset();
    }

private:
    // abort_all() needs only its turn in each loop.
    static constexpr std::int64_t abort_timeout_us = 10'000'000;

    // Nobody finds the control socket from here on, and who found it before is taken in.
    void close_listeners() {
        if (std::exchange(closed_, true)) return;
        if (local_) static_cast<void>(::unlink(shared_.options.control_socket.c_str()));
        in_turn(*loops_.front(), [this] {
            if (tcp_) tcp_->close();
            if (local_) local_->take_waiting();
            if (local_) local_->close();
        });
        for (const auto& loop : loops_) in_turn(*loop, [] {});
    }

    // Returns when the loop has done it, and all that it was given before.
    static void in_turn(Loop& loop, const std::function<void()>& work) {
        std::promise<void> done;
        asio::post(loop.context().io, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

    Shared shared_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::optional<Listener<Tcp>> tcp_;
    std::optional<Listener<Local>> local_;
    int port_ = 0;
    bool started_ = false;
    std::mutex stop_mutex_;
    bool closed_ = false;
    bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> start_server(
    ServerOptions options, Api& api, MetricsRegistry& metrics
) {
    auto server = std::make_unique<ServerImpl>(std::move(options), api, metrics);
    TRY(server->start());
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace tradewind::api

#include "notify/smtp.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "base/text.h"

namespace tradewind::notify {

namespace {

constexpr long connect_timeout_ms_max = 10'000;
constexpr int poll_ms = 30;
constexpr std::size_t reply_bytes_max = 200;

template <auto free>
struct FreeWith {
    template <typename T>
    void operator()(T* thing) const {
        free(thing);
    }
};

// One mail under way.
class Dispatch {
public:
    Dispatch(const MailOptions& options, const Envelope& envelope, const os::GiveUp& give_up)
        : options_(options),
          envelope_(envelope),
          give_up_(give_up),
          easy_(curl_easy_init()),
          multi_(curl_multi_init()) {
        CHECK(easy_ != nullptr);
        CHECK(multi_ != nullptr);
    }
    ~Dispatch() {
        // libcurl would say good-bye to a server and wait for its answer, however long.
        if (!over_) {
            for (const curl_socket_t one : sockets_) ::shutdown(one, SHUT_RDWR);
        }
        curl_multi_remove_handle(multi_.get(), easy_.get());
    }
    Dispatch(const Dispatch&) = delete;
    Dispatch& operator=(const Dispatch&) = delete;

    Result<void> carry_out() {
        set_server();
        set_mail();
        curl_multi_add_handle(multi_.get(), easy_.get());
        return wait();
    }

private:
    template <typename T>
    void set(CURLoption option, T value) {
        CHECK(curl_easy_setopt(easy_.get(), option, value) == CURLE_OK);
    }

    void set_server() {
        const bool direct = options_.tls == MailTls::Tls;
        const long timeout_ms = std::max<long>(static_cast<long>(envelope_.timeout_us / 1000), 1);
        set(CURLOPT_URL, ((direct ? "smtps://" : "smtp://") + options_.server).c_str());
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_TIMEOUT_MS, timeout_ms);
        set(CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout_ms, connect_timeout_ms_max));
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(timeout_ms / 1000, 1L));
        set(CURLOPT_ERRORBUFFER, reason_.data());
        set(CURLOPT_HEADERFUNCTION, &Dispatch::take_reply);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_SOCKOPTFUNCTION, &Dispatch::note_open);
        set(CURLOPT_SOCKOPTDATA, this);
        set(CURLOPT_CLOSESOCKETFUNCTION, &Dispatch::close_socket);
        set(CURLOPT_CLOSESOCKETDATA, this);
        set(CURLOPT_USE_SSL,
            static_cast<long>(options_.tls == MailTls::None ? CURLUSESSL_NONE : CURLUSESSL_ALL));
        if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
        if (options_.user.empty()) return;
        set(CURLOPT_USERNAME, options_.user.c_str());
        set(CURLOPT_PASSWORD, envelope_.password.c_str());
    }

    void set_mail() {
        receivers_.reset(curl_slist_append(nullptr, ("<" + envelope_.to + ">").c_str()));
        CHECK(receivers_ != nullptr);
        set(CURLOPT_MAIL_FROM, ("<" + envelope_.from + ">").c_str());
        set(CURLOPT_MAIL_RCPT, receivers_.get());
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(envelope_.text.size()));
        set(CURLOPT_READFUNCTION, &Dispatch::give_text);
        set(CURLOPT_READDATA, this);
    }

    Result<void> wait() {
        int running = 1;
        while (true) {
            if (give_up_ && give_up_()) return Error(ErrorCode::Cancelled, "given up");
            curl_multi_perform(multi_.get(), &running);
            over_ = running == 0;
            if (over_) break;
            curl_multi_poll(multi_.get(), nullptr, 0, poll_ms, nullptr);
        }
        int left = 0;
        const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
        CHECK(message != nullptr);
        if (message->data.result == CURLE_OK) return {};
        return failure(message->data.result);
    }

    // 55x to the mail or its receiver is meant for good. To a log-in or to the server's own words
    // it tells of a state that somebody will mend.
    bool refused_for_good(CURLcode code) const {
        const bool answered = code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY ||
                              code == CURLE_REMOTE_ACCESS_DENIED || code == CURLE_RECV_ERROR;
        return answered && refusal_.starts_with("55");
    }

    Error failure(CURLcode code) {
        const std::string why = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
        if (refused_for_good(code)) {
            return Error(ErrorCode::InvalidArgument, options_.server + " refused the mail")
                .with_detail("It said: " + refusal_ + ".");
        }
        std::string detail = why + ".";
        if (!refusal_.empty()) detail += " It said: " + refusal_ + ".";
        Error error = Error(ErrorCode::Unavailable, "no mail by " + options_.server)
                          .with_detail(std::move(detail));
        if (code == CURLE_LOGIN_DENIED)
            return std::move(error).with_hint("Look at mail.user and its password.");
        if (code == CURLE_USE_SSL_FAILED)
            return std::move(error).with_hint("It may not offer encryption: look at mail.tls.");
        return error;
    }

    // Each line that the server says. The last refusal is kept, as text that does no harm in a log;
    // what it says to the farewell after it counts for nothing.
    static std::size_t take_reply(char* data, std::size_t, std::size_t size, void* user) {
        std::string& refusal = static_cast<Dispatch*>(user)->refusal_;
        const std::string_view line = trim({data, std::min(size, reply_bytes_max)});
        if (line.starts_with("221")) return size;
        refusal.clear();
        if (!line.starts_with('4') && !line.starts_with('5')) return size;
        for (const char c : line) refusal += c < ' ' || c == 127 ? '?' : c;
        return size;
    }

    static int note_open(void* user, curl_socket_t one, curlsocktype) {
        static_cast<Dispatch*>(user)->sockets_.push_back(one);
        return CURL_SOCKOPT_OK;
    }
    static int close_socket(void* user, curl_socket_t one) {
        std::erase(static_cast<Dispatch*>(user)->sockets_, one);
        return ::close(one);
    }

    static std::size_t give_text(char* to, std::size_t, std::size_t room, void* user) {
        auto& dispatch = *static_cast<Dispatch*>(user);
        const std::string& text = dispatch.envelope_.text;
        const std::size_t size = std::min(room, text.size() - dispatch.given_);
        std::memcpy(to, text.data() + dispatch.given_, size);
        dispatch.given_ += size;
        return size;
    }

    const MailOptions& options_;
    const Envelope& envelope_;
    const os::GiveUp& give_up_;
    std::size_t given_ = 0;
    bool over_ = false;
    std::vector<curl_socket_t> sockets_;  // open ones
    std::string refusal_;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>> receivers_;
    std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>> easy_;
    std::unique_ptr<CURLM, FreeWith<curl_multi_cleanup>> multi_;
};

}  // namespace

Result<void> send_mail(
    const MailOptions& options, const Envelope& envelope, const os::GiveUp& give_up
) {
    return Dispatch(options, envelope, give_up).carry_out();
}

}  // namespace tradewind::notify

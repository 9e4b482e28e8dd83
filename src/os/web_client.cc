#include "os/web_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tradewind::os {

namespace {

constexpr long connect_timeout_ms_max = 5'000;
constexpr int poll_ms = 30;

template <auto free>
struct FreeWith {
    template <typename T>
    void operator()(T* thing) const {
        free(thing);
    }
};
using Easy = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, FreeWith<curl_multi_cleanup>>;
using List = std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, FreeWith<curl_url_cleanup>>;

Result<std::string> url_part(std::string_view url, CURLUPart part) {
    const Url parsed(curl_url());
    CHECK(parsed != nullptr);
    const std::string text(url);
    char* found = nullptr;
    const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0);
    if (code != CURLUE_OK) {
        return Error(ErrorCode::InvalidArgument, "not a web address")
            .with_hint("Write it like https://example.org/path.");
    }
    if (curl_url_get(parsed.get(), part, &found, 0) != CURLUE_OK) return std::string();
    std::string value(found);
    curl_free(found);
    return value;
}

bool breaks_lines(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// One request under way.
class Exchange {
public:
    Exchange(const WebRequest& request, const GiveUp& give_up)
        : request_(request), give_up_(give_up), easy_(curl_easy_init()), multi_(curl_multi_init()) {
        CHECK(easy_ != nullptr);
        CHECK(multi_ != nullptr);
    }
    ~Exchange() { curl_multi_remove_handle(multi_.get(), easy_.get()); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    Result<WebAnswer> carry_out() {
        origin_ = TRY(web_origin(request_.url));
        TRY(prepare_headers());
        prepare();
        curl_multi_add_handle(multi_.get(), easy_.get());
        TRY(wait());
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        answer_.status = static_cast<int>(status);
        return std::move(answer_);
    }

private:
    template <typename T>
    void set(CURLoption option, T value) {
        CHECK(curl_easy_setopt(easy_.get(), option, value) == CURLE_OK);
    }

    void prepare() {
        const long timeout_ms = std::max<long>(static_cast<long>(request_.timeout_us / 1000), 1);
        set(CURLOPT_URL, request_.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_TIMEOUT_MS, timeout_ms);
        set(CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout_ms, connect_timeout_ms_max));
        set(CURLOPT_HTTPHEADER, headers_.get());
        set(CURLOPT_USERAGENT, "tradewind");
        set(CURLOPT_ERRORBUFFER, reason_.data());
        set(CURLOPT_WRITEFUNCTION, &Exchange::take_body);
        set(CURLOPT_WRITEDATA, this);
        if (request_.body.empty() && request_.method == "GET") return;
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }

    Result<void> prepare_headers() {
        // An empty one: bodies go out at once, without asking whether they may.
        add_header("Expect:");
        for (const auto& [name, value] : request_.headers) {
            if (breaks_lines(name) || breaks_lines(value))
                return Error(ErrorCode::InvalidArgument, "a header has a line break in it");
            add_header((name + ": " + value).c_str());
        }
        return {};
    }

    void add_header(const char* line) {
        curl_slist* longer = curl_slist_append(headers_.get(), line);
        CHECK(longer != nullptr);
        static_cast<void>(headers_.release());
        headers_.reset(longer);
    }

    Result<void> wait() {
        int running = 1;
        while (true) {
            if (give_up_ && give_up_()) return Error(ErrorCode::Cancelled, "given up");
            curl_multi_perform(multi_.get(), &running);
            if (running == 0) break;
            curl_multi_poll(multi_.get(), nullptr, 0, poll_ms, nullptr);
        }
        int left = 0;
        const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
        CHECK(message != nullptr);
        const CURLcode code = message->data.result;
        if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && cut_off_)) return {};
        const std::string why = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
        return Error(ErrorCode::Unavailable, origin_ + " cannot be reached").with_detail(why + ".");
    }

    static std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
        auto& exchange = *static_cast<Exchange*>(user);
        std::string& body = exchange.answer_.body;
        const std::size_t room = exchange.request_.answer_bytes_max - body.size();
        body.append(data, std::min(size, room));
        exchange.cut_off_ = size > room;
        return exchange.cut_off_ ? 0 : size;
    }

    const WebRequest& request_;
    const GiveUp& give_up_;
    std::string origin_;
    WebAnswer answer_;
    bool cut_off_ = false;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    List headers_;
    Easy easy_;
    Multi multi_;
};

class CurlWebClient : public WebClient {
public:
    CurlWebClient() { CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); }
    ~CurlWebClient() override { curl_global_cleanup(); }
    CurlWebClient(const CurlWebClient&) = delete;
    CurlWebClient& operator=(const CurlWebClient&) = delete;

    Result<WebAnswer> send(const WebRequest& request, const GiveUp& give_up) override {
        return Exchange(request, give_up).carry_out();
    }
};

}  // namespace

std::unique_ptr<WebClient> make_web_client() {
    return std::make_unique<CurlWebClient>();
}

Result<std::string> web_origin(std::string_view url) {
    const std::string scheme = to_lower_ascii(TRY(url_part(url, CURLUPART_SCHEME)));
    const std::string host = TRY(url_part(url, CURLUPART_HOST));
    const std::string port = TRY(url_part(url, CURLUPART_PORT));
    if ((scheme != "http" && scheme != "https") || host.empty()) {
        return Error(ErrorCode::InvalidArgument, "not an address of http or https")
            .with_hint("Write it like https://example.org/path.");
    }
    if (!TRY(url_part(url, CURLUPART_USER)).empty() ||
        !TRY(url_part(url, CURLUPART_PASSWORD)).empty()) {
        return Error(ErrorCode::InvalidArgument, "an address must not hold a user or a password")
            .with_hint("Secrets come from a file or the environment.");
    }
    return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

Result<std::string> web_path(std::string_view url) {
    return url_part(url, CURLUPART_PATH);
}

}  // namespace tradewind::os

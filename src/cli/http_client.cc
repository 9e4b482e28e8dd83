#include "cli/http_client.h"

#include <curl/curl.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "os/socket_path.h"

namespace tradewind::cli {

namespace {

constexpr long connect_timeout_ms = 5'000;
constexpr long despite_cancel_timeout_ms = 60'000;

struct Exchange {
    CURL* curl = nullptr;
    HttpReply reply;
    const OnBody* on_body = nullptr;
    const std::atomic<bool>* cancelled = nullptr;
    bool uploads = false;
    std::optional<Error> failure;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    long status = 0;
    curl_easy_getinfo(exchange.curl, CURLINFO_RESPONSE_CODE, &status);
    const bool stream = *exchange.on_body && status >= 200 && status < 300;
    if (!stream) {
        exchange.reply.body.append(data, size);
        return size;
    }
    auto taken = (*exchange.on_body)(static_cast<int>(status), std::string_view(data, size));
    if (taken.ok()) return size;
    exchange.failure = std::move(taken).error();
    return 0;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::string_view line(data, size);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        exchange.reply.headers[to_lower_ascii(line.substr(0, colon))] =
            std::string(trim(line.substr(colon + 1)));
    }
    return size;
}

int watch(void* user, curl_off_t, curl_off_t, curl_off_t to_send, curl_off_t sent) {
    const auto& exchange = *static_cast<Exchange*>(user);
    // Once all of a file is there, only the answer tells what becomes of it.
    if (exchange.uploads && to_send > 0 && sent >= to_send) return 0;
    return exchange.cancelled != nullptr && exchange.cancelled->load() ? 1 : 0;
}

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeForm {
    void operator()(curl_mime* form) const { curl_mime_free(form); }
};

// A target begins with one.
std::string without_slash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

class CurlClient : public HttpClient {
public:
    CurlClient(std::string base_url, std::string socket_path, const std::atomic<bool>* cancelled)
        : base_url_(without_slash(std::move(base_url))),
          socket_path_(std::move(socket_path)),
          cancelled_(cancelled),
          curl_(curl_easy_init()) {
        CHECK(curl_ != nullptr);
    }
    ~CurlClient() override { curl_easy_cleanup(curl_); }
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body) override {
        Exchange exchange;
        exchange.curl = curl_;
        exchange.on_body = &on_body;
        exchange.cancelled = request.despite_cancel ? nullptr : cancelled_;
        exchange.uploads = !request.upload_path.empty();
        const std::string url = base_url_ + request.target;
        curl_easy_reset(curl_);
        if (!socket_path_.empty() && !socket_) socket_ = TRY(os::SocketPath::make(socket_path_));
        prepare_connection(url, exchange);
        if (request.despite_cancel)
            curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, despite_cancel_timeout_ms);
        const auto headers = prepare_headers(request);
        const auto form = prepare_body(request);
        const CURLcode code = curl_easy_perform(curl_);
        long sent_bytes = 0;
        curl_easy_getinfo(curl_, CURLINFO_REQUEST_SIZE, &sent_bytes);
        sent_ = sent_bytes > 0;
        if (exchange.failure) return *std::move(exchange.failure);
        if (code == CURLE_ABORTED_BY_CALLBACK) return Error(ErrorCode::Cancelled, "cancelled");
        if (code != CURLE_OK) {
            return Error(
                ErrorCode::Unavailable,
                "no answer from " + (socket_path_.empty() ? base_url_ : socket_path_) + ": " +
                    curl_easy_strerror(code)
            );
        }
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        exchange.reply.status = static_cast<int>(status);
        return std::move(exchange.reply);
    }

    bool sent() const override { return sent_; }

private:
    void prepare_connection(const std::string& url, Exchange& exchange) {
        curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
        if (socket_) curl_easy_setopt(curl_, CURLOPT_UNIX_SOCKET_PATH, socket_->text().c_str());
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_PROXY, "");
        curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
        curl_easy_setopt(curl_, CURLOPT_TCP_NODELAY, 1L);
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &take_body);
        curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &exchange);
        curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, &take_header);
        curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &exchange);
        curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, &watch);
        curl_easy_setopt(curl_, CURLOPT_XFERINFODATA, &exchange);
    }

    std::unique_ptr<curl_slist, FreeList> prepare_headers(const HttpRequest& request) {
        curl_slist* list = nullptr;
        for (const auto& [name, value] : request.headers)
            list = curl_slist_append(list, (name + ": " + value).c_str());
        list = curl_slist_append(list, "Expect:");  // bodies follow at once: a round trip less
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, list);
        return std::unique_ptr<curl_slist, FreeList>(list);
    }

    std::unique_ptr<curl_mime, FreeForm> prepare_body(const HttpRequest& request) {
        if (!request.upload_path.empty()) return prepare_form(request);
        if (request.method == "HEAD") {
            curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
        } else if (request.method != "GET") {
            curl_easy_setopt(
                curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())
            );
            curl_easy_setopt(
                curl_, CURLOPT_POSTFIELDS, request.body.data() == nullptr ? "" : request.body.data()
            );
            curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        return nullptr;
    }

    std::unique_ptr<curl_mime, FreeForm> prepare_form(const HttpRequest& request) {
        std::unique_ptr<curl_mime, FreeForm> form(curl_mime_init(curl_));
        for (const auto& [name, value] : request.form) {
            curl_mimepart* part = curl_mime_addpart(form.get());
            curl_mime_name(part, name.c_str());
            curl_mime_data(part, value.data(), value.size());
        }
        curl_mimepart* file = curl_mime_addpart(form.get());
        curl_mime_name(file, "file");
        curl_mime_filedata(file, request.upload_path.c_str());
        curl_easy_setopt(curl_, CURLOPT_MIMEPOST, form.get());
        return form;
    }

    const std::string base_url_;
    const std::string socket_path_;
    std::optional<os::SocketPath> socket_;  // short enough, and held for as long as it is used
    const std::atomic<bool>* cancelled_;
    CURL* curl_;
    bool sent_ = false;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(
    const std::string& base_url, const std::string& socket_path, const std::atomic<bool>* cancelled
) {
    return std::make_unique<CurlClient>(base_url, socket_path, cancelled);
}

}  // namespace tradewind::cli

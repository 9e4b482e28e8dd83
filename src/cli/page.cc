#include "cli/page.h"

#include <algorithm>

#include "base/text.h"
#include "cli/result_file.h"

namespace tradewind::cli {

Result<void> save_page(Connection& connection, const std::string& target, const std::string& file) {
    HttpRequest request;
    request.target = target;
    request.headers = {{"Accept", "text/html"}};
    const HttpReply reply = TRY(connection.call(request));
    if (reply.status != 200) return error_of(reply);
    const auto page = TRY(ResultFile::open(file));
    TRY(page->write(reply.body));
    return page->finish();
}

std::string shortened(const std::string& text, std::size_t characters_max) {
    std::string line;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++characters) {
        if (characters == characters_max) return line + "…";
        const std::size_t bytes =
            std::max<std::size_t>(utf8_sequence(std::string_view(text).substr(at)), 1);
        const bool control = bytes == 1 && static_cast<unsigned char>(text[at]) < 0x20;
        line += control ? " " : text.substr(at, bytes);
        at += bytes;
    }
    return line;
}

}  // namespace tradewind::cli

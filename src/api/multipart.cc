#include "api/multipart.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace tradewind::api {

namespace {

constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046
constexpr std::size_t part_head_bytes_max = 16u << 10;

Error broken(std::string what) {
    return Error(
        ErrorCode::InvalidArgument,
        "the upload is not valid multipart/form-data: " + std::move(what)
    );
}

// The value of a parameter of a header field: `name="a b"; filename=x.csv`. Quoted values may hold
// separators and escape quotes by a backslash.
std::optional<std::string> field_parameter(std::string_view field, std::string_view wanted) {
    std::size_t at = field.find(';');
    while (at < field.size()) {
        ++at;
        const std::size_t equals = field.find_first_of("=;", at);
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view name = trim(field.substr(at, equals - at));
        if (field[equals] == ';') {
            at = equals;
            continue;
        }
        std::string value;
        at = equals + 1;
        while (at < field.size() && (field[at] == ' ' || field[at] == '\t')) ++at;
        if (at < field.size() && field[at] == '"') {
            for (++at; at < field.size() && field[at] != '"'; ++at) {
                const bool escape = field[at] == '\\' && at + 1 < field.size() &&
                                    (field[at + 1] == '"' || field[at + 1] == '\\');
                if (escape) ++at;
                value += field[at];
            }
            at = field.find(';', at);
        } else {
            const std::size_t end = field.find(';', at);
            value = trim(field.substr(at, end == std::string_view::npos ? end : end - at));
            at = end;
        }
        if (equal_ignore_case(name, wanted)) return value;
    }
    return std::nullopt;
}

// RFC 8187: utf-8''na%C3%AFve.csv
std::optional<std::string> extended_value(const std::optional<std::string>& value) {
    if (!value) return std::nullopt;
    const std::size_t quote = value->find('\'');
    const std::size_t second = quote == std::string::npos ? quote : value->find('\'', quote + 1);
    if (second == std::string::npos || !equal_ignore_case(value->substr(0, quote), "utf-8"))
        return std::nullopt;
    return url_decode(std::string_view(*value).substr(second + 1), false);
}

// Browsers write %22 for a quote and %0D%0A for a line's end, and leave all else alone.
std::string undo_browser_escapes(std::string name) {
    for (const auto& [escape, plain] :
         {std::pair<const char*, const char*>{"%22", "\""}, {"%0D%0A", " "}}) {
        for (std::size_t at = name.find(escape); at != std::string::npos;
             at = name.find(escape, at)) {
            name.replace(at, std::string_view(escape).size(), plain);
        }
    }
    return name;
}

Result<PartHead> parse_head(std::string_view text) {
    PartHead head;
    bool found = false;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            return broken("a part has a header line without a colon");
        if (!equal_ignore_case(trim(line.substr(0, colon)), "content-disposition")) continue;
        const std::string_view value = line.substr(colon + 1);
        const auto name = field_parameter(value, "name");
        if (!name) return broken("a part has no name");
        head.name = undo_browser_escapes(*name);
        head.file_name = extended_value(field_parameter(value, "filename*"));
        if (!head.file_name) head.file_name = field_parameter(value, "filename");
        if (head.file_name) head.file_name = undo_browser_escapes(*head.file_name);
        found = true;
    }
    if (!found) return broken("a part has no Content-Disposition");
    return head;
}

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
    const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
    if (!equal_ignore_case(type, "multipart/form-data"))
        return broken("its content type is " + std::string(type));
    const auto boundary = field_parameter(content_type, "boundary");
    if (!boundary || boundary->empty()) return broken("the content type has no boundary");
    if (boundary->size() > boundary_bytes_max) return broken("the boundary is too long");
    return *boundary;
}

// The first boundary may stand at the very start: as if a line had ended before it.
MultipartReader::MultipartReader(const std::string& boundary, PartReceiver& receiver)
    : receiver_(receiver), delimiter_("\r\n--" + boundary), buffer_("\r\n") {}

Result<void> MultipartReader::feed(std::string_view bytes) {
    if (state_ == State::End) return {};  // an epilogue means nothing
    buffer_.append(bytes);
    while (TRY(step())) {
    }
    buffer_.erase(0, at_);
    at_ = 0;
    return {};
}

Result<void> MultipartReader::finish() const {
    if (state_ == State::End) return {};
    return broken("it is cut off");
}

Result<bool> MultipartReader::step() {
    switch (state_) {
        case State::Preamble:
            return skip_or_pass(false);
        case State::Boundary:
            return after_boundary();
        case State::Head:
            return read_head();
        case State::Data:
            return skip_or_pass(true);
        case State::End:
            return false;
    }
    return false;
}

// Everything up to the next boundary; what might be the beginning of one waits for more.
Result<bool> MultipartReader::skip_or_pass(bool pass) {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const std::size_t found = rest.find(delimiter_);
    const std::size_t sure = found != std::string_view::npos
                                 ? found
                                 : rest.size() - std::min(rest.size(), delimiter_.size() - 1);
    if (pass && sure > 0) TRY(receiver_.add_bytes(rest.substr(0, sure)));
    at_ += sure;
    if (found == std::string_view::npos) return false;
    at_ += delimiter_.size();
    if (pass) TRY(receiver_.end_part());
    state_ = State::Boundary;
    return true;
}

Result<bool> MultipartReader::after_boundary() {
    std::size_t at = at_;
    while (at < buffer_.size() && (buffer_[at] == ' ' || buffer_[at] == '\t')) ++at;
    if (at - at_ > part_head_bytes_max) return broken("too much space behind a boundary");
    if (buffer_.size() < at + 2) return false;
    const std::string_view mark = std::string_view(buffer_).substr(at, 2);
    if (mark == "--") {
        state_ = State::End;
        return false;
    }
    if (mark != "\r\n") return broken("a boundary is followed by something else");
    at_ = at;  // the line's end stays: a part without header lines begins with an empty one
    state_ = State::Head;
    return true;
}

Result<bool> MultipartReader::read_head() {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const std::size_t end = rest.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (rest.size() > part_head_bytes_max) return broken("a part's header is too long");
        return false;
    }
    if (end == 0) return broken("a part has no header");
    TRY(receiver_.begin_part(TRY(parse_head(rest.substr(2, end - 2)))));
    at_ += end + 4;
    state_ = State::Data;
    return true;
}

}  // namespace tradewind::api

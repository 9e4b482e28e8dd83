// A request's body to records.
#include <algorithm>
#include <cstring>

#include "contract/bracket_scan.h"
#include "contract/contract.h"

namespace tradewind::contract {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

Error bad_body(std::string message) {
    return Error(ErrorCode::InvalidArgument, std::move(message));
}

Error empty_body() {
    return bad_body("the body is empty")
        .with_hint(
            "Send a JSON object, an array of objects, or one object a line as application/x-ndjson."
        );
}

Error too_many(std::size_t records_max) {
    return bad_body("the body has more than " + std::to_string(records_max) + " records")
        .with_hint("Send several smaller requests.");
}

std::string at_byte(std::size_t place) {
    return " at byte " + std::to_string(place);
}

// The body as JSON; places count in the whole body, a byte order mark included.
class JsonSplitter {
public:
    JsonSplitter(std::string_view body, std::size_t begin, std::size_t records_max)
        : body_(body), at_(begin), records_max_(records_max) {}

    Result<std::vector<std::string_view>> split() {
        skip_blanks();
        if (at_ == body_.size()) return empty_body();
        if (body_[at_] == '{') {
            TRY(take_element());
        } else if (body_[at_] == '[') {
            TRY(take_array());
        } else {
            return bad_body("the body is neither a JSON object nor an array")
                .with_detail("It begins otherwise" + at_byte(at_) + ".");
        }
        skip_blanks();
        if (at_ == body_.size()) return std::move(records_);
        return bad_body("more follows after the JSON" + at_byte(at_))
            .with_hint("To send one object a line say Content-Type: application/x-ndjson.");
    }

private:
    void skip_blanks() {
        while (at_ < body_.size() && blank(body_[at_])) ++at_;
    }
    Result<void> take_array();
    Result<void> take_element();
    Result<std::size_t> find_end(std::size_t begin) const;

    std::string_view body_;
    std::size_t at_;
    std::size_t records_max_;
    std::vector<std::string_view> records_;
};

Result<std::size_t> JsonSplitter::find_end(std::size_t begin) const {
    const char first = body_[begin];
    if (first == '{' || first == '[') {
        // One that is nested too deeply is for the decoder to refuse, which names the record.
        return find_bracket_end(body_, begin);
    }
    if (first == '"') return find_string_end(body_, begin);
    // Anything else is no record, but which one it is, is for the decoder to say.
    std::size_t end = begin;
    while (end < body_.size() && !blank(body_[end]) && body_[end] != ',' && body_[end] != ']')
        ++end;
    return end;
}

Result<void> JsonSplitter::take_element() {
    const std::size_t begin = at_;
    const std::size_t end = TRY(find_end(begin));
    if (end == 0) {
        return bad_body(
            "record " + std::to_string(records_.size()) + at_byte(begin) + " does not end"
        );
    }
    if (end == begin) {
        return bad_body("a record is expected" + at_byte(begin));
    }
    if (records_.size() == records_max_) return too_many(records_max_);
    records_.push_back(body_.substr(begin, end - begin));
    at_ = end;
    return {};
}

Result<void> JsonSplitter::take_array() {
    ++at_;
    skip_blanks();
    if (at_ < body_.size() && body_[at_] == ']') {
        ++at_;
        return {};
    }
    while (at_ < body_.size()) {
        TRY(take_element());
        skip_blanks();
        if (at_ == body_.size()) break;
        const char c = body_[at_++];
        if (c == ']') return {};
        if (c != ',') return bad_body("a ',' or ']' is expected" + at_byte(at_ - 1));
        skip_blanks();
    }
    return bad_body("the array does not end").with_detail("The body may be cut off.");
}

std::string_view trim_blanks(std::string_view line) {
    while (!line.empty() && blank(line.front())) line.remove_prefix(1);
    while (!line.empty() && blank(line.back())) line.remove_suffix(1);
    return line;
}

Result<std::vector<std::string_view>> split_lines(std::string_view body, std::size_t records_max) {
    std::vector<std::string_view> records;
    while (!body.empty()) {
        const void* newline = std::memchr(body.data(), '\n', body.size());
        const std::size_t size =
            newline == nullptr
                ? body.size()
                : static_cast<std::size_t>(static_cast<const char*>(newline) - body.data());
        const std::string_view line = trim_blanks(body.substr(0, size));
        if (!line.empty()) {
            if (records.size() == records_max) return too_many(records_max);
            // Lines of one sender are about equally long: one guess instead of many growths.
            if (records.empty())
                records.reserve(std::min(records_max, body.size() / (size + 1) + 16));
            records.push_back(line);
        }
        body.remove_prefix(std::min(body.size(), size + 1));
    }
    if (records.empty()) return empty_body();
    return records;
}

}  // namespace

Result<std::vector<std::string_view>> split_records(
    std::string_view body, BodyFormat format, std::size_t records_max
) {
    // Some clients write a byte order mark; JSON lets a reader ignore it (RFC 8259, section 8.1).
    const std::size_t begin = body.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    if (format == BodyFormat::Ndjson) return split_lines(body.substr(begin), records_max);
    return JsonSplitter(body, begin, records_max).split();
}

}  // namespace tradewind::contract

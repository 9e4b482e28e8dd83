// multipart/form-data (RFC 7578) as it comes in, piece by piece: files of any size pass through
// without being held.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::api {

// The head of a part.
struct PartHead {
    std::string name;
    std::optional<std::string> file_name;  // as given; may hold folders
};

// Who takes the parts. An error ends the reading.
class PartReceiver {
public:
    virtual ~PartReceiver() = default;
    virtual Result<void> begin_part(const PartHead& head) = 0;
    virtual Result<void> add_bytes(std::string_view piece) = 0;
    virtual Result<void> end_part() = 0;
};

// The boundary of a content type's value; InvalidArgument: it is not multipart/form-data or has
// none.
Result<std::string> multipart_boundary(std::string_view content_type);

class MultipartReader {
public:
    MultipartReader(const std::string& boundary, PartReceiver& receiver);
    Result<void> feed(std::string_view bytes);
    // Everything came. InvalidArgument: the last boundary did not.
    Result<void> finish() const;

private:
    enum class State { Preamble, Boundary, Head, Data, End };

    // False: more bytes are needed.
    Result<bool> step();
    Result<bool> skip_or_pass(bool pass);
    Result<bool> after_boundary();
    Result<bool> read_head();

    PartReceiver& receiver_;
    const std::string delimiter_;  // CRLF "--" boundary
    State state_ = State::Preamble;
    std::string buffer_;
    std::size_t at_ = 0;  // what is before it is done with
};

}  // namespace tradewind::api

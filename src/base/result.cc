#include "base/result.h"

namespace tradewind {

const char* to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return "invalid_argument";
        case ErrorCode::NotFound:
            return "not_found";
        case ErrorCode::AlreadyExists:
            return "already_exists";
        case ErrorCode::Conflict:
            return "conflict";
        case ErrorCode::PermissionDenied:
            return "permission_denied";
        case ErrorCode::ResourceExhausted:
            return "resource_exhausted";
        case ErrorCode::DeadlineExceeded:
            return "deadline_exceeded";
        case ErrorCode::Unavailable:
            return "unavailable";
        case ErrorCode::Corruption:
            return "corruption";
        case ErrorCode::Io:
            return "io";
        case ErrorCode::Cancelled:
            return "cancelled";
    }
    return "unknown";
}

std::string Error::describe() const {
    std::string text;
    if (where_) {
        text += where_->file;
        if (where_->line > 0) text += ":" + std::to_string(where_->line);
        if (where_->column > 0) text += ":" + std::to_string(where_->column);
        text += ": ";
    }
    text += message_;
    // A message has no full stop, but one that came over the wire may hold a detail.
    for (const std::string& sentence : {detail_, hint_}) {
        if (!sentence.empty()) text += (text.ends_with('.') ? " " : ". ") + sentence;
    }
    return text;
}

}  // namespace tradewind

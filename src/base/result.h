// Result<T>: the value, or the Error that says why there is none. Errors are values with a purpose:
// the code tells the caller what it can do, the message tells a person what happened.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace tradewind {

// What the caller can do about a failure; nothing finer. Retry only Unavailable, slow down on
// ResourceExhausted, stop the partition on Corruption.
enum class ErrorCode {
    InvalidArgument,
    NotFound,
    AlreadyExists,
    Conflict,
    PermissionDenied,
    ResourceExhausted,
    DeadlineExceeded,
    Unavailable,
    Corruption,
    Io,
    Cancelled,
};

// The code's name as it appears in logs and JSON: "invalid_argument", ….
const char* to_string(ErrorCode code);

// Where in a user's file the fault lies. Lines and columns count from 1; 0 = unknown.
struct SourceLocation {
    std::string file;
    int line = 0;
    int column = 0;
};

// `message`: one short lower-case line without full stop. `detail` and `hint`: sentences, may be
// empty; the hint says what to do next.
class [[nodiscard]] Error {
public:
    Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

    Error&& with_detail(std::string detail) && {
        detail_ = std::move(detail);
        return std::move(*this);
    }
    Error&& with_hint(std::string hint) && {
        hint_ = std::move(hint);
        return std::move(*this);
    }
    Error&& at(SourceLocation where) && {
        where_ = std::move(where);
        return std::move(*this);
    }
    // Puts "context: " before the message, for a caller that knows more of what was being done.
    Error&& in(const std::string& context) && {
        message_ = context + ": " + message_;
        return std::move(*this);
    }

    ErrorCode code() const { return code_; }
    const std::string& message() const { return message_; }
    const std::string& detail() const { return detail_; }
    const std::string& hint() const { return hint_; }
    const std::optional<SourceLocation>& where() const { return where_; }

    // "file:line:column: message. Detail. Hint." on one line, for logs and the terminal.
    std::string describe() const;

private:
    ErrorCode code_;
    std::string message_;
    std::string detail_;
    std::string hint_;
    std::optional<SourceLocation> where_;
};

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
    Result(Error error)
        : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose
    template <typename U>
        requires(std::is_convertible_v<U, T> && !std::is_same_v<std::decay_t<U>, T> && !std::is_same_v<std::decay_t<U>, Error> && !std::is_same_v<std::decay_t<U>, Result<T>>)
    Result(U&& value)
        : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT: implicit on purpose

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    const Error& error() const& {
        CHECK(!ok());
        return std::get<1>(state_);
    }
    Error&& error() && {
        CHECK(!ok());
        return std::get<1>(std::move(state_));
    }

    T& value() & {
        check_value();
        return std::get<0>(state_);
    }
    const T& value() const& {
        check_value();
        return std::get<0>(state_);
    }
    T take() && {
        check_value();
        return std::get<0>(std::move(state_));
    }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    void check_value() const {
        if (!ok()) {
            fail_check("Result holds a value", std::get<1>(state_).describe().c_str());
        }
    }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    const Error& error() const& {
        CHECK(!ok());
        return *error_;  // NOLINT(bugprone-unchecked-optional-access): checked above
    }
    Error&& error() && {
        CHECK(!ok());
        return *std::move(error_);  // NOLINT(bugprone-unchecked-optional-access): checked above
    }
    void take() && {
        if (!ok()) {
            fail_check(
                "Result is a success", error_->describe().c_str()
            );  // NOLINT(bugprone-unchecked-optional-access): checked above
        }
    }

private:
    std::optional<Error> error_;
};

}  // namespace tradewind

// TRY(expression): the value of a Result, or return its error from the enclosing function.
// The counter keeps a TRY inside another's argument from shadowing it.
#define TRY(...) TRADEWIND_TRY_COUNTED(__COUNTER__, __VA_ARGS__)
#define TRADEWIND_TRY_COUNTED(counter, ...) TRADEWIND_TRY_NAMED(counter, __VA_ARGS__)
#define TRADEWIND_TRY_NAMED(counter, ...) TRADEWIND_TRY_AS(try_result_##counter, __VA_ARGS__)
#define TRADEWIND_TRY_AS(result, ...)                       \
    __extension__({                                         \
        auto result = (__VA_ARGS__);                        \
        if (!result.ok()) return std::move(result).error(); \
        std::move(result).take();                           \
    })

// MUST(expression): the value of a Result whose failure would be a bug.
#define MUST(...) ((__VA_ARGS__).take())

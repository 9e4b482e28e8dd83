// Walks over the tokens of one JSON text and checks its grammar on the way, whole and strict.
#pragma once

#include <cstddef>
#include <string_view>

#include "contract/json_index.h"

namespace tradewind::contract {

enum class JsonKind { Null, Boolean, Number, String, Object, Array, Invalid };

class JsonWalk {
public:
    JsonWalk(std::string_view text, JsonTokens tokens, JsonIndex& index);

    bool at_end() const { return at_ == count_; }
    // The token's first byte; 0 at the end.
    char peek() const { return at_ < count_ ? text_[places_[at_]] : '\0'; }
    // Where the token begins, in bytes; the text's size at the end.
    std::size_t place() const { return at_ < count_ ? places_[at_] : text_.size(); }
    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    // A string, without its quotes and escapes; the view may live only until the next call.
    bool take_string(std::string_view& inner);
    // A value's kind; scalars are taken, `scalar` being a string's content or the token as written;
    // of objects and arrays nothing is taken. Invalid: see problem().
    JsonKind take_scalar(std::string_view& scalar);
    // Any value with all that is in it; `depth` levels are open around it. False: see problem().
    bool skip_value(int depth);

    // What is wrong at place(): "a value is expected", ….
    const char* problem() const { return problem_; }

private:
    std::string_view token() const;
    bool fail(const char* problem);
    bool skip_key();

    std::string_view text_;
    const std::uint32_t* places_;
    std::size_t count_;
    std::size_t at_ = 0;
    bool escapes_;  // is there a backslash anywhere?
    JsonIndex& index_;
    const char* problem_ = "";
};

}  // namespace tradewind::contract

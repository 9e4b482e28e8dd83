// The adapter of simdjson: finds the structure of a JSON text at the speed of memory. Its first
// stage checks UTF-8, control characters and quotes, and lists where the tokens begin; walking
// that list is ours (json_walk.h), because it is bounded by the list's end whatever bytes follow
// the text, and because it checks every value, also those that no field asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tradewind::contract {

// Positions in the text of { } [ ] : , and of the first byte of every string, number and word.
struct JsonTokens {
    const std::uint32_t* places = nullptr;
    std::size_t count = 0;
};

enum class JsonFault {
    None,
    Empty,
    InvalidUtf8,
    UnclosedString,
    ControlCharacter,  // unescaped, in a string
    OutOfMemory,
};

// One thread. Buffers are kept: nothing is allocated once the largest text was seen.
class JsonIndex {
public:
    JsonIndex();
    ~JsonIndex();

    // `text` is followed by record_padding readable bytes. The tokens live until the next call.
    JsonFault index(std::string_view text, JsonTokens& tokens);

    // What stands between a string's quotes, without its escapes. Nothing: a bad escape, a lone
    // surrogate. The view lives until the next call; `inner` is of the text indexed last.
    std::optional<std::string_view> unescape(std::string_view inner);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tradewind::contract

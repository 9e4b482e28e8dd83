#include "contract/json_index.h"

#include <simdjson.h>

#include <bit>

#include "base/text.h"
#include "contract/contract.h"

namespace tradewind::contract {

static_assert(record_padding >= simdjson::SIMDJSON_PADDING);

struct JsonIndex::State {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    std::string unescaped;
};

namespace {

constexpr std::size_t capacity_min = 4096;
constexpr std::size_t depth = 1;  // of simdjson's own second stage, which is not used

JsonFault fault_of(simdjson::error_code code) {
    switch (code) {
        case simdjson::SUCCESS:
            return JsonFault::None;
        case simdjson::EMPTY:
            return JsonFault::Empty;
        case simdjson::UTF8_ERROR:
            return JsonFault::InvalidUtf8;
        case simdjson::UNESCAPED_CHARS:
            return JsonFault::ControlCharacter;
        case simdjson::UNCLOSED_STRING:
            return JsonFault::UnclosedString;
        default:
            return JsonFault::OutOfMemory;
    }
}

}  // namespace

JsonIndex::JsonIndex() : state_(std::make_unique<State>()) {}
JsonIndex::~JsonIndex() = default;

JsonFault JsonIndex::index(std::string_view text, JsonTokens& tokens) {
    auto& parser = state_->parser;
    if (text.empty()) return JsonFault::Empty;
    if (!parser || parser->capacity() < text.size()) {
        const std::size_t capacity = std::bit_ceil(std::max(text.size(), capacity_min));
        const auto made = simdjson::get_active_implementation()->create_dom_parser_implementation(
            capacity, depth, parser
        );
        if (made != simdjson::SUCCESS) return fault_of(made);
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto done = parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
    tokens = {parser->structural_indexes.get(), parser->n_structural_indexes};
    return fault_of(done);
}

std::optional<std::string_view> JsonIndex::unescape(std::string_view inner) {
    std::string& out = state_->unescaped;
    // An escape is never shorter than what it stands for; simdjson writes in blocks beyond the end.
    if (out.size() < inner.size() + record_padding) {
        out.resize(std::bit_ceil(inner.size() + record_padding));
    }
    auto* begin = reinterpret_cast<std::uint8_t*>(out.data());
    const auto* from = reinterpret_cast<const std::uint8_t*>(inner.data());
    const std::uint8_t* end = state_->parser->parse_string(from, begin);
    if (end == nullptr) return std::nullopt;
    const std::string_view text(out.data(), static_cast<std::size_t>(end - begin));
    if (!valid_utf8(text)) return std::nullopt;
    return text;
}

}  // namespace tradewind::contract

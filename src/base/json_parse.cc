// The adapter to simdjson for whole documents: json::parse.
#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace tradewind::json {

namespace {

namespace ondemand = simdjson::ondemand;

// simdjson's raw tokens drag blanks behind them; JSON has only these four.
std::string_view without_blanks_behind(std::string_view token) {
    const std::size_t last = token.find_last_not_of(" \t\n\r");
    return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class TreeBuilder {
public:
    explicit TreeBuilder(std::string_view text)
        // In brackets, so that a lone scalar needs no path of its own through simdjson.
        : text_(text), padded_("[" + std::string(text) + "]") {}

    Result<Value> build() {
        if (const std::size_t good = valid_prefix(); good < text_.size()) {
            return error_at(good, "not valid UTF-8");
        }
        ondemand::array outer;
        if (const auto code = parser_.iterate(padded_).get(document_); code != simdjson::SUCCESS)
            return error(code);
        if (const auto code = document_.get_array().get(outer); code != simdjson::SUCCESS)
            return error(code);
        Value only;
        int count = 0;
        for (auto item : outer) {
            ondemand::value value;
            if (const auto code = item.get(value); code != simdjson::SUCCESS) return error(code);
            if (++count > 1) break;
            TRY(read(value, only, 0));
        }
        if (count != 1 || more_follows()) return error(simdjson::TAPE_ERROR);
        return only;
    }

private:
    bool more_follows() {
        const char* place = nullptr;
        return document_.current_location().get(place) == simdjson::SUCCESS;
    }

    std::size_t valid_prefix() const {
        if (valid_utf8(text_)) return text_.size();
        std::size_t at = 0;
        while (const std::size_t size = utf8_sequence(text_.substr(at))) at += size;
        return at;
    }

    Result<void> read_items(ondemand::array& from, Value& to, int depth) {
        for (auto item : from) {
            ondemand::value value;
            if (const auto code = item.get(value); code != simdjson::SUCCESS) return error(code);
            TRY(read(value, to.add({}), depth));
        }
        return {};
    }

    Result<void> read_members(ondemand::object& from, Value& to, int depth) {
        std::vector<std::pair<std::string, Value>> members;
        for (auto member : from) {
            ondemand::field field;
            std::string_view name;
            if (const auto code = std::move(member).get(field); code != simdjson::SUCCESS)
                return error(code);
            if (const auto code = field.unescaped_key().get(name); code != simdjson::SUCCESS)
                return error(code);
            auto& slot = members.emplace_back(std::string(name), Value());
            ondemand::value value = field.value();
            TRY(read(value, slot.second, depth));
        }
        to.set_members(std::move(members));
        return {};
    }

    Result<void> read(ondemand::value& from, Value& to, int depth) {
        ondemand::json_type type;
        if (const auto code = from.type().get(type); code != simdjson::SUCCESS) return error(code);
        switch (type) {
            case ondemand::json_type::array: {
                if (depth >= limits::json_depth_max) return too_deep();
                ondemand::array items;
                if (const auto code = from.get_array().get(items); code != simdjson::SUCCESS)
                    return error(code);
                to = Value::array();
                return read_items(items, to, depth + 1);
            }
            case ondemand::json_type::object: {
                if (depth >= limits::json_depth_max) return too_deep();
                ondemand::object members;
                if (const auto code = from.get_object().get(members); code != simdjson::SUCCESS)
                    return error(code);
                to = Value::object();
                return read_members(members, to, depth + 1);
            }
            default:
                return read_scalar(from, type, to);
        }
    }

    Result<void> read_scalar(ondemand::value& from, ondemand::json_type type, Value& to) {
        const std::string_view token = without_blanks_behind(from.raw_json_token());
        if (type == ondemand::json_type::number) {
            if (!is_number(token)) return error_at(offset_of(token.data()), "not a JSON number");
            to = Value::number_text(std::string(token));
        } else if (type == ondemand::json_type::string) {
            std::string_view value;
            const std::size_t at = offset_of(token.data());
            if (const auto code = from.get_string().get(value); code != simdjson::SUCCESS)
                return error(code, at);
            if (!valid_utf8(value)) return error_at(at, "half of a surrogate pair in a string");
            to = Value::string(std::string(value));
        } else if (token == "true" || token == "false") {
            to = Value::boolean(token == "true");
        } else if (token != "null") {
            return error_at(offset_of(token.data()), "not a JSON value");
        }
        return {};
    }

    Error too_deep() {
        return error_at(
            here(), "nested deeper than " + std::to_string(limits::json_depth_max) + " levels"
        );
    }

    std::size_t offset_of(const char* place) const {
        const char* begin = padded_.data() + 1;
        return place < begin ? 0 : std::min(static_cast<std::size_t>(place - begin), text_.size());
    }

    std::size_t here() {
        const char* place = nullptr;
        if (document_.current_location().get(place) != simdjson::SUCCESS) return text_.size();
        return offset_of(place);
    }

    Error error(simdjson::error_code code) { return error(code, fault_offset(code)); }
    Error error(simdjson::error_code code, std::size_t offset) {
        if (trim(text_).empty()) return error_at(0, "empty text is no JSON");
        return error_at(offset, reason(code));
    }

    // simdjson finds an unclosed string and a bare control character before it walks, and then does
    // not say where.
    std::size_t fault_offset(simdjson::error_code code) {
        if (code != simdjson::UNCLOSED_STRING && code != simdjson::UNESCAPED_CHARS) return here();
        bool in_string = false;
        std::size_t opened_at = 0;
        for (std::size_t i = 0; i < text_.size(); ++i) {
            if (in_string && text_[i] == '\\') {
                ++i;
            } else if (text_[i] == '"') {
                in_string = !in_string;
                opened_at = i;
            } else if (in_string && static_cast<unsigned char>(text_[i]) < 0x20) {
                return i;
            }
        }
        return opened_at;
    }

    static std::string reason(simdjson::error_code code) {
        switch (code) {
            case simdjson::UNCLOSED_STRING:
                return "string without its closing quote";
            case simdjson::UNESCAPED_CHARS:
                return "bare control character in a string";
            case simdjson::STRING_ERROR:
                return "bad escape in a string";
            case simdjson::CAPACITY:
                return "text too large to parse";
            case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
                return "array or object without its end";
            default:
                return "not valid JSON here";
        }
    }

    Error error_at(std::size_t offset, const std::string& message) const {
        const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
        const std::size_t line_start =
            before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const std::string place = "line " + std::to_string(line) + ", column " +
                                  std::to_string(before.size() - line_start + 1);
        return Error(ErrorCode::InvalidArgument, message + " (" + place + ")");
    }

    std::string_view text_;
    simdjson::padded_string padded_;
    ondemand::parser parser_;
    ondemand::document document_;
};

}  // namespace

Result<Value> parse(std::string_view text) {
    return TreeBuilder(text).build();
}

}  // namespace tradewind::json

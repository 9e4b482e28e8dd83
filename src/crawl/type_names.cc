#include "crawl/type_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace tradewind::crawl {

namespace {

struct Digits {
    int before = 0;  // the point
    int after = 0;
};

constexpr int digits_max = 38;

std::optional<Digits> digits_of(std::string_view type) {
    if (type == "TINYINT") return Digits{3, 0};
    if (type == "SMALLINT") return Digits{5, 0};
    if (type == "INTEGER") return Digits{10, 0};
    if (type == "BIGINT") return Digits{19, 0};
    constexpr std::string_view prefix = "DECIMAL(";
    if (!type.starts_with(prefix)) return std::nullopt;
    type.remove_prefix(prefix.size());
    int precision = 0;
    int scale = 0;
    const auto first = std::from_chars(type.data(), type.data() + type.size(), precision);
    if (first.ec != std::errc() || *first.ptr != ',') return std::nullopt;
    std::from_chars(first.ptr + 1, type.data() + type.size(), scale);
    return Digits{precision - scale, scale};
}

std::string integer_of(int digits) {
    if (digits <= 3) return "TINYINT";
    if (digits <= 5) return "SMALLINT";
    return digits <= 10 ? "INTEGER" : "BIGINT";
}

bool is_integer(const std::string& type) {
    return type.ends_with("INT") || type == "INTEGER";
}

bool is_real(const std::string& type) {
    return type == "FLOAT" || type == "DOUBLE";
}

bool is_time(const std::string& type) {
    return type == "DATE" || type == "TIMESTAMP";
}

}  // namespace

std::string widened(const std::string& a, const std::string& b) {
    if (a == b) return a;
    const auto left = digits_of(a);
    const auto right = digits_of(b);
    if ((left || is_real(a)) && (right || is_real(b))) {
        if (!left || !right) return "DOUBLE";
        const Digits both{
            std::max(left->before, right->before), std::max(left->after, right->after)
        };
        if (is_integer(a) && is_integer(b)) return integer_of(both.before);
        if (both.before + both.after > digits_max) return "DOUBLE";
        return "DECIMAL(" + std::to_string(both.before + both.after) + "," +
               std::to_string(both.after) + ")";
    }
    if (is_time(a) && is_time(b)) return "TIMESTAMP";
    return "STRING";
}

int scale_of(const std::string& type) {
    const auto digits = digits_of(type);
    return digits ? digits->after : 0;
}

}  // namespace tradewind::crawl
